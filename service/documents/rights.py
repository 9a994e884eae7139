"""docs/rights.md, from the one table of rights in queries/rights.py."""

from collections.abc import Mapping

from queries.definition import Words
from queries.dimensions import DIMENSIONS
from queries.rights import OPERATOR, RIGHTS, ROLE_TITLES, ROLES, SCOPES_OF, Right, ScopeKind
from service.documents.markdown import code, page, table

INTRODUCTION = """\
Everybody with an account has one role (角色) and one scope (范围). The role says what they may do,
the scope whose figures they see while they do it. Both are looked up with each request, so a change
is felt at once."""

RULES = """\
A page and the files of its panels are the same right. A page that somebody may not open is for them
a page that does not exist: it is not among the links, and its address and its files answer like any
that lead nowhere. What is not in the table is granted to nobody."""

SCOPE_RULES = """\
A scope limits the question before anything looks for its answer, so it is the same for pages and
files. Teams and agents that can be chosen are those of the scope, and “all” means all of the scope.
A figure that cannot be limited to the scope is not shown. Examples of rows that were set aside are
shown to who may see everything: nobody knows whose they are. How fresh the figures are, how many
rows were set aside and what the jobs did is told of the whole case database.

**A missing scope means no rows**, never all of them; so does a key that the figures do not know."""

COMMANDS = f"""\
Commands at the machine and scheduled jobs ask nobody who they are. They act as `{OPERATOR.name}`,
with the role {OPERATOR.role} and the scope {OPERATOR.scope.kind}: whoever can read `config.yaml`
can read the case database. So `arrears figures` prints any figure, and a report holds the figures
of all; its recipients are those of the configuration, whatever their accounts may see."""

# How each scope is told: in Chinese, whose figures it shows, and how `arrears users` is told it.
SCOPES: Mapping[ScopeKind, tuple[str, str, str]] = {
    "everything": ("全部", "all figures", "no key"),
    "departments": (
        DIMENSIONS["department"].zh,
        "figures of the teams of these departments",
        f"{code('--department NAME')}, once or more",
    ),
    "teams": (
        DIMENSIONS["team"].zh,
        "figures of these teams",
        f"{code('--team KEY')}, once or more",
    ),
    "agent": (DIMENSIONS["agent"].zh, "figures of this one agent", code("--agent KEY")),
    "nothing": ("无", "no row", "nobody can be given it"),
}


def rights_page() -> str:
    """docs/rights.md."""
    commands = "How accounts are made and changed: [operations.md](operations.md#people)."
    blocks = [
        f"## Who may do what\n\n{_rights()}\n\n{RULES}",
        f"## Whose figures they see\n\n{_scopes()}\n\n{SCOPE_RULES}",
        f"## Commands and jobs\n\n{COMMANDS}",
    ]
    return page("Rights · 权限", f"{INTRODUCTION} {commands}", *blocks)


def _rights() -> str:
    header = ("right", "权限", *(_in_both(ROLE_TITLES[role]) for role in ROLES))
    return table(header, [_right(name, right) for name, right in RIGHTS.items()])


def _right(name: str, right: Right) -> tuple[str, ...]:
    marks = ["yes" if role in right.roles else "" for role in ROLES]
    return f"{code(name)} {right.title.en}", right.title.zh, *marks


def _scopes() -> str:
    header = ("scope", "范围", "shows", "given by", "roles that can have it")
    return table(header, [(code(kind), *told, _roles(kind)) for kind, told in SCOPES.items()])


def _roles(kind: ScopeKind) -> str:
    return ", ".join(ROLE_TITLES[role].en for role in ROLES if kind in SCOPES_OF[role])


def _in_both(words: Words) -> str:
    return f"{words.en} {words.zh}"
