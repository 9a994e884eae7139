"""Preview and send: freeze once, write per language, prove, then deliver once per recipient."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import Literal, Protocol

from charts import Language
from queries import Answers, Period, UserError
from reports import pdf, proof, workbook
from reports.catalogue import named
from reports.failures import DeliveryError
from reports.folder import Folder, as_page
from reports.frozen import Frozen
from reports.mail import Attachment, Letter, write
from reports.parts import Branding, Report
from reports.smtp import Smtp
from reports.targets import TargetSource

Outcome = Literal["sent", "failed", "unknown"]


class DeliveryDesk(Protocol):
    """What of queries.desk is needed here: claim before sending, write down what became of it."""

    def claim_delivery(
        self,
        report: str,
        period: Period,
        recipient: str,
        channel: Literal["folder", "smtp"],
        now: datetime,
        *,
        edition: str = "",
    ) -> int | None: ...

    def finish_delivery(
        self, delivery_id: int, outcome: Outcome, detail: str, now: datetime
    ) -> None: ...


@dataclass(frozen=True)
class Recipient:
    """A mail address and the language its reader wants; None: the first of the mailing."""

    address: str
    locale: str | None = None


@dataclass(frozen=True)
class Mailing:
    """Who gets a report, how, and in which languages it is written to the folder."""

    folder: Folder | None = None
    smtp: Smtp | None = None
    recipients: Sequence[Recipient] = ()
    locales: Sequence[str] = ("en",)
    branding: Branding = field(default_factory=Branding)


@dataclass(frozen=True)
class Sent:
    """One delivery of this run."""

    recipient: str
    channel: Literal["folder", "smtp"]
    outcome: Outcome
    detail: str


class NotAllSentError(UserError):
    """Raised after everything was tried; `sent` holds all deliveries of the run."""

    def __init__(self, report: str, sent: Sequence[Sent]) -> None:
        self.sent = tuple(sent)
        failed = [one for one in sent if one.outcome != "sent"]
        reasons = "; ".join(f"{one.recipient}: {one.detail}" for one in failed)
        super().__init__(
            f"{len(failed)} of {len(sent)} deliveries of the {report} report failed. {reasons}",
            "every recipient to be reached",
            "correct what is named and send again: those who have it are left out",
        )


@dataclass
class Edition:
    """One frozen report in one language with its proven files, made when first wanted."""

    report: Report

    @cached_property
    def letter(self) -> Letter:
        """The letter with both files. Raises ProofError when they differ from their figures."""
        pages, book = pdf.render(self.report), workbook.render(self.report)
        proof.prove(self.report, pages, book)
        return write(self.report, pages, book)

    @property
    def files(self) -> list[Attachment]:
        """What a folder gets."""
        page = as_page(self.letter)
        figures = self.report.frozen.to_json()
        return [
            *self.letter.attachments,
            Attachment(f"{self.report.slug}.html", page, "text", "html"),
            Attachment(f"{self.report.slug}.json", figures, "application", "json"),
        ]


def preview(  # noqa: PLR0913 all beyond the first three by keyword, with a default
    name: str,
    answers: Answers,
    folder: Path,
    *,
    period: Period | None = None,
    locales: Sequence[str] = ("en",),
    branding: Branding | None = None,
    now: datetime | None = None,
    targets: TargetSource | None = None,
) -> list[Path]:
    """Writes the proven files of a report into `folder`, one set per language."""
    frozen = _freeze(name, answers, period, now, targets)
    written: list[Path] = []
    for locale in dict.fromkeys(locales):
        edition = Edition(_tell(frozen, locale, branding or Branding()))
        written += Folder(folder).deliver(edition.files)
    return written


def send(
    name: str,
    answers: Answers,
    desk: DeliveryDesk,
    mailing: Mailing,
    *,
    now: datetime,
    period: Period | None = None,
    targets: TargetSource | None = None,
) -> list[Sent]:
    """Delivers a report to everybody who has not got it yet; `now` is aware.

    A second run sends nothing. One bad address stops nobody: all are tried, then NotAllSentError is
    raised. A proof that fails stops everything before anything is claimed. Without `targets` the
    report tells none.
    """
    frozen = _freeze(name, answers, period, now, targets)
    sent = _Run(name, frozen, desk, mailing, now).all()
    if any(one.outcome != "sent" for one in sent):
        raise NotAllSentError(name, sent)
    return sent


def _freeze(
    name: str,
    answers: Answers,
    period: Period | None,
    now: datetime | None,
    targets: TargetSource | None,
) -> Frozen:
    pack = named(name)
    chosen = period or pack.period(answers.freshness().as_of)
    return pack.freeze(answers, chosen, now, targets)


def _tell(frozen: Frozen, locale: str, branding: Branding) -> Report:
    money = frozen.definitions
    language = Language(locale, money.currency, money.minor_digits)
    return named(frozen.report).tell(frozen, language, branding)


class _Run:
    """One run of one report."""

    def __init__(
        self, name: str, frozen: Frozen, desk: DeliveryDesk, mailing: Mailing, now: datetime
    ) -> None:
        self.name, self.frozen, self.desk = name, frozen, desk
        self.mailing, self.now = mailing, now
        self.editions = {
            locale: Edition(_tell(frozen, locale, mailing.branding)) for locale in self._locales()
        }

    def all(self) -> list[Sent]:
        """Proves every language first, then delivers; those who have it already are left out."""
        for edition in self.editions.values():
            # Made here, so that a difference stops the run before anything is claimed.
            _ = edition.letter
        sent: list[Sent | None] = []
        if folder := self.mailing.folder:
            sent += [self._to_folder(folder, locale) for locale in self._folder_locales()]
        if smtp := self.mailing.smtp:
            sent += [self._to_reader(smtp, reader) for reader in self._readers()]
        return [one for one in sent if one is not None]

    def _folder_locales(self) -> list[str]:
        return list(dict.fromkeys(self.mailing.locales)) if self.mailing.folder else []

    def _readers(self) -> Sequence[Recipient]:
        return self.mailing.recipients if self.mailing.smtp else ()

    def _locales(self) -> list[str]:
        wanted = [*self._folder_locales(), *(self._locale(reader) for reader in self._readers())]
        return list(dict.fromkeys(wanted))

    def _locale(self, reader: Recipient) -> str:
        return reader.locale or self.mailing.locales[0]

    def _to_folder(self, folder: Folder, locale: str) -> Sent | None:
        edition = self.editions[locale]
        recipient = f"{folder.path} ({edition.report.language.html_lang})"

        def deliver() -> str:
            return ", ".join(path.name for path in folder.deliver(edition.files))

        return self._once(recipient, "folder", deliver)

    def _to_reader(self, smtp: Smtp, reader: Recipient) -> Sent | None:
        edition = self.editions[self._locale(reader)]
        key = f"{self.name} {self.frozen.period.start}"

        def deliver() -> str:
            return smtp.deliver(edition.letter, reader.address, key, self.now)

        return self._once(reader.address, "smtp", deliver)

    def _once(
        self, recipient: str, channel: Literal["folder", "smtp"], deliver: Callable[[], str]
    ) -> Sent | None:
        """Claims, delivers and writes down the outcome; None for who has it or may have it."""
        edition = self.frozen.digest()[:12]
        claim = self.desk.claim_delivery(
            self.name, self.frozen.period, recipient, channel, self.now, edition=edition
        )
        if claim is None:
            return None
        outcome: Outcome = "sent"
        try:
            detail = deliver()
        except DeliveryError as error:
            outcome, detail = "unknown" if error.unknown else "failed", error.reason
        self.desk.finish_delivery(claim, outcome, detail, self.now)
        return Sent(recipient, channel, outcome, detail)
