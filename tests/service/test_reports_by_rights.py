"""One run of a report to everybody: each gets their own figures, and what cannot leave is told."""

import re
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import timedelta
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path

import openpyxl
import paramiko
import pytest
from click.testing import Result
from pypdf import PdfReader

from queries import Answers
from queries.desk import Desk, open_desk
from queries.rights import Scope
from reports.smtp import Smtp
from service.configuration import read_settings
from service.mailing import deliver_waiting
from service.wiring import make_answers
from tests.dashboard.personas import PASSWORD, foreign
from tests.reports.test_sending import Sink, sink  # noqa: F401 (a fixture)
from tests.service.conftest import NOW, House, told
from tests.service.test_serving import settings_of
from tests.support.sftp import PASSWORD as DROP_PASSWORD
from tests.support.sftp import Drop, serving

T1 = Scope("teams", ("T1",))
CONFIG = """
reports:
  weekly:
    recipients: [cy@example.org, ann@example.org, gone@example.org]
    sftp: {{host: 127.0.0.1, port: {drop.port}, path: in, username: desk, password: {password},
           host_key: "{key}"}}
server: {{address: "https://desk.example.org/arrears"}}
smtp: {{host: 127.0.0.1, port: {port}, security: none, sender: Arrears <desk@example.org>}}
"""


@pytest.fixture
def drop(tmp_path: Path) -> Iterator[Drop]:
    (tmp_path / "drop/in").mkdir(parents=True)
    with serving(Drop(tmp_path / "drop", paramiko.ECDSAKey.generate())) as made:
        yield made


@dataclass(frozen=True)
class Place:
    """A house with its mail server and its drop."""

    house: House
    server: Sink
    drop: Drop

    def run(self, *arguments: str, **environ: str) -> Result:
        return self.house.run(*arguments, environ=environ)

    @property
    def folder(self) -> Path:
        return self.house.folder


@pytest.fixture
def place(house: House, sink: tuple[Sink, Smtp], drop: Drop) -> Place:  # noqa: F811
    text = CONFIG.format(
        drop=drop, password=DROP_PASSWORD, key=drop.host_key.fingerprint, port=sink[1].port
    )
    (house.folder / "config.yaml").write_text(text, encoding="utf-8")
    with closing(desk_of(house)) as desk:
        for name, mail in (("ann", "ann@example.org"), ("bo", ""), ("lea", "lea@example.org")):
            desk.add_person(name, "manager", T1, password=PASSWORD, by="test", now=NOW, mail=mail)
            desk.subscribe(desk.account(name).person, "weekly", "en", now=NOW)
        desk.change_person("lea", by="test", now=NOW, standing=("lead", T1))
        desk.decline("weekly", "gone@example.org", now=NOW)
    return Place(house, sink[0], drop)


def desk_of(house: House) -> Desk:
    return open_desk(f"sqlite:///{house.folder}/var/desk.db")


def letters(server: Sink) -> dict[str, EmailMessage]:
    return {
        one.rcpt_tos[0]: message_from_bytes(bytes(one.content or b""), policy=default)  # type: ignore[misc]
        for one in server.kept
    }


def all_text(message: EmailMessage, folder: Path) -> str:
    """Everything that can be read in a letter and in its files."""
    parts = [str(message["Subject"])]
    for part in message.walk():
        name = part.get_filename() or ""
        if part.get_content_type().startswith("text/"):
            parts.append(part.get_content())
        elif name.endswith((".pdf", ".xlsx")):
            path = folder / name
            path.write_bytes(part.get_content())
            parts += pages(path) if name.endswith(".pdf") else cells(path)
    return "\n".join(parts)


def pages(path: Path) -> list[str]:
    return [page.extract_text() for page in PdfReader(path).pages]


def cells(path: Path) -> list[str]:
    with closing(openpyxl.load_workbook(path, read_only=True)) as book:
        rows = [row for sheet in book for row in sheet.iter_rows(values_only=True)]
    return [str(cell) for row in rows for cell in row if cell is not None]


