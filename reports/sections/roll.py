"""Where the cases of each bucket went from one month end to the next."""

from dataclasses import replace
from datetime import date, timedelta

from charts import Language
from queries import Figure, Period, Question
from queries.contract import CLOSE_REASONS
from queries.period import last_whole
from reports import cells, tables
from reports.frozen import Frozen
from reports.parts import Block, Cell, Column, Note, Section, Table
from reports.spans import Covered

MATRICES = (("roll_rate", "rolled_cases"), ("roll_rate_by_balance", "rolled_balance"))


def month_of(period: Period, as_of: date) -> Period:
    """The last month that was over both by the end of the period and by the as-of day."""
    return last_whole(min(period.last, as_of), "month")


def questions(covered: Covered, as_of: date) -> dict[str, Question]:
    month = month_of(covered.period, as_of)
    before = last_whole(month.start - timedelta(days=1), "month")
    metrics = tuple(metric for pair in MATRICES for metric in pair)
    return {
        "roll": Question(metrics, month, ("bucket", "to_state")),
        "roll_before": Question(("roll_rate",), before, ("bucket", "to_state")),
        "cure": Question(("cure_rate",), month, ("bucket",)),
        "cure_before": Question(("cure_rate",), before, ("bucket",)),
        "cure_total": Question(("cure_rate",), month),
    }


def tell(frozen: Frozen, language: Language) -> Section | None:
    t = language.t
    if not frozen.keys("roll"):
        return None
    month = language.month(month_of(frozen.period, frozen.freshness.as_of).start)
    cured = frozen.figure("cure_total", "cure_rate")
    blocks: list[Block] = []
    if cured.value is not None:
        blocks.append(
            Note(
                t(
                    "{share} of the cases open when {month} began were paid, settled or cured by"
                    " its end.",
                    share=language.share(cured.value),
                    month=month,
                )
            )
        )
    blocks.append(_summary(frozen, language))
    titles = (
        t("Roll rates by number of cases, in percent"),
        t("Roll rates by balance, in percent"),
    )
    for (rate, size), title in zip(MATRICES, titles, strict=True):
        blocks.append(_matrix(frozen, language, rate, size, title))
    return Section(
        "roll", t("Roll rates, {month}", month=month), t("Roll rates"), blocks,
        t("From the bucket at the start of the month (rows) to where the cases were at its end."),
    )  # fmt: skip


def _summary(frozen: Frozen, language: Language) -> Table:
    """Per bucket what rolled forward and what was cured, against the month before."""
    t = language.t
    columns = [
        Column(t("Bucket"), "text"),
        Column(t("Cases"), "count"),
        Column(t("Rolled forward"), "share"),
        Column(t("Month before"), "share"),
        Column(t("Change"), "points"),
        Column(t("Paid, settled or cured"), "share"),
        Column(t("Month before"), "share"),
        Column(t("Change"), "points"),
    ]
    rows = [
        _summary_row(frozen, language, bucket)
        for bucket in frozen.definitions.buckets
        if bucket in frozen.keys("roll")
    ]
    note = t(
        "Rolled forward: in a later bucket when the month ended. Grey: fewer than {few} cases.",
        few=cells.FEW["aging"],
    )
    title = t("Rolled forward and cured, against the month before")
    return Table("rolled", title, columns, rows, note)


def _summary_row(frozen: Frozen, language: Language, bucket: str) -> list[Cell]:
    now, before = (forward(frozen, name, bucket) for name in ("roll", "roll_before"))
    cured, earlier = (frozen.figure(name, "cure_rate", bucket) for name in ("cure", "cure_before"))
    change = cells.change(language, now, before)
    told = now.value is not None and before.value is not None and not change.quiet
    if told and change.tone == "none":
        # A roll rate alone is neither good nor bad; one into later buckets is worse when it rises.
        change = replace(
            change, tone="worse" if (now.value or 0) > (before.value or 0) else "better"
        )
    return [
        cells.name(tables.label(frozen, language, "bucket", bucket)),
        cells.number(language, now.n),
        cells.of(language, now),
        cells.of(language, before),
        change,
        cells.of(language, cured),
        cells.of(language, earlier),
        cells.change(language, cured, earlier),
    ]


def forward(frozen: Frozen, question: str, bucket: str) -> Figure:
    """The cases of a bucket that were in a later one at the end of the month; no share of the last
    bucket, for nothing is later."""
    buckets = frozen.definitions.buckets
    row = [one for one in frozen.answers[question].figures if one.keys[0] == bucket]
    row = [one for one in row if one.metric == "roll_rate" and one.denominator]
    later = set(buckets[buckets.index(bucket) + 1 :])
    moved = sum(one.numerator or 0 for one in row if one.keys[1] in later)
    whole = row[0].denominator if row else None
    known = row and later
    return Figure(
        "roll_rate", (bucket,), moved if known else None, whole if known else None, whole, False
    )


def _matrix(frozen: Frozen, language: Language, rate: str, size: str, title: str) -> Table:
    states = _states(frozen)
    columns = [
        Column(language.t("Bucket"), "text"),
        cells.column(language, size),
        *(Column(tables.label(frozen, language, "to_state", state), "share") for state in states),
    ]
    rows = [
        _row(frozen, language, rate, size, bucket, states)
        for bucket in frozen.definitions.buckets
        if bucket in frozen.keys("roll")
    ]
    return Table(rate, title, columns, rows, language.t("Each row adds up to 100%."))


def _states(frozen: Frozen) -> list[str]:
    """Buckets first, then reasons of closing; only those that occur."""
    found = {str(key) for key in frozen.keys("roll", 1)}
    order = (*frozen.definitions.buckets, *CLOSE_REASONS)
    return [state for state in order if state in found]


def _row(
    frozen: Frozen, language: Language, rate: str, size: str, bucket: str, states: list[str]
) -> list[Cell]:
    whole = frozen.figure("roll", rate, bucket, states[0])
    total = next(
        (
            f.denominator
            for s in states
            if (f := frozen.figure("roll", rate, bucket, s)).denominator
        ),
        whole.denominator,
    )
    text = cells.NOTHING if total is None else language.count(total)
    money = size == "rolled_balance"
    if money and total is not None:
        text = cells.money(language, total)
    row = [cells.name(bucket), Cell(text, total, "money" if money else "count")]
    for state in states:
        figure = frozen.figure("roll", rate, bucket, state)
        if figure.value is None or not figure.numerator:
            row.append(Cell("", None, "share"))
            continue
        shade = float(figure.value)
        row.append(Cell(language.ratio(figure.value * 100, 1), figure.value, "share", shade=shade))
    return row
