"""Composing: what a report is made of, as data: frozen from answers, told in a language. All packs
go through here; what they differ in is in their fields."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from charts import Language
from queries import Answers, Period, Question
from queries.definition import Words
from queries.targets import WorkingDays
from queries.targets.target import Grain
from reports import scopes, spans
from reports.findings import TELLERS, Teller, findings
from reports.frozen import Frozen, freeze
from reports.parts import Branding, Report
from reports.sections import Chapter, data_note, headline, trends
from reports.spans import Covered
from reports.targets import ORDER, TargetSource

# Whose members have names of their own or an order that is kept with the figures.
NAMED = ("department", "team", "agent", "bucket", "product", "channel", "close_reason", "to_state")
# Questions that others are compared with end in these.
EARLIER = ("before", "ago")


@dataclass(frozen=True)
class Pack:
    """A report: `chapters` in their order, `shown` on the cards of page one, sentences by
    `tellers`, targets of the periods of `grains`. One that is `by_team` is made for each team of
    its reader; one of `one_page` has no other."""

    name: str
    title: Words
    grain: str
    chapters: Sequence[Chapter]
    shown: Sequence[str] = headline.HEADLINE
    tellers: Sequence[Teller] = TELLERS
    grains: Sequence[Grain] = ORDER
    by_team: bool = False
    one_page: bool = False

    def period(self, day: date, calendar: WorkingDays | None = None) -> Period:
        """The newest period that is over at the end of a day. Only what is made for working days
        needs the calendar; without it every day is worked."""
        return spans.last_over(day, self.grain, calendar)

    def period_of(self, text: str, calendar: WorkingDays | None = None) -> Period:
        """The period that a text means: any day of it, or its own name. Raises UserError."""
        return spans.read(text, self.grain, calendar)

    def freeze(
        self,
        answers: Answers,
        period: Period,
        now: datetime | None = None,
        source: TargetSource | None = None,
    ) -> Frozen:
        """All figures of the report from one generation. `now` (aware) judges staleness; without a
        source of targets there are none."""
        as_of, covered = answers.freshness().as_of, Covered(self.grain, period)
        questions: dict[str, Question] = dict(headline.questions(covered, self.shown))
        for chapter in self.chapters:
            questions |= chapter.questions(covered, as_of)
        valid = source.valid(covered, self.grains, as_of, answers) if source else None
        if valid:
            questions |= valid.questions()
        frozen = freeze(
            answers, self.name, covered, questions, _dimensions(questions),
            earlier=[name for name in questions if name.endswith(EARLIER)], now=now,
        )  # fmt: skip
        if valid is None:
            return frozen
        drawn = frozen.known(trends.AIMED)
        return replace(frozen, standings=valid.standings(frozen.answers, drawn, answers))

    def tell(self, frozen: Frozen, language: Language, branding: Branding) -> Report:
        """The report from its frozen figures alone. Raises ProofError where the stock does not
        foot."""
        cards = headline.cards(frozen, language, self.shown)
        told = [chapter.section(frozen, language) for chapter in self.chapters]
        return Report(
            frozen=frozen,
            language=language,
            branding=branding,
            title=language.words(self.title),
            span=frozen.covered.title(language),
            scope=scopes.told(frozen.about, language),
            correction=scopes.correction(frozen.about, language),
            as_of=language.t("Figures up to {day}", day=language.date(frozen.freshness.as_of)),
            warning=language.sentences(data_note.warnings(frozen, language)),
            cards=cards,
            card_note=headline.note(frozen, language, cards),
            findings=findings(frozen, language, self.tellers),
            summary=headline.summary(frozen, language, self.shown),
            sections=[section for section in told if section is not None],
            one_page=self.one_page,
        )


def _dimensions(questions: dict[str, Question]) -> list[str]:
    """Those by which something is split, in the order of the house."""
    split = {dimension for question in questions.values() for dimension in question.by}
    return [dimension for dimension in NAMED if dimension in split]
