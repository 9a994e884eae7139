"""Who gets a report, as the configuration may say it."""

from pathlib import Path

import pytest

from queries.errors import UserError
from queries.rights import EVERYTHING, Scope
from service.configuration import read_settings
from service.recipient_settings import Recipient
from service.report_settings import Report

KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIHV2yCZ3uGx2yq1mUu0HhBaR1rTzQ1hQZ3fJcYt3Xo5S"
DROP = f"{{host: drop.example.org, path: in, username: desk, password: hush, host_key: '{KEY}'}}"


def weekly(tmp_path: Path, text: str, **environ: str) -> Report:
    path = tmp_path / "config.yaml"
    path.write_text(f"reports: {{weekly: {{{text}}}}}", encoding="utf-8")
    return read_settings(path, environ).reports.weekly


def recipients(tmp_path: Path, text: str) -> tuple[Recipient, ...]:
    return weekly(tmp_path, f"recipients: [{text}]").recipients


def refusal(tmp_path: Path, text: str, **environ: str) -> str:
    with pytest.raises(UserError) as caught:
        weekly(tmp_path, text, **environ)
    return str(caught.value)


@pytest.mark.parametrize(
    ("text", "scope"),
    [
        ("a@b.c", EVERYTHING),
        ("{address: a@b.c}", EVERYTHING),
        ("{address: a@b.c, scope: everything}", EVERYTHING),
        ("{address: a@b.c, scope: {teams: [T2, T1, ' T2 ']}}", Scope("teams", ("T1", "T2"))),
        ("{address: a@b.c, scope: {departments: [Retail]}}", Scope("departments", ("Retail",))),
    ],
)
def test_a_recipient_gets_everything_or_what_is_said(
    tmp_path: Path, text: str, scope: Scope
) -> None:
    (one,) = recipients(tmp_path, text)
    assert one.limit() == scope


@pytest.mark.parametrize(
    ("scope", "told"),
    [
        ("all", "given 'all', expected everything, or {teams: [T1]}, or {departments: [Retail]}"),
        ("{}", "expected everything, or {teams: [T1]}"),
        ("{teams: []}", "expected everything, or {teams: [T1]}"),
        ("{teams: [' ']}", "expected everything, or {teams: [T1]}"),
        ("{teams: [T1], departments: [Retail]}", "expected everything, or {teams: [T1]}"),
        ("{team: [T1]}", "no such setting"),
        ("", "expected everything, or {teams: [T1]}"),
        ("[T1]", "expected everything, or {teams: [T1]}"),
        ("{agent: [A1]}", "no such setting"),
    ],
)
def test_a_scope_that_says_nothing_is_refused(tmp_path: Path, scope: str, told: str) -> None:
    """It must never be taken for everything."""
    message = refusal(tmp_path, f"recipients: [{{address: a@b.c, scope: {scope}}}]")
    assert "reports.weekly.recipients.0.scope" in message
    assert told in message


def test_a_drop_is_whole_and_its_secret_is_told_nowhere(tmp_path: Path) -> None:
    drop = weekly(tmp_path, f"sftp: {DROP}").sftp
    assert drop is not None
    assert (drop.port, drop.host_key) == (22, KEY)
    assert "hush" not in repr(drop)
    secret = tmp_path / "word"
    secret.write_text("from a file\n", encoding="utf-8")
    given = {"ARREARS_REPORTS__WEEKLY__SFTP__PASSWORD_FILE": str(secret)}
    drop = weekly(tmp_path, f"sftp: {DROP}", **given).sftp
    assert drop is not None
    assert drop.password is not None
    assert drop.password.get_secret_value() == "from a file"
    assert weekly(tmp_path, "").sftp is None


@pytest.mark.parametrize(
    "key",
    [KEY, f"{KEY} desk@drop", "SHA256:" + "x" * 43],
)
def test_a_server_is_named_by_its_key(tmp_path: Path, key: str) -> None:
    drop = weekly(tmp_path, f"sftp: {DROP}".replace(KEY, key)).sftp
    assert drop is not None
    assert drop.host_key == " ".join(key.split()[:2])


@pytest.mark.parametrize(
    "key",
    ["", "yes", "drop.example.org " + KEY, "ssh-dss AAAA", KEY[:-3], KEY.replace("ed25519", "rsa"),
     "MD5:" + "x" * 43, "SHA256:short"],
)  # fmt: skip
def test_a_key_that_is_none_is_refused(tmp_path: Path, key: str) -> None:
    message = refusal(tmp_path, f"sftp: {DROP}".replace(KEY, key))
    assert "reports.weekly.sftp.host_key" in message
    assert "ssh-keyscan" in message
    assert "hush" not in message


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (("password: hush", "port: 22"), "password or key_file, one of them"),
        (("password: hush", "password: hush, key_file: k"), "password or key_file, one of them"),
        (("path: in", "path: ''"), "sftp.path"),
        (("host: drop.example.org", "port: 0"), "sftp.port"),
    ],
)
def test_half_a_drop_is_refused(tmp_path: Path, change: tuple[str, str], told: str) -> None:
    message = refusal(tmp_path, f"sftp: {DROP}".replace(*change))
    assert told in message
    assert "hush" not in message
