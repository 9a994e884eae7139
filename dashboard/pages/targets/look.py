"""What the Targets page is about: one metric in one week, month or quarter, and the ways to others.
The address holds it ("?span=month:2026-12-01&metric=collected"); whatever it says wrongly is the
running month."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from dash import dcc, html

from charts import Language
from dashboard.filters import to_query
from dashboard.live import WHOLE
from dashboard.view import View
from queries.definition import Metric
from queries.dimensions import GRAIN_TITLES
from queries.metrics import METRICS
from queries.period import Period, floor, whole
from queries.staff import Staff
from queries.targets.progress import TARGETABLE
from queries.targets.target import GRAINS, LEVELS, Aim, Grain, Level

PATH = "/targets"
# Those that most shops set come first.
USUAL = (
    "collected", "recovery_rate", "promise_kept_rate", "right_party_rate", "coverage", "attempts",
    "promises_made", "untouched_7d",
)  # fmt: skip
_EARLIEST, _LATEST = date(2000, 1, 1), date(2100, 1, 1)


@dataclass(frozen=True)
class Unit:
    """A unit that can have a target, with its name and what it belongs to."""

    level: Level
    key: str
    name: str
    above: tuple[str, str]


@dataclass(frozen=True)
class Look:
    """A metric and a period of targets."""

    metric: Metric
    grain: Grain
    start: date

    @property
    def period(self) -> Period:
        return whole(self.start, self.grain)

    def aim(self, level: Level, unit: str) -> Aim:
        return Aim(self.metric.name, level, unit, self.grain, self.start)


def href(
    view: View,
    look: Look,
    *,
    metric: str = "",
    grain: Grain | None = None,
    start: date | None = None,
) -> str:
    """The same page about something else, for the same teams."""
    own = {
        "span": f"{grain or look.grain}:{start or look.start}",
        "metric": metric or look.metric.name,
    }
    return PATH + to_query(replace(view.filters, own=own), own=True)


def look_of(view: View) -> Look:
    """What the address says, as far as it can be used."""
    own = view.filters.own
    known = [name for name in choosable(view) if name == own.get("metric")]
    metric = METRICS[(known or choosable(view) or ["collected"])[0]]
    span = span_of(own.get("span", ""))
    if span is None:
        running = view.choices.as_of + timedelta(days=1)
        return Look(metric, "month", floor(running, "month"))
    return Look(metric, *span)


def span_of(text: str) -> tuple[Grain, date] | None:
    """The period of "month:2026-12-01", by any of its days; None for anything else."""
    grain, _, day = text.partition(":")
    found = next((one for one in GRAINS if one == grain), None)
    try:
        start = date.fromisoformat(day)
    except ValueError:
        return None
    if found is None or not _EARLIEST <= start < _LATEST:
        return None
    return found, floor(start, found)


def choosable(view: View) -> list[str]:
    """The metrics that can have a target here, the usual ones first."""
    can = [name for name in TARGETABLE if name in view.available]
    return [*(name for name in USUAL if name in can), *(n for n in can if n not in USUAL)]


def units_of(view: View, look: Look, staff: Staff) -> list[Unit]:
    """The units whose targets the reader sees: all that they see wholly, those of a team beneath
    it. People who are not there in the period are left out, and so are teams that were not chosen.
    """
    chosen = view.where.get("team", ())
    return [unit for unit in _every_unit(look, staff) if not chosen or _within(unit, chosen)]


def _within(unit: Unit, teams: tuple[str, ...]) -> bool:
    return (unit.level == "team" and unit.key in teams) or (
        unit.level == "agent" and unit.above[1] in teams
    )


def _every_unit(look: Look, staff: Staff) -> Iterator[Unit]:
    period = look.period
    there = [agent for agent in staff.agents.values() if agent.there(period.start, period.last)]
    for level in LEVELS[:2]:
        for key, name in staff.units(level).items():
            yield Unit(level, key, name, staff.above(level, key))
    for team in staff.teams.values():
        yield Unit("team", team.key, team.name, staff.above("team", team.key))
        for agent in there:
            if agent.team == team.key:
                yield Unit("agent", agent.key, agent.name, ("team", team.key))
    for agent in there:
        if agent.team not in staff.teams:
            yield Unit("agent", agent.key, agent.name, ("team", agent.team))


def row_key(level: str, unit: str) -> str:
    """A unit in one line, as the grids name their rows: "team T1", "operation"."""
    return f"{level} {unit}".rstrip()


def name_of(unit: Unit, language: Language) -> str:
    """What a unit is called; two of one name are told apart by their keys."""
    if unit.level == "operation":
        return language.t("Whole operation")
    return f"{unit.name} ({unit.key})" if unit.level == "agent" else unit.name


def ways(view: View, look: Look) -> html.Nav:
    """To other periods and metrics."""
    language = view.language
    before, after = floor(look.start - timedelta(days=1), look.grain), look.period.end
    grains: list[Any] = [
        _way(
            language.words(GRAIN_TITLES[grain]),
            href(view, look, grain=grain, start=floor(look.start, grain)),
            here=grain == look.grain,
        )
        for grain in GRAINS
    ]
    around: list[Any] = [
        _way("◀", href(view, look, start=before), told=language.grain(look.grain, before)),
        html.Strong(language.grain(look.grain, look.start), className="targets-span"),
        _way("▶", href(view, look, start=after), told=language.grain(look.grain, after)),
    ]
    chosen, more = _metrics(view, look)
    return html.Nav(
        [
            html.Div(
                [html.Div(grains, className="chips"), html.Div(around, className="chips")],
                className="targets-when",
            ),
            html.Div([*chosen, *more], className="chips targets-metrics"),
        ],
        id="targets-ways",
        **{"aria-label": language.t("Period and metric"), **WHOLE},  # type: ignore[arg-type]
    )


def _metrics(view: View, look: Look) -> tuple[list[Any], list[Any]]:
    """Links to the usual metrics, and the others folded away; the chosen one is always seen."""
    language = view.language

    def way(name: str) -> html.Span:
        title = language.words(METRICS[name].title)
        return _way(title, href(view, look, metric=name), here=name == look.metric.name)

    names = choosable(view)
    seen = [name for name in names if name in USUAL or name == look.metric.name]
    others = [name for name in names if name not in seen]
    folded = html.Details(
        [html.Summary(language.t("More metrics"), className="chip"),
         html.Div([way(name) for name in others], className="chips")],
        className="chips-more",
    )  # fmt: skip
    return [way(name) for name in seen], [folded] if others else []


def _way(text: str, address: str, *, here: bool = False, told: str = "") -> html.Span:
    """A link; an arrow is told by where it leads."""
    shown: list[Any] = [text]
    if told:
        shown = [html.Span(text, **{"aria-hidden": "true"}), html.Span(told, className="unseen")]  # type: ignore[arg-type]
    link = dcc.Link(
        shown, href=address, refresh=False, className="chip chip-here" if here else "chip"
    )
    return html.Span(link, **({"aria-current": "true"} if here else {}))  # type: ignore[arg-type]
