"""One writer of the figures at a time."""

import os
import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Event

import pytest

from queries.errors import UserError
from service.locks import figures_lock

HOLDER = """
import sys, time
from pathlib import Path
from service.locks import figures_lock
with figures_lock(Path(sys.argv[1])):
    print("held", flush=True)
    time.sleep(60)
"""


def test_a_second_writer_is_told_who_is_writing(tmp_path: Path) -> None:
    with (
        figures_lock(tmp_path),
        pytest.raises(UserError, match=f"process {os.getpid()}"),
        figures_lock(tmp_path, wait=0),
    ):
        pytest.fail("two writers at once")


def test_a_second_writer_waits_for_the_first(tmp_path: Path) -> None:
    held, order = Event(), []

    def first() -> None:
        with figures_lock(tmp_path):
            held.set()
            time.sleep(0.2)
            order.append("first")

    with ThreadPoolExecutor(1) as pool:
        running = pool.submit(first)
        assert held.wait(5)
        with figures_lock(tmp_path, wait=5):
            order.append("second")
        running.result()
    assert order == ["first", "second"]


def test_who_waits_for_a_second_is_told_for_whom(tmp_path: Path) -> None:
    said: list[str] = []
    with (
        figures_lock(tmp_path),
        pytest.raises(UserError),
        figures_lock(tmp_path, wait=1.3, say=said.append),
    ):
        pytest.fail("two writers at once")
    (line,) = said
    assert f"Waiting for process {os.getpid()}" in line


def test_a_short_wait_is_no_news(tmp_path: Path) -> None:
    said: list[str] = []
    with (
        figures_lock(tmp_path),
        pytest.raises(UserError),
        figures_lock(tmp_path, wait=0.2, say=said.append),
    ):
        pytest.fail("two writers at once")
    assert said == []


def test_a_failed_writer_frees_the_figures(tmp_path: Path) -> None:
    with pytest.raises(ZeroDivisionError), figures_lock(tmp_path):
        raise ZeroDivisionError
    with figures_lock(tmp_path, wait=0):
        pass


def test_a_killed_writer_frees_the_figures(tmp_path: Path) -> None:
    command = [sys.executable, "-c", HOLDER, str(tmp_path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as writer:
        assert writer.stdout is not None
        assert writer.stdout.readline() == "held\n"
        with pytest.raises(UserError, match=f"process {writer.pid}"), figures_lock(tmp_path, 0):
            pytest.fail("two writers at once")
        writer.send_signal(signal.SIGKILL)
    with figures_lock(tmp_path, wait=1):
        pass
