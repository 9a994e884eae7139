"""Who may do what, and whose figures they see: the one table of rights, and the scope of a person.

Everything that answers a person asks here: pages, callbacks, exports, commands and reports.
docs/rights.md is written from the table.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Literal, get_args

from queries.definition import Words
from queries.errors import UserError
from queries.figures import Question

Role = Literal["administrator", "executive", "manager", "lead", "agent"]
ROLES: tuple[Role, ...] = get_args(Role)

ROLE_TITLES: Mapping[Role, Words] = {
    "administrator": Words("Administrator", "管理员"),
    "executive": Words("Executive", "高管"),
    "manager": Words("Manager", "经理"),
    "lead": Words("Team lead", "组长"),
    "agent": Words("Agent", "催收员"),
}

_ALL: frozenset[Role] = frozenset(ROLES)
_LEADING: frozenset[Role] = frozenset({"administrator", "executive", "manager", "lead"})
_SETTING: frozenset[Role] = frozenset({"administrator", "manager", "lead"})
_MANAGING: frozenset[Role] = frozenset({"administrator", "manager"})
_REPORTED: frozenset[Role] = frozenset({"administrator", "executive", "manager"})
_ADMINISTRATORS: frozenset[Role] = frozenset({"administrator"})


@dataclass(frozen=True)
class Right:
    """Something that may be done, and by whom."""

    title: Words
    roles: frozenset[Role]


# A page is a right of its own name; so is the file behind each of its panels. What is done there
# has rights of its own, always within the scope of who does it.
RIGHTS: Mapping[str, Right] = {
    "desk": Right(Words("Page My desk", "我的工作台页面"), _ALL),
    "views": Right(Words("Keep views of one's own", "保存个人视图"), _ALL),
    "overview": Right(Words("Page Overview, its files", "总览页面及导出"), _ALL),
    "recovery": Right(Words("Page Recovery, its files", "回收页面及导出"), _ALL),
    "promises": Right(Words("Page Promises, its files", "承诺页面及导出"), _ALL),
    "contacts": Right(Words("Page Contacts, its files", "触达页面及导出"), _ALL),
    "aging": Right(Words("Page Aging, its files", "账龄页面及导出"), _ALL),
    "teams": Right(Words("Page Teams and agents, its files", "团队与催收员页面及导出"), _LEADING),
    "targets": Right(Words("Page Targets, its files", "目标页面及导出"), _LEADING),
    "set targets": Right(Words("Set and propose targets", "设定并提交目标"), _SETTING),
    "approve targets": Right(
        Words("Approve targets; set them without approval", "审批目标；设定目标无需审批"), _MANAGING
    ),
    "alerts": Right(Words("Page Alerts; acknowledge what fired", "预警页面；确认预警"), _SETTING),
    "set alerts": Right(Words("Make and change rules of alerts", "新建和修改预警规则"), _MANAGING),
    "health": Right(Words("Page Data health, its files", "数据健康页面及导出"), _MANAGING),
    "people": Right(
        Words("Page People: accounts and what was done", "人员页面：账号与操作记录"),
        _ADMINISTRATORS,
    ),
    "reports": Right(Words("Page Reports, its files", "报告页面及文件"), _LEADING),
    "report weekly": Right(Words("Receive and read weekly reports", "接收和查看周报"), _REPORTED),
    "report monthly": Right(Words("Receive and read monthly reports", "接收和查看月报"), _REPORTED),
    "report team": Right(Words("Receive and read team packs", "接收和查看团队报告"), _SETTING),
    "report daily": Right(Words("Receive and read daily sheets", "接收和查看每日简报"), _SETTING),
    # Who gets what is told of everybody, whatever their scopes: a matter of administrators.
    "run reports": Right(
        Words("See all recipients; settle deliveries", "查看所有收件人；处理发送记录"),
        _ADMINISTRATORS,
    ),
}


def right_to(report: str) -> str:
    """The name of the right to receive and read a report."""
    return f"report {report}"


ScopeKind = Literal["everything", "departments", "teams", "agent", "nothing"]
_DIMENSIONS: Mapping[ScopeKind, str] = {
    "departments": "department",
    "teams": "team",
    "agent": "agent",
    # Limited to no team at all.
    "nothing": "team",
}
# What the scopes of a role may be; oneself is one agent of the case database.
SCOPES_OF: Mapping[Role, tuple[ScopeKind, ...]] = {
    "administrator": ("everything",),
    "executive": ("everything", "departments"),
    "manager": ("everything", "departments", "teams"),
    "lead": ("teams",),
    "agent": ("agent",),
}


@dataclass(frozen=True)
class Scope:
    """Whose figures a person sees: `values` are departments, teams, or one agent, by their keys.

    A scope that says nothing shows nothing.
    """

    kind: ScopeKind = "nothing"
    values: tuple[str, ...] = ()

    @property
    def dimension(self) -> str | None:
        """What figures are limited by; None where they are not. A kind that nobody knows, as a row
        of a desk could hold, limits to nothing."""
        return None if self.kind == "everything" else _DIMENSIONS.get(self.kind, "team")

    @property
    def keys(self) -> tuple[str, ...]:
        """The members of `dimension` that may be seen."""
        return self.values if self.kind in _DIMENSIONS else ()

    def limit(self, question: Question) -> Question:
        """The same question about nothing but this scope; what lies outside of it is no value."""
        if self.dimension is None:
            return question
        asked = question.where.get(self.dimension, self.keys)
        inside = tuple(value for value in asked if value in self.keys)
        return replace(question, where={**question.where, self.dimension: inside})


EVERYTHING = Scope("everything")
NOTHING = Scope()


@dataclass(frozen=True)
class Person:
    """Somebody who may look. `id` is that of the desk, None for who works at the machine itself;
    `local` is who signs in with a password of ours."""

    id: int | None
    name: str
    role: Role
    scope: Scope
    local: bool = False

    def may(self, right: str) -> bool:
        """Whether the table grants it. An unknown right is granted to nobody."""
        return right in RIGHTS and self.role in RIGHTS[right].roles


# Who has not been let in: what forgets to ask who looks shows nothing.
NOBODY = Person(None, "nobody", "agent", NOTHING)

# Who runs commands and scheduled jobs: whoever can read config.yaml reads the case database.
OPERATOR = Person(None, "operator", "administrator", EVERYTHING)


def scope_for(role: str, kind: str, values: tuple[str, ...]) -> tuple[Role, Scope]:
    """The role and scope of these names. Raises UserError where they do not go together."""
    known = next((one for one in ROLES if one == role), None)
    if known is None:
        raise UserError(f"Unknown role {role!r}.", "one of " + ", ".join(ROLES))
    fitting = SCOPES_OF[known]
    found = next((one for one in fitting if one == kind), None)
    if found is None:
        raise UserError(
            f"The role {role} cannot have the scope {kind!r}.", "one of " + ", ".join(fitting)
        )
    least, most = _VALUES[found]
    distinct = tuple(dict.fromkeys(value.strip() for value in values if value.strip()))
    if not least <= len(distinct) <= most:
        raise UserError(
            f"The scope {kind} has {len(distinct)} keys.",
            "none" if not most else "the key of one agent" if most == 1 else "one key or more",
            "name them as in the case database",
        )
    return known, Scope(found, distinct)


_MOST = 1_000
_VALUES: Mapping[ScopeKind, tuple[int, int]] = {
    "everything": (0, 0), "nothing": (0, 0), "agent": (1, 1),
    "teams": (1, _MOST), "departments": (1, _MOST),
}  # fmt: skip
