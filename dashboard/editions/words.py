"""How pages tell of editions and their deliveries: names, states, sentences, addresses."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from urllib.parse import quote, urlencode

from charts import Language
from dashboard.components.scope import whose
from dashboard.pages.health.state import local
from dashboard.view import View
from queries.desk import withholding
from queries.desk.deliveries import INTERRUPTED, Channel, Delivery, DeliveryOutcome
from queries.desk.editions import WAITED_IN_VAIN, Edition, FileEntry, Issue

PATH = "/reports"
# What has neither arrived nor been refused for good, worst first; the first two wait for a person.
UNSETTLED: tuple[DeliveryOutcome, ...] = ("unknown", "failed")
MOVING: tuple[DeliveryOutcome, ...] = ("waiting", "claimed", "sending")


def locale_name(locale: str, language: Language) -> str:
    """A language of reports, in the reader's."""
    names = {"en": language.t("English"), "zh_Hans_CN": language.t("Chinese")}
    return names.get(locale, locale)


def channel_name(channel: Channel, language: Language) -> str:
    """The way that something goes."""
    return {
        "smtp": language.t("mail"), "folder": language.t("folder"), "sftp": language.t("SFTP"),
    }[channel]  # fmt: skip


def outcome_name(outcome: DeliveryOutcome, language: Language) -> str:
    """How a delivery stands, by sign and word."""
    return {
        "waiting": language.t("… waits"),
        "claimed": language.t("… is leaving"),
        "sending": language.t("… is leaving"),
        "sent": language.t("✓ sent"),
        "failed": language.t("× failed"),
        "unknown": language.t("? not certain"),
        "withheld": language.t("– withheld"),
    }[outcome]


def event_name(event: str, language: Language) -> str:
    """What happened to a delivery: how an attempt ended, or what somebody decided."""
    return {
        "waiting": language.t("not accepted yet"),
        "sent": language.t("sent"),
        "failed": language.t("failed"),
        "unknown": language.t("not certain"),
        "withheld": language.t("withheld"),
        "arrived": language.t("said to have arrived"),
        "send again": language.t("to be sent again"),
    }.get(event, event)


def place_of(one: Delivery, view: View) -> str:
    """The period of a delivery, with the team where it is of one."""
    period = view.language.span(one.period)
    return f"{period} · {team_name(one.part, view)}" if one.part else period


def team_name(part: str, view: View) -> str:
    """The team that a pack is about."""
    return view.choices.members.get("team", {}).get(part, part)


def about_whom(issue: Issue, view: View) -> str:
    """Whose figures an edition shows: a team, or those of a scope."""
    if issue.part:
        return team_name(issue.part, view)
    if issue.scope.dimension is None:
        return view.language.t("Whole operation")
    return whose(issue.scope, view)


def marks(edition: Edition, language: Language) -> list[str]:
    """What a reader must know of an edition before its figures."""
    told = []
    if edition.issue.number > 1:
        told.append(language.t("corrected, edition {number}", number=edition.issue.number))
    if edition.made.provisional:
        told.append(language.t("provisional"))
    return told


# ---- deliveries together


def told_together(deliveries: Sequence[Delivery], language: Language) -> str:
    """How many have got it, and what is not settled."""
    sent = language.t("✓ sent to {count}", count=language.count(received(deliveries)))
    return language.listed([sent, *outstanding(deliveries, language)])


def received(deliveries: Sequence[Delivery]) -> int:
    """How many have got it."""
    return sum(one.outcome == "sent" for one in deliveries)


def outstanding(deliveries: Sequence[Delivery], language: Language) -> list[str]:
    """What is not settled, worst first; whom it concerns is not said."""
    outcomes = [one.outcome for one in deliveries]
    counts = Counter("waiting" if one in MOVING else str(one) for one in outcomes)
    told = {
        "failed": language.t("× failed for {count}", count=counts["failed"]),
        "unknown": language.t("? not certain for {count}", count=counts["unknown"]),
        "waiting": language.t("… on its way to {count}", count=counts["waiting"]),
        "withheld": language.t("– withheld from {count}", count=counts["withheld"]),
    }
    return [text for outcome, text in told.items() if counts[outcome]]


# ---- one delivery in a sentence


def became(one: Delivery, view: View) -> str:
    """What became of a delivery, in a plain sentence. What mail servers say stays in English."""
    language = view.language
    why = reason(one.detail, language)
    match one.outcome:
        case "sent":
            when = _moment(one.sent_at or one.queued_at, view)
            if one.channel != "smtp":
                return language.t("Put there {moment}: {files}", moment=when, files=one.detail)
            return language.t("Sent {moment}. The mail server has taken it under {id}.",
                              moment=when, id=one.detail)  # fmt: skip
        case "waiting" if one.attempts:
            return language.t(
                "Waits: it was not accepted yet ({reason}). The next try is {next}; nothing is"
                " tried after {end}.",
                reason=why, next=_moment(one.next_at, view), end=_moment(one.give_up_at, view),
            )  # fmt: skip
        case "waiting":
            return language.t("Waits to be sent, at the earliest {moment}.",
                              moment=_moment(one.next_at, view))  # fmt: skip
        case "claimed" | "sending":
            return language.t("It is leaving at this moment.")
        case "failed":
            return language.t("Could not be delivered: {reason}", reason=why)
        case "unknown":
            return language.t("It may have arrived or not: {reason}", reason=why)
    return language.t("Withheld: {reason}", reason=why)


def reason(detail: str, language: Language) -> str:
    """Why a delivery stands where it does, in the reader's language as far as the text is ours."""
    known = {
        withholding.UNSUBSCRIBED: language.t("it was unsubscribed."),
        withholding.NO_ADDRESS: language.t("there is no mail address."),
        withholding.DISABLED: language.t("the account is disabled."),
        withholding.NO_SCOPE: language.t(
            "the account has no scope, so there are no figures to see."
        ),
        withholding.NO_SERVER: language.t("no mail server is configured."),
        withholding.NO_RECIPIENT: language.t("the report does not go there any more."),
        withholding.NOT_THESE: language.t("these figures may not be seen there any more."),
        INTERRUPTED: language.t("the service ended while sending it. Ask before it is sent again."),
    }
    return known.get(detail, detail or language.t("no reason is known."))


def noted(text: str, language: Language) -> str:
    """What an edition notes of itself, in the reader's language as far as the text is ours."""
    known = {
        WAITED_IN_VAIN: language.t(
            "The report was due earlier and has waited in vain for newer figures."
        ),
    }
    return known.get(text, text)


def _moment(moment: datetime, view: View) -> str:
    return view.language.moment(local(view, moment))


# ---- addresses


def here(**fields: str) -> str:
    """The address of a part of the page; fields that are empty are left out."""
    given = {name: value for name, value in fields.items() if value}
    return f"{PATH}?{urlencode(given)}" if given else PATH


def edition_address(edition: Edition) -> str:
    """Where an edition is shown."""
    return here(edition=edition.printed)


def file_address(edition: Edition, file: FileEntry, *, take: bool = False) -> str:
    """Where a file of an edition is; `take` saves it instead of showing it."""
    address = f"/report/{edition.code}/{quote(file.name, safe='')}"
    return f"{address}?take=1" if take else address
