"""Backup and restore of a desk, between SQLite and PostgreSQL in every direction."""

import json
import zipfile
from contextlib import closing, suppress
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import JSON, create_engine, inspect, text

from queries.desk import Desk, Slot, back_up, check_backup, open_desk, restore
from queries.desk.archive import Writer
from queries.desk.deliveries import Channel
from queries.desk.opening import revisions, upgrade
from queries.desk.rows import Row
from queries.errors import UserError
from queries.period import Period
from tests.queries.desk.test_migrations import fill
from tests.support.editions import delivered, keep

NOON = datetime(2026, 3, 2, 12, 0, 1, 250_000, tzinfo=UTC)
WEEK = Period(date(2026, 2, 23), date(2026, 3, 2))
PROGRAM = "0.1.0"


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def other_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The database of a second desk, which a backup is restored into."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/other.db"
    url: str = request.getfixturevalue("postgres_url")()
    return url


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "desk.zip"


@pytest.fixture
def filled(desk: Desk, tmp_path: Path) -> Desk:
    """A desk with runs of every kind and deliveries, some to a folder that has the files."""
    for minute, outcome in enumerate(("done", "failed", "done")):
        moment = NOON + timedelta(minutes=minute)
        run_id = desk.claim_run("refresh", Slot(f"{minute}", moment), moment)
        assert run_id is not None
        result = {"changed": {"付款": minute}, "differences": None} if outcome == "done" else None
        ended = moment + timedelta(seconds=1.125)
        desk.finish_run(run_id, outcome, f"“{minute}”\n√", ended, result=result)  # type: ignore[arg-type]
    desk.claim_run("reconcile", Slot("now", NOON), NOON)
    told = "a.pdf, a.xlsx, ../secret, gone.pdf"
    delivered(desk, WEEK, "out (en)", "folder", "sent", NOON, told)
    delivered(desk, WEEK, "ann@example.org", "smtp", "unknown", NOON, "broke off")
    assert desk.take_lease(
        "schedule", "host 1", NOON - timedelta(days=1), NOON - timedelta(hours=1)
    )
    out = tmp_path / "out"
    out.mkdir()
    for name in ("a.pdf", "a.xlsx", "not-delivered.pdf"):
        (out / name).write_bytes(name.encode())
    (tmp_path / "secret").write_text("no report")
    return desk


def saved(url: str, file: Path) -> Path:
    back_up(url, file, {}, now=NOON, program=PROGRAM)
    return file


def content(url: str) -> tuple[list[object], list[object]]:
    with closing(open_desk(url)) as desk:
        return list(desk.last_runs()), list(desk.deliveries())


# ---- there and back


def test_a_desk_comes_back_as_it_was(
    filled: Desk, desk_url: str, other_url: str, file: Path
) -> None:
    manifest = back_up(desk_url, file, {}, now=NOON, program=PROGRAM)
    rows = {name: part.rows for name, part in manifest.tables.items() if part.rows}
    assert rows == {
        "job_runs": 4, "editions": 1, "edition_files": 1, "deliveries": 2, "delivery_events": 2,
        "audit": 1,
    }  # fmt: skip
    assert Row.metadata.tables.keys() - manifest.tables.keys() == {"leases", "sessions", "secrets"}
    done = restore(other_url, file, {}, now=NOON, program=PROGRAM)
    assert (done.manifest, done.aside) == (manifest, None)
    assert content(other_url) == content(desk_url)
    engine = create_engine(other_url)
    with engine.connect() as connection:
        empty = text("SELECT count(*) FROM job_runs WHERE result IS NULL")
        assert connection.execute(empty).scalar_one() == 2
    engine.dispose()


def test_a_restored_desk_goes_on(filled: Desk, desk_url: str, other_url: str, file: Path) -> None:
    restore(other_url, saved(desk_url, file), {}, now=NOON, program=PROGRAM)
    with closing(open_desk(other_url)) as desk:
        assert desk.claim_run("refresh", Slot("0", NOON), NOON) is None
        fresh = desk.claim_run("refresh", Slot("new", NOON), NOON)
        assert fresh is not None
        assert fresh > 4
        (made,) = desk.editions()
        assert desk.files_in(made.id, "en")[0].content == f"pages of {made.code}".encode()
        both: dict[str, Channel] = {"ann@example.org": "smtp", "bob@example.org": "smtp"}
        keep(desk, WEEK, both, now=NOON)
        assert [one.recipient for one in desk.due_deliveries(NOON)] == ["bob@example.org"]
        assert desk.take_lease("schedule", "host 2", NOON, NOON)
        assert desk.abandon_running(NOON) == 2


