"""What most pages are made of: cards, a trend, a split as bars or stacks, teams or agents.

Each part comes with the question that it needs, so that a page asks for exactly what it draws.
"""

from collections.abc import Collection, Sequence
from dataclasses import replace
from typing import Any

from dash import html

from charts import Series, bars, reading, stacked, trend
from dashboard import pacing
from dashboard.components.grid import figures_by
from dashboard.components.kpi_card import kpi_cards
from dashboard.components.panel import hidden_panel, missing, reason
from dashboard.components.scope import scope_line
from dashboard.live import WHOLE
from dashboard.pages.page import Answers, Column, Grid, Move, Panel, Row
from dashboard.pages.teams.compared import comparable, counted, name_of, whole_name
from dashboard.view import View
from queries.dimensions import DIMENSIONS, GRAIN_TITLES
from queries.figures import Question
from queries.members import CODES
from queries.metrics import METRICS


def asked_for_cards(view: View, metrics: Sequence[str]) -> dict[str, Question]:
    """ "now", "before" and "trend" of the cards, and what their targets need."""
    names = view.known(*metrics)
    return {
        "now": view.now(names), **view.before(names), "trend": view.trend(names),
        **pacing.asked(view, names),
    }  # fmt: skip


def lead(view: View, metrics: Sequence[str], answers: Answers) -> list[Any]:
    """What the page is about, and its cards; metrics whose tables are absent say so."""
    targets = pacing.stood(view, view.known(*metrics), answers)
    cards: list[Any] = kpi_cards(
        view, metrics, answers["now"], answers.get("before"), answers["trend"], targets
    )
    absent = [name for name in metrics if name not in view.available]
    if absent:
        cards.append(missing(absent, view.language))
    wide = "cards cards-8" if len(metrics) == 8 else "cards"
    return [
        scope_line(view),
        html.Div(cards, id="cards", className=wide, **WHOLE),  # type: ignore[arg-type]
    ]


def trend_of(
    view: View, answers: Answers, *metrics: str, heading: str = "", note: str = ""
) -> Panel:
    """One line for each metric, from the answer of the cards; titled by the first by default."""
    language, first = view.language, metrics[0]
    heading = language.t(
        "{metric} by {grain}",
        metric=heading or language.words(METRICS[first].title),
        grain=language.words(GRAIN_TITLES[view.grain]).lower(),
    )
    if not set(metrics) <= view.available:
        return hidden_panel(f"trend-{first}", heading, reason(metrics, language))
    target = pacing.line_of(view, first) if len(metrics) == 1 else ()
    chart = trend(heading, answers["trend"], metrics, language, target=target, note=note)
    return Panel(f"trend-{first}", heading, chart, metrics, note)


def asked_for_split(view: View, by: str, metrics: Sequence[str]) -> dict[str, Question]:
    """The metrics by a dimension, now and, under "<by>_before", in the comparison."""
    names = view.known(*metrics)
    asked = {by: view.now(names, by)}
    if view.comparison:
        asked[f"{by}_before"] = Question(names, view.comparison, (by,), view.where)
    return asked


def split_of(
    view: View, answers: Answers, metric: str, by: str, *, heading: str = "", note: str = ""
) -> Panel:
    """Bars of a metric by a dimension; the comparison is a mark on each."""
    language = view.language
    heading = heading or language.t(
        "{metric} by {dimension}",
        metric=language.words(METRICS[metric].title),
        dimension=language.words(DIMENSIONS[by]).lower(),
    )
    name = f"{metric}-by-{by}"
    if metric not in view.available:
        return hidden_panel(name, heading, reason([metric], language))
    before, compare = answers.get(f"{by}_before"), None
    if before and view.comparison and comparable(metric, view):
        compare = (language.span(view.comparison), before)
    chart = bars(
        heading, answers[by], metric, language, members=members_of(view, by), compare=compare,
        note=note,
    )  # fmt: skip
    return Panel(name, heading, chart, (metric,), note)


