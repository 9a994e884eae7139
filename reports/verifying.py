"""Verifying: whether a PDF or workbook is the edition that was sent, and which figures differ."""

import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, tzinfo
from hashlib import sha256
from typing import Literal

from charts import Language
from queries.desk import Desk
from queries.desk.editions import PDF, XLSX, Edition, FileEntry, grouped
from reports.catalogue import named
from reports.frozen import thaw
from reports.issuing import tell
from reports.opening import MOST_BYTES, Opened, Reason, UnopenableError, opened
from reports.parts import Branding, Report
from reports.proof import Pages, book_of, misses, page_numbers, pages_of, slips, squeezed

Kind = Literal["genuine", "same", "altered", "unknown", "bare", "unreadable"]
Allowed = Callable[[Edition], bool]
_CODE = re.compile(r"(?<![\w-])[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}(?![\w-])", re.IGNORECASE)
# Of an altered file, as many are told.
MOST = 200
_LONGEST = 200


@dataclass(frozen=True)
class Difference:
    """One place where a file differs: what stands there, as it was sent and as it is in the file,
    all in the language of the file; an empty text is nothing."""

    what: str
    sent: str
    held: str


@dataclass(frozen=True)
class Verdict:
    """What a file is. "genuine": the very file that was kept; "same": another file that says the
    same; "altered": it says something else; "unknown": no edition has its code; "bare": it has no
    code; "unreadable": for the `reason`.

    `code` is the one that was found. `received` counts the recipients who got the edition, the last
    of them at `last_at`; `later` is the number of the newest edition that corrects it, else None.
    """

    kind: Kind
    code: str = ""
    edition: Edition | None = None
    file: FileEntry | None = None
    received: int = 0
    last_at: datetime | None = None
    later: int | None = None
    differences: Sequence[Difference] = ()
    reason: Reason | None = None

    @property
    def genuine(self) -> bool:
        return self.kind == "genuine"


def verify(
    content: bytes,
    desk: Desk,
    branding: Branding | None = None,
    allowed: Allowed = lambda _: True,
) -> Verdict:
    """Says of any bytes whether they are an edition. Of editions that are not `allowed` nothing is
    said, not even that they exist. Never raises for what is in the file."""
    for entry in desk.files_with(sha256(content).hexdigest()):
        edition = desk.edition_of_file(entry)
        if allowed(edition):
            return _about(desk, Verdict("genuine", edition.code, edition, entry))
    try:
        found = opened(content)
    except UnopenableError as error:
        return Verdict("unreadable", reason=error.reason)
    codes = _codes(found)
    for code in codes:
        known = desk.edition(code)
        if known is not None and allowed(known):
            differences = _compared(desk, known, found, branding or Branding())
            kind: Kind = "altered" if differences else "same"
            return _about(desk, Verdict(kind, known.code, known, differences=differences[:MOST]))
    return Verdict("unknown", codes[0]) if codes else Verdict("bare")


def _codes(found: Opened) -> list[str]:
    """The codes in a file, the one that most pages bear first."""
    counted = Counter(code.lower() for text in found.texts for code in _CODE.findall(text))
    return [code for code, _ in counted.most_common(20)]


def _about(desk: Desk, verdict: Verdict) -> Verdict:
    """The same with what became of its edition."""
    edition = verdict.edition
    assert edition is not None, "a verdict about nothing"
    deliveries = desk.deliveries(limit=10_000, editions=[edition.id])
    moments = [one.sent_at for one in deliveries if one.outcome == "sent" and one.sent_at]
    later = None
    number = edition.issue.number + 1
    while desk.edition_of(replace(edition.issue, number=number)) is not None:
        later, number = number, number + 1
    return replace(verdict, received=len(moments), last_at=max(moments, default=None), later=later)


# ---- comparing


def _compared(
    desk: Desk, edition: Edition, found: Opened, branding: Branding
) -> Sequence[Difference]:
    """What differs from the edition, in the language of the file.

    Its texts are told anew by the program of today. Where that words something differently than
    the file that was kept, the difference is ours and not that of the file.
    """
    figures = thaw(desk.frozen_of(edition.id))
    # A file bears the name that the organisation had then.
    worn = replace(branding, name=found.author) if found.author else branding
    kept = desk.files_of(edition.id)
    pack = named(edition.issue.report)
    written = [
        tell(pack, figures, locale, worn) for locale in dict.fromkeys(f.locale for f in kept)
    ]
    report = max(written, key=lambda one: _spoken(one, found))
    differences = list(_differences(report, found))
    if differences:
        locale = report.language.locale
        media = PDF if isinstance(found.content, Pages) else XLSX
        ours = _ours(desk, report, [one for one in kept if one.locale == locale], media)
        differences = [one for one in differences if (one.what, one.sent) not in ours]
    return differences


