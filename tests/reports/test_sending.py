import errno
import os
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from email.policy import default
from pathlib import Path
from socket import socket

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from queries.desk import Channel, Delivery, Desk
from queries.rights import EVERYTHING, NOTHING
from reports import (
    ByMail,
    Delivering,
    Folder,
    NotAllSentError,
    Order,
    Outcome,
    Reader,
    Report,
    Smtp,
    ToFolders,
    Way,
    named,
    pdf,
    preview,
    send,
    thaw,
    workbook,
)
from reports.failures import DeliveryError
from reports.mail import Attachment
from tests.reports.fake import WEEK, FakeAnswers

NOW = datetime(2026, 11, 23, 7, 30, tzinfo=UTC)
READERS = (
    Reader("a@example.org", "smtp", "en", EVERYTHING),
    Reader("b@example.org", "smtp", "zh_Hans_CN", EVERYTHING),
)


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


@pytest.fixture(autouse=True, scope="module")
def _each_file_is_written_once() -> Iterator[None]:
    """The same figures make the same bytes (test_pdf.py, test_workbook.py), so once is enough."""
    with pytest.MonkeyPatch.context() as patch:
        for module in (pdf, workbook):
            patch.setattr(module, "render", remembered(module.render))
        yield


def remembered(render: Callable[[Report], bytes]) -> Callable[[Report], bytes]:
    known: dict[tuple[str, str, str], bytes] = {}

    def once(report: Report) -> bytes:
        key = (report.frozen.digest(), report.language.locale, repr(report.cards))
        if key not in known:
            known[key] = render(report)
        return known[key]

    return once


def outcomes(desk: Desk) -> dict[str, str]:
    return {one.recipient: one.outcome for one in desk.deliveries("weekly")}


def order(*readers: Reader, **changed: object) -> Order:
    return replace(Order(named("weekly"), WEEK, readers, NOW), **changed)  # type: ignore[arg-type]


def by_mail(*names: str) -> list[Reader]:
    return [Reader(name, "smtp", "en", EVERYTHING) for name in names]


def sending(
    desk: Desk, smtp: Smtp | None, *readers: Reader, at: datetime = NOW, folder: Path | None = None
) -> Outcome:
    """Sends the weekly report to readers; a folder is known as "out"."""
    ways: dict[Channel, Way] = {}
    if folder is not None:
        ways["folder"] = ToFolders({"out": Folder(folder)})
    if smtp is not None:
        ways["smtp"] = ByMail(smtp)
    return send(answers(), desk, order(*readers, now=at), ways, lambda: at)


def test_each_reader_gets_it_once_in_their_language(
    sink: tuple[Sink, Smtp], desk: Desk, tmp_path: Path
) -> None:
    server, smtp = sink
    readers = [*READERS, Reader("out", "folder", "en", EVERYTHING)]
    outcome = sending(desk, smtp, *readers, folder=tmp_path / "out")
    assert [one.outcome for one in outcome.sent] == ["sent"] * 3
    assert [one.rcpt_tos for one in server.kept] == [["a@example.org"], ["b@example.org"]]
    assert b"arrears-weekly-2026-W47-zh-Hans.pdf" in bytes(server.kept[1].content or b"")
    assert set(outcomes(desk).values()) == {"sent"}
    assert len(desk.editions()) == 1

    assert sending(desk, smtp, *readers, folder=tmp_path / "out").sent == []
    assert len(server.kept) == 2


def test_what_leaves_is_what_was_proven_and_kept(
    sink: tuple[Sink, Smtp], desk: Desk, tmp_path: Path
) -> None:
    server, smtp = sink
    out = Reader("out", "folder", "en", EVERYTHING)
    sending(desk, smtp, READERS[0], out, folder=tmp_path)
    (edition,) = desk.editions()
    kept = {one.name: desk.file(one.id) for one in desk.files_of(edition.id)}
    message = message_from_bytes(bytes(server.kept[0].content or b""), policy=default)
    attached = {one.get_filename(): one.get_content() for one in message.iter_attachments()}
    assert len(attached) == 2
    for name, content in attached.items():
        file = kept[str(name)]
        assert file is not None
        assert file.content == content == (tmp_path / str(name)).read_bytes()
    figures = (tmp_path / "arrears-weekly-2026-W47-en.json").read_bytes()
    assert figures == desk.frozen_of(edition.id)
    assert thaw(figures).code.replace("-", "") == edition.code
    assert thaw(figures).to_json() == figures


