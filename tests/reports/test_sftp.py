"""A drop by SFTP, on a real server on this machine: whole files, a known key, honest failures."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from socket import socket

import paramiko
import pytest

from reports.failures import DeliveryError
from reports.mail import Attachment
from reports.sftp import Sftp, fingerprint
from tests.support.sftp import NAME, PASSWORD, Drop, serving

FILES = [
    Attachment("week-en.pdf", b"%PDF" + bytes(range(256)) * 500, "application", "pdf"),
    Attachment("周报.xlsx", b"PK", "application", "xlsx"),
    Attachment("empty.json", b"", "application", "json"),
]


@pytest.fixture(scope="module")
def keys() -> list[paramiko.PKey]:
    """Of the server, of a client, and of nobody."""
    return [paramiko.ECDSAKey.generate() for _ in range(3)]


@pytest.fixture
def drop(tmp_path: Path, keys: list[paramiko.PKey]) -> Iterator[Drop]:
    (tmp_path / "in").mkdir()
    with serving(Drop(tmp_path, keys[0])) as drop:
        yield drop


def sftp(drop: Drop, **changed: object) -> Sftp:
    made = Sftp("127.0.0.1", "in", NAME, drop.line(), drop.port, PASSWORD, timeout=20)
    return replace(made, **changed)  # type: ignore[arg-type]


def refused(way: Sftp) -> DeliveryError:
    with pytest.raises(DeliveryError) as error:
        way.deliver(FILES)
    assert not error.value.unknown
    assert PASSWORD not in str(error.value)
    return error.value


def arrived(drop: Drop) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in (drop.folder / "in").iterdir()}


@pytest.mark.parametrize("old", [False, True])
def test_files_arrive_whole_and_again_change_nothing(drop: Drop, old: bool) -> None:
    drop.old = old
    wanted = {file.name: file.content for file in FILES}
    for path in ("in", "/in/"):
        assert sftp(drop, path=path).deliver(FILES) == list(wanted)
        assert arrived(drop) == wanted
    moved = [one for one in drop.seen if one[0].endswith("rename")]
    # Each was whole before it had its name.
    assert [Path(one[1]).name for one in moved[:3]] == [f".{name}.part" for name in wanted]


def test_what_a_broken_connection_leaves_is_no_report_and_is_written_over(drop: Drop) -> None:
    drop.gone = 1
    error = refused(sftp(drop))
    assert not error.permanent
    assert FILES[0].name not in arrived(drop)
    drop.gone = None
    sftp(drop).deliver(FILES)
    assert arrived(drop) == {file.name: file.content for file in FILES}


def test_a_server_is_known_by_its_key_or_its_fingerprint(
    drop: Drop, keys: list[paramiko.PKey]
) -> None:
    own, _, stranger = keys
    assert fingerprint(own.asbytes()) == own.fingerprint
    assert sftp(drop, host_key=own.fingerprint).deliver(FILES[:1]) == ["week-en.pdf"]
    (drop.folder / "in" / "week-en.pdf").unlink()
    rsa = "ssh-rsa " + "AAAAB3NzaC1yc2EAAAADAQABAAAAgQ=="
    for other in (stranger.fingerprint, f"{stranger.get_name()} {stranger.get_base64()}", rsa):
        error = refused(sftp(drop, host_key=other))
        assert error.permanent
        assert "key" in error.reason
    # It was told neither name nor password, and got no file.
    assert arrived(drop) == {}
    assert [one.get_username() for one in drop.transports[1:]] == [None] * 3


def test_a_key_file_lets_in_and_a_wrong_secret_does_not(
    drop: Drop, keys: list[paramiko.PKey], tmp_path: Path
) -> None:
    own = tmp_path / "key"
    keys[1].write_private_key_file(str(own))
    by_key = sftp(drop, password=None, key_file=own)
    assert refused(by_key).permanent
    drop.clients.append(keys[1].get_base64())
    assert len(by_key.deliver(FILES)) == len(FILES)
    for wrong in ({"password": "x"}, {"username": "nobody"}):
        error = refused(sftp(drop, **wrong))
        assert error.permanent
        assert "does not let us in" in error.reason
    locked = tmp_path / "locked"
    keys[1].write_private_key_file(str(locked), password="hush")
    (tmp_path / "text").write_text("no key")
    for path in (locked, tmp_path / "text", tmp_path / "gone"):
        error = refused(sftp(drop, password=None, key_file=path))
        assert error.permanent
        assert "cannot be read as a private key" in error.reason


@pytest.mark.parametrize(
    ("what", "status", "permanent"),
    [
        ("open", paramiko.SFTP_PERMISSION_DENIED, True),
        ("open", paramiko.SFTP_NO_SUCH_FILE, True),
        ("open", paramiko.SFTP_FAILURE, False),
        ("write", paramiko.SFTP_FAILURE, False),
        ("posix_rename", paramiko.SFTP_PERMISSION_DENIED, True),
    ],
)
def test_what_a_person_must_correct_is_told_from_what_may_pass(
    drop: Drop, what: str, status: int, permanent: bool
) -> None:
    drop.refuse[what] = status
    assert refused(sftp(drop)).permanent is permanent
    assert not set(arrived(drop)) & {file.name for file in FILES}


def test_a_folder_that_is_not_there_is_permanent_and_a_server_is_not(drop: Drop) -> None:
    assert refused(sftp(drop, path="elsewhere")).permanent
    with socket() as free:
        free.bind(("127.0.0.1", 0))
        assert not refused(sftp(drop, port=free.getsockname()[1])).permanent


def test_a_server_that_says_nothing_is_given_up(drop: Drop) -> None:
    with socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        error = refused(sftp(drop, port=silent.getsockname()[1], timeout=0.3))
    assert not error.permanent
