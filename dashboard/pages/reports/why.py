""" "Why did I not get my report?": who somebody is as a recipient, and for each report in plain
sentences what became of it, or why there is nothing."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from dashboard.editions.seen import reports_of
from dashboard.editions.words import became, locale_name, place_of
from dashboard.operations import ReportRun
from dashboard.pages.health.state import local
from dashboard.pages.page import View
from dashboard.pages.reports.archive import archive_of
from dashboard.pages.reports.schedule import runs_of
from queries.desk import Delivery, Desk
from queries.desk.people import Account
from queries.desk.subscriptions import Subscription
from queries.mailboxes import mailbox

# Of each report so many periods are told of.
MOST_PERIODS = 3
_MOST_DELIVERIES = 500


@dataclass(frozen=True)
class Who:
    """A recipient: `address` is a mailbox, a folder or a drop, empty for who has no mail address;
    `account` that of the person, None where there is none."""

    address: str
    account: Account | None = None

    @property
    def name(self) -> str:
        """What they are called here."""
        return self.address or (self.account.person.name if self.account else "")

    def is_(self, recipient: str) -> bool:
        """Whether a delivery to that recipient is one to them. Who has no address is kept by name;
        a name that looks like an address may be that of somebody else."""
        if not self.address:
            return recipient == self.name and "@" not in recipient
        if recipient == self.address:
            return True
        mails = all("@" in one and "://" not in one for one in (recipient, self.address))
        return mails and mailbox(recipient) == mailbox(self.address)


@dataclass(frozen=True)
class Known:
    """What the desk and the service know of one recipient."""

    who: Who
    reports: Sequence[str]
    deliveries: Sequence[Delivery]
    subscriptions: Mapping[str, Subscription]
    configured: frozenset[str]
    declined: Mapping[str, datetime]
    next_runs: Mapping[str, ReportRun] = field(default_factory=dict)

    def wants(self, report: str) -> bool:
        """Whether they are to get a report."""
        named = report in self.configured and report not in self.declined
        return report in self.subscriptions or named


def known_of(view: View, who: Who) -> Known:
    """Everything about a recipient that their sentences need."""
    desk = view.source.desk
    assert desk is not None, "nobody is known without a desk"
    told = view.source.reports
    there = list(told.titles()) if told is not None else reports_of(view.person)
    may = reports_of(who.account.person) if who.account else there
    names = [name for name in there if name in may]
    configured = {
        name for name in names
        if told is not None and any(map(who.is_, told.configured(name)))
    }  # fmt: skip
    mine = desk.subscriptions(who.account.person) if who.account else ()
    return Known(
        who, names, _deliveries(desk, who), {one.report: one for one in mine},
        frozenset(configured), _declined(desk, who, names),
        {name: runs[0] for name, runs in runs_of(view, 1).items()},
    )  # fmt: skip


def _deliveries(desk: Desk, who: Who) -> Sequence[Delivery]:
    found = [
        one
        for recipient in desk.recipients()
        if who.is_(recipient)
        for one in desk.deliveries(limit=_MOST_DELIVERIES, recipient=recipient)
    ]
    return sorted(found, key=lambda one: (one.period.end, one.queued_at, one.id), reverse=True)


def _declined(desk: Desk, who: Who, names: Sequence[str]) -> Mapping[str, datetime]:
    if not who.address:
        return {}
    found = {name: desk.declined(name).get(mailbox(who.address)) for name in names}
    return {name: at for name, at in found.items() if at is not None}


# ---- sentences


def standing(known: Known, report: str, view: View) -> str:
    """Whether they are to get a report at all, and by what."""
    language, subscription = view.language, known.subscriptions.get(report)
    if subscription is not None:
        told = language.t(
            "Subscribed since {day}, in this language: {language}.",
            day=language.date(local(view, subscription.made_at).date()),
            language=locale_name(subscription.locale, language),
        )
        if not known.who.address:
            more = language.t("Without a mail address nothing can be sent.")
            return told + language.after(more)
        return told
    if report in known.declined:
        since = language.date(local(view, known.declined[report]).date())
        return language.t("Unsubscribed since {day}: nothing is sent.", day=since)
    if report in known.configured:
        return language.t("The configuration sends it to {address}.", address=known.who.address)
    if known.who.account is None:
        return language.t("Nothing of it goes there at present.")
    if any(one.report == report for one in known.deliveries):
        return language.t("Not subscribed any more: nothing is sent.")
    return language.t("Not subscribed: nothing is sent.")


def coming(known: Known, report: str, view: View) -> str:
    """When the report leaves next."""
    language, run = view.language, known.next_runs.get(report)
    if view.operations is None:
        return language.t("When it leaves next is not known here: another process runs the jobs.")
    if run is None:
        return language.t(
            "It is not scheduled: nothing leaves by itself until it is switched on in the"
            " configuration."
        )
    return language.t(
        "Not due before {moment}, then about {period}.",
        moment=language.moment(local(view, run.due)), period=language.span(run.period),
    )  # fmt: skip


def happened(known: Known, report: str, view: View) -> Iterator[tuple[str, str]]:
    """What became of the newest periods: (period, sentence)."""
    mine = [one for one in known.deliveries if one.report == report]
    missed = _missed(known, report, mine, view)
    if missed is not None:
        yield missed
    for one in mine[:MOST_PERIODS]:
        yield place_of(one, view), became(one, view)


def _missed(
    known: Known, report: str, mine: Sequence[Delivery], view: View
) -> tuple[str, str] | None:
    """The newest edition that the reader of the page knows of, where it does not go to somebody who
    wants the report."""
    language = view.language
    if not known.wants(report):
        return None
    newest = next(iter(archive_of(view).newest(0, report=report)), None)
    if newest is None or any(one.period.end >= newest.issue.period.end for one in mine):
        return None
    subscription = known.subscriptions.get(report)
    period = language.span(newest.issue.period)
    if subscription is not None and subscription.made_at > newest.made.at:
        return period, language.t(
            "Was made before the subscription, {moment}. The next one comes by mail; this one is in"
            " the archive.",
            moment=language.moment(local(view, newest.made.at)),
        )
    return period, language.t(
        "Was made without this recipient. Whoever runs reports can see in the log of the run why."
    )
