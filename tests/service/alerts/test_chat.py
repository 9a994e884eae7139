"""Letters to chats: which services there are, and what certainly did not arrive."""

import logging
import sys
from collections.abc import Iterator
from importlib import import_module
from socket import socket

import pytest

from queries.errors import UserError
from reports.failures import DeliveryError
from service.chat import Chats, _Listening
from service.chat_services import PLUGINS, plugin_of
from tests.service.alerts.gateway import Gateway, gateway


@pytest.fixture
def sink() -> Iterator[Gateway]:
    with gateway() as made:
        yield made


def refused(sink: Gateway, answer: object) -> DeliveryError:
    sink.answers = [answer]  # type: ignore[list-item]
    with pytest.raises(DeliveryError) as caught:
        Chats({"ops": sink.address}).deliver("ops", "Subject", "Text")
    assert "hush" not in caught.value.reason
    return caught.value


def test_a_letter_arrives_as_it_was_written(sink: Gateway) -> None:
    chats = Chats({"ops": sink.address})
    chats.deliver("ops", "兑现率 <low>", "第一行\nsecond & last")
    chats.deliver("ops", "again", "x")
    assert [(one["title"], one["message"]) for one in sink.heard] == [
        ("兑现率 <low>", "第一行\nsecond & last"), ("again", "x"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("answer", "permanent", "unknown"),
    [
        (500, False, False), (503, False, False), (429, False, False), (404, True, False),
        (403, True, False), (302, True, False), (504, False, True), (502, False, True),
        (None, False, True), ((200, '{"errcode": 310000, "errmsg": "keyword"}'), False, False),
        ((200, '{"code": 19024}'), False, False),
    ],
)  # fmt: skip
def test_what_a_service_answers_decides_what_follows(
    sink: Gateway, answer: object, permanent: bool, unknown: bool
) -> None:
    error = refused(sink, answer)
    assert (error.permanent, error.unknown) == (permanent, unknown)
    # A redirect is not followed to where nobody allowed it to go.
    assert sink.paths == ["/hook"]


@pytest.mark.parametrize("body", ["", "ok", "[1]", "null", '{"errcode": 0}', '{"code": "x"}'])
def test_any_other_answer_200_is_a_yes(sink: Gateway, body: str) -> None:
    sink.answers = [(200, body)]
    assert Chats({"ops": sink.address}).deliver("ops", "a", "b") == ""


def test_where_no_connection_ever_stood_nothing_has_arrived() -> None:
    with socket() as free:
        free.bind(("127.0.0.1", 0))
        address = f"json://127.0.0.1:{free.getsockname()[1]}/hush"
    with pytest.raises(DeliveryError, match="cannot be reached") as caught:
        Chats({"ops": address}).deliver("ops", "a", "b")
    assert (caught.value.permanent, caught.value.unknown) == (False, False)
    assert "hush" not in caught.value.reason


def test_a_service_that_is_slow_to_answer_may_have_it(sink: Gateway) -> None:
    class Slow(list):  # type: ignore[type-arg]
        def append(self, one: object) -> None:
            import time

            super().append(one)
            time.sleep(0.4)

    sink.heard = Slow()
    with pytest.raises(DeliveryError) as caught:
        Chats({"ops": sink.address + "?rto=0.1"}).deliver("ops", "a", "b")
    assert caught.value.unknown


def test_a_letter_of_which_a_part_was_taken_is_not_sent_again(sink: Gateway) -> None:
    sink.answers = [200, 500]
    chats = Chats({"ops": sink.address + "?overflow=split"})
    with pytest.raises(DeliveryError, match="part") as caught:
        chats.deliver("ops", "a", "long " * 9_000)
    assert caught.value.unknown


def test_a_chat_that_is_not_configured_any_more_gets_nothing() -> None:
    with pytest.raises(DeliveryError, match="not configured") as caught:
        Chats({}).deliver("ops", "a", "b")
    assert caught.value.permanent


@pytest.mark.parametrize(
    "address",
    [
        "file:///etc/passwd", "syslog://hush", "macosx://", "dbus://", "gnome://", "windows://",
        "mailto://user:hush@example.org", "http://example.org/hush", "https://example.org/hush",
        "exec://rm", "apprise://h/hush", "config://hush", "xml://h/hush", "ssh://h", "", "hush",
        "://", "json", "slack:hush",
    ],
)  # fmt: skip
def test_services_that_are_not_allowed_are_refused(address: str) -> None:
    with pytest.raises(UserError, match="no service that is allowed") as caught:
        plugin_of(address)
    assert "hush" not in str(caught.value)
    assert "slack://" in caught.value.expected


@pytest.mark.parametrize("address", ["slack://hush", "dingtalk://", "tgram://hush", "json://"])
def test_addresses_that_their_service_cannot_read_are_refused(address: str) -> None:
    with pytest.raises(UserError, match="cannot be read") as caught:
        plugin_of(address)
    assert "hush" not in str(caught.value)


def test_only_modules_of_allowed_services_are_ever_imported() -> None:
    plugin_of("json://localhost")
    loaded = {name.rpartition(".")[2] for name in sys.modules if "apprise.plugins." in name}
    for name in ("syslog", "dbus", "macosx", "email", "custom_xml", "windows", "ssh"):
        assert name not in loaded


@pytest.mark.parametrize("scheme", sorted(PLUGINS))
def test_every_allowed_service_is_known_to_apprise_and_can_be_listened_to(scheme: str) -> None:
    module_name, class_name = PLUGINS[scheme]
    module = import_module(f"apprise.plugins.{module_name}")
    kind = getattr(module, class_name)
    known: list[str] = []
    for names in (kind.protocol, kind.secure_protocol):
        known += [names] if isinstance(names, str) else [*(names or ())]
    assert scheme in known
    assert callable(module.requests.post)
    assert kind.send.__globals__ is vars(module)


def test_nothing_of_an_address_is_logged(sink: Gateway, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        sink.answers = [500, 200]
        chats = Chats({"ops": sink.address})
        with pytest.raises(DeliveryError):
            chats.deliver("ops", "a", "b")
        chats.deliver("ops", "a", "b")
    assert "hush" not in caplog.text


def test_who_does_not_send_letters_is_not_listened_to(sink: Gateway) -> None:
    Chats({"ops": sink.address}).deliver("ops", "a", "b")
    requests = import_module("apprise.plugins.custom_json").requests
    assert isinstance(requests, _Listening)
    assert requests.post(f"http://127.0.0.1:{sink.port}/", json={}).status_code == 200
    assert requests.codes.ok == 200
