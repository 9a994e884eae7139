"""Where to look first: the largest moves of teams against the comparison, those worse on top.

Nobody is named for noise: rates need enough rows in both periods and a difference beyond chance.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from math import sqrt
from typing import Any

from dash import dcc, html

from charts import Change
from dashboard.components.grid import figures_by
from dashboard.components.marks import moved
from dashboard.live import WHOLE
from dashboard.view import View
from queries.figures import Answer, Figure
from queries.metrics import METRICS

MOST = 10
# So many places are kept for what got better, where there is so much.
MOST_BETTER = 3
FEWEST_ROWS = 30
# Two standard errors: what chance alone exceeds once in twenty comparisons.
ERRORS = 2.0


@dataclass(frozen=True)
class Mover:
    team: str
    now: Figure
    before: Figure
    change: Change

    @property
    def size(self) -> Decimal:
        """The relative move, so that rates and amounts can stand in one list."""
        now, before = Decimal(self.now.value or 0), Decimal(self.before.value or 0)
        return abs(now - before) / abs(before) if before else Decimal(0)


def movers(view: View, now: Answer, before: Answer | None) -> Any:
    """The list as one part of the page."""
    language = view.language
    if before is None:
        return html.P(language.t("Choose a comparison to see what moved."), className="nothing")
    found = sorted(_found(view, now, before), key=lambda mover: -mover.size)
    worse = [mover for mover in found if mover.change.verdict == "worse"]
    better = [mover for mover in found if mover.change.verdict == "better"]
    worse = worse[: MOST - min(MOST_BETTER, len(better))]
    shown = [_item(mover, view) for mover in (*worse, *better[: MOST - len(worse)])]
    if not shown:
        quiet = language.t("No team moved by more than chance and 2%.")
        shown = [html.Li(quiet, className="nothing")]
    return html.Ul(shown, id="movers-list", className="movers", **WHOLE)  # type: ignore[arg-type]


def _found(view: View, now: Answer, before: Answer) -> Iterator[Mover]:
    earlier = figures_by(before.figures)
    for team, figures in figures_by(now.figures).items():
        for name, figure in figures.items():
            then, begins = earlier.get(team, {}).get(name), view.begins(name)
            late = begins is not None and before.question.period.start < begins
            if then is None or late or not solid(figure, then):
                continue
            change = view.language.change(METRICS[name], figure.value, then.value)
            if change.verdict in ("better", "worse"):
                yield Mover(team, figure, then, change)


def solid(now: Figure, before: Figure) -> bool:
    """Whether a difference is more than chance. Only shares of counts have a standard error."""
    metric, counts = METRICS[now.metric], (now.n, before.n)
    if now.value is None or before.value is None:
        return False
    if any(count is not None and count < FEWEST_ROWS for count in counts):
        return False
    if not metric.denominator:
        return True
    if metric.unit != "share" or metric.area == "recovery":
        return True
    shares = [(float(figure.value or 0), figure.n or 1) for figure in (now, before)]
    error = sqrt(sum(share * (1 - share) / n for share, n in shares))
    return abs(shares[0][0] - shares[1][0]) > ERRORS * error


def _item(mover: Mover, view: View) -> html.Li:
    language, metric = view.language, METRICS[mover.now.metric]
    label = view.choices.members["team"].get(mover.team, "")
    name = language.member("team", mover.team, label)
    path = view.page_of(metric.name) or "/"
    values = (language.value(metric, mover.before.value, compact=True),
              language.value(metric, mover.now.value, compact=True))  # fmt: skip
    return html.Li(
        [
            dcc.Link(
                f"{name} · {language.words(metric.title)}",
                href=view.href(path, team=(mover.team,)),
                refresh=False,
            ),
            html.Span(" → ".join(values), className="mover-values"),
            html.Span(moved(mover.change, language), className=f"move move-{mover.change.verdict}"),
        ]
    )
