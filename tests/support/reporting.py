"""What the service would tell the pages of reports, made up."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from hashlib import sha256

from charts import Language
from dashboard.editions.told import Checked, Differing
from dashboard.operations import NextRun, ReportRun
from queries.definition import Words
from queries.desk import Desk, JobRun
from queries.desk.editions import Edition, EditionFile
from queries.errors import UserError
from queries.figures import Figure
from queries.period import last_whole
from queries.restating import Parts, Restatement

TITLES = {"weekly": Words("Weekly report", "周报"), "team": Words("Team pack", "团队报告")}


@dataclass
class MadeUp:
    """Reports that know their files by content and have one figure that has moved."""

    desk: Desk
    named: Mapping[str, Collection[str]] = field(
        default_factory=lambda: {"weekly": ("Boss@example.org",)}
    )
    fails: bool = False

    def titles(self) -> Mapping[str, Words]:
        return TITLES

    def configured(self, report: str) -> Collection[str]:
        return self.named.get(report, ())

    def letter(self, files: Sequence[EditionFile]) -> bytes:
        return b"<!DOCTYPE html><title>Letter</title><p>Collected more than last week.</p>"

    def compared(self, edition: Edition) -> Sequence[Restatement]:
        if self.fails:
            raise UserError("There are no figures.")

        def figure(value: int) -> Figure:
            return Figure("collected", (), value, None, 10, provisional=False)

        def share(value: int) -> Figure:
            return Figure("recovery_rate", (), value, 10_000, 10, provisional=False)

        return [
            Restatement("recovery_rate", share(420), share(420)),
            Restatement(
                "collected", figure(1_234_500), figure(1_236_000), Parts(2_000, -200, -300)
            ),
        ]

    def check(
        self, content: bytes, allowed: Callable[[Edition], bool], language: Language
    ) -> Checked:
        for entry in self.desk.files_with(sha256(content).hexdigest()):
            for edition in self.desk.editions():
                if edition.id == entry.edition_id and allowed(edition):
                    return Checked(True, ["Genuine: this is the file as it was sent."])
        if b"altered" in content:
            places = [
                Differing("Collected", "12,345.00", "92,345.00"),
                Differing("Page 3", "3", ""),
            ]
            return Checked(False, ["Altered: 2 places differ.", "Made in November."], places)
        return Checked(False, ["No code of an edition was found in this file."])


@dataclass
class Scheduled:
    """Jobs that run every Monday at 7."""

    now: datetime

    def runs(self, limit: int) -> Sequence[JobRun]:
        return ()

    def next_runs(self) -> Sequence[NextRun]:
        return ()

    def report_runs(self, count: int) -> Sequence[ReportRun]:
        monday = self.now.replace(hour=7, minute=30) + timedelta(days=7 - self.now.weekday())
        dues = [monday + timedelta(weeks=week) for week in range(count)]
        return [
            ReportRun(name, TITLES[name], due, last_whole(due.date() - timedelta(days=1), "week"),
                      "Asia/Shanghai")
            for name in TITLES
            for due in dues
        ]  # fmt: skip
