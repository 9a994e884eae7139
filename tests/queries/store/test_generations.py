"""Files of generations: numbered, published at once, pruned, never overwritten."""

import errno
import os
import subprocess
import sys
from pathlib import Path
from typing import BinaryIO

import duckdb
import pytest

from queries.store import generations


def _build(folder: Path, text: str, base: Path | None = None) -> Path:
    if base is not None:
        return generations.start_building(folder, base)
    building = generations.start_rebuilding(folder)
    building.write_text(text)
    return building


def test_there_is_no_newest_generation_in_an_empty_or_missing_folder(tmp_path: Path) -> None:
    assert generations.newest(tmp_path) is None
    assert generations.newest(tmp_path / "absent") is None


def test_generations_are_numbered_from_one_and_only_the_newest_are_kept(tmp_path: Path) -> None:
    numbers = [generations.publish(_build(tmp_path, str(n)), keep=2) for n in range(4)]
    assert numbers == [1, 2, 3, 4]
    assert [number for number, _ in generations.published(tmp_path)] == [3, 4]
    newest = generations.newest(tmp_path)
    assert newest is not None
    assert newest[1].read_text() == "3"


def test_building_starts_from_a_copy_and_leaves_the_published_file_alone(tmp_path: Path) -> None:
    generations.publish(_build(tmp_path, "old"), keep=3)
    base = generations.newest(tmp_path)
    assert base is not None
    building = _build(tmp_path, "", base[1])
    assert building.read_text() == "old"
    building.write_text("new")
    assert base[1].read_text() == "old"


def test_where_files_can_share_their_blocks_nothing_is_copied(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    generations.publish(_build(tmp_path, "first"), keep=3)
    base = tmp_path / "figures-00000001.duckdb"

    def share(new: BinaryIO, request: int, known: int) -> None:
        # What the file system would do, of which it is told by number.
        assert request == 0x40049409
        new.write(os.pread(known, base.stat().st_size, 0))

    monkeypatch.setattr(generations.fcntl, "ioctl", share)
    monkeypatch.delattr(generations.shutil, "copyfile")
    building = generations.start_building(tmp_path, base)
    assert building.read_bytes() == base.read_bytes()


def test_a_copy_that_the_disk_has_no_room_for_leaves_nothing_behind(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def half(base: Path, building: Path) -> None:
        building.write_bytes(base.read_bytes()[:2])
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    generations.publish(_build(tmp_path, "whole"), keep=3)
    (base,) = (path for _, path in generations.published(tmp_path))
    monkeypatch.setattr("shutil.copyfile", half)
    with pytest.raises(OSError, match="No space left"):
        generations.start_building(tmp_path, base)
    assert list(tmp_path.iterdir()) == [base]


def test_what_a_killed_writer_left_is_swept_away(tmp_path: Path) -> None:
    left = tmp_path / "building-999999999.duckdb"
    left.write_text("half")
    _build(tmp_path, "new")
    assert not left.exists()


def test_a_number_that_is_taken_is_never_overwritten(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    generations.publish(_build(tmp_path, "first"), keep=3)
    monkeypatch.setattr(generations, "newest", lambda folder: None)
    with pytest.raises(FileExistsError):
        generations.publish(_build(tmp_path, "second"), keep=3)
    assert (tmp_path / "figures-00000001.duckdb").read_text() == "first"


def _rebuilding(folder: Path) -> Path:
    building = generations.start_rebuilding(folder)
    with duckdb.connect(str(building)) as con:
        con.execute("CREATE TABLE half AS SELECT 1 AS held")
    return building


def test_a_rebuild_goes_on_with_its_file_but_never_with_a_published_one(tmp_path: Path) -> None:
    half = _rebuilding(tmp_path)
    with duckdb.connect(str(generations.start_rebuilding(tmp_path))) as con:
        assert con.execute("FROM half").fetchall() == [(1,)]
    # Killed between the link and the removal of the other name.
    held = half.read_bytes()
    os.link(half, tmp_path / "figures-00000001.duckdb")
    assert not generations.start_rebuilding(tmp_path).exists()
    assert (tmp_path / "figures-00000001.duckdb").read_bytes() == held


@pytest.mark.parametrize("written", [0, 1, 4096, 8192, 12287])
def test_a_file_whose_writer_was_killed_as_it_began_is_begun_anew(
    tmp_path: Path, written: int
) -> None:
    building = generations.start_rebuilding(tmp_path)
    duckdb.connect(str(building)).close()
    building.write_bytes(building.read_bytes()[:written])
    assert not generations.start_rebuilding(tmp_path).exists()
    _rebuilding(tmp_path)


def test_a_file_that_another_process_builds_is_left_to_it(tmp_path: Path) -> None:
    building = _rebuilding(tmp_path)
    holding = (
        f"import duckdb; con = duckdb.connect({str(building)!r}); print(1, flush=True); input()"
    )
    with subprocess.Popen(
        [sys.executable, "-c", holding], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as other:
        assert other.stdout is not None
        other.stdout.readline()
        assert generations.start_rebuilding(tmp_path).exists()
        other.communicate(b"\n")
