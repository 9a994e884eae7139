"""Backup and restore of a desk, between SQLite and PostgreSQL in every direction."""

from contextlib import closing
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import JSON, create_engine, text

from queries.desk import Desk, Slot, back_up, check_backup, open_desk, restore
from queries.desk.archive import Writer
from queries.desk.deliveries import Channel
from queries.desk.opening import revisions, upgrade
from queries.desk.rows import Row
from queries.errors import UserError
from tests.queries.desk.conftest import NOON, PROGRAM, WEEK, saved
from tests.queries.desk.test_migrations import fill
from tests.support.editions import delivered, keep


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
