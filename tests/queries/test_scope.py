"""Whose figures a person sees: exactly those of their scope, whatever is asked and kept before."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest

from queries import METRICS, Answers, Period, Question, UserError
from queries.planning import known_dimensions
from queries.rights import EVERYTHING, NOTHING, RIGHTS, ROLES, SCOPES_OF, Scope, scope_for

LAST_DAY = date(2026, 11, 22)
NOW = datetime(2026, 11, 23, 9, 0, tzinfo=ZoneInfo("Asia/Shanghai"))
PERIOD = Period(date(2026, 9, 1), date(2026, 11, 1))
WORK = Scope("teams", ("T2",))


@pytest.fixture
def whole(figures: Answers) -> Answers:
    """The figures of three teams and nine agents (tests/dashboard/personas.py)."""
    return figures


def seen(answers: Answers, question: Question) -> list[tuple]:
    (answer,) = answers.ask(question)
    return [(f.metric, f.keys, f.numerator, f.denominator, f.n) for f in answer.figures]


def splits(metric: str, grain: str) -> tuple[tuple[str, ...], ...]:
    """In one, by time and by team; a curve by what makes it one."""
    if METRICS[metric].curve:
        return ("vintage", "months"), ("vintage", "months", "team")
    return (), (grain,), ("team",)


def department_of(answers: Answers, team: str) -> str:
    (found,) = answers.within(Scope("teams", (team,))).members("department")
    return found


@pytest.mark.parametrize("metric", METRICS)
def test_every_metric_of_a_scope_is_the_metric_limited_to_it(whole: Answers, metric: str) -> None:
    scopes = [
        WORK, Scope("departments", (department_of(whole, "T1"),)), Scope("agent", ("A004",)),
    ]  # fmt: skip
    for scope in scopes:
        assert scope.dimension is not None
        inside = whole.within(scope)
        if metric not in inside.available():
            continue
        for by in splits(metric, "month"):
            where = {scope.dimension: scope.values}
            limited = seen(whole, Question((metric,), PERIOD, by, where))
            assert seen(inside, Question((metric,), PERIOD, by)) == limited


@pytest.mark.parametrize("metric", METRICS)
def test_no_part_of_a_metric_looks_past_the_dimension_of_a_scope(metric: str) -> None:
    """Terms ignore limits on what they go across: never on teams or people."""
    known = known_dimensions(METRICS[metric])
    for term in METRICS[metric].terms:
        assert not {"team", "agent", "department"} & set(term.across)
    assert {"team", "department"} <= known


def test_another_team_is_not_to_be_had_by_asking_for_it(whole: Answers) -> None:
    inside = whole.within(WORK)
    for where in ({"team": ("T1",)}, {"team": ("T1", "T3")}):
        assert seen(inside, Question(("collected", "open_cases"), PERIOD, (), where)) == []
    both = Question(("collected",), PERIOD, ("team",), {"team": ("T1", "T2")})
    assert {keys for _, keys, *_ in seen(inside, both)} == {("T2",)}
    # What others have asked and is kept comes to nobody else.
    assert {keys for _, keys, *_ in seen(whole, both)} == {("T1",), ("T2",)}
    assert {keys for _, keys, *_ in seen(inside, both)} == {("T2",)}


@pytest.mark.parametrize(
    "scope",
    [
        NOTHING,
        Scope(),
        Scope("teams"),
        Scope("teams", ("gone",)),
        Scope("agent", ("x",)),
        Scope("agencies", ("T1",)),  # type: ignore[arg-type]
    ],
)
def test_a_scope_of_nothing_shows_no_row(whole: Answers, scope: Scope) -> None:
    inside = whole.within(scope)
    for metric in METRICS:
        for by in splits(metric, "week"):
            assert seen(inside, Question((metric,), PERIOD, by)) == []
    assert inside.aside() == []
    for dimension in ("team", "agent", "department"):
        assert set(inside.members(dimension)) <= set(scope.values)


def test_members_are_those_of_the_scope(whole: Answers) -> None:
    inside = whole.within(WORK)
    assert list(inside.members("team")) == ["T2"]
    people = {one: name for one, name in inside.members("agent").items() if one}
    assert people
    for agent in people:
        acted = seen(whole, Question(("attempts",), PERIOD, ("team",), {"agent": (agent,)}))
        assert ("T2",) in {keys for _, keys, *_ in acted}
    # What is no matter of people is the same for everybody.
    assert inside.members("product") == whole.members("product")
    alone = whole.within(Scope("agent", ("A004",)))
    assert list(alone.members("agent")) == ["A004"]
    assert whole.within(EVERYTHING).members("agent") == whole.members("agent")


def test_a_question_that_is_wrong_is_refused_whoever_asks(whole: Answers) -> None:
    for scope in (WORK, NOTHING):
        with pytest.raises(UserError, match="Unknown metric"):
            whole.within(scope).ask(Question(("colected",), PERIOD))
        with pytest.raises(UserError, match="Unknown product"):
            whole.within(scope).ask(Question(("collected",), PERIOD, (), {"product": ("x",)}))


def test_every_right_belongs_to_roles_and_every_role_has_scopes() -> None:
    for right in RIGHTS.values():
        assert right.roles <= set(ROLES)
        assert "administrator" in right.roles
    assert set(SCOPES_OF) == set(ROLES)
    assert all("nothing" not in kinds for kinds in SCOPES_OF.values())


@pytest.mark.parametrize(
    ("role", "kind", "values", "words"),
    [
        ("boss", "everything", (), "Unknown role 'boss'"),
        ("agent", "everything", (), "cannot have the scope"),
        ("lead", "nothing", (), "cannot have the scope"),
        ("lead", "teams", (), "has 0 keys"),
        ("lead", "teams", (" ", ""), "has 0 keys"),
        ("agent", "agent", ("A1", "A2"), "has 2 keys"),
        ("manager", "everything", ("T1",), "has 1 keys"),
    ],
)
def test_a_role_and_a_scope_that_do_not_fit_are_refused(
    role: str, kind: str, values: tuple[str, ...], words: str
) -> None:
    with pytest.raises(UserError, match=words):
        scope_for(role, kind, values)
    assert scope_for("lead", "teams", ("T1", "T1 ", "T2")) == ("lead", Scope("teams", ("T1", "T2")))
