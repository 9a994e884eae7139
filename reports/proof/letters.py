"""The letter against its report: what its page and its plain text say, its pictures, its size."""

from collections.abc import Iterator
from datetime import UTC, datetime
from email.policy import SMTP
from html.parser import HTMLParser

from queries import METRICS
from reports import mail
from reports.mail import Letter
from reports.pace import in_letter, on_card
from reports.parts import Card, Report
from reports.proof.texts import Read, left_over, squeezed

# Room for what differs from one recipient to the next: addresses, links, and what servers add.
MARGIN = 16 * 2**10
_INLINE = ("span", "a", "b", "strong", "em", "i")
_PNG = b"\x89PNG\r\n\x1a\n"


class Page(HTMLParser):
    """A page as it is read: its text, its title, and the pictures in it as (source, words)."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.title, self.language = "", ""
        self.pictures: list[tuple[str, str]] = []
        self._texts: list[str] = []
        self._inside: list[str] = []
        self.feed(html)
        self.close()

    @property
    def text(self) -> str:
        return "".join(self._texts)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        held = {name: value or "" for name, value in attrs}
        if tag == "html":
            self.language = held.get("lang", "")
        if tag == "img":
            self.pictures.append((held.get("src", ""), held.get("alt", "")))
        if tag in ("style", "title"):
            self._inside.append(tag)
        if tag not in _INLINE:
            self._texts.append("\n")

    def handle_endtag(self, tag: str) -> None:
        if self._inside and self._inside[-1] == tag:
            self._inside.pop()
        if tag not in _INLINE:
            self._texts.append("\n")

    def handle_data(self, data: str) -> None:
        if not self._inside:
            self._texts.append(data)
        elif self._inside[-1] == "title":
            self.title += data


def letter_differences(report: Report, letter: Letter, most: int | None) -> Iterator[str]:
    """What the letter does not say; `most` is how many bytes the whole message may have."""
    page = Page(letter.html)
    yield from _unsaid("the mail's page", page.text, _on_the_page(report))
    yield from _unsaid("the mail's plain text", letter.text, _in_plain_text(report))
    yield from _pictures(report, letter, page)
    if not letter.subject.strip():
        yield "Mail: its subject is empty"
    if page.language != report.language.html_lang or not page.title:
        yield "Mail: its page has no title, or not its language"
    alts = "\n".join(alt for _, alt in page.pictures)
    for part in (letter.subject, page.title, page.text, alts, letter.text):
        yield from left_over(report, "Mail", part)
    if most is not None and (has := size(letter)) > most:
        yield (
            f"Mail: with its files it has {has / 2**20:.1f} MB as it is sent, "
            f"the mail server takes {most / 2**20:.0f} MB (smtp.max_mb)"
        )


def size(letter: Letter) -> int:
    """How many bytes the message has as it is sent, its files in base64."""
    somebody, moment = "somebody@example.org", datetime(2000, 1, 1, tzinfo=UTC)
    message = mail.address(letter, somebody, somebody, "size", moment)
    return len(message.as_bytes(policy=SMTP)) + MARGIN


def _unsaid(where: str, text: str, wanted: Iterator[tuple[str, str]]) -> Iterator[str]:
    read, at = Read.of(text), 0
    for what, one in wanted:
        found = read.find(squeezed(one), at)
        if found < 0:
            yield f"Mail: {where} does not have {what}, {one!r}"
        else:
            at = found + len(squeezed(one))


def _opening(report: Report) -> Iterator[tuple[str, str]]:
    yield "the title", report.title
    yield "the period", report.span
    yield "the day of the figures", report.as_of
    if report.warning:
        yield "the warning", report.warning
    yield "a heading", report.summary.title


def _attached(report: Report) -> str:
    return report.language.t(
        "Attached: {files}. All figures in the files come from the same edition, {code}.",
        files=report.language.listed([f"{report.slug}.pdf", f"{report.slug}.xlsx"]),
        code=report.frozen.code,
    )


def _value(report: Report, card: Card) -> str:
    """Written anew from what was frozen and not from the card."""
    figure = report.frozen.figure("now", card.metric)
    return report.language.value(METRICS[card.metric], figure.value, compact=True)


def _compared(report: Report, card: Card) -> str:
    aim = on_card(report.frozen, report.language, card.metric)
    compared = "".join(f"{one.text}{one.against}" for one in card.comparisons)
    return compared + (f"{aim.text}{aim.against}" if aim else "")


def _on_the_page(report: Report) -> Iterator[tuple[str, str]]:
    yield from _opening(report)
    for card in report.cards:
        told = card.title + card.basis + _value(report, card) + _compared(report, card)
        yield f"the card {card.metric}", told
    if report.card_note:
        yield "the line below the cards", report.card_note
    for finding in report.findings:
        yield "a sentence of What moved", finding.text
    for group in in_letter(report.frozen, report.language):
        yield "a heading", group.title
        for one in group.lines:
            stands = one.standing.text + one.standing.against + (one.ahead or "")
            yield f"the target of {one.title}", one.title + one.unit + one.value + stands
    yield "the edition", _attached(report)


def _in_plain_text(report: Report) -> Iterator[tuple[str, str]]:
    t = report.language.t
    yield from _opening(report)
    for card in report.cards:
        value = _value(report, card)
        told = (
            t("{title}: {value} ({basis})", title=card.title, value=value, basis=card.basis)
            if card.basis
            else t("{title}: {value}", title=card.title, value=value)
        )
        yield f"the card {card.metric}", f"- {told}" + _compared(report, card)
    if report.card_note:
        yield "the line below the cards", report.card_note
    for finding in report.findings:
        yield "a sentence of What moved", f"- {finding.text}"
    for group in in_letter(report.frozen, report.language):
        yield "a heading", group.title
        for one in group.lines:
            told = t("{title}: {value} ({basis})", title=one.title, value=one.value, basis=one.unit)
            stands = one.standing.text + one.standing.against + (one.ahead or "")
            yield f"the target of {one.title}", f"- {told}" + stands
    yield "the edition", _attached(report)


def _pictures(report: Report, letter: Letter, page: Page) -> Iterator[str]:
    sent = dict(letter.pictures)
    shown = {source.removeprefix("cid:"): alt for source, alt in page.pictures}
    for key in mail.PICTURED:
        for picture in report.pictures:
            if picture.key != key:
                continue
            name, chart = mail.content_id(picture), picture.chart
            if shown.get(name) != chart.alt(report.language):
                yield f"Mail: the picture {chart.title!r} is missing or described wrongly"
            elif not sent.get(name, b"").startswith(_PNG):
                yield f"Mail: the picture {chart.title!r} is not sent with it"
    for name in shown.keys() - sent.keys():
        yield f"Mail: its page shows a picture {name!r} that is not sent with it"