def test_a_backup_of_a_restored_backup_holds_the_same(
    filled: Desk, desk_url: str, other_url: str, file: Path, tmp_path: Path
) -> None:
    first = check_backup(saved(desk_url, file))
    restore(other_url, file, {}, now=NOON, program=PROGRAM)
    assert check_backup(saved(other_url, tmp_path / "again.zip")) == first


def test_an_empty_desk_can_be_kept_too(
    desk: Desk, desk_url: str, other_url: str, file: Path
) -> None:
    restore(other_url, saved(desk_url, file), {}, now=NOON, program=PROGRAM)
    with closing(open_desk(other_url)) as other:
        assert other.claim_run("refresh", Slot("1", NOON), NOON) == 1


@pytest.mark.parametrize("revision", revisions())
def test_a_desk_of_any_revision_is_kept_as_it_is_and_comes_up_when_restored(
    desk_url: str, other_url: str, file: Path, revision: str
) -> None:
    engine = create_engine(desk_url)
    with engine.begin() as connection:
        upgrade(connection, revision)
        fill(connection)
    assert back_up(desk_url, file, {}, now=NOON, program=PROGRAM).revision == revision
    with engine.connect() as connection:
        version = text("SELECT version_num FROM alembic_version")
        assert connection.execute(version).scalar_one() == revision
    engine.dispose()
    restore(other_url, file, {}, now=NOON, program=PROGRAM)
    runs, deliveries = content(other_url)
    assert [run.detail for run in runs] == ["7 rows"]  # type: ignore[attr-defined]
    assert len(deliveries) == 1


