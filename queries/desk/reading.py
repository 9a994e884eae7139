"""Who may read which edition: whoever has the right to its report, and a scope that holds the scope
of its figures."""

from queries.desk.editions import Issue
from queries.rights import Person, Scope, right_to
from queries.staff import Staff


def readable(person: Person, issue: Issue, staff: Staff) -> bool:
    """Whether a person may read the edition of an issue. `staff` is everybody, not that of the
    person's scope."""
    return person.may(right_to(issue.report)) and holds(person.scope, issue.scope, staff)


def holds(scope: Scope, other: Scope, staff: Staff) -> bool:
    """Whether who sees `scope` may see all that `other` shows.

    Keys are held by the same keys, a team besides by the department that it belongs to today. Teams
    do not hold their department, which may have had others then; nothing holds what is of nobody,
    or of a team that is in no department any more, but everything does.
    """
    if scope.kind == "everything":
        return True
    held = frozenset(scope.keys)
    if not other.keys or not held or "nothing" in (scope.kind, other.kind):
        return False
    if other.kind == scope.kind:
        return held.issuperset(other.keys)
    if (scope.kind, other.kind) != ("departments", "teams"):
        return False
    teams = {key for key, team in staff.teams.items() if team.department in held - {""}}
    return teams.issuperset(other.keys)
