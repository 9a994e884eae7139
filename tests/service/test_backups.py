"""`arrears backup` and `arrears restore`, as an operator types them."""

from collections.abc import Callable
from pathlib import Path

import pytest

from queries.desk import JobRun, open_desk
from tests.service.conftest import NOW, House, told

ROWS = "1 audit, 1 deliveries, 1 delivery_events, 3 edition_files, 1 editions, 2 job_runs"


@pytest.fixture
def kept(house: House) -> Path:
    """A house with a report sent to its folder, and its backup."""
    weekly = {"ARREARS_REPORTS__WEEKLY__RECIPIENTS": "[]"}
    assert house.run("report", "send", "weekly", environ=weekly).exit_code == 0
    (line,) = told(house.run("backup", "desk.zip"))
    assert line.startswith(f"desk.zip: {ROWS}, 4 files of reports; revision 0")
    assert "(UTC+0800) by Arrears" in line
    return house.folder / "desk.zip"


def runs(url: str) -> list[JobRun]:
    desk = open_desk(url)
    try:
        return desk.last_runs()
    finally:
        desk.close()


def test_a_desk_is_restored_into_an_empty_one(house: House, kept: Path) -> None:
    url = f"sqlite:///{house.folder}/var/desk.db"
    before = runs(url)
    for path in (house.folder / "var").glob("desk.db*"):
        path.unlink()
    outbox = house.folder / "var/outbox"
    names = sorted(path.name for path in outbox.iterdir())
    (outbox / names[0]).unlink()
    lines = told(house.run("restore", "desk.zip"))
    assert lines[0].startswith(f"Restored from desk.zip: {ROWS},")
    assert lines[1:] == ["1 files were written, 3 were there already."]
    assert runs(url) == before
    assert sorted(path.name for path in outbox.iterdir()) == names
    # Everybody has got the report: it does not leave a second time.
    sent = told(house.run("report", "send", "weekly"))
    assert sent == ["Everybody has it already; nothing was sent."]


@pytest.mark.postgres
def test_a_desk_moves_to_postgresql_and_back(
    house: House, kept: Path, postgres_url: Callable[[], str]
) -> None:
    server, url = postgres_url(), f"sqlite:///{house.folder}/var/desk.db"
    there = {"ARREARS_DESK__URL": server}
    assert house.run("restore", "desk.zip", environ=there).exit_code == 0
    assert runs(server) == runs(url)
    assert house.run("backup", "back.zip", environ=there).exit_code == 0
    lines = told(house.run("restore", "--replace", "back.zip"))
    assert lines[-1].startswith("The rows that were there before are in back.zip.replaced-2026")
    assert runs(url) == runs(server)


def test_a_desk_with_rows_is_refused_with_the_way_out(house: House, kept: Path) -> None:
    refused = house.run("restore", "desk.zip")
    assert refused.exit_code == 2
    assert "The desk holds rows already: " in refused.output
    assert "--replace" in refused.output


def test_a_file_that_was_cut_off_is_refused(house: House, kept: Path) -> None:
    kept.write_bytes(kept.read_bytes()[:-500])
    for arguments in (["restore", "--check"], ["restore", "--replace"]):
        refused = house.run(*arguments, "desk.zip")
        assert refused.exit_code == 2
        assert "desk.zip is damaged" in refused.output
    assert len(runs(f"sqlite:///{house.folder}/var/desk.db")) == 2


def test_a_file_can_be_checked_alone(house: House, kept: Path) -> None:
    (line,) = told(house.run("restore", "--check", "desk.zip"))
    assert line.startswith(f"desk.zip is whole: {ROWS}, 4 files of reports;")
    assert f"made {NOW:%Y-%m-%d}" in line


def test_a_backup_is_not_written_over_another(house: House, kept: Path) -> None:
    refused = house.run("backup", "desk.zip")
    assert refused.exit_code == 2
    assert "desk.zip is there already." in refused.output


def test_without_a_desk_there_is_nothing_to_keep(tmp_path: Path) -> None:
    refused = House(tmp_path).run("backup", "desk.zip")
    assert refused.exit_code == 2
    assert "There is no desk in sqlite:///var/desk.db." in refused.output
    assert list(tmp_path.rglob("*.*")) == []