def _spoken(report: Report, found: Opened) -> int:
    """How many of the headings of a report stand in a file: most of them in its own language."""
    said = squeezed("\n".join(found.texts))
    headings = {report.title, *(section.title for section in report.sections)}
    return sum(squeezed(heading) in said for heading in headings)


def _ours(
    desk: Desk, report: Report, kept: Sequence[FileEntry], media: str
) -> set[tuple[str, str]]:
    for entry in kept:
        file = desk.file(entry.id) if entry.media_type == media else None
        if file is not None:
            read = pages_of(file.content) if media == PDF else book_of(file.content)
            return {(one.what, one.sent) for one in _differences(report, Opened(read))}
    return set()


def _differences(report: Report, found: Opened) -> Iterator[Difference]:
    if isinstance(found.content, Pages):
        yield from _of_pages(report, found.content)
        for miss in misses(report, found.content):
            sent = miss.claim.text[:_LONGEST]
            yield Difference(miss.claim.place or report.title, sent, miss.held)
        return
    for slip in slips(report, found.content):
        sent, held = (_written(one)[:_LONGEST] for one in (slip.wanted, slip.held))
        yield Difference(f"{slip.where} {slip.place}".rstrip(), sent, held)


def _of_pages(report: Report, pages: Pages) -> Iterator[Difference]:
    """Pages that are missing, added or in another place."""
    said = page_numbers(report, pages)
    total = max((place[1] for place in said if place), default=0)
    held = [str(place[0]) if place else "?" for place in said]
    sent = [str(number) for number in range(1, min(total, 9_999) + 1)]
    if held != sent:
        label = report.language.t("Page numbers")
        yield Difference(label, ", ".join(sent)[:_LONGEST], ", ".join(held)[:_LONGEST])


def _written(value: object) -> str:
    if isinstance(value, datetime):
        return value.date().isoformat()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return "" if value is None else str(value)


# ---- in words


def told(verdict: Verdict, language: Language, zone: tzinfo | None = None) -> list[str]:
    """The verdict in sentences, the first of which says it all. Moments are of `zone`."""
    t = language.t
    match verdict.kind:
        case "unreadable":
            return [t(UNREADABLE[verdict.reason or "broken"], most=MOST_BYTES // 2**20)]
        case "bare":
            return [t("No code of an edition was found in this file: it cannot be verified.")]
        case "unknown":
            return [t("The file bears the code {code}, which no edition has.", code=verdict.code)]
        case "genuine":
            first = t("Genuine: this is the file of the edition as it was sent.")
        case "same":
            first = t("Not the file that was sent, but all figures are those of the edition.")
        case "altered":
            first = language.n(
                "Altered: {count} place differs from the edition.",
                "Altered: {count} places differ from the edition.",
                len(verdict.differences),
            )
    return [first, *_edition(verdict, language, zone)]


UNREADABLE: dict[Reason, str] = {
    "large": "The file is too large: at most {most} MB are read.",
    "neither": "The file is neither a PDF nor a workbook (.xlsx).",
    "protected": "The file is protected with a password, so it cannot be verified.",
    "broken": "The file is damaged: it cannot be read.",
    "unusual": "The file holds far more than any report does; it was not read.",
}


def _edition(verdict: Verdict, language: Language, zone: tzinfo | None) -> Iterator[str]:
    edition = verdict.edition
    assert edition is not None, "a verdict about nothing"
    t, issue = language.t, edition.issue
    yield t(
        "{report}, {span}, edition {number}, code {code}.",
        report=language.words(named(issue.report).title), span=language.span(issue.period),
        number=issue.number, code=grouped(edition.code),
    )  # fmt: skip
    made = language.moment(edition.made.at.astimezone(zone))
    if verdict.last_at is None:
        yield t("Made {moment}; nobody has received it.", moment=made)
    else:
        yield language.n(
            "Made {moment}; {count} recipient has received it, last {last}.",
            "Made {moment}; {count} recipients have received it, last {last}.",
            verdict.received,
            moment=made,
            last=language.moment(verdict.last_at.astimezone(zone)),
        )
    if verdict.later is not None:
        yield t(
            "It has been corrected since: edition {number} is the newest.", number=verdict.later
        )
