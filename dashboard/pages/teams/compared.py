"""The part of Teams and agents that compares teams by one measure and tells where a change lies."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any

import dash_mantine_components as dmc
from dash import html

from charts import Language, bars
from dashboard.comparing import Part, added, split
from dashboard.components.grid import figures_by
from dashboard.components.movers import FEWEST_ROWS
from dashboard.components.panel import draw_panel
from dashboard.pages.page import Answers, Column, Grid, Panel, Row, View
from queries.dimensions import DIMENSIONS
from queries.figures import Answer, Figure
from queries.metrics import METRICS

MOST_BARS, MOST_NAMED = 25, 12
MIX = "mix"
# Of the mix of a row: the buckets that hold most of its cases.
MOST_BUCKETS = 3

Figures = Mapping[str, Mapping[str, Figure]]
Pair = tuple[Figure | None, Figure | None]


def shown_teams(view: View, answers: Answers) -> dict[str, dict[str, Figure]]:
    """Team → figures, in the order of the teams: those that have a figure or were chosen."""
    found = figures_by(answers["teams"].figures)
    every = {**{team: {} for team in view.where.get("team", ())}, **found}
    members = view.choices.members["team"]
    order = [*members, *(key for key in every if key not in members)]
    return {key: every[key] for key in order if key in every}


def name_of(view: View, dimension: str, key: str) -> str:
    """What a team or an agent is called."""
    if dimension == "agent" and not key:
        return view.language.t("Automated or without an agent")
    return view.language.member(dimension, key, view.choices.members[dimension].get(key, ""))


def whole_name(view: View, by: str = "team") -> str:
    """What the last row of a table of teams or agents totals."""
    language, chosen = view.language, len(view.where.get("team", ()))
    if view.where.get("agent"):
        return language.t("The chosen agents together")
    if by == "agent":
        return language.t("All agents together")
    if chosen:
        return language.n("{count} chosen team", "{count} chosen teams together", chosen)
    return language.t("All teams together")


def comparable(name: str, view: View) -> bool:
    """Whether there is a whole comparison period to measure a change against."""
    begins = view.begins(name)
    return view.comparison is not None and (begins is None or view.comparison.start >= begins)


def few(language: Language, figures: Sequence[Figure | None]) -> str:
    """A mark on figures that rest on so few rows that they say little of anybody."""
    counts = [figure.n for figure in figures if figure and figure.n is not None]
    if not counts or min(counts) >= FEWEST_ROWS:
        return ""
    return language.t("n = {count}", count=language.count(min(counts)))


def counted(name: str, figures: Mapping[str, Figure]) -> Figure:
    """Only rows that exist are summed; a sum without any row is nothing, a share is not known."""
    known = figures.get(name)
    if known is not None and (known.value is not None or METRICS[name].denominator):
        return known
    nothing = None if METRICS[name].denominator else 0
    return Figure(name, (), nothing, None, None, provisional=False)


def mix_text(kinds: Mapping[str, Decimal], language: Language) -> str:
    """The largest buckets in their order: "M1 52% · M2 31%"."""
    largest = sorted(kinds, key=lambda kind: -kinds[kind])[:MOST_BUCKETS]
    return " · ".join(f"{kind} {language.share(kinds[kind], 0)}" for kind in sorted(largest))


def compared(name: str, view: View, answers: Answers) -> list[Panel]:
    """The panels of one measure."""
    panels = [_bars(name, view, answers)]
    if _indivisible(name) or not comparable(name, view):
        return panels
    return [*panels, *(_behind(name, by, view, answers) for by in ("team", "agent"))]


def choice(measures: Mapping[str, Sequence[Panel]], page: str, view: View) -> Any:
    """One measure at a time; the browser draws only the one that is open."""
    language = view.language
    tabs = [
        dmc.TabsTab(language.words(METRICS[name].title), value=name, id=f"measure-{name}")
        for name in measures
    ]
    bodies = [
        dmc.TabsPanel(
            html.Div(
                [
                    *(draw_panel(panel, page, view) for panel in panels),
                    *_advice(name, panels, view),
                ],
                className="panels",
            ),
            value=name,
        )
        for name, panels in measures.items()
    ]
    return dmc.Tabs(
        [dmc.TabsList(tabs), *bodies],
        id="measure",
        value=next(iter(measures), None),
        keepMounted=False,
        persistence=True,
        persistence_type="session",
        className="teams-choice",
    )


def _indivisible(name: str) -> bool:
    """Cases counted once each cannot be added up over teams."""
    terms = METRICS[name].terms
    return any(term.when in ("distinct", "open_during") for term in terms)


def _bars(name: str, view: View, answers: Answers) -> Panel:
    language, metric = view.language, METRICS[name]
    heading = language.t("{metric} by team", metric=language.words(metric.title))
    largest, note = _largest(view, answers)
    compare = None
    if view.comparison and comparable(name, view):
        compare = (language.span(view.comparison), _only(answers["teams_before"], largest))
    chart = bars(
        heading, _only(answers["teams"], largest), name, language,
        members=view.members("team"), compare=compare, note=note,
    )  # fmt: skip
    return Panel(
        f"compare-{name}", heading, chart, (name,), note, wide=True, height=chart.height_px
    )


def _largest(view: View, answers: Answers) -> tuple[set[str], str]:
    """The teams that a chart has room for, and what to say of the others."""
    shown = shown_teams(view, answers)
    if len(shown) <= MOST_BARS:
        return set(shown), ""
    cases = {team: _number(figures.get("open_cases")) for team, figures in shown.items()}
    kept = sorted(shown, key=lambda team: -cases[team])[:MOST_BARS]
    note = view.language.t(
        "The {most} teams with the most open cases; the table holds all {count}.",
        most=MOST_BARS, count=view.language.count(len(shown)),
    )  # fmt: skip
    return set(kept), note


def _only(answer: Answer, members: set[str]) -> Answer:
    kept = [figure for figure in answer.figures if str(figure.keys[0] or "") in members]
    return replace(answer, figures=kept)


def _number(figure: Figure | None) -> int:
    return (figure.numerator or 0) if figure else 0


def _behind(name: str, by: str, view: View, answers: Answers) -> Panel:
    """The exact split of a change: sums by member, quotients by member and weight."""
    language, metric = view.language, METRICS[name]
    heading = language.t(
        "{metric}: where the change lies, by {dimension}",
        metric=language.words(metric.title),
        dimension=language.words(DIMENSIONS[by]).lower(),
    )
    now = _of(name, answers[f"{by}s"])
    before = _of(name, answers[f"{by}s_before"])
    parts = split(now, before)
    note = language.t("Parts add up to the change of the whole. They say where, not through whom.")
    if metric.denominator:
        note += language.after(
            language.t("“Weight” is a larger or smaller share of what the figure is divided by.")
        )
    whole = (answers["now"].one(name), answers["before"].one(name))
    total = _row(name, "whole", whole_name(view, by), whole, added(parts.values()))
    rows = tuple(_rows(name, by, (now, before), parts, view))
    return Panel(
        f"by-{by}-{name}", heading, Grid(_columns(name, by, language), rows, total), (name,), note
    )


def _of(name: str, answer: Answer) -> dict[str, Figure]:
    found = figures_by(answer.of(name))
    return {key: figures[name] for key, figures in found.items()}


def _columns(name: str, by: str, language: Language) -> tuple[Column, ...]:
    metric = METRICS[name]
    unit: Any = "ratio" if metric.denominator else metric.unit
    # Five columns of rates share half a desk.
    width = 85 if metric.denominator else None
    columns = [
        Column.text("member", language.words(DIMENSIONS[by]), pinned=True, width=140),
        Column(
            "together",
            language.t("Part of the change (pp)")
            if metric.denominator
            else language.t("Part of the change"),
            unit=unit,
            width=width,
        ),
        Column("before", language.t("Before"), unit=metric.unit, width=width),
        Column("now", language.t("Now"), unit=metric.unit, width=width),
    ]
    if metric.denominator:
        columns += [
            Column("own", language.t("From its own figure (pp)"), unit=unit, width=width),
            Column("weight", language.t("From its weight (pp)"), unit=unit, width=width),
        ]
    if by == "agent":
        columns.append(Column.text("remark", language.t("Too few to rank"), width=90))
    return tuple(columns)


def _rows(
    name: str,
    by: str,
    found: tuple[Mapping[str, Figure], Mapping[str, Figure]],
    parts: Mapping[str, Part],
    view: View,
) -> Iterator[Row]:
    """The largest parts first; the small ones together in one row, so that nothing is missing."""
    order = sorted(parts, key=lambda key: -abs(parts[key].together))
    most = MOST_BARS if by == "team" else MOST_NAMED
    named = order[:most] if len(order) > most + 1 else order
    for key in named:
        pair = (found[0].get(key), found[1].get(key))
        row = _row(name, key or "-", name_of(view, by, key), pair, parts[key])
        yield Row(row.key, {**row.values, "remark": few(view.language, pair)})
    rest = order[len(named) :]
    if rest:
        others = view.language.n("{count} other together", "{count} others together", len(rest))
        pair = (_sum(name, rest, found[0]), _sum(name, rest, found[1]))
        yield _row(name, "others", others, pair, added(parts[key] for key in rest))


def _sum(name: str, keys: Sequence[str], found: Mapping[str, Figure]) -> Figure:
    """The figure of several members together: terms are added, then divided."""
    figures = [found[key] for key in keys if key in found]
    bottom = sum(one.denominator or 0 for one in figures) if METRICS[name].denominator else None
    top = sum(one.numerator or 0 for one in figures)
    return Figure(name, (), top, bottom, None, provisional=False)


def _row(name: str, key: str, label: str, pair: Pair, part: Part) -> Row:
    """A part of the change of a share is in percentage points."""
    values: dict[str, Any] = {"member": label, "now": pair[0], "before": pair[1]}
    if METRICS[name].denominator:
        values |= {
            "own": part.own * 100,
            "weight": (part.weight or 0) * 100,
            "together": part.together * 100,
        }
    else:
        values["together"] = int(part.together)
    return Row(key, values)


def _advice(name: str, panels: Sequence[Panel], view: View) -> list[html.P]:
    language = view.language
    if len(panels) > 1:
        return []
    if view.comparison is None:
        text = language.t("Choose a comparison to see what moved.")
    elif not comparable(name, view):
        begins = view.begins(name)
        day = language.date(begins) if begins else language.no_data
        text = language.t("no comparison: data begins on {day}", day=day)
    else:
        text = language.t(
            "This change cannot be split by team: a case that two teams worked counts in both."
        )
    return [html.P(text, className="nothing panel-wide")]
