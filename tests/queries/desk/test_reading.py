"""Who may read which edition, against a second way that thinks in sets of what is seen."""

import itertools
from collections.abc import Iterator, Sequence
from datetime import date

import pytest

from queries.desk.editions import Issue
from queries.desk.reading import holds, readable
from queries.period import Period
from queries.rights import EVERYTHING, NOTHING, ROLES, SCOPES_OF, Person, Role, Scope
from queries.staff import Staff, Team

WEEK = Period(date(2026, 11, 16), date(2026, 11, 23))
HOUSES = {"T1": "Early", "T2": "Early", "T3": "Late", "T4": ""}
STAFF = Staff(
    whole=True,
    departments=("Early", "Late"),
    teams={key: Team(key, key, house) for key, house in HOUSES.items()},
    agents={},
)
KEYS: dict[str, tuple[str, ...]] = {
    "teams": ("T1", "T2", "T3", "T4", "gone"),
    "departments": ("Early", "Late", "", "gone"),
    # Named like a team: a key alone says nothing.
    "agent": ("A1", "A2", "T1"),
    "nothing": ("T1",),
    "agencies": ("T1", "Early"),
    "everything": (),
}


def some(values: Sequence[str], most: int) -> Iterator[tuple[str, ...]]:
    for size in range(most + 1):
        yield from itertools.combinations(values, size)


SCOPES = [
    Scope(kind, values)  # type: ignore[arg-type]
    for kind, keys in KEYS.items()
    for values in some(keys, len(keys))
]


def shown(scope: Scope) -> set[tuple[str, str]] | None:
    """What is needed to have seen all of it; None where it is all there is."""
    if scope == EVERYTHING:
        return None
    kinds = {"teams": "team", "departments": "department", "agent": "agent"}
    if scope.kind not in kinds:
        return set()
    return {(kinds[scope.kind], value) for value in scope.values}


def seen(scope: Scope) -> set[tuple[str, str]]:
    """All that who has it may see, piece by piece."""
    pieces = set(shown(scope) or ())
    for team, house in HOUSES.items():
        if house != "" and ("department", house) in pieces:
            pieces |= {("team", team)}
    return pieces


def test_every_scope_holds_what_the_sets_say() -> None:
    held = 0
    for scope, other in itertools.product(SCOPES, SCOPES):
        wanted = shown(other)
        if scope == EVERYTHING:
            expected = True
        else:
            expected = wanted is not None and bool(wanted) and wanted <= seen(scope)
        assert holds(scope, other, STAFF) is expected, (scope, other)
        held += expected
    assert held > 300
    assert len(SCOPES) > 50


@pytest.mark.parametrize(
    ("scope", "other"),
    [
        (Scope("departments", ("Early",)), Scope("teams", ("T3",))),
        (Scope("departments", ("Early",)), Scope("teams", ("gone",))),
        (Scope("departments", ("",)), Scope("teams", ("T4",))),
        (Scope("teams", ("T1", "T2")), Scope("departments", ("Early",))),
        (Scope("teams", ("T1", "T2", "T3", "T4")), EVERYTHING),
        (NOTHING, NOTHING),
        (Scope("teams", ("T1",)), NOTHING),
        (Scope("agent", ("T1",)), Scope("teams", ("T1",))),
    ],
)
def test_what_is_not_wholly_theirs_is_not_held(scope: Scope, other: Scope) -> None:
    assert not holds(scope, other, STAFF)


def test_an_edition_is_read_by_right_and_scope() -> None:
    wholly = {
        "weekly": {"administrator", "executive", "manager"},
        "monthly": {"administrator", "executive", "manager"},
        "team": {"administrator", "manager", "lead"},
        "daily": {"administrator", "manager", "lead"},
        "secret": set(),
        "": set(),
    }
    for role, report in itertools.product(ROLES, wholly):
        for kind in SCOPES_OF[role]:
            for values in some(KEYS[kind], 2):
                person = Person(1, "Ann", role, Scope(kind, values))
                issue = Issue(report, WEEK, Scope("teams", ("T1",)), "T1")
                own = person.scope == EVERYTHING or (kind, values) in {
                    *(("teams", one) for one in some(KEYS["teams"], 2) if "T1" in one),
                    *(("departments", one) for one in some(KEYS["departments"], 2)
                      if "Early" in one),
                }  # fmt: skip
                expected = role in wholly[report] and own
                assert readable(person, issue, STAFF) is expected, (person, report)


@pytest.mark.parametrize("role", ROLES)
def test_an_edition_of_everything_is_for_who_sees_everything(role: Role) -> None:
    issue = Issue("weekly", WEEK, EVERYTHING)
    for kind in SCOPES_OF[role]:
        person = Person(1, "Ann", role, Scope(kind, KEYS[kind]))
        may = role in ("administrator", "executive", "manager")
        assert readable(person, issue, STAFF) is (kind == "everything" and may)
