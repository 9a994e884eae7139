"""Sends the letters of alerts that are due: each is claimed first, so that it leaves once, and what
became of it is written down."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from html import escape
from typing import Literal
from zoneinfo import ZoneInfo

from charts import Language
from dashboard.alerts import words as alert_words
from queries.alerts import Leaving, Rule, Ways
from queries.desk import Desk
from queries.desk.alert_letters import AlertLetter
from queries.desk.alerting import Firing
from queries.errors import UserError
from queries.targets import WorkingDays
from reports.failures import DeliveryError
from reports.mail import Letter
from reports.smtp import Smtp
from service.chat import Chats

# The pause after the first failure, the second and so on; after the last nothing is tried again.
PAUSES = (5, 15, 60, 240)
Outcome = Literal["sent", "failed", "unknown", "waiting"]


@dataclass(frozen=True)
class Post:
    """By what letters leave, and how they are written. `names` are those of the teams; `link` is
    the address of the page, if it is known."""

    smtp: Smtp | None
    chats: Chats
    ways: Ways
    language: Language
    zone: str
    house: str
    calendar: WorkingDays
    link: str | None = None
    names: alert_words.Names = field(default_factory=dict)

    def leaving(self, rule: Rule) -> Leaving:
        """When letters of a rule may leave."""
        return leaving(rule, self.zone, self.calendar)


def leaving(rule: Rule, zone: str, calendar: WorkingDays) -> Leaving:
    """When letters of a rule may leave; at any time where it cannot be read."""
    draft = rule.draft
    return Leaving(
        ZoneInfo(zone),
        draft.quiet if draft else None,
        calendar if draft and draft.working_days_only else None,
    )


def send_due(desk: Desk, post: Post, now: datetime) -> Counter[str]:
    """Sends what is due; how many letters came to which end."""
    ends: Counter[str] = Counter()
    for letter in desk.due_letters(now):
        firing = desk.firing(letter.firing_id)
        if firing is not None and desk.claim_letter(letter.id, now):
            ends[_sent(desk, post, letter, firing, now)] += 1
    return ends


def _sent(desk: Desk, post: Post, letter: AlertLetter, firing: Firing, now: datetime) -> Outcome:
    """Hands a claimed letter over and writes down what became of it."""
    # What stays true after a bug, or at the end of the process.
    outcome: Outcome = "unknown"
    detail, next_at = "Sending it was broken off, so it may have left or not.", None
    try:
        detail = _hand_over(post, letter, firing, now)
        outcome = "sent"
    except DeliveryError as error:
        outcome, next_at = _after(post, letter, firing, error, now)
        detail = error.reason
    finally:
        desk.finish_letter(letter.id, outcome, detail, now, next_at=next_at)
    return outcome


def _after(
    post: Post, letter: AlertLetter, firing: Firing, error: DeliveryError, now: datetime
) -> tuple[Outcome, datetime | None]:
    """What follows from a failure: nothing more, or another attempt when letters may leave."""
    if error.unknown:
        return "unknown", None
    # Counted when it was claimed, after this letter was read.
    if error.permanent or letter.attempts >= len(PAUSES):
        return "failed", None
    pause = timedelta(minutes=PAUSES[letter.attempts])
    return "waiting", post.leaving(firing.rule).next(now + pause)


def _hand_over(post: Post, letter: AlertLetter, firing: Firing, now: datetime) -> str:
    if not post.ways.allows(f"{letter.channel}:{letter.recipient}"):
        raise DeliveryError("The configuration does not allow this recipient", permanent=True)
    subject, lines = alert_words.letter(
        firing, post.names, post.language, post.zone, post.house
    )  # fmt: skip
    # Names come from a database; a header has one line.
    subject = " ".join(subject.split())
    if letter.channel == "chat":
        linked = [*lines, f"{post.link}/alerts"] if post.link else lines
        try:
            return post.chats.deliver(letter.recipient, subject, "\n".join(linked))
        except UserError as error:
            raise DeliveryError(error.given, permanent=True) from None
    if post.smtp is None:
        raise DeliveryError("There is no mail server", permanent=True)
    written = _written(subject, lines, post)
    return post.smtp.deliver(written, letter.recipient, f"alert {firing.id}", now)


def _written(subject: str, lines: list[str], post: Post) -> Letter:
    """The letter as text and as HTML, in the language of the pages."""
    text = "\n".join(lines)
    first, *rest = (escape(line) for line in lines)
    body = f"<h1 style='font-size:18px'>{first}</h1>" + "".join(f"<p>{one}</p>" for one in rest)
    if post.link:
        address, told = f"{post.link}/alerts", alert_words.open_page(post.language)
        text += f"\n\n{told}: {address}"
        body += f"<p><a href='{escape(address)}'>{escape(told)}</a></p>"
    html = (
        f"<!DOCTYPE html><html lang='{post.language.html_lang}'><head><meta charset='utf-8'>"
        f"<title>{escape(subject)}</title></head>"
        f"<body style='font-family:sans-serif;font-size:14px'>{body}</body></html>"
    )
    return Letter(subject, text + "\n", html, (), ())
