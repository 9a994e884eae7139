"""What the page Reports asks of the reports themselves: titles, letters, restatements, and whether
a file is what was sent. They take a second to import, which nobody waits for who does not ask."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from charts import Language
from dashboard.editions.told import Checked, Differing
from queries import Answers
from queries.definition import Words
from queries.desk import Desk
from queries.desk.editions import Edition, EditionFile
from queries.restating import Restatement
from service.settings import Settings


@dataclass(frozen=True)
class Reporting:
    """The reports of these settings. `answers` see everything and are limited to the scope of the
    edition that is looked at."""

    settings: Settings
    desk: Desk
    answers: Answers

    def titles(self) -> Mapping[str, Words]:
        """The reports that there are."""
        from reports.catalogue import REPORTS

        return {name: pack.title for name, pack in REPORTS.items()}

    def configured(self, report: str) -> Collection[str]:
        """The addresses that the configuration names for a report."""
        chosen = self.settings.reports.of(report)
        return [one.address for one in chosen.recipients] if chosen else ()

    def letter(self, files: Sequence[EditionFile]) -> bytes:
        """The letter among the files of an edition, as a page."""
        from reports.folder import as_page
        from reports.letters import letter_of

        return as_page(letter_of(files))

    def compared(self, edition: Edition) -> Sequence[Restatement]:
        """The figures of an edition as reported and as known now. Raises UserError while there are
        no figures."""
        import reports

        frozen = reports.thaw(self.desk.frozen_of(edition.id))
        inside = self.answers.within(edition.issue.scope)
        return reports.side_by_side(frozen, inside)

    def check(
        self, content: bytes, allowed: Callable[[Edition], bool], language: Language
    ) -> Checked:
        """Says of any bytes whether they are an edition."""
        import reports
        from service.mailing import make_branding

        verdict = reports.verify(content, self.desk, make_branding(self.settings), allowed)
        zone = ZoneInfo(self.settings.figures.business_zone)
        return Checked(
            verdict.genuine,
            reports.told(verdict, language, zone),
            [Differing(one.what, one.sent, one.held) for one in verdict.differences],
        )
