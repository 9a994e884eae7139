"""The inventory bridge: from the opening to the closing stock, in number and in money."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from charts import Language
from queries import METRICS, Figure, Question
from reports import cells, tables
from reports.failures import ProofError
from reports.frozen import Frozen
from reports.parts import Cell, Column, Note, Section, Table
from reports.spans import Covered

CLOSED = ("closed_cases", "closed_balance")
# Within the whole operation they cancel out.
MOVED = ("moved_cases", "moved_balance")


@dataclass(frozen=True)
class Step:
    """One line of the bridge: which metric it adds (+1) or takes away (-1) in each column."""

    title: str
    cases: str | None
    balance: str | None
    sign: int


STEPS = (
    Step("Opening stock", "opening_cases", "opening_balance", 1),
    Step("+ Placed", "placed_cases", "placed_amount", 1),
    Step("± Moved in from other teams, net", *MOVED, 1),
    Step("+ Interest and fees less waivers", None, "adjusted_balance", 1),
    Step("− Collected on open cases", None, "collected_on_open", -1),
    Step("− Closed", "closed_cases", "closed_balance", -1),
)
CLOSING = Step("Closing stock", "open_cases", "open_balance", 1)


def questions(covered: Covered, _as_of: date) -> dict[str, Question]:
    return {"closed": Question(CLOSED, covered.period, ("close_reason",))}


def tell(frozen: Frozen, language: Language) -> Section:
    t = language.t
    foots(frozen)
    columns = [
        Column(t("Step"), "text"),
        Column(t("Cases"), "count"),
        Column(t("Balance"), "money"),
    ]
    rows = []
    for step in STEPS:
        if step.cases == "closed_cases":
            rows += _reasons(frozen, language) or [_row(frozen, language, step)]
        elif step.cases != "moved_cases" or _some_moved(frozen):
            rows.append(_row(frozen, language, step))
    rows.append(_row(frozen, language, CLOSING))
    table = Table("bridge", t("From opening to closing stock"), columns, rows, totals=1)
    note = t("Checked: opening stock and movements add up to the closing stock.")
    if rest := _on_closed(frozen):
        note += language.after(
            t(
                "Collected in all: {all}, of which {rest} on cases that were closed before.",
                all=language.money(frozen.figure("now", "collected").numerator),
                rest=language.money(rest),
            )
        )
    return Section("bridge", t("Inventory bridge"), t("Bridge"), [table, Note(note)])


def _some_moved(frozen: Frozen) -> bool:
    return any(frozen.figure("now", metric).numerator for metric in MOVED)


def _on_closed(frozen: Frozen) -> int:
    """What the bridge leaves out of everything collected, for those cases are not in the stock."""
    whole, on_open = (frozen.figure("now", name) for name in ("collected", "collected_on_open"))
    return (whole.numerator or 0) - (on_open.numerator or 0)


def foots(frozen: Frozen) -> None:
    """Raises ProofError where opening plus movements is not the closing stock."""
    for column in ("cases", "balance"):
        steps = [(step.sign, getattr(step, column)) for step in STEPS if getattr(step, column)]
        total = sum(sign * (frozen.figure("now", metric).numerator or 0) for sign, metric in steps)
        closing = frozen.figure("now", getattr(CLOSING, column)).numerator or 0
        if total != closing:
            raise ProofError(
                [f"The inventory bridge of {column} gives {total}, the closing stock is {closing}."]
            )
        reason = "closed_cases" if column == "cases" else "closed_balance"
        parts = sum(
            frozen.figure("closed", reason, key).numerator or 0 for key in frozen.keys("closed")
        )
        if parts != (frozen.figure("now", reason).numerator or 0):
            raise ProofError([f"The reasons of {reason} add up to {parts}, not to all closed."])


def _row(frozen: Frozen, language: Language, step: Step) -> list[Cell]:
    values = [
        _signed(language, frozen.figure("now", metric) if metric else None, step.sign)
        for metric in (step.cases, step.balance)
    ]
    return [cells.name(language.t(step.title)), *values]


def _reasons(frozen: Frozen, language: Language) -> list[list[Cell]]:
    """One line per reason of closing."""
    rows = []
    for reason in tables.ordered(frozen, "closed", "close_reason"):
        figures: Sequence[Figure] = [
            cells.counted(frozen.figure("closed", metric, reason), frozen.figure("now", metric))
            for metric in CLOSED
        ]
        title = language.t(
            "− Closed: {reason}", reason=tables.label(frozen, language, "close_reason", reason)
        )
        rows.append([cells.name(title), *(_signed(language, figure, -1) for figure in figures)])
    return rows


def _signed(language: Language, figure: Figure | None, sign: int) -> Cell:
    """The figure as it enters the sum, so that a column adds up as it is written."""
    if figure is None:
        return Cell("", None, "count")
    unit = METRICS[figure.metric].unit
    if figure.value is None:
        return Cell(cells.NOTHING, None, unit)
    value = sign * int(figure.value)
    text = language.money(value) if unit == "money" else language.count(value)
    return Cell(text, value, unit)
