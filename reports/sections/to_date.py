"""The month, the quarter and the year so far, against the same days of the year before."""

from datetime import date

from charts import Language
from queries import METRICS, Figure, Question
from reports import cells
from reports.frozen import Frozen
from reports.parts import Cell, Column, Section, Table
from reports.spans import Covered, to_date, to_date_year_ago

GRAINS = ("month", "quarter", "year")
SHOWN = (
    "collected", "recovery_rate", "placed_cases", "placed_amount", "closed_cases",
    "promises_made", "promises_made_amount", "promises_due", "promise_kept_rate",
    "promise_kept_rate_by_amount", "attempts", "right_party_rate", "coverage",
)  # fmt: skip


def questions(covered: Covered, _as_of: date) -> dict[str, Question]:
    found = {}
    for grain in GRAINS:
        found[f"to_{grain}"] = Question(SHOWN, to_date(covered.period, grain))
        found[f"to_{grain}_ago"] = Question(SHOWN, to_date_year_ago(covered.period, grain))
    return found


def tell(frozen: Frozen, language: Language) -> Section:
    t = language.t
    metrics = frozen.known(SHOWN)
    # Without any figure of a year ago the columns would be empty.
    compared = any(_pair(frozen, one, grain)[1].value is not None
                   for one in metrics for grain in GRAINS)  # fmt: skip
    titles = (t("Month"), t("Quarter to date"), t("Year to date"))
    columns = [Column(t("Figure"), "text")]
    for title in titles:
        columns.append(Column(title, "count"))
        columns += [Column(t("Change on last year"), "share")] * compared
    rows = [_row(frozen, language, metric, compared=compared) for metric in metrics]
    table = Table("to_date", t("So far, and against the year before"), columns, rows,
                  _note(frozen, language, compared=compared))  # fmt: skip
    title = t("Month, quarter and year to date")
    return Section("to_date", title, t("To date"), [table])


def _pair(frozen: Frozen, metric: str, grain: str) -> tuple[Figure, Figure]:
    """Now, and on the same days of the year before."""
    return frozen.figure(f"to_{grain}", metric), frozen.figure(f"to_{grain}_ago", metric)


def _row(frozen: Frozen, language: Language, metric: str, *, compared: bool) -> list[Cell]:
    row = [cells.name(language.words(METRICS[metric].title))]
    for grain in GRAINS:
        now, before = _pair(frozen, metric, grain)
        row.append(cells.of(language, now))
        row += [cells.change(language, now, before)] * compared
    return row


def _note(frozen: Frozen, language: Language, *, compared: bool) -> str:
    """Which days are meant, and what is missing of them."""
    t, period = language.t, frozen.period
    quarter, year = (to_date(period, grain) for grain in ("quarter", "year"))
    told = [
        t(
            "Quarter to date: {quarter}. Year to date: {year}.",
            quarter=language.span(quarter),
            year=language.span(year),
        )
    ]
    begins = max((frozen.begins[one] for one in SHOWN if one in frozen.begins), default=year.start)
    if begins > year.start:
        told.append(
            t("The data begins on {day}; earlier days are missing.", day=language.date(begins))
        )
    if compared:
        told.append(t("Changes are on the same calendar days of the year before."))
    return language.sentences(told)