def test_one_bad_address_stops_nobody_and_the_run_ends_red(
    sink: tuple[Sink, Smtp], desk: Desk
) -> None:
    server, smtp = sink
    names = ("nobody@example.org", "not an address", "later@example.org", "good@example.org")
    with pytest.raises(NotAllSentError, match="3 of 4") as error:
        sending(desk, smtp, *by_mail(*names))
    assert [one.rcpt_tos[0] for one in server.kept] == ["good@example.org"]
    assert "550 no such user" in str(error.value)
    assert outcomes(desk) == {
        names[0]: "failed", names[1]: "failed", names[2]: "waiting", names[3]: "sent",
    }  # fmt: skip


def test_what_could_not_leave_is_tried_again_after_a_pause_until_it_is_given_up(
    sink: tuple[Sink, Smtp], desk: Desk
) -> None:
    server, smtp = sink
    with pytest.raises(NotAllSentError):
        sending(desk, smtp, *by_mail("later@example.org", "good@example.org"))
    tries = []
    for minute in range(26 * 60):
        at = NOW + timedelta(minutes=minute)
        if Delivering(desk, {"smtp": ByMail(smtp)}, lambda at=at: at).due():
            tries.append(minute)
    assert tries[:6] == [1, 6, 21, 51, 111, 171]
    assert 24 * 60 - 60 < tries[-1] <= 24 * 60
    assert outcomes(desk) == {"later@example.org": "failed", "good@example.org": "sent"}
    assert len(server.kept) == 1
    (late,) = desk.deliveries(recipient="later@example.org")
    told = [event.outcome for event in desk.delivery_events(late.id)]
    assert told == ["waiting"] * len(tries) + ["failed"]


def test_a_second_run_tries_those_who_failed_and_leaves_the_others_alone(
    sink: tuple[Sink, Smtp], desk: Desk
) -> None:
    server, smtp = sink
    readers = by_mail("nobody@example.org", "good@example.org")
    with pytest.raises(NotAllSentError, match="1 of 2"):
        sending(desk, smtp, *readers)
    with pytest.raises(NotAllSentError, match="1 of 1"):
        sending(desk, smtp, *readers)
    assert len(server.kept) == 1


def test_a_letter_that_may_have_left_is_not_sent_again(sink: tuple[Sink, Smtp], desk: Desk) -> None:
    with pytest.raises(NotAllSentError, match="connection broke"):
        sending(desk, sink[1], *by_mail("cut@example.org"))
    assert outcomes(desk) == {"cut@example.org": "unknown"}
    assert sending(desk, sink[1], *by_mail("cut@example.org")).sent == []


def test_a_server_that_is_not_there_is_a_failure_to_be_tried_again(desk: Desk) -> None:
    smtp = Smtp("127.0.0.1", 9, "none", timeout=2)
    with pytest.raises(NotAllSentError, match="cannot be reached"):
        sending(desk, smtp, *READERS[:1])
    assert outcomes(desk) == {"a@example.org": "waiting"}


def test_who_joins_later_gets_the_edition_that_the_others_have(
    sink: tuple[Sink, Smtp], desk: Desk
) -> None:
    server, smtp = sink
    sending(desk, smtp, READERS[0])
    sending(desk, smtp, *READERS)
    assert len(desk.editions()) == 1
    codes = [re.findall(rb"[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}", bytes(one.content or b""))[0]
             for one in server.kept]  # fmt: skip
    assert codes[0] == codes[1]
    assert b"zh-Hans.pdf" in bytes(server.kept[1].content or b"")


