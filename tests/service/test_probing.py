"""A look that hangs holds nobody up, and what was seen is not kept for too long."""

import threading
import time
from collections.abc import Iterator
from itertools import count

import pytest

from service.probing import Probe, Silence


class Ticks:
    """Seconds that pass when a test says so."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


class Looks:
    """Gives 1, 2, 3 …, and hangs while `free` is not set."""

    def __init__(self) -> None:
        self.made = count(1)
        self.free = threading.Event()
        self.free.set()

    def __call__(self) -> int:
        number = next(self.made)
        assert self.free.wait(20)
        return number


@pytest.fixture
def looks() -> Iterator[Looks]:
    looks = Looks()
    yield looks
    looks.free.set()


def test_who_asks_often_sees_what_one_look_saw(looks: Looks) -> None:
    ticks = Ticks()
    probe = Probe("it", looks, every=30, ticks=ticks, patience=20)
    assert [probe.seen() for _ in range(5)] == [1] * 5
    ticks.now = 29
    assert probe.seen() == 1
    # Long after the last look the next answer is a new one.
    ticks.now = 100
    assert probe.seen() == 2


def test_a_look_that_hangs_is_told_and_never_joined_by_a_second(looks: Looks) -> None:
    ticks = Ticks()
    looks.free.clear()
    probe = Probe("it", looks, every=30, patience=0.05, ticks=ticks)
    assert probe.seen() == Silence(0)
    ticks.now = 7
    assert probe.seen() == Silence(7)
    assert next(looks.made) == 2


def test_what_was_seen_stands_while_the_next_look_is_on_its_way(looks: Looks) -> None:
    ticks = Ticks()
    probe = Probe("it", looks, every=30, patience=0.05, ticks=ticks)
    assert _waited(probe) == 1
    looks.free.clear()
    ticks.now = 40
    assert probe.seen() == 1
    ticks.now = 61
    assert probe.seen() == Silence(21)
    looks.free.set()
    assert _waited(probe) == 2


def _waited(probe: Probe[int]) -> int:
    """What is seen as soon as something is."""
    for _ in range(400):
        seen = probe.seen()
        if not isinstance(seen, Silence):
            return seen
        threading.Event().wait(0.01)
    raise AssertionError("the look never came back")


def test_looks_on_their_way_together_are_waited_for_together(looks: Looks) -> None:
    looks.free.clear()
    probes = [Probe(str(n), looks, every=30, patience=0.5) for n in range(4)]
    for probe in probes:
        probe.begin()
    started = time.monotonic()
    assert all(isinstance(probe.seen(), Silence) for probe in probes)
    assert time.monotonic() - started < 1.5


def test_a_look_that_fails_by_a_bug_is_told_and_tried_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    tries, loud = count(), threading.Event()
    monkeypatch.setattr(threading, "excepthook", lambda told: loud.set())

    def look() -> int:
        if next(tries) == 0:
            raise ZeroDivisionError
        return 7

    probe = Probe("it", look, every=30, patience=5)
    assert probe.seen() == Silence(0)
    assert loud.wait(20)
    assert _waited(probe) == 7
