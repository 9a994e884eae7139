"""Which alerts and rules somebody may see: those of the teams whose figures they see, those of the
operation where they see all of it. How jobs and reports went is for who may open Data health."""

from collections.abc import Iterable, Sequence

from dashboard.view import View
from queries.alerts import Rule
from queries.desk.alerting import Firing
from queries.rights import Person
from queries.staff import Staff

MOST_PAST = 500
# How jobs and reports went is for who may open Data health.
OF_THE_SERVICE = ("job", "report")


def open_alerts(view: View) -> Sequence[Firing]:
    """What is open, newest first, as far as the reader may see it. dashboard/alerts/words.py says
    it in words."""
    desk = view.source.desk
    if desk is None or not view.person.may("alerts"):
        return ()
    return seen_of(desk.open_firings(), view.person, view.source.staff())


def past_alerts(view: View) -> Sequence[Firing]:
    """The newest that are over, as far as the reader may see them."""
    desk = view.source.desk
    if desk is None or not view.person.may("alerts"):
        return ()
    return seen_of(desk.past_firings(MOST_PAST), view.person, view.source.staff())


def seen_of(firings: Iterable[Firing], person: Person, staff: Staff) -> Sequence[Firing]:
    """Those of the alerts that the person may see."""
    return [one for one in firings if may_see(one, person, staff)]


def may_see(firing: Firing, person: Person, staff: Staff) -> bool:
    """Whether an alert is about what the person may see."""
    if firing.kind == "stale":
        return True
    if firing.kind in OF_THE_SERVICE:
        return person.may("health")
    return covers(staff, firing.unit)


def covers(staff: Staff, unit: str) -> bool:
    """Whether the whole operation ("") or a team lies within."""
    return unit in staff.units("operation") or unit in staff.units("team")


def rule_seen(rule: Rule, person: Person, staff: Staff) -> bool:
    """Whether all that a rule is about may be seen: its name and limits tell of all its units. One
    that cannot be read is for who sees everything."""
    if rule.check is None:
        return staff.whole
    if rule.kind in OF_THE_SERVICE:
        return person.may("health")
    return all(covers(staff, unit) for unit in rule.units)
