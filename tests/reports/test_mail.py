from datetime import UTC, datetime
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import SMTP, default
from html.parser import HTMLParser

import pytest

from reports import Report, mail
from tests.reports.conftest import Make

NOW = datetime(2026, 11, 23, 7, 30, tzinfo=UTC)


class Tags(HTMLParser):
    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))


@pytest.fixture(scope="module")
def letter(awkward: Report) -> mail.Letter:
    return mail.write(awkward, b"%PDF", b"PK")


def received(letter: mail.Letter, to: str = "王 <wang@example.org>") -> EmailMessage:
    """What arrives at the other end."""
    message = mail.address(letter, "Arrears <arrears@example.org>", to, "weekly 2026-11-16", NOW)
    return message_from_bytes(message.as_bytes(policy=SMTP), policy=default)  # type: ignore[return-value]


def test_it_holds_text_page_pictures_and_files(awkward: Report, letter: mail.Letter) -> None:
    message = received(letter)
    colon, comma = ("：", "，") if awkward.language.chinese else (": ", ", ")
    assert message["Subject"] == f"Harbour & Sons{colon}{awkward.title}{comma}{awkward.span}"
    assert [part.get_content_type() for part in message.walk()] == [
        "multipart/mixed", "multipart/alternative", "text/plain", "multipart/related",
        "text/html", "image/png", "image/png", "image/png", "application/pdf",
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ]  # fmt: skip
    names = [part.get_filename() for part in message.iter_attachments()]
    assert names == [f"{awkward.slug}.pdf", f"{awkward.slug}.xlsx"]


def test_every_picture_of_the_page_is_in_the_letter_and_described(letter: mail.Letter) -> None:
    message = received(letter)
    ids = [part["Content-ID"] for part in message.walk() if part["Content-ID"]]
    pictures = [attributes for tag, attributes in Tags(letter.html).found if tag == "img"]
    assert [f"<{(one['src'] or '').removeprefix('cid:')}>" for one in pictures] == ids
    assert all(one["alt"] for one in pictures)


def test_nothing_is_fetched_and_no_script_runs(letter: mail.Letter) -> None:
    tags = Tags(letter.html).found
    assert "script" not in {tag for tag, _ in tags}
    assert not [a for _, a in tags if (a.get("src") or a.get("href") or "").startswith("http")]


def test_styles_are_inlined_and_dark_mode_is_kept(letter: mail.Letter) -> None:
    sheet = next(a for _, a in Tags(letter.html).found if a.get("class") == "sheet")
    assert "background-color" in (sheet["style"] or "")
    assert "prefers-color-scheme: dark" in letter.html


def test_both_texts_say_every_headline_figure(awkward: Report, letter: mail.Letter) -> None:
    for card in awkward.cards:
        assert card.title in letter.text
        assert card.figure.text in letter.text
        assert card.figure.text in letter.html


def test_the_plain_text_is_not_escaped(letter: mail.Letter) -> None:
    assert letter.text.startswith("Harbour & Sons\n")
    assert "Harbour &amp; Sons" in letter.html


def test_the_same_letter_to_the_same_reader_has_the_same_id(letter: mail.Letter) -> None:
    first, second = received(letter), received(letter)
    assert first["Message-ID"] == second["Message-ID"]
    assert received(letter, "other@example.org")["Message-ID"] != first["Message-ID"]
    assert first["Message-ID"].endswith("@example.org>")


def test_a_team_name_cannot_become_markup(make: Make) -> None:
    report = make(teams={"T1": "<script>alert(1)</script>", "T2": "Quiet"})
    finding = type(report.findings[0])("<script>alert(1)</script>")
    from dataclasses import replace

    html = mail.write(replace(report, findings=[finding]), b"", b"").html
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in html


def test_what_is_not_final_is_said_in_both_parts(awkward: Report, letter: mail.Letter) -> None:
    assert awkward.card_note
    assert awkward.card_note in letter.text
    assert awkward.card_note in letter.html


def test_a_picture_that_is_blocked_leaves_small_text_and_dark_rows_keep_quiet_lines(
    letter: mail.Letter,
) -> None:
    pictures = [attributes for tag, attributes in Tags(letter.html).found if tag == "img"]
    assert all("font: 12px" in (one["style"] or "") for one in pictures)
    dark = letter.html.partition("prefers-color-scheme: dark")[2]
    assert ".figures td, .figures th, .figures tr { border-bottom-color" in dark