def stack_of(
    view: View, answers: Answers, question: str, metric: str, *, heading: str, note: str = ""
) -> Panel:
    """The answer to `question` (grain × dimension) as stacked bars."""
    language = view.language
    if metric not in view.available:
        return hidden_panel(question, heading, reason([metric], language))
    parted = answers[question].question.by[1]
    chart = stacked(
        heading, answers[question], metric, language, members=members_of(view, parted), note=note
    )
    return Panel(question, heading, chart, (metric,), note)


def members_of(view: View, by: str) -> dict[str, dict[str, str]]:
    """Order and labels of a dimension."""
    if by in view.choices.members:
        return view.members(by)
    return {by: {code: code for code in CODES.get(by, ())}}


def asked_for_people(
    view: View, by: str, metrics: Sequence[str], lines: Sequence[str] = ()
) -> dict[str, Question]:
    """The questions of `people` for "team" or "agent"."""
    asked = asked_for_split(view, by, metrics)
    if view.known(*lines):
        asked[f"{by}_lines"] = view.trend(view.known(*lines), by)
    return asked


def people(
    view: View,
    answers: Answers,
    by: str,
    metrics: Sequence[str],
    *,
    bar: str,
    lines: Sequence[str] = (),
) -> Panel:
    """A table of teams or agents: figures and the whole; those of `lines` also with the line of the
    last spans and with their change where it can be better or worse. More would not fit a desk.

    Agents stand in the order of their names, never of their results.
    """
    language, names = view.language, view.known(*metrics)
    wide = 160 if by == "team" else 210
    columns = [Column.text(by, language.words(DIMENSIONS[by]), pinned=True, width=wide)]
    for name in names:
        columns.append(Column.of(name, language, kind="bar" if name == bar else "number"))
        # What one agent did in one period rests on too few rows to be called better or worse.
        if name in lines and METRICS[name].better != "neither" and comparable(name, view):
            columns.append(Column.of(name, language, kind="change"))
        if name in lines:
            columns.append(Column.of(name, language, kind="line"))
    now = figures_by(answers[by].figures)
    earlier = answers.get(f"{by}_before")
    before = figures_by(earlier.figures) if earlier else {}
    order = _in_order(view, by, now)
    rows = tuple(
        Row(key, {by: name_of(view, by, key), **_moves(names, now[key], before.get(key, {})),
                  **_lines(view, answers, by, key, lines)}, apart=by == "agent" and not key)
        for key in order
    )  # fmt: skip
    total = Row("whole", {by: whole_name(view, by), **_whole(view, answers, names, lines)})
    heading = language.t("Teams") if by == "team" else language.t("Agents")
    note = language.t(
        "The last row is the whole: amounts and cases are sums; a rate is the quotient of the"
        " whole, never a sum or an average of the rows."
    )
    return Panel(f"by-{by}", heading, Grid(tuple(columns), rows, total), names, note, wide=True)


def _in_order(view: View, by: str, found: Collection[str]) -> list[str]:
    """Teams as people know them, agents by name; who is nobody stands last."""
    members = list(view.choices.members[by])
    if by == "team":
        return [*(key for key in members if key in found), *(k for k in found if k not in members)]
    return sorted(found, key=lambda key: (not key, name_of(view, by, key), key))


def _moves(names: Sequence[str], now: dict[str, Any], before: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = {name: counted(name, now) for name in names}
    for name in names:
        found[f"{name}_change"] = Move(found[name], counted(name, before))
    return found


def _whole(
    view: View, answers: Answers, names: Sequence[str], lines: Sequence[str]
) -> dict[str, Any]:
    before = answers.get("before")
    now = {name: answers["now"].one(name) for name in names}
    found = _moves(names, now, {name: before.one(name) for name in names} if before else {})
    for name in view.known(*lines):
        found[f"{name}_line"] = trend("", answers["trend"], name, view.language).series[0]
    return found


def _lines(
    view: View, answers: Answers, by: str, key: str, lines: Sequence[str]
) -> dict[str, Series]:
    answer = answers.get(f"{by}_lines")
    if answer is None:
        return {}
    own = replace(answer, figures=[f for f in answer.figures if str(f.keys[1] or "") == key])
    starts = reading.spans_of(answer, view.grain)
    keys = [(start, own.figures[0].keys[1]) for start in starts] if own.figures else []
    return {f"{name}_line": reading.series_of("", own, name, keys) for name in view.known(*lines)}
