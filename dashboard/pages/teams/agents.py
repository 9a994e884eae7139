"""The part of Teams and agents that lists the agents: what each works, never a ranking."""

from collections.abc import Iterator, Mapping, Sequence

from charts import Language
from dashboard.comparing import mix
from dashboard.components.grid import figures_by
from dashboard.pages.page import Answers, Column, Grid, Panel, Row, View
from dashboard.pages.teams.compared import MIX, counted, few, mix_text, name_of, whole_name
from queries.dimensions import DIMENSIONS
from queries.figures import Figure
from queries.metrics import METRICS


def agents(view: View, answers: Answers, names: tuple[str, ...]) -> Panel:
    """The table of agents; `names` are its figures."""
    language = view.language
    texts = {"team": 140, "level": 100, "agency": 120}
    columns = [
        Column.text("agent", language.words(DIMENSIONS["agent"]), pinned=True, width=160),
        *(Column.text(by, language.words(DIMENSIONS[by]), width=texts[by]) for by in texts),
        Column.of("open_cases", language, kind="bar"),
        Column.text("remark", language.t("Too few rows for"), width=190),
        *(Column.of(name, language) for name in names if name != "open_cases"),
    ]
    if "agent_mix" in answers:
        columns.append(Column.text(MIX, language.t("Mix of buckets"), width=190))
    note = language.t(
        "In the order of teams and names, not of results: rates of few rows are chance, and cases"
        " differ. Agents without a case or an attempt in the period are left out."
    )
    if "agent_mix" not in answers:
        note += language.after(language.t("Choose a team to see the mix of each agent's cases."))
    whole = {name: answers["now"].one(name) for name in names}
    total = Row("whole", {"agent": whole_name(view, "agent"), **whole})
    rows = tuple(_agent_rows(view, answers, names))
    return Panel(
        "agents", language.t("Agents"), Grid(tuple(columns), rows, total), names, note, wide=True
    )


def _agent_rows(view: View, answers: Answers, names: Sequence[str]) -> Iterator[Row]:
    language, mixes = view.language, mix(answers["agent_mix"]) if "agent_mix" in answers else {}
    people, teams = _people(answers), list(view.choices.members["team"])
    place = {team: at for at, team in enumerate(teams)}
    found = figures_by(answers["agents"].figures)
    nobody = ("", "", "")

    def order(agent: str) -> tuple[bool, int, str, str]:
        team = people.get(agent, nobody)[0]
        return (not agent, place.get(team, len(teams)), name_of(view, "agent", agent), agent)

    for agent in sorted(found, key=order):
        team, level, agency = people.get(agent, nobody) if agent else nobody
        figures = {name: counted(name, found[agent]) for name in names}
        yield Row(agent or "-", {
            "agent": name_of(view, "agent", agent),
            "team": name_of(view, "team", team) if team else "",
            "level": language.member("level", level) if level else "",
            "agency": language.member("agency", agency, agency) if agent else "",
            **figures,
            MIX: mix_text(mixes.get(agent, {}), language),
            "remark": remark(figures, language) if agent else "",
        }, apart=not agent)  # fmt: skip


def _people(answers: Answers) -> dict[str, tuple[str, str, str]]:
    """Agent → team, level, agency. Attempts know the agent's own team; owned cases may be those of
    other teams, so they only speak for who attempted nothing."""
    weights: dict[str, tuple[bool, int]] = {}
    people: dict[str, tuple[str, str, str]] = {}
    for figure in answers["people"].figures:
        agent, *rest = (str(key or "") for key in figure.keys)
        weight = (figure.metric == "attempts", figure.numerator or 0)
        if figure.numerator and weight > weights.get(agent, (False, 0)):
            weights[agent], people[agent] = weight, (rest[0], rest[1], rest[2])
    return people


def remark(figures: Mapping[str, Figure], language: Language) -> str:
    """The rates that rest on too few rows."""
    small = [
        language.words(METRICS[name].title)
        for name, figure in figures.items()
        if METRICS[name].denominator and figure.n is not None and few(language, [figure])
    ]
    return language.listed(small)
