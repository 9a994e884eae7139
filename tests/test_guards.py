"""The guards of conftest.py do what they say."""

import random
import socket
import ssl

import numpy as np
import pytest

from tests.conftest import refuse_elsewhere


@pytest.mark.parametrize("address", [("192.0.2.1", 25), ("mail.example.org", 25), ("::2", 1, 0, 0)])
def test_nothing_but_this_machine_is_reached(address: tuple[str, int]) -> None:
    family = socket.AF_INET6 if ":" in address[0] else socket.AF_INET
    for method in ("connect", "connect_ex"):
        with (
            socket.socket(family) as one,
            pytest.raises(AssertionError, match="only talk to this machine"),
        ):
            getattr(one, method)(address)


def test_a_secured_connection_is_guarded_too() -> None:
    with (
        ssl.create_default_context().wrap_socket(socket.socket(), server_hostname="x") as one,
        pytest.raises(AssertionError, match="only talk to this machine"),
    ):
        one.connect(("192.0.2.1", 443))


@pytest.mark.parametrize("address", [("127.0.0.1", 1), ("::1", 1, 0, 0), "/run/socket", b"/x"])
def test_this_machine_is_reached(address: object) -> None:
    refuse_elsewhere(address)


@pytest.mark.parametrize("disturb", [lambda: random.random(), lambda: np.random.rand()])
def test_global_randomness_is_noticed(disturb) -> None:  # type: ignore[no-untyped-def]
    from tests import conftest

    guard = conftest._global_randomness_is_left_alone.__wrapped__()  # type: ignore[attr-defined]
    next(guard)
    python, legacy = random.getstate(), np.random.get_state()
    disturb()
    with pytest.raises(AssertionError, match="global generator"):
        next(guard)
    random.setstate(python)
    np.random.set_state(legacy)
