"""People of this installation: those of the demo, and that nobody else gets in with their word."""

from contextlib import closing
from datetime import datetime

from queries import Answers, UserError
from queries.definition import Words
from queries.desk import Desk, open_desk
from queries.rights import EVERYTHING, OPERATOR, Person, Role, Scope
from service.settings import DEMO_SOURCE, Settings

# Known to everybody who reads this, so `serve` refuses accounts that have it on other data.
DEMO_PASSWORD = "arrears-demo"
DEMO_PEOPLE: tuple[tuple[str, Role], ...] = (
    ("admin", "administrator"),
    ("executive", "executive"),
    ("manager", "manager"),
    ("lead", "lead"),
    ("agent", "agent"),
)


def add_demo_people(desk: Desk, answers: Answers, now: datetime) -> None:
    """One person for each role, where nobody has an account yet."""
    if desk.accounts():
        return
    team = next(iter(answers.members("team")))
    inside = answers.within(Scope("teams", (team,)))
    agent = next(value for value in inside.members("agent") if value)
    scopes = {"lead": Scope("teams", (team,)), "agent": Scope("agent", (agent,))}
    for name, role in DEMO_PEOPLE:
        desk.add_person(
            name, role, scopes.get(role, EVERYTHING),
            password=DEMO_PASSWORD, by="demo", now=now, made_for_demo=True,
        )  # fmt: skip


def person_of(settings: Settings, name: str | None) -> Person:
    """The person with this name; whoever works at the machine where there is none."""
    if name is None:
        return OPERATOR
    with closing(open_desk(settings.desk.url)) as desk:
        return desk.account(name).person


def require_own_people(settings: Settings, desk: Desk) -> None:
    """Raises UserError where accounts of the demo, whose password is public, would open data that
    is not the demo's."""
    if settings.source.url == DEMO_SOURCE:
        return
    left = [one.person.name for one in desk.accounts() if one.made_for_demo and one.active]
    if left:
        raise UserError(
            f"The desk has accounts of the demo, whose password is public: {', '.join(left)}.",
            "accounts of your own people only",
            "use another desk (desk.url), or run `arrears users disable NAME` for each of them",
        )


def require_demo_data(settings: Settings) -> None:
    """Raises UserError where an account of the demo would open other data."""
    if settings.source.url != DEMO_SOURCE:
        raise UserError(
            "This is an account of the demo, whose password is public.",
            "an account of your own",
            "add the person anew: arrears users add NAME --role …",
        )


def welcome(settings: Settings, desk: Desk) -> Words:
    """What the sign-in form tells besides: how to begin, and in the demo how to get in."""
    people = [one for one in desk.accounts() if one.active]
    if not people:
        command = "arrears users add NAME --role administrator"
        return Words(f"Nobody has an account yet: {command}", f"尚无账号：{command}")
    names = ", ".join(one.person.name for one in people if one.made_for_demo)
    if settings.source.url != DEMO_SOURCE or not names:
        return Words("", "")
    return Words(
        f"Demo: sign in as {names}; the password is {DEMO_PASSWORD}",
        f"演示：用户名 {names}，密码 {DEMO_PASSWORD}",
    )