def test_a_backup_sees_one_moment_while_the_service_goes_on(
    filled: Desk, desk_url: str, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write = Writer.table

    def meanwhile(self: Writer, *part: object) -> None:
        write(self, *part)  # type: ignore[arg-type]
        late = NOON + timedelta(hours=1)
        filled.claim_run("refresh", Slot(f"late {part[0]}", late), late)
        delivered(filled, WEEK, f"late {part[0]}", "smtp", "waiting", late)

    monkeypatch.setattr(Writer, "table", meanwhile)
    manifest = back_up(desk_url, file, {}, now=NOON, program=PROGRAM)
    rows = {name: part.rows for name, part in manifest.tables.items() if part.rows}
    assert rows == {
        "job_runs": 4, "editions": 1, "edition_files": 1, "deliveries": 2, "delivery_events": 2,
        "audit": 1,
    }  # fmt: skip
    assert Row.metadata.tables.keys() - manifest.tables.keys() == {"leases", "sessions", "secrets"}
    assert len(filled.deliveries()) == 2 + len(manifest.tables)


def test_every_kind_of_column_can_be_kept() -> None:
    # JSON, which any value of it is, has no type of its own.
    known = {int, str, float, bool, date, datetime, bytes}
    kinds = {
        getattr(column.type, "impl_instance", column.type).python_type
        for table in Row.metadata.sorted_tables
        for column in table.columns
        if not isinstance(column.type, JSON)
    }
    assert kinds - known == set()


# ---- files of reports


def test_files_that_the_desk_names_go_along_and_come_back(
    filled: Desk, desk_url: str, file: Path, tmp_path: Path
) -> None:
    manifest = back_up(
        desk_url, file, {"weekly": tmp_path / "out"}, now=NOON, program=PROGRAM
    )  # fmt: skip
    assert list(manifest.files) == ["weekly/a.pdf", "weekly/a.xlsx"]
    back = tmp_path / "back"
    back.mkdir()
    (back / "a.pdf").write_bytes(b"somebody's own")
    other = f"sqlite:///{tmp_path}/with-files.db"
    done = restore(other, file, {"weekly": back}, now=NOON, program=PROGRAM)
    assert (done.files_written, done.files_there) == (1, 1)
    assert (back / "a.pdf").read_bytes() == b"somebody's own"
    assert (back / "a.xlsx").read_bytes() == b"a.xlsx"
    assert sorted(path.name for path in back.iterdir()) == ["a.pdf", "a.xlsx"]


# ---- a desk that holds rows


def test_rows_are_never_overwritten_unasked(
    filled: Desk, desk_url: str, other_url: str, file: Path
) -> None:
    with closing(open_desk(other_url)) as other:
        other.claim_run("refresh", Slot("own", NOON), NOON)
    before = content(other_url)
    with pytest.raises(UserError, match="holds rows already: 1 job_runs") as told:
        restore(other_url, saved(desk_url, file), {}, now=NOON, program=PROGRAM)
    assert "--replace" in told.value.cure
    assert content(other_url) == before


def test_what_is_replaced_is_kept_aside_and_can_be_restored(
    filled: Desk, desk_url: str, other_url: str, file: Path
) -> None:
    with closing(open_desk(other_url)) as other:
        other.claim_run("refresh", Slot("own", NOON), NOON)
    before = content(other_url)
    saved(desk_url, file)
    done = restore(other_url, file, {}, replace=True, now=NOON, program=PROGRAM)
    assert content(other_url) == content(desk_url)
    assert done.aside is not None
    assert done.aside.name == "desk.zip.replaced-20260302T120001Z"
    later = NOON + timedelta(seconds=1)
    restore(other_url, done.aside, {}, replace=True, now=later, program=PROGRAM)
    assert content(other_url) == before


def test_a_restore_that_breaks_off_changes_nothing(
    filled: Desk, desk_url: str, other_url: str, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with closing(open_desk(other_url)) as other:
        other.claim_run("refresh", Slot("own", NOON), NOON)
    before = content(other_url)
    saved(desk_url, file)

    def cut_off(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("queries.desk.restoring._go_on_counting", cut_off)
    with pytest.raises(KeyboardInterrupt):
        restore(other_url, file, {}, replace=True, now=NOON, program=PROGRAM)
    assert content(other_url) == before


def test_a_desk_whose_jobs_a_process_runs_is_refused(
    filled: Desk, desk_url: str, other_url: str, file: Path
) -> None:
    saved(desk_url, file)
    with closing(open_desk(other_url)) as other:
        assert other.take_lease("schedule", "host 7", NOON, NOON + timedelta(seconds=45))
    with pytest.raises(UserError, match=r"serves this desk \(host and process: host 7\)"):
        restore(other_url, file, {}, replace=True, now=NOON, program=PROGRAM)
    later = NOON + timedelta(seconds=46)
    restore(other_url, file, {}, now=later, program=PROGRAM)
    assert content(other_url) == content(desk_url)


def test_tables_of_others_in_the_same_database_are_left_alone(
    filled: Desk, desk_url: str, file: Path
) -> None:
    engine = create_engine(desk_url)
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE payments (id integer)"))
        connection.execute(text("INSERT INTO payments VALUES (1)"))
    assert "payments" not in check_backup(saved(desk_url, file)).tables
    restore(desk_url, file, {}, replace=True, now=NOON, program=PROGRAM)
    with engine.connect() as connection:
        assert connection.execute(text("SELECT count(*) FROM payments")).scalar_one() == 1
    engine.dispose()


def test_a_desk_of_a_newer_version_is_neither_kept_nor_replaced(
    filled: Desk, desk_url: str, file: Path, tmp_path: Path
) -> None:
    saved(desk_url, file)
    engine = create_engine(desk_url)
    with engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    engine.dispose()
    with pytest.raises(UserError, match="newer version of Arrears: revision 9999"):
        back_up(desk_url, tmp_path / "new.zip", {}, now=NOON, program=PROGRAM)
    with pytest.raises(UserError, match="newer version"):
        restore(desk_url, file, {}, replace=True, now=NOON, program=PROGRAM)
    assert len(filled.last_runs()) == 4


# ---- a file that cannot be trusted


def test_a_file_that_was_cut_off_is_refused_and_nothing_is_made(
    filled: Desk, desk_url: str, file: Path, tmp_path: Path
) -> None:
    whole = saved(desk_url, file).read_bytes()
    cut = tmp_path / "cut.zip"
    for length in (0, 1, 30, len(whole) // 2, len(whole) - 64, len(whole) - 1):
        cut.write_bytes(whole[:length])
        with pytest.raises(UserError, match="is damaged"):
            restore(f"sqlite:///{tmp_path}/none.db", cut, {}, now=NOON, program=PROGRAM)
    assert not (tmp_path / "none.db").exists()


def test_a_changed_byte_is_noticed_wherever_it_says_anything(
    tmp_path: Path, file: Path
) -> None:  # fmt: skip
    url = f"sqlite:///{tmp_path}/desk.db"
    with closing(open_desk(url)) as desk:
        desk.claim_run("refresh", Slot("1", NOON), NOON)
    whole, manifest = saved(url, file).read_bytes(), check_backup(file)
    changed, refused = tmp_path / "changed.zip", 0
    for place in range(len(whole)):
        changed.write_bytes(whole[:place] + bytes([whole[place] ^ 0x55]) + whole[place + 1 :])
        with suppress(UserError):
            # Dates and rights of entries say nothing; what is read is as it was.
            assert check_backup(changed) == manifest
            continue
        refused += 1
    assert refused > len(whole) * 0.7


def rewritten(file: Path, **changed: object) -> Path:
    """The same backup with other words in its manifest, and the right hash of them."""
    from hashlib import sha256

    made = file.with_name("rewritten.zip")
    with zipfile.ZipFile(file) as old, zipfile.ZipFile(made, "w") as new:
        told = json.dumps({**json.loads(old.read("manifest.json")), **changed}).encode()
        for name in old.namelist():
            new.writestr(name, told if name == "manifest.json" else old.read(name))
        new.comment = sha256(told).hexdigest().encode()
    return made


@pytest.mark.parametrize("changed", [{"format": 2, "program": "9.0"}, {"revision": "0999"}])
def test_a_backup_of_a_newer_version_is_refused(
    filled: Desk, desk_url: str, file: Path, tmp_path: Path, changed: dict[str, object]
) -> None:
    new = rewritten(saved(desk_url, file), **changed)
    for refused in (
        lambda: check_backup(new),
        lambda: restore(f"sqlite:///{tmp_path}/none.db", new, {}, now=NOON, program=PROGRAM),
    ):
        with pytest.raises(UserError, match="was written by a newer version"):
            refused()
    assert not (tmp_path / "none.db").exists()


def test_other_files_are_refused(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="cannot be read: No such file"):
        check_backup(tmp_path / "none.zip")
    with pytest.raises(UserError, match="cannot be read: Is a directory"):
        check_backup(tmp_path)
    other = tmp_path / "other.zip"
    with zipfile.ZipFile(other, "w") as made:
        made.writestr("readme.txt", "a ZIP of something else")
    with pytest.raises(UserError, match="is damaged"):
        check_backup(other)


# ---- writing the file


def test_a_backup_is_for_its_owner_and_never_over_another(
    filled: Desk, desk_url: str, file: Path
) -> None:
    assert saved(desk_url, file).stat().st_mode & 0o777 == 0o600
    before = file.read_bytes()
    with pytest.raises(UserError, match="is there already"):
        saved(desk_url, file)
    assert file.read_bytes() == before


def test_a_backup_that_fails_leaves_nothing(
    filled: Desk, desk_url: str, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise KeyboardInterrupt

    before = sorted(file.parent.iterdir())
    monkeypatch.setattr(Writer, "finish", fail)
    with pytest.raises(KeyboardInterrupt):
        saved(desk_url, file)
    left = {path.name for path in file.parent.iterdir()} - {path.name for path in before}
    assert {name for name in left if not name.startswith("desk.db")} == set()


def test_a_folder_that_is_not_there_is_told(filled: Desk, desk_url: str, tmp_path: Path) -> None:
    with pytest.raises(UserError, match="Nothing can be written to"):
        saved(desk_url, tmp_path / "none/desk.zip")


def test_where_there_is_no_desk_none_is_made(
    desk_url: str, file: Path, tmp_path: Path
) -> None:  # fmt: skip
    with pytest.raises(UserError, match="There is no desk in"):
        saved(desk_url, file)
    assert not file.exists()
    assert not (tmp_path / "desk.db").exists()
    engine = create_engine(desk_url)
    assert inspect(engine).get_table_names() == []
    engine.dispose()
