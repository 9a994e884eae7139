"""`arrears users`: who may look, as what, and at whose figures."""

from contextlib import closing
from typing import TextIO

import click
from rich.markup import escape
from rich.table import Table

from queries.desk import Desk, open_desk
from queries.errors import UserError
from queries.rights import OPERATOR, ROLES, SCOPES_OF, Role, Scope, scope_for
from service.door import Door, Doors, pass_door
from service.text_table import as_text
from service.users import DEMO_PASSWORD, require_demo_data


def _example(*lines: str) -> str:
    return "\n".join(("\b", "Examples:" if len(lines) > 1 else "Example:", *lines))


_ADD = (
    '  arrears users add "Ada Brandt" --role administrator --mail ada@example.org',
    "  arrears users add lead.north --role lead --team T1 --team T2",
    "  arrears users add agent.7 --role agent --agent A7 --password-file /run/secrets/agent7",
)
_CHANGE = (
    "  arrears users change lead.north --role manager --department Retail",
    "  arrears users change lead.north --mail north@example.org",
)
_PASSWORD = "  arrears users password lead.north"
_DISABLE = "  arrears users disable agent.7"
_ENABLE = "  arrears users enable agent.7"
_LIST = "  arrears users list"


@click.group(cls=Doors, epilog=_example(*_ADD, *_CHANGE, _PASSWORD, _DISABLE, _LIST))
def users() -> None:
    """Add and change accounts. Whatever is changed of a person ends their sessions.

    Roles: administrator, executive, manager, lead, agent (docs/rights.md). The scope is everything,
    departments, teams, or one agent, by their keys in the case database.
    """


_ROLE_HELP = "What they may do."
_role = click.option("--role", type=click.Choice(ROLES), required=True, help=_ROLE_HELP)
_mail = click.option("--mail", help="Address to which reports go; '' takes it away.")
_team = click.option("--team", "teams", multiple=True, help="Key of a team whose figures they see.")
_department = click.option(
    "--department", "departments", multiple=True, help="Name of a department instead."
)
_agent = click.option("--agent", help="Key of the one agent whose figures they see, instead.")
_password_file = click.option(
    "--password-file",
    type=click.File(encoding="utf-8"),
    help="File whose first line is the password (- for standard input); without it you are asked.",
)


@users.command(epilog=_example(*_ADD))
@click.argument("name")
@_role
@_team
@_department
@_agent
@_mail
@_password_file
@pass_door
def add(  # noqa: PLR0913 one for each option
    door: Door,
    name: str,
    role: str,
    teams: tuple[str, ...],
    departments: tuple[str, ...],
    agent: str | None,
    mail: str | None,
    password_file: TextIO | None,
) -> None:
    """Add a person with a password of 10 to 200 characters."""
    known, scope = _standing(role, teams, departments, agent)
    with closing(open_desk(door.settings.desk.url)) as desk:
        desk.add_person(
            name, known, scope,
            password=_password(password_file), by=OPERATOR.name, now=door.now(), mail=mail or "",
        )  # fmt: skip
    click.echo(f"{name} can sign in as {role}.")


@users.command(epilog=_example(*_CHANGE))
@click.argument("name")
@click.option("--role", type=click.Choice(ROLES), help=_ROLE_HELP)
@_team
@_department
@_agent
@_mail
@pass_door
def change(
    door: Door,
    name: str,
    role: str | None,
    teams: tuple[str, ...],
    departments: tuple[str, ...],
    agent: str | None,
    mail: str | None,
) -> None:
    """Give a person another role and scope, or another mail address."""
    if role is None and (mail is None or teams or departments or agent is not None):
        raise click.UsageError("Give --role with the scope that goes with it, --mail, or both.")
    standing = None if role is None else _standing(role, teams, departments, agent)
    with closing(open_desk(door.settings.desk.url)) as desk:
        desk.change_person(name, by=OPERATOR.name, now=door.now(), standing=standing, mail=mail)
    if role is not None:
        click.echo(f"{name} is {role} now.")
    if mail is not None:
        click.echo(f"{name} gets reports at {mail.strip()}." if mail.strip() else
                   f"{name} has no mail address any more.")  # fmt: skip


@users.command(epilog=_example(_PASSWORD))
@click.argument("name")
@_password_file
@pass_door
def password(door: Door, name: str, password_file: TextIO | None) -> None:
    """Give a person a new password."""
    with closing(open_desk(door.settings.desk.url)) as desk:
        # Asked after, so that nobody types a password for a name that is wrong.
        desk.account(name)
        fresh = _password(password_file)
        desk.change_person(name, by=OPERATOR.name, now=door.now(), password=fresh)
    click.echo(f"{name} has a new password.")


@users.command(epilog=_example(_DISABLE))
@click.argument("name")
@pass_door
def disable(door: Door, name: str) -> None:
    """Let a person in no more; what they did stays on record."""
    _active(door, name, active=False)
    click.echo(f"{name} cannot sign in any more.")


@users.command(epilog=_example(_ENABLE))
@click.argument("name")
@pass_door
def enable(door: Door, name: str) -> None:
    """Let a person in again."""
    with closing(open_desk(door.settings.desk.url)) as desk:
        if desk.account(name).made_for_demo:
            require_demo_data(door.settings)
    _active(door, name, active=True)
    click.echo(f"{name} can sign in again.")


@users.command(name="list", epilog=_example(_LIST))
@pass_door
def list_(door: Door) -> None:
    """List everybody with role and scope."""
    with closing(open_desk(door.settings.desk.url)) as desk:
        click.echo(_listed(desk))


def _active(door: Door, name: str, *, active: bool) -> None:
    with closing(open_desk(door.settings.desk.url)) as desk:
        desk.change_person(name, by=OPERATOR.name, now=door.now(), active=active)


def _listed(desk: Desk) -> str:
    rows = [
        (
            one.person.name,
            one.person.role,
            f"{one.person.scope.kind} {', '.join(one.person.scope.values)}".strip(),
            one.mail,
            "password" if one.person.local else "sign-in service",
            "active" if one.active else "disabled",
        )
        for one in desk.accounts()
    ]
    if not rows:
        return "Nobody has an account yet: arrears users add NAME --role administrator"
    table = Table("Name", "Role", "Scope", "Mail", "Signs in by", "State", box=None)
    for row in rows:
        table.add_row(*map(escape, row))
    return as_text(table)


def _standing(
    role: str, teams: tuple[str, ...], departments: tuple[str, ...], agent: str | None
) -> tuple[Role, Scope]:
    given = {
        "teams": teams,
        "departments": departments,
        "agent": (agent,) if agent is not None else (),
    }
    named = [kind for kind, values in given.items() if values]
    if len(named) > 1:
        raise click.UsageError("Give teams, departments or one agent, not several of them.")
    usual = SCOPES_OF[next(one for one in ROLES if one == role)][0]
    kind = named[0] if named else usual
    return scope_for(role, kind, given.get(kind, ()))


def _password(file: TextIO | None) -> str:
    given = (
        file.readline().rstrip("\r\n")
        if file is not None
        else str(click.prompt("Password", hide_input=True, confirmation_prompt=True))
    )
    if given == DEMO_PASSWORD:
        raise UserError(
            "The password is that of the demo, which everybody knows.", "one of your own"
        )
    return given
