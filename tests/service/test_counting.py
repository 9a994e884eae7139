"""Where the processes of a service count their requests together."""

import multiprocessing
from multiprocessing.connection import Connection
from pathlib import Path

import pytest

from service.counting import CountsFolder


def test_it_lies_in_memory_where_there_is_a_file_system_for_that(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "memory").mkdir()
    (tmp_path / "disk").mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "disk"))
    folder = CountsFolder(tmp_path / "memory")
    assert folder.path.parent == tmp_path / "memory"
    folder.remove()
    assert not folder.path.exists()
    folder = CountsFolder(tmp_path / "nowhere")
    assert folder.path.parent == tmp_path / "disk"
    folder.remove()


def _hold(memory: Path, told: Connection) -> None:
    held = CountsFolder(memory)
    told.send(held.path)
    told.recv()


def test_what_a_killed_service_left_goes_and_what_is_in_use_stays(tmp_path: Path) -> None:
    here, there = multiprocessing.Pipe()
    context = multiprocessing.get_context("spawn")
    other = context.Process(target=_hold, args=(tmp_path, there))
    other.start()
    assert here.poll(60)
    theirs = here.recv()
    mine = CountsFolder(tmp_path)
    assert theirs.exists()
    other.kill()
    other.join()
    here.close()
    there.close()
    mine.remove()
    assert theirs.exists()
    CountsFolder(tmp_path).remove()
    assert list(tmp_path.iterdir()) == []
