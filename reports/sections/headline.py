"""Page one: the headline figures against the span before and the same a year ago."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta

from charts import Language
from queries import METRICS, Figure, Period, Question
from queries.definition import Term
from queries.period import floor
from queries.targets.progress import Progress
from reports import cells, pace, tables
from reports.frozen import Frozen
from reports.parts import Card, Cell, Column, Comparison, Table
from reports.sections import targets
from reports.spans import Covered, to_date

HEADLINE = (
    "collected",
    "recovery_rate",
    "open_balance",
    "promise_kept_rate",
    "promise_kept_rate_by_amount",
    "open_cases",
    "right_party_rate",
    "coverage",
    "untouched_7d",
)
# Asked together with the headline, for the tables of the chapters.
BESIDES = (
    "promises_made", "promises_made_amount", "promise_rate", "promise_lead_days",
    "promises_due", "promises_due_amount", "promise_partial_rate", "promise_broken_rate",
    "promises_pending", "promises_pending_amount",
    "attempts", "connect_rate", "contact_rate", "cases_attempted", "intensity",
    "days_to_first_attempt", "first_attempt_in_time", "untouched_14d", "untouched_30d",
    "opening_cases", "placed_cases", "moved_cases", "closed_cases",
    "opening_balance", "placed_amount", "moved_balance", "adjusted_balance", "collected_on_open",
    "closed_balance",
)  # fmt: skip
# Measures of facts that are amounts; all others are numbers of rows, cases or days.
MONEY = frozenset({"amount", "balance", "kept_amount"})
ARROWS = {"up": "▲", "down": "▼", "even": "●", "none": ""}


def questions(covered: Covered, shown: Sequence[str]) -> dict[str, Question]:
    """What the cards of the figures `shown` need, and what all chapters share."""
    metrics = (*HEADLINE, *BESIDES)
    month = to_date(covered.period, "month")
    return {
        "now": Question(metrics, covered.period),
        "before": Question(metrics, covered.before),
        "year_ago": Question(metrics, covered.year_ago),
        "month": Question(("collected",), month),
        "month_before": Question(("collected",), a_month_earlier(month)),
        lines(covered): Question(tuple(shown), covered.trend, (covered.grain,)),
    }


def lines(covered: Covered) -> str:
    """The name of the question for the small lines of the cards."""
    return f"headline_{covered.kind.many}"


def a_month_earlier(days: Period) -> Period:
    """As many first days of the month before, or all of it where it is shorter."""
    start = floor(days.start - timedelta(days=1), "month")
    return Period(start, min(start + timedelta(days=days.days), days.start))


def cards(frozen: Frozen, language: Language, shown: Sequence[str]) -> list[Card]:
    """One card per headline figure that the source can give."""
    return [_card(frozen, language, metric) for metric in frozen.known(shown)]


def summary(frozen: Frozen, language: Language, shown: Sequence[str]) -> Table:
    """The same figures in full, with the sums that they were divided from."""
    t = language.t
    table = tables.compared(frozen, language, "summary", t("Headline figures"), shown)
    known = frozen.known(shown)
    columns = [
        *table.columns,
        Column(t("Numerator"), "count"),
        Column(t("Denominator"), "count"),
        Column(t("State"), "text"),
    ]
    rows = [
        [*row, *_sums(language, frozen.figure("now", metric))]
        for row, metric in zip(table.rows, known, strict=True)
    ]
    if any(map(frozen.standings.headline, known)):
        columns += [
            Column(t("Target for"), "text"), Column(t("Target"), "count"),
            Column(t("Standing"), "text"),
        ]  # fmt: skip
        rows = [
            [*row, *_target(language, frozen.standings.headline(metric))]
            for row, metric in zip(rows, known, strict=True)
        ]
    return replace(table, columns=columns, rows=rows)


def _target(language: Language, one: Progress | None) -> list[Cell]:
    """Its period, the target and how it stands; empty cells where there is none."""
    if one is None:
        return [Cell("", ""), Cell("", None, "count"), Cell("", "")]
    period = language.grain(one.aim.grain, one.aim.starts_on)
    return [
        cells.name(period),
        cells.value(language, one.metric, one.target),
        targets.standing(language, one),
    ]


def _sums(language: Language, figure: Figure) -> list[Cell]:
    metric = METRICS[figure.metric]
    state = language.t("provisional") if figure.provisional else language.t("final")
    return [
        sum_of(language, metric.numerator, figure.numerator),
        sum_of(language, metric.denominator, figure.denominator),
        cells.name(state),
    ]


def sum_of(language: Language, terms: tuple[Term, ...], value: int | None) -> Cell:
    """One of the sums that a figure is made of; a dash where it has none."""
    if value is None:
        return Cell(cells.NOTHING, None, "count")
    if any(term.measure in MONEY for term in terms):
        return Cell(cells.money(language, value), value, "money")
    return cells.number(language, value)


def _card(frozen: Frozen, language: Language, metric: str) -> Card:
    now = frozen.figure("now", metric)
    cell = Cell(
        language.value(METRICS[metric], now.value, compact=True),
        now.value,
        METRICS[metric].unit,
        quiet=cells.few(now),
    )
    against = (
        (
            language.t("on {last}", last=frozen.covered.said(language).card),
            frozen.figure("before", metric),
        ),
        (language.t("on a year ago"), frozen.figure("year_ago", metric)),
    )
    said = [
        _comparison(language, now, then, words) for words, then in against if then.value is not None
    ]
    return Card(
        metric,
        language.words(METRICS[metric].title),
        cell,
        basis(language, now),
        said,
        now.provisional,
        tuple(
            frozen.figure(lines(frozen.covered), metric, start).value
            for start in frozen.spans(lines(frozen.covered))
        ),
        pace.on_card(frozen, language, metric),
    )


def _comparison(language: Language, now: Figure, then: Figure, against: str) -> Comparison:
    told = language.change(METRICS[now.metric], now.value, then.value)
    # Colour alone would not reach everybody.
    words = {"better": language.t("better"), "worse": language.t("worse")}
    said = f" · {words[told.verdict]}" if told.verdict in words else ""
    return Comparison(f"{ARROWS[told.direction]} {told.text}".strip(), against + said, told.verdict)


def basis(language: Language, figure: Figure) -> str:
    """What stands behind a figure, short enough to stand beside its title."""
    metric = METRICS[figure.metric]
    if figure.value is None:
        return ""
    if figure.n is None or (metric.unit == "count" and figure.n == figure.value):
        return ""
    if metric.unit == "count":
        return language.t("of {whole}", whole=language.count(figure.n))
    return f"n = {language.count(figure.n)}"


def note(frozen: Frozen, language: Language, shown: Sequence[Card]) -> str:
    """The line below the cards: what "even" and "a year ago" mean, what is not comparable or
    not final. Empty where nothing needs a word."""
    told = []
    tones = [one.tone for card in shown for one in card.comparisons]
    if "even" in tones:
        told.append(language.t("●: within ±2% of what it is compared with."))
    rule = frozen.covered.kind.year_rule
    if rule and any(frozen.figure("year_ago", card.metric).value is not None for card in shown):
        told.append(language.t(rule))
    if missing := unlike(frozen, language, [card.metric for card in shown]):
        told.append(missing)
    late = [card.title for card in shown if card.provisional]
    if late:
        told.append(language.t("Not final yet: {titles}.", titles=language.listed(late)))
    return language.sentences(told)


def unlike(frozen: Frozen, language: Language, shown: Sequence[str]) -> str:
    """Why headline figures have no comparison with a year ago: the days on which data begins."""
    start = frozen.covered.year_ago.start
    late: dict[date, list[str]] = {}
    for metric in shown:
        if (day := frozen.begins.get(metric)) is not None and day > start:
            late.setdefault(day, []).append(language.words(METRICS[metric].title))
    said = [
        language.t("No comparison with a year ago: the data begins on {day}.", day=language.date(d))
        if len(titles) == len(shown)
        else language.t(
            "No comparison with a year ago for {titles}: their data begins on {day}.",
            titles=language.listed(titles),
            day=language.date(d),
        )
        for d, titles in sorted(late.items())
    ]
    return language.sentences(said)
