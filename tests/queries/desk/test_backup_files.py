"""The file of a backup: damaged, foreign, newer, in the wrong place."""

import json
import zipfile
from contextlib import closing, suppress
from pathlib import Path

import pytest
from sqlalchemy import create_engine, inspect

from queries.desk import Desk, Slot, check_backup, open_desk, restore
from queries.desk.archive import Writer
from queries.errors import UserError
from tests.queries.desk.conftest import NOON, PROGRAM, saved


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
