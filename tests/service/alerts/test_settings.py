"""Settings of alerts: who may be written to, and secrets that are never told."""

from pathlib import Path

import pytest

from queries.alerts import Ways
from queries.errors import UserError
from service.alert_settings import Alerts
from service.configuration import read_settings
from service.settings import Settings

WHOLE = """
alerts:
  destinations: {ops: "json://user:hush@127.0.0.1:99/x", "Room 7": "dingtalk://abcdefabcdef"}
  mail_domains: [Example.org]
  mail_addresses: [boss@elsewhere.example]
  quiet_from: "22:00"
  quiet_until: "07:00"
"""


def read(tmp_path: Path, text: str, **environ: str) -> Alerts:
    path = tmp_path / "config.yaml"
    path.write_text(text, encoding="utf-8")
    return read_settings(path, environ).alerts


def test_what_is_said_becomes_who_may_be_written_to(tmp_path: Path) -> None:
    alerts = read(tmp_path, WHOLE)
    assert alerts.ways(mail=True) == Ways(
        ("ops", "Room 7"), ("example.org",), ("boss@elsewhere.example",), True, True,
        ("22:00", "07:00"),
    )  # fmt: skip
    assert "hush" not in repr(alerts)
    assert "hush" not in alerts.model_dump_json()


def test_nobody_may_be_written_to_by_default() -> None:
    ways = Settings().alerts.ways(mail=True)
    assert not ways.allows("mail:ann@example.org")
    assert not ways.allows("chat:ops")


def test_the_address_of_the_pages_is_one_setting_for_all_letters(tmp_path: Path) -> None:
    path = tmp_path / "config.yaml"
    path.write_text("server: {address: 'https://desk.example.org/arrears/'}", encoding="utf-8")
    assert read_settings(path, {}).server.address == "https://desk.example.org/arrears"
    # An older file that leaves it empty is no mistake.
    assert read(tmp_path, "alerts:\n  address:\n") == Alerts()
    with pytest.raises(UserError, match=r"it is server\.address now"):
        read(tmp_path, "alerts: {address: 'https://desk.example.org'}")
    with pytest.raises(UserError, match="ARREARS_ALERTS__ADDRESS: no such setting"):
        read(tmp_path, "", ARREARS_ALERTS__ADDRESS="https://desk.example.org")


def test_secrets_can_come_from_a_file(tmp_path: Path) -> None:
    secret = tmp_path / "chats"
    secret.write_text("ops: json://user:hush@127.0.0.1/x\n", encoding="utf-8")
    alerts = read(tmp_path, "", ARREARS_ALERTS__DESTINATIONS_FILE=str(secret))
    assert alerts.destinations["ops"].get_secret_value() == "json://user:hush@127.0.0.1/x"


@pytest.mark.parametrize(
    "text",
    [
        "alerts: {destinations: {ops: 'file:///etc/hush'}}",
        "alerts: {destinations: {ops: 'slack://hush'}}",
        "alerts: {destinations: {ops: 'mailto://a:hush@example.org'}}",
        "alerts: {destinations: {ops: 'https://hooks.slack.com/services/hush'}}",
        "alerts: {destinations: {ops: [json://hush]}}",
        "alerts: {destinations: {ops: {url: json://hush}}}",
        "alerts: {destinations: [json://hush]}",
        "alerts: {destinations: json://hush}",
        "alerts: {destinations: {'a/b': json://hush}}",
        "alerts: json://hush",
    ],
)
def test_an_address_that_is_wrong_is_never_told(tmp_path: Path, text: str) -> None:
    with pytest.raises(UserError) as caught:
        read(tmp_path, text)
    assert "hush" not in str(caught.value)
    assert "alerts" in str(caught.value)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("alerts: {quiet_from: '22:00'}", "quiet_from and quiet_until together"),
        ("alerts: {quiet_from: '22:00', quiet_until: '22:00'}", "different"),
        ("alerts: {every_minutes: 0}", "greater than or equal to 1"),
        ("alerts: {mail_domains: ['@example.org']}", "a domain such as example.org"),
        ("alerts: {mail_addresses: [nobody]}", "a mail address"),
        ("server: {address: 'javascript:alert(1)'}", "the address of the pages"),
        ("server: {address: 'https://u:p@example.org'}", "the address of the pages"),
        ("alerts: {destination: {}}", "did you mean 'destinations'"),
    ],
)
def test_what_cannot_be_meant_is_refused(tmp_path: Path, text: str, told: str) -> None:
    with pytest.raises(UserError, match=told):
        read(tmp_path, text)
