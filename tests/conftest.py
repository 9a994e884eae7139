"""Guards around every test: no network, no global randomness. The clock: test_house_rules.py.

Nothing but this machine can be reached, so no test sends a real mail or needs the internet.
"""

import email.generator
import email.utils
import os
import random
import socket
from collections.abc import Iterator
from typing import Any

import argon2
import numpy as np
import pytest

# Draws a number when it is first imported, which may be in the middle of any test.
import rich.progress  # noqa: F401
from hypothesis import HealthCheck, settings

from queries.desk import people, signing

# One server of each kind per run of the tests, whoever asks for it.
pytest_plugins = [
    "tests.support.postgres",
    "tests.support.mariadb",
    "tests.support.spark",
    "tests.support.desks",
    "tests.dashboard.personas",
]

# The same examples on every run; a search for new ones: HYPOTHESIS_PROFILE=search.
settings.register_profile(
    "ci", derandomize=True, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.register_profile("search", settings.get_profile("ci"), derandomize=False)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "ci"))

_HERE = ("127.0.0.1", "::1", "localhost")


def refuse_elsewhere(address: Any) -> None:
    """Fails for an address that is not on this machine; a path is a socket of this machine."""
    if isinstance(address, tuple) and address[0] not in _HERE:
        raise AssertionError(f"A test may only talk to this machine, not to {address[0]}")


@pytest.fixture(scope="session", autouse=True)
def _only_this_machine() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        for name in ("connect", "connect_ex"):
            patch.setattr(socket.socket, name, _guarded(getattr(socket.socket, name)))
        yield


def _guarded(connect: Any) -> Any:
    def guarded(self: socket.socket, address: Any) -> Any:
        refuse_elsewhere(address)
        return connect(self, address)

    return guarded


@pytest.fixture(scope="session", autouse=True)
def _passwords_are_cheap() -> Iterator[None]:
    """A fifth of a second for each look at a password is a defence, and a third of the tests' time.
    Programs that tests start have the real one, and so has test_signing.py where it matters."""
    cheap = argon2.PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    with pytest.MonkeyPatch.context() as patch:
        for module in (people, signing):
            patch.setattr(module, "HASHER", cheap)
        patch.setattr(signing, "NOBODY", cheap.hash("nobody has this password"))
        yield


@pytest.fixture(scope="session", autouse=True)
def _mail_has_its_own_randomness() -> Iterator[None]:
    """The standard library draws boundaries and message ids from the global generator."""
    with pytest.MonkeyPatch.context() as patch:
        for module in (email.generator, email.utils):
            # Python 3.13 imports it only inside the function that makes message ids.
            patch.setattr(module, "random", random.Random(0), raising=False)
        yield


@pytest.fixture(autouse=True)
def _global_randomness_is_left_alone() -> Iterator[None]:
    python, legacy = random.getstate(), np.random.get_state(legacy=False)
    yield
    assert random.getstate() == python, "The test used the global generator of `random`"
    assert _same(np.random.get_state(legacy=False), legacy), (
        "The test used the global generator of numpy"
    )


def _same(one: Any, other: Any) -> bool:
    if isinstance(one, dict):
        return all(_same(one[name], other[name]) for name in one)
    return bool(np.array_equal(one, other))
