import errno
import os
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from socket import socket

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from queries.desk import Desk
from reports import (
    Folder,
    NotAllSentError,
    ProofError,
    Recipient,
    Smtp,
    pdf,
    preview,
    send,
    thaw,
)
from reports.failures import DeliveryError
from reports.mail import Attachment
from reports.sending import Mailing
from tests.reports.fake import FakeAnswers

NOW = datetime(2026, 11, 23, 7, 30, tzinfo=UTC)
READERS = (Recipient("a@example.org"), Recipient("b@example.org", "zh_Hans_CN"))


def answers() -> FakeAnswers:
    """A small source, so that its report is written quickly."""
    return FakeAnswers(without=("promises", "contacts"))


class Sink:
    """A mail server that keeps what it gets. It refuses two names and breaks off at a third."""

    def __init__(self) -> None:
        self.kept: list[Envelope] = []

    async def handle_RCPT(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list
    ) -> str:
        if address.startswith("nobody"):
            return "550 no such user"
        if address.startswith("later"):
            return "451 try again later"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope
    ) -> str:
        if envelope.rcpt_tos[0].startswith("cut"):
            assert server.transport is not None
            server.transport.close()
            return "421 gone"
        self.kept.append(envelope)
        return "250 OK"


@pytest.fixture
def sink() -> Iterator[tuple[Sink, Smtp]]:
    sink = Sink()
    with socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    controller = Controller(sink, hostname="127.0.0.1", port=port)
    controller.start()
    yield sink, Smtp("127.0.0.1", port, "none", sender="Arrears <arrears@example.org>", timeout=5)
    controller.stop()


def outcomes(desk: Desk) -> dict[str, str]:
    return {one.recipient: one.outcome for one in desk.deliveries("weekly")}


def test_each_reader_gets_it_once_in_their_language(
    sink: tuple[Sink, Smtp], desk: Desk, tmp_path: Path
) -> None:
    server, smtp = sink
    mailing = Mailing(Folder(tmp_path / "out"), smtp, READERS, ("en",))
    sent = send("weekly", answers(), desk, mailing, now=NOW)
    assert [one.outcome for one in sent] == ["sent"] * 3
    assert [one.rcpt_tos for one in server.kept] == [["a@example.org"], ["b@example.org"]]
    assert b"arrears-weekly-2026-W47-zh-Hans.pdf" in bytes(server.kept[1].content or b"")
    assert set(outcomes(desk).values()) == {"sent"}

    assert send("weekly", answers(), desk, mailing, now=NOW) == []
    assert len(server.kept) == 2


def test_one_bad_address_stops_nobody_and_the_run_ends_red(
    sink: tuple[Sink, Smtp], desk: Desk
) -> None:
    server, smtp = sink
    names = ("nobody@example.org", "not an address", "later@example.org", "good@example.org")
    mailing = Mailing(None, smtp, [Recipient(name) for name in names])
    with pytest.raises(NotAllSentError, match="3 of 4") as error:
        send("weekly", answers(), desk, mailing, now=NOW)
    assert [one.rcpt_tos[0] for one in server.kept] == ["good@example.org"]
    assert "550 no such user" in str(error.value)
    assert outcomes(desk) == dict.fromkeys(names[:3], "failed") | {"good@example.org": "sent"}


def test_what_failed_is_tried_again_and_the_others_are_left_alone(
    sink: tuple[Sink, Smtp], desk: Desk
) -> None:
    server, smtp = sink
    good, late = Recipient("good@example.org"), Recipient("later@example.org")
    with pytest.raises(NotAllSentError):
        send("weekly", answers(), desk, Mailing(None, smtp, (good, late)), now=NOW)
    with pytest.raises(NotAllSentError, match="1 of 1"):
        send("weekly", answers(), desk, Mailing(None, smtp, (good, late)), now=NOW)
    assert len(server.kept) == 1


def test_a_letter_that_may_have_left_is_not_sent_again(sink: tuple[Sink, Smtp], desk: Desk) -> None:
    mailing = Mailing(None, sink[1], (Recipient("cut@example.org"),))
    with pytest.raises(NotAllSentError, match="connection broke"):
        send("weekly", answers(), desk, mailing, now=NOW)
    assert outcomes(desk) == {"cut@example.org": "unknown"}
    assert send("weekly", answers(), desk, mailing, now=NOW) == []


def test_a_server_that_is_not_there_is_a_failure_to_be_tried_again(desk: Desk) -> None:
    smtp = Smtp("127.0.0.1", 9, "none", timeout=2)
    with pytest.raises(NotAllSentError, match="cannot be reached"):
        send("weekly", answers(), desk, Mailing(None, smtp, READERS[:1]), now=NOW)
    assert outcomes(desk) == {"a@example.org": "failed"}


def test_a_difference_stops_everything_before_anything_is_claimed(
    sink: tuple[Sink, Smtp], desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    right = pdf.render
    monkeypatch.setattr(pdf, "render", lambda report: right(_other(report)))
    mailing = Mailing(Folder(tmp_path / "out"), sink[1], READERS)
    with pytest.raises(ProofError, match="the card collected"):
        send("weekly", answers(), desk, mailing, now=NOW)
    assert desk.deliveries() == []
    assert sink[0].kept == []
    assert not (tmp_path / "out").exists()


def _other(report):
    from dataclasses import replace

    first = report.cards[0]
    wrong = replace(first, figure=replace(first.figure, text="¥1"))
    return replace(report, cards=[wrong, *report.cards[1:]])


def test_preview_writes_whole_files_of_one_edition(tmp_path: Path) -> None:
    paths = preview("weekly", answers(), tmp_path, locales=("en", "zh_Hans_CN"))
    assert sorted(path.name for path in paths) == sorted(path.name for path in tmp_path.iterdir())
    assert [path.name for path in paths] == [
        f"arrears-weekly-2026-W47-{locale}.{ending}"
        for locale in ("en", "zh-Hans")
        for ending in ("pdf", "xlsx", "html", "json")
    ]
    english, chinese = (thaw(path.read_bytes()) for path in paths if path.suffix == ".json")
    assert english == chinese
    assert b"cid:" not in paths[2].read_bytes()


def test_a_file_that_the_disk_has_no_room_for_leaves_nothing_behind(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(descriptor: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(DeliveryError, match="No space left"):
        Folder(tmp_path).deliver([Attachment("report.pdf", b"pages", "application", "pdf")])
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_cannot_be_written_is_a_failed_delivery(desk: Desk, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    mailing = Mailing(Folder(tmp_path / "file"))
    with pytest.raises(NotAllSentError, match="takes no files"):
        send("weekly", answers(), desk, mailing, now=NOW)
