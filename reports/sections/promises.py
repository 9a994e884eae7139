"""Promises to pay: made, due, kept in full, in part or broken, and what is still to come."""

from datetime import date, timedelta
from decimal import Decimal

from charts import Language
from queries import Figure, Period, Question
from queries.period import whole
from reports import cells, drawn, tables
from reports.frozen import Frozen
from reports.parts import Block, Cell, Column, Drawing, Note, Picture, Section, Table
from reports.spans import Covered

PIPELINE_WEEKS = 6
# What pending promises are expected to bring is what they brought in so many weeks.
KEPT_WEEKS = 13
SHOWN = (
    "promises_made", "promises_made_amount", "promise_rate", "promise_lead_days",
    "promises_due", "promises_due_amount", "promise_kept_rate", "promise_kept_rate_by_amount",
    "promise_partial_rate", "promise_broken_rate",
)  # fmt: skip
OUTCOMES = ("promise_kept_rate", "promise_partial_rate", "promise_broken_rate")
PENDING = ("promises_pending", "promises_pending_amount")


def questions(covered: Covered, _as_of: date) -> dict[str, Question]:
    last = whole(covered.period.last, "week")
    ahead = Period(last.start, last.end + timedelta(weeks=PIPELINE_WEEKS - 1))
    recent = Period(covered.period.end - timedelta(weeks=KEPT_WEEKS), covered.period.end)
    return {
        "pipeline": Question(PENDING, ahead, ("week",)),
        "quarter": Question(("promise_kept_rate_by_amount",), recent),
    }


def tell(frozen: Frozen, language: Language) -> Section | None:
    if not frozen.has("promises_due"):
        return None
    t, covered = language.t, frozen.covered
    rules = t(
        "Kept: at least {threshold} of the amount was paid from the day of the promise to"
        " {grace} days after it fell due. Promises whose time is not over are pending.",
        threshold=language.share(frozen.definitions.kept_threshold, 0),
        grace=frozen.definitions.grace_days,
    )
    shares = _outcomes(frozen, language)
    pipeline = _pipeline(frozen, language)
    blocks: list[Block] = [
        Note(rules),
        tables.compared(
            frozen, language, "promises",
            t("Promises {this}", this=covered.said(language).at_this), SHOWN,
        ),
        Picture(
            "outcomes",
            drawn.shares_over_time(frozen, language, t("Promises due: how they ended"), OUTCOMES),
            half=True,
            drawing=Drawing("stacked", shares.key, (1, 2, 3)),
        ),
        Picture(
            "pipeline",
            drawn.over_time(
                frozen, language, t("Amount still to come, by week due"), PENDING[1:], "bars",
                "pipeline",
            ),
            half=True,
            drawing=Drawing("column", pipeline.key, (2,)),
        ),
        pipeline,
        shares,
    ]  # fmt: skip
    return Section("promises", t("Promises"), t("Promises"), blocks)


def _outcomes(frozen: Frozen, language: Language) -> Table:
    """Span by span the three ways a promise can end; they add up to all that were due."""
    metrics, covered = ("promises_due", *OUTCOMES), frozen.covered
    columns = [Column(language.t(covered.kind.due_column), "date")]
    columns += [cells.column(language, metric) for metric in OUTCOMES]
    columns.append(cells.column(language, "promises_due"))
    rows = [
        [
            cells.day(covered.place(language, start), start),
            *(
                cells.of(language, frozen.figure(covered.kind.many, metric, start))
                for metric in (*metrics[1:], metrics[0])
            ),
        ]
        for start in frozen.spans(covered.kind.many)
    ]
    title = language.t("How promises ended, {due}", due=language.t(covered.kind.due))
    return Table("outcomes", title, columns, rows, on_paper=False)


def _pipeline(frozen: Frozen, language: Language) -> Table:
    """Pending promises by week due, with what they bring if kept as in the last 13 weeks."""
    t = language.t
    kept = frozen.figure("quarter", "promise_kept_rate_by_amount").value
    columns = [
        Column(t("Week due"), "date"),
        *(cells.column(language, metric) for metric in PENDING),
        Column(t("Expected"), "money"),
    ]
    rows = []
    for week in frozen.spans("pipeline"):
        number, amount = (frozen.figure("pipeline", metric, week) for metric in PENDING)
        first = cells.day(language.week(week), week)
        values = (cells.of(language, number), cells.of(language, amount))
        rows.append([first, *values, _expected(language, amount.value, kept)])
    if len(rows) > 1:
        rows.append(_all_ahead(frozen, language, kept))
    note = "" if kept is None else t(
        "Expected: the amount pending times {share}, the share of promised money that came in"
        " during the last 13 weeks.",
        share=language.share(kept),
    )  # fmt: skip
    totals = 1 if len(rows) > 1 else 0
    return Table("pipeline", t("Still to come, by week due"), columns, rows, note, totals)


def _all_ahead(frozen: Frozen, language: Language, kept: int | Decimal | None) -> list[Cell]:
    """The pending promises of all weeks; each falls due in one of them, so they can be added."""
    number, amount = (
        Figure(
            metric, (), sum(one.numerator or 0 for one in frozen.answers["pipeline"].of(metric)),
            None, None, provisional=False,
        )
        for metric in PENDING
    )  # fmt: skip
    values = (cells.of(language, number), cells.of(language, amount))
    return [cells.name(language.t("Total")), *values, _expected(language, amount.value, kept)]


def _expected(language: Language, amount: int | Decimal | None, kept: int | Decimal | None) -> Cell:
    if amount is None or kept is None:
        return Cell(cells.NOTHING, None, "money")
    value = (Decimal(amount) * kept).quantize(Decimal(1))
    return Cell(cells.money(language, value), int(value), "money")