def test_who_may_see_nothing_gets_nothing_and_the_run_says_so(
    sink: tuple[Sink, Smtp], desk: Desk
) -> None:
    nobody = Reader("c@example.org", "smtp", "en", NOTHING, "no scope")
    outcome = sending(desk, sink[1], READERS[0], nobody)
    assert outcome.issued.withheld == {"c@example.org": "no scope"}
    assert outcomes(desk) == {"a@example.org": "sent", "c@example.org": "withheld"}
    assert [one.rcpt_tos for one in sink[0].kept] == [["a@example.org"]]


def test_what_there_is_an_objection_to_is_withheld_and_no_failure(
    sink: tuple[Sink, Smtp], desk: Desk
) -> None:
    def objection(delivery: Delivery) -> str:
        return "not theirs any more" if delivery.recipient == "a@example.org" else ""

    ways: dict[Channel, Way] = {"smtp": ByMail(sink[1])}
    outcome = send(answers(), desk, order(*READERS), ways, lambda: NOW, objection)
    assert outcome.whole
    assert outcomes(desk) == {"a@example.org": "withheld", "b@example.org": "sent"}
    (kept,) = desk.deliveries(recipient="a@example.org")
    assert (kept.detail, kept.sent_at) == ("not theirs any more", None)
    assert [one.outcome for one in desk.delivery_events(kept.id)] == ["withheld"]
    # It is nothing that waits, and waits again when the next run finds that they may.
    assert Delivering(desk, ways, lambda: NOW + timedelta(hours=2)).due() == []
    assert len(sending(desk, sink[1], *READERS).sent) == 1
    assert [one.rcpt_tos for one in sink[0].kept] == [["b@example.org"], ["a@example.org"]]


def test_an_objection_that_breaks_leaves_what_waits_waiting(
    sink: tuple[Sink, Smtp], desk: Desk
) -> None:
    def broken(_: Delivery) -> str:
        raise LookupError

    ways: dict[Channel, Way] = {"smtp": ByMail(sink[1])}
    with pytest.raises(LookupError):
        send(answers(), desk, order(READERS[0]), ways, lambda: NOW, broken)
    assert sink[0].kept == []
    later = Delivering(desk, ways, lambda: NOW + timedelta(minutes=11)).due()
    assert [one.outcome for one in later] == ["sent"]


def test_a_difference_stops_an_edition_before_anybody_waits_for_it(
    sink: tuple[Sink, Smtp], desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    right = pdf.render
    monkeypatch.setattr(pdf, "render", lambda report: right(_other(report)))
    with pytest.raises(NotAllSentError, match="the card collected"):
        sending(desk, sink[1], *READERS, Reader("out", "folder", "en", EVERYTHING))
    assert desk.deliveries() == []
    assert desk.editions() == []
    assert sink[0].kept == []


def _other(report):
    first = report.cards[0]
    wrong = replace(first, figure=replace(first.figure, text="¥1"))
    return replace(report, cards=[wrong, *report.cards[1:]])


def test_preview_writes_whole_files_of_one_edition(tmp_path: Path) -> None:
    paths = preview(order(), answers(), tmp_path, locales=("en", "zh_Hans_CN"))
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
    with pytest.raises(NotAllSentError, match="takes no files"):
        sending(desk, None, Reader("out", "folder", "en", EVERYTHING), folder=tmp_path / "file")
    assert outcomes(desk) == {"out": "waiting"}


def test_a_way_that_the_configuration_has_no_more_is_no_crash(desk: Desk, tmp_path: Path) -> None:
    gone = Reader("gone", "folder", "en", EVERYTHING)
    with pytest.raises(NotAllSentError, match="no such folder any more"):
        sending(desk, None, gone, folder=tmp_path)
    with pytest.raises(NotAllSentError, match="no way to smtp"):
        sending(desk, None, READERS[0])
    assert set(outcomes(desk).values()) == {"failed"}
