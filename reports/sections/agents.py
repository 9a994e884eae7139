"""What each agent worked and reached, in the order of their names. Nobody is ranked: a rate of few
rows stands in grey with the range in which it may lie."""

from datetime import date
from decimal import Decimal
from math import sqrt

from charts import Language
from queries import Figure, Question
from queries.figures import Key
from reports import cells, tables
from reports.frozen import Frozen
from reports.parts import Cell, Column, Section, Table
from reports.sections.movers import METRICS_SPLIT
from reports.spans import Covered

SHOWN = (
    "open_cases", "attempts", "right_party_rate", "promises_made", "promises_due",
    "promise_kept_rate", "collected",
)  # fmt: skip
RATES = ("right_party_rate", "promise_kept_rate")
# Two-sided, 95 %.
DEVIATIONS = 1.96


def questions(covered: Covered, _as_of: date) -> dict[str, Question]:
    metrics = tuple(dict.fromkeys((*SHOWN, *METRICS_SPLIT)))
    return {
        "agent_now": Question(metrics, covered.period, ("agent",)),
        "agent_before": Question(METRICS_SPLIT, covered.before, ("agent",)),
    }


def tell(frozen: Frozen, language: Language) -> Section | None:
    t = language.t
    metrics = frozen.known(SHOWN)
    agents: list[Key | None] = [
        agent
        for agent in tables.by_name(frozen, language, "agent_now", "agent")
        if any(frozen.figure("agent_now", metric, agent).value for metric in metrics)
    ]
    if not agents:
        return None
    columns = [Column(t("Agent"), "text")]
    for metric in metrics:
        columns.append(cells.column(language, metric))
        columns += [Column(t("95% range"), "text")] * (metric in RATES)
    # The last row is the whole, asked for and never added up.
    rows = [_row(frozen, language, agent, metrics) for agent in (*agents, None)]
    note = t(
        "In the order of names, not of results: rates of few rows are chance, and cases differ."
        " Grey: fewer than {promises} promises or {attempts} attempts; the range says where the"
        " rate may lie. Agents without a case or an attempt are left out.",
        promises=cells.FEW["promises"],
        attempts=cells.FEW["contacts"],
    )
    title = t("Agents {this}", this=frozen.covered.said(language).at_this)
    table = Table("agents", title, columns, rows, note, totals=1)
    return Section("agents", t("Agents"), t("Agents"), [table])


def _row(frozen: Frozen, language: Language, agent: Key | None, metrics: list[str]) -> list[Cell]:
    known = agent is not None
    name = tables.label(frozen, language, "agent", agent) if known else language.t("Total")
    row = [cells.name(name)]
    for metric in metrics:
        figure = frozen.figure("now", metric)
        if known:
            figure = cells.counted(frozen.figure("agent_now", metric, agent), figure)
        row.append(cells.of(language, figure))
        row += [spread(language, figure)] * (metric in RATES)
    return row


def spread(language: Language, figure: Figure) -> Cell:
    """Where a rate of few rows may lie, 95 times of 100 (Wilson); empty for one of many."""
    if not cells.few(figure) or not figure.denominator or figure.numerator is None:
        return Cell("", "")
    n, square = figure.denominator, DEVIATIONS**2
    share = figure.numerator / n
    middle = (share + square / (2 * n)) / (1 + square / n)
    half = DEVIATIONS / (1 + square / n) * sqrt(share * (1 - share) / n + square / (4 * n * n))
    low, high = (
        Decimal(str(min(max(end, 0.0), 1.0))) for end in (middle - half, middle + half)
    )  # fmt: skip
    text = f"{language.ratio(low * 100, 0)}–{language.share(high, 0)}"
    return Cell(text, text, "text", quiet=True)
