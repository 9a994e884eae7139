"""Contacts: how often, by which channel, at which hour, and whom they reached."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

from charts import Language
from queries import METRICS, Figure, Period, Question
from reports import cells, drawn, tables
from reports.frozen import Frozen
from reports.parts import Block, Cell, Column, Note, Picture, Section, Table
from reports.spans import Covered

SHOWN = (
    "attempts", "cases_attempted", "intensity", "coverage", "connect_rate", "contact_rate",
    "right_party_rate", "days_to_first_attempt", "first_attempt_in_time",
)  # fmt: skip
BY_CHANNEL = ("attempts", "cases_attempted", "connect_rate", "contact_rate", "right_party_rate")
# One week of calls leaves too few in most hours; four weeks make a cell mean something.
HOUR_WEEKS = 4


def questions(covered: Covered, _as_of: date) -> dict[str, Question]:
    end = covered.period.end
    month = Period(end - timedelta(weeks=HOUR_WEEKS), end)
    rate = ("right_party_rate",)
    return {
        "channels": Question(BY_CHANNEL, covered.period, ("channel",)),
        "hours": Question(rate, month, ("weekday", "hour"), {"channel": ("call",)}),
        "hours_all": Question(("attempts", *rate), month, ("hour",), {"channel": ("call",)}),
    }


def tell(frozen: Frozen, language: Language) -> Section | None:
    if not frozen.has("attempts"):
        return None
    t = language.t
    blocks: list[Block] = [
        tables.compared(
            frozen, language, "contacts",
            t("Contacts {this}", this=frozen.covered.said(language).at_this), SHOWN,
        ),
        _channels(frozen, language),
    ]  # fmt: skip
    grid = hours(frozen)
    if grid:
        title = t("Right-party contact rate of calls by hour, last {weeks} weeks", weeks=HOUR_WEEKS)
        note = t("–: fewer than {few} calls in the hour.", few=cells.FEW["contacts"])
        chart = replace(drawn.hour_by_weekday(frozen, language, title, grid), note=note)
        blocks += [Picture("hours", chart, height=62), _hours(language, grid)]
    else:
        blocks.append(_all_days(frozen, language))
    return Section("contacts", t("Contacts"), t("Contacts"), blocks)


def hours(frozen: Frozen) -> dict[tuple[int, int], Figure]:
    """Figures by (weekday, hour); hours with too few calls to say anything are left out."""
    answer = frozen.answers.get("hours")
    figures = answer.figures if answer else ()
    return {
        (int(str(figure.keys[0])), int(str(figure.keys[1]))): figure
        for figure in figures
        if figure.value is not None and not cells.few(figure)
    }


def _channels(frozen: Frozen, language: Language) -> Table:
    values = tables.ordered(frozen, "channels", "channel")
    columns, rows = tables.split(
        frozen, language, "channels", "channel", BY_CHANNEL, values=values, total="now"
    )
    note = language.t("A case attempted by two channels counts in both, and once in the total.")
    return Table("channels", language.t("By channel"), columns, rows, note, totals=1)


def _all_days(frozen: Frozen, language: Language) -> Table | Note:
    """The hours of all weekdays together, where one weekday alone says nothing: of a small team."""
    t = language.t
    values = [
        hour
        for hour in sorted(frozen.keys("hours_all"), key=lambda key: int(str(key)))
        if frozen.figure("hours_all", "attempts", hour).value
    ]
    if not values:
        return Note(t("No calls in the last {weeks} weeks.", weeks=HOUR_WEEKS))
    columns, rows = tables.split(
        frozen, language, "hours_all", "hour", ("attempts", "right_party_rate"), values=values
    )
    title = t("Calls by hour, last {weeks} weeks", weeks=HOUR_WEEKS)
    note = t("Grey: fewer than {few} calls.", few=cells.FEW["contacts"])
    return Table("hours_all", title, columns, rows, note)


def _hours(language: Language, grid: dict[tuple[int, int], Figure]) -> Table:
    """The picture as a matrix of weekday by hour, tinted by the rate."""
    first, last = min(hour for _, hour in grid), max(hour for _, hour in grid)
    highest = max(Decimal(figure.value or 0) for figure in grid.values()) or Decimal(1)
    columns = [Column(language.t("Hour"), "text")]
    columns += [Column(f"{hour:02d}", "share") for hour in range(first, last + 1)]
    rows = []
    for weekday in range(1, 8):
        row = [cells.name(language.weekday(weekday))]
        for hour in range(first, last + 1):
            figure = grid.get((weekday, hour))
            row.append(_hour(language, figure, highest) if figure else Cell("", None, "share"))
        rows.append(row)
    title = language.t("Right-party contact rate of calls, in percent")
    note = language.t("Empty: fewer than {few} calls.", few=cells.FEW["contacts"])
    return Table("hours", title, columns, rows, note, on_paper=False)


def _hour(language: Language, figure: Figure, highest: Decimal) -> Cell:
    share = Decimal(figure.value or 0)
    shade = float(share / highest)
    text = language.ratio(share * 100, 1)
    return Cell(text, figure.value, METRICS[figure.metric].unit, shade=shade)