@pytest.mark.slow
def test_each_gets_the_figures_of_their_own_rights_or_nothing(place: Place, tmp_path: Path) -> None:
    """While the mail server is away the letters wait, and rights change."""
    failed = place.run("report", "send", "weekly", ARREARS_SMTP__PORT="1")
    assert "2 of 4 deliveries of the weekly report failed" in failed.stderr
    # The drop has what the folder has.
    files = {path.name: path.read_bytes() for path in (place.drop.folder / "in").iterdir()}
    outbox = {path.name: path.read_bytes() for path in (place.folder / "var/outbox").iterdir()}
    assert files == outbox
    assert len(files) == 4

    with closing(desk_of(place.house)) as desk:
        nobody_gets_what_they_may_not_see_any_more(place, desk)
        desk.change_person("ann", by="test", now=NOW, standing=("manager", T1))
        desk.want_again("weekly", "cy@example.org", now=NOW, by="test")
        (line,) = told(place.run("report", "send", "weekly"))
        assert line.startswith("Sent to cy@example.org; ann@example.org.")
        assert "lea@example.org gets nothing: the role lead may not receive it." in line
        assert "bo gets nothing: they have no mail address here." in line
        assert "gone@example.org gets nothing: they have unsubscribed." in line
        got = letters(place.server)
        assert_links_lead_where_they_say(desk, got["ann@example.org"])
    (tmp_path / "read").mkdir()
    with closing(make_answers(settings_of(place.house))) as answers:
        assert_rights_are_kept(
            answers, {to: all_text(one, tmp_path / "read") for to, one in got.items()}
        )
    assert "Everybody has it already" in told(place.run("report", "send", "weekly"))[0]


def nobody_gets_what_they_may_not_see_any_more(place: Place, desk: Desk) -> None:
    desk.change_person("ann", by="test", now=NOW, standing=("manager", Scope("teams", ("T2",))))
    desk.decline("weekly", "cy@example.org", now=NOW)
    figures = {"ARREARS_STORE__FOLDER": f"{place.folder}/var/figures"}
    settings = read_settings(place.folder / "config.yaml", figures)
    done = deliver_waiting(settings, desk, lambda: NOW + timedelta(minutes=30))
    assert done.detail == "Deliveries: 2 withheld."
    assert place.server.kept == []
    reasons = {one.recipient: one.detail for one in desk.deliveries() if one.channel == "smtp"}
    assert reasons["ann@example.org"] == "they may not see these figures any more"
    assert reasons["cy@example.org"] == "they have unsubscribed"
    (ann,) = desk.deliveries(recipient="ann@example.org")
    assert [event.outcome for event in desk.delivery_events(ann.id)] == ["waiting", "withheld"]
    assert ann.sent_at is None


def assert_rights_are_kept(answers: Answers, texts: dict[str, str]) -> None:
    names = foreign(answers, T1)
    assert names
    # The same look finds them where they may be.
    assert any(name in texts["cy@example.org"] for name in names)
    for name in names:
        assert name not in texts["ann@example.org"]
    assert answers.members("team")["T1"] in texts["ann@example.org"]


def assert_links_lead_where_they_say(desk: Desk, message: EmailMessage) -> None:
    (word,) = re.findall(
        r"^<https://desk\.example\.org/arrears/unsubscribe/(\S+)>$", message["List-Unsubscribe"]
    )
    html = next(p for p in message.walk() if p.get_content_type() == "text/html").get_content()
    assert f"/unsubscribe/{word}" in html
    key = desk.seal().key(word)
    assert key is not None
    assert desk.letter_with(key) == ("weekly", "ann@example.org", "en")
    (edition,) = [one for one in desk.editions() if one.issue.scope == T1]
    assert message["X-Arrears-Edition"].replace("-", "") == edition.code


def test_who_unsubscribed_can_be_taken_up_again(place: Place) -> None:
    wrong = place.run("report", "resume", "weekly", "nobody@example.org")
    assert wrong.exit_code == 2
    assert "has not unsubscribed" in wrong.stderr
    assert "no report 'wekly'" in place.run("report", "resume", "wekly", "gone@example.org").stderr
    (line,) = told(place.run("report", "resume", "weekly", "Gone@example.org"))
    assert "gets the weekly report again" in line
    with closing(desk_of(place.house)) as desk:
        assert desk.declined("weekly") == {}
    listed = "\n".join(told(place.run("report", "list")))
    assert "ann@example.org (en), teams T1" in listed
    assert "cy@example.org (en), everything" in listed
    assert "gone@example.org (en), everything" in listed
    assert "lea@example.org (en), gets nothing: the role lead may not receive it" in listed
    assert "sftp://desk@127.0.0.1" in listed
    assert DROP_PASSWORD not in listed
