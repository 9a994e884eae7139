"""The weekly executive report: its chapters, in order, composed from one frozen set of figures."""

from dataclasses import replace
from datetime import date, datetime
from functools import partial

from charts import Language
from queries import Answers, Period, Question
from queries.period import last_whole
from reports.findings import findings
from reports.frozen import Frozen, freeze
from reports.parts import Branding, Report
from reports.sections import (
    Chapter,
    aging,
    bridge,
    contacts,
    data_note,
    headline,
    meanings,
    movers,
    promises,
    restatements,
    roll,
    targets,
    teams,
    trends,
    vintages,
)
from reports.targets import TargetSource

NAME = "weekly"
CHAPTERS = tuple(
    Chapter(module.__name__.rsplit(".", 1)[-1], module.questions, module.tell)
    for module in (
        targets, movers, trends, vintages, promises, contacts, aging, bridge, roll, teams,
        restatements, data_note, meanings,
    )
)  # fmt: skip
DIMENSIONS = ("team", "bucket", "product", "channel", "close_reason", "to_state")
# What this week is compared with.
EARLIER = frozenset(
    {
        "before", "year_ago", "weeks_year_ago", "month_before", "roll_before", "cure_before",
        "team_before", "bucket_before", "product_before",
    }
)  # fmt: skip


def default_period(as_of: date) -> Period:
    """The last week that is over."""
    return last_whole(as_of, "week")


def freeze_weekly(
    answers: Answers,
    period: Period,
    now: datetime | None = None,
    source: TargetSource | None = None,
) -> Frozen:
    """All figures of the report from one generation. `now` (aware) judges staleness; without a
    source of targets there are none."""
    as_of = answers.freshness().as_of
    questions: dict[str, Question] = dict(headline.questions(period, as_of))
    for chapter in CHAPTERS:
        questions |= chapter.questions(period, as_of)
    asked = partial(freeze, answers, NAME, period, earlier=EARLIER, now=now)
    if source is None:
        return asked(questions, DIMENSIONS)
    valid = source.valid(period, trends.quarter(period), as_of, answers.available())
    questions |= valid.questions()
    frozen = asked(questions, DIMENSIONS)
    drawn = frozen.known(trends.AIMED)
    return replace(frozen, standings=valid.standings(frozen.answers, drawn, answers))


def compose(
    answers: Answers, period: Period, language: Language, branding: Branding | None = None
) -> Report:
    """Freezes the figures and tells the report in one language."""
    return tell(freeze_weekly(answers, period), language, branding or Branding())


def tell(frozen: Frozen, language: Language, branding: Branding) -> Report:
    """The report from its frozen figures alone. Raises ProofError where the stock does not foot."""
    t = language.t
    year, week, _ = frozen.period.start.isocalendar()
    cards = headline.cards(frozen, language)
    told = [chapter.tell(frozen, language) for chapter in CHAPTERS]
    return Report(
        frozen=frozen,
        language=language,
        branding=branding,
        title=t("Weekly report"),
        span=t(
            "Week {week} of {year} · {span}",
            week=week,
            year=year,
            span=language.span(frozen.period),
        ),
        as_of=t("Figures up to {day}", day=language.date(frozen.freshness.as_of)),
        warning=("" if language.chinese else " ").join(data_note.warnings(frozen, language)),
        cards=cards,
        card_note=headline.note(frozen, language, cards),
        findings=findings(frozen, language),
        summary=headline.summary(frozen, language),
        sections=[section for section in told if section is not None],
    )
