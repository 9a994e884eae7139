"""Where the cases of each bucket went from one month end to the next."""

from datetime import date

from charts import Language
from queries import Period, Question
from queries.contract import CLOSE_REASONS
from queries.period import last_whole
from reports import cells, tables
from reports.frozen import Frozen
from reports.parts import Block, Cell, Column, Note, Section, Table

MATRICES = (("roll_rate", "rolled_cases"), ("roll_rate_by_balance", "rolled_balance"))


def month_of(period: Period, as_of: date) -> Period:
    """The last month that was over both by the end of the period and by the as-of day."""
    return last_whole(min(period.last, as_of), "month")


def questions(period: Period, as_of: date) -> dict[str, Question]:
    month = month_of(period, as_of)
    metrics = tuple(metric for pair in MATRICES for metric in pair)
    return {
        "roll": Question(metrics, month, ("bucket", "to_state")),
        "cure": Question(("cure_rate",), month, ("bucket",)),
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
    return Table(rate, title, columns, rows, language.t("Each row adds up to 100 %."))


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
