"""What people do on Reports: subscribe and end it, say what became of a delivery, have a file
checked. Everything that comes from a browser is read here, and refused in the reader's language."""

import base64
import binascii
from typing import Literal

from dashboard.acts import Act, Doing, Done, Fields, RefusedError, text_of, whole_of
from dashboard.editions.seen import Archive, reports_of
from dashboard.editions.told import MOST_BYTES
from dashboard.locales import LOCALES
from dashboard.report_names import report_name
from queries.desk.deliveries import PATIENCE
from queries.errors import UserError

# Four letters for three bytes, and what surrounds them.
_MOST_LETTERS = MOST_BYTES * 4 // 3 + 4
_VERDICTS: dict[str, Literal["arrived", "send again"]] = {
    "arrived": "arrived", "send again": "send again",
}  # fmt: skip


def subscribe(doing: Doing, fields: Fields) -> Done:
    """Oneself to a report, in a language; or no more."""
    language, report = doing.language, text_of(fields, "report", 40)
    step, locale = text_of(fields, "step", 20), text_of(fields, "locale", 20)
    there = doing.reports.titles() if doing.reports is not None else reports_of(doing.person)
    if report not in reports_of(doing.person) or report not in there or doing.person.id is None:
        raise RefusedError(language.t("There is no such report that your role may receive."))
    name = report_name(report, language)
    if step == "unsubscribe":
        _end(doing, report)
        return Done(language.t("You get no more of: {report}.", report=name))
    if step != "subscribe" or locale not in LOCALES.values():
        raise RefusedError(language.t("Choose one of the languages, then subscribe."))
    if not doing.desk.account(doing.who).mail:
        told = language.t("You have no mail address here, so no report can be sent to you.")
        raise RefusedError(told)
    doing.desk.subscribe(doing.person, report, locale, now=doing.now, origin=doing.origin)
    return Done(language.t("You are subscribed: {report}.", report=name))


def _end(doing: Doing, report: str) -> None:
    """Ends a subscription; who is named by the configuration alone declines the report."""
    desk = doing.desk
    if not desk.unsubscribe(doing.person, report, now=doing.now, origin=doing.origin):
        mail = desk.account(doing.who).mail
        if mail:
            desk.decline(report, mail, now=doing.now, by=doing.who, origin=doing.origin)


def settle(doing: Doing, fields: Fields) -> Done:
    """Somebody says that a delivery has arrived, or lets it leave again."""
    language = doing.language
    number = whole_of(fields, "delivery")
    verdict = _VERDICTS.get(text_of(fields, "verdict", 20))
    if verdict is None:
        raise RefusedError(language.t("Say whether it arrived or is to be sent again."))
    gone = RefusedError(
        language.t("This delivery is settled already, or there is none like it. Look again."),
        status=409,
    )
    if number is None or not 0 < number < 2**31:
        raise gone
    try:
        doing.desk.resolve_delivery(
            number, verdict, by=doing.who, now=doing.now, give_up_at=doing.now + PATIENCE,
            origin=doing.origin,
        )  # fmt: skip
    except UserError:
        raise gone from None
    if verdict == "arrived":
        return Done(language.t("It is noted that it arrived."))
    return Done(language.t("It is sent again within minutes."))


def check(doing: Doing, fields: Fields) -> Done:
    """Says whether a file is an edition that the reader may read, and what differs if not."""
    language = doing.language
    if doing.reports is None:
        raise RefusedError(language.t("Files cannot be checked here."))
    content = _content(doing, fields)
    archive = Archive(doing.desk, doing.person, doing.answers.staff)
    found = doing.reports.check(content, archive.holds, language)
    differing = [[one.place, one.sent, one.held] for one in found.differing]
    first, *more = found.told
    data = {"well": found.well, "lines": [first, *more], "differing": differing}
    return Done(first, again=False, data=data)


def _content(doing: Doing, fields: Fields) -> bytes:
    """The bytes of the file, as the browser packs it."""
    language, sent = doing.language, fields.get("file")
    given = sent.get("data") if isinstance(sent, dict) else None
    packed = given if isinstance(given, str) else ""
    content = b""
    if len(packed) <= _MOST_LETTERS:
        try:
            content = base64.b64decode(packed, validate=True)
        except (binascii.Error, ValueError):
            content = b""
    if len(packed) > _MOST_LETTERS or len(content) > MOST_BYTES:
        most = MOST_BYTES // 2**20
        told = language.t("The file is larger than {most} MB. No report is.", most=most)
        raise RefusedError(told, status=413)
    if not content:
        raise RefusedError(language.t("Choose a file first."))
    return content


ACTS = (
    Act("subscribe-report", "reports", subscribe),
    Act("settle-delivery", "run reports", settle),
    Act("check-report", "reports", check, most_bytes=_MOST_LETTERS + 10_000),
)
