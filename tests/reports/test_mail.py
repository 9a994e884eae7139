import re
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


LINKS = {
    "unsubscribe": "https://desk.example.org/unsubscribe/word.sig",
    "reports": "https://desk.example.org/reports",
}


def marked(letter: mail.Letter, locale: str, **links: str) -> EmailMessage:
    """What arrives of a letter for one reader."""
    mark = mail.Postmark("weekly", "3fa9-c21b-7d04", locale, **links)
    message = mail.address(
        letter, "Arrears <arrears@example.org>", "a@example.org", "weekly", NOW, mark
    )
    return message_from_bytes(message.as_bytes(policy=SMTP), policy=default)  # type: ignore[return-value]


def bodies(message: EmailMessage) -> tuple[str, str]:
    parts = [part for part in message.walk() if part.get_content_type().startswith("text/")]
    text, html = (part.get_content().replace("\r\n", "\n") for part in parts[:2])
    return text, html


def test_each_reader_can_unsubscribe_by_one_click(awkward: Report, letter: mail.Letter) -> None:
    locale = awkward.language.locale
    message = marked(letter, locale, **LINKS)
    assert message["List-Unsubscribe"] == f"<{LINKS['unsubscribe']}>"
    assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert message["List-Id"] == "<weekly.arrears.example.org>"
    assert message["X-Arrears-Edition"] == "3fa9-c21b-7d04"
    text, html = bodies(message)
    told = "退订" if awkward.language.chinese else "Unsubscribe"
    assert f"{told}: {LINKS['unsubscribe']}" in text.splitlines()
    assert "Ask whoever" not in text + html
    assert "请联系报告的管理人员" not in text + html
    hrefs = [one["href"] for tag, one in Tags(html).found if tag == "a"]
    assert hrefs == list(LINKS.values())
    # All else is the letter as it was kept.
    assert text.startswith(letter.text.rstrip())
    without = re.sub(r"<p class=\"quiet\" style=\"[^\"]*text-align:center.*</p>\n", "", html)
    assert without != html
    assert without.split() == letter.html.split()


def test_without_an_address_of_the_pages_the_letter_says_whom_to_ask(letter: mail.Letter) -> None:
    message = marked(letter, "en")
    kept, whom = letter.text.rstrip(), "Ask whoever runs the reports to change what you receive."
    text, html = bodies(message)
    assert text.rstrip() == f"{kept}\n\n{whom}"
    assert html.count(whom) == 1
    assert not [one for tag, one in Tags(html).found if tag == "a"]
    assert message["List-Unsubscribe"] is None
    assert message["List-Id"]
    assert received(letter)["List-Id"] is None


def test_one_click_is_for_https_only(letter: mail.Letter) -> None:
    message = marked(letter, "en", **{k: v.replace("https", "http") for k, v in LINKS.items()})
    assert message["List-Unsubscribe"] is None
    assert "http://desk.example.org/unsubscribe/word.sig" in bodies(message)[0]


def test_a_long_link_is_not_broken_in_the_header(letter: mail.Letter) -> None:
    link = f"https://desk.example.org/a/b/unsubscribe/{'0123456789abcdef' * 4}.{'x-_' * 14}"
    message = mail.address(
        letter, "Arrears <arrears@example.org>", "a@example.org", "weekly", NOW,
        mail.Postmark("weekly", "3fa9", "en", link, "https://desk.example.org/reports"),
    )  # fmt: skip
    head = message.as_bytes().partition(b"\r\n\r\n")[0]
    assert f"\r\nList-Unsubscribe: <{link}>\r\n".encode() in head
