"""Who gets a report: its folders, the mail addresses of the configuration and who subscribes to
it, each with the figures that they may see; and whether they still may when it is about to leave.
"""

from collections.abc import Collection, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property
from typing import get_args

import reports
from charts import Language
from queries import Answers, UserError
from queries.desk import Delivery, Desk, withholding
from queries.desk.reading import holds
from queries.desk.subscriptions import Subscriber
from queries.mailboxes import mailbox
from queries.rights import EVERYTHING, Scope, right_to
from queries.staff import Staff
from service.recipient_settings import Recipient, SftpDrop
from service.report_settings import Report
from service.setting_types import Locale
from service.settings import Settings

_NO_STAFF = Staff(whole=True, departments=(), teams={}, agents={})


@dataclass(frozen=True)
class Wish:
    """Somebody who is to get a report by mail; `against` says why they cannot."""

    address: str
    locale: str
    scope: Scope
    against: str = ""

    @property
    def told(self) -> str:
        """Whose figures they get, in one line."""
        if self.against:
            return f"gets nothing: {self.against}"
        return f"{self.scope.kind} {', '.join(self.scope.values)}".strip()


def make_readers(
    settings: Settings, desk: Desk, name: str, chosen: Report, answers: Answers
) -> list[reports.Reader]:
    """Everybody who is to get a report, and who is to get nothing of it and why. Raises UserError
    where the configuration has addresses and no mail server."""
    if chosen.recipients and settings.smtp.host is None:
        raise UserError(
            f"The {name} report has {len(chosen.recipients)} recipients and no mail server.",
            "the name of a mail server in smtp.host",
            "set smtp.host, or take the recipients out to write to the folder only",
        )
    readers = [*_copies(chosen)]
    no_mail = "" if settings.smtp.host else withholding.NO_SERVER
    for wish in wishes(desk, name, chosen):
        against = wish.against or no_mail or _shows_nothing(wish.scope, answers)
        readers.append(reports.Reader(wish.address, "smtp", wish.locale, wish.scope, against))
    return readers


def wishes(desk: Desk, name: str, chosen: Report) -> list[Wish]:
    """Who is to get a report by mail, each mailbox once.

    Who has subscribed gets what their own rights show, also where the configuration names their
    address: they would get the figures of others by it otherwise.
    """
    found: dict[str, Wish] = {}
    for one in desk.subscribers(name):
        wish = _subscribed(one, name, chosen.locales[0])
        found.setdefault(mailbox(wish.address), wish)
    declined = desk.declined(name)
    for recipient in chosen.recipients:
        wish = _configured(recipient, chosen.locales[0], declined)
        found.setdefault(mailbox(recipient.address), wish)
    return list(found.values())


def _copies(chosen: Report) -> Iterator[reports.Reader]:
    """The folder and the drop, which get each language; who configured them reads everything."""
    for locale in dict.fromkeys(chosen.locales):
        yield reports.Reader(folder_name(chosen, locale), "folder", locale, EVERYTHING)
        if chosen.sftp is not None:
            drop = _in(drop_name(chosen.sftp), locale)
            yield reports.Reader(drop, "sftp", locale, EVERYTHING)


def _subscribed(one: Subscriber, name: str, locale: str) -> Wish:
    known = one.locale if one.locale in get_args(Locale) else locale
    against = withholding.NO_ADDRESS if not one.mail else ""
    # Who has no address is known by name in the list of what was sent, and a name is no address,
    # even if it looks like that of somebody else.
    address = one.mail or one.person.name.replace("@", " at ")
    return Wish(address, known, one.person.scope, _barred(one, name) or against)


def _barred(one: Subscriber, name: str) -> str:
    """Why a subscriber may see nothing of a report."""
    if not one.active:
        return withholding.DISABLED
    if not one.person.may(right_to(name)):
        return f"the role {one.person.role} may not receive it"
    scope = one.person.scope
    if scope != EVERYTHING and not scope.keys:
        return withholding.NO_SCOPE
    return ""


def _configured(recipient: Recipient, locale: str, declined: Collection[str]) -> Wish:
    against = withholding.UNSUBSCRIBED if mailbox(recipient.address) in declined else ""
    return Wish(recipient.address, recipient.locale or locale, recipient.limit(), against)


def _shows_nothing(scope: Scope, answers: Answers) -> str:
    """Why a scope gives no figures: its keys are of nobody."""
    if scope.dimension is None or set(scope.keys) & set(answers.members(scope.dimension)):
        return ""
    return f"the figures know none of the {scope.kind} {', '.join(scope.keys)}"


def folder_name(chosen: Report, locale: str) -> str:
    """The name of a folder as a recipient: one for each language."""
    return _in(str(chosen.folder), locale)


def drop_name(drop: SftpDrop) -> str:
    """An SFTP drop as people know it; its language is added where it is a recipient."""
    return f"sftp://{drop.username}@{drop.host}:{drop.port}/{drop.path}"


def make_drops(drop: SftpDrop) -> Mapping[str, reports.Sftp]:
    """An SFTP drop by its names as a recipient: one for each language."""
    made = reports.Sftp(
        host=drop.host,
        port=drop.port,
        path=drop.path,
        username=drop.username,
        password=drop.password.get_secret_value() if drop.password else None,
        key_file=drop.key_file,
        host_key=drop.host_key,
    )
    return {_in(drop_name(drop), locale): made for locale in get_args(Locale)}


def _in(name: str, locale: str) -> str:
    """A place that gets each language, as the recipient of one of them."""
    return f"{name} ({Language(locale).html_lang})"


@dataclass
class StillAllowed:
    """Says of a delivery by mail why its recipient may not have it any more, asking who wants the
    report and may see it now; nothing where they may. `chosen` are the settings by report."""

    desk: Desk
    answers: Answers
    chosen: Mapping[str, Report]

    def __call__(self, delivery: Delivery) -> str:
        if delivery.channel != "smtp":
            return ""
        wish = self._wish(delivery)
        if wish is None:
            return withholding.NO_RECIPIENT
        edition = self.desk.edition(delivery.edition)
        if wish.against or edition is None:
            return wish.against
        if holds(wish.scope, edition.issue.scope, self._staff):
            return ""
        return withholding.NOT_THESE

    def _wish(self, delivery: Delivery) -> Wish | None:
        chosen = self.chosen.get(delivery.report)
        if chosen is None:
            return None
        to = mailbox(delivery.recipient)
        found = wishes(self.desk, delivery.report, chosen)
        return next((one for one in found if mailbox(one.address) == to), None)

    @cached_property
    def _staff(self) -> Staff:
        """Everybody; nobody where there are no figures, so that only the same keys hold."""
        with suppress(UserError):
            return self.answers.staff()
        return _NO_STAFF
