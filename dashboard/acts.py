"""What people do on a page, as data: a name, a right, and a function from fields to words.

A page declares its acts (`Page.acts`); dashboard/acting.py has their route. The browser
(assets/acts.js) sends the fields of a form. Whatever it sends is hostile until the act has read it.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from charts import Language
from dashboard.editions.told import Reports
from queries import Answers
from queries.alerts import NO_WAYS, Ways
from queries.desk import Desk
from queries.desk.auditing import Deed
from queries.rights import Person
from queries.targets import TargetRules

# The whole of what is sent, unless an act takes more.
MOST_BYTES = 4_000_000
# A text that people write: a reason, a note, a name.
MOST_TEXT = 2_000

Fields = Mapping[str, Any]


class RefusedError(Exception):
    """The act cannot be done: `told` says to the reader what was given, what was expected and what
    to do; `data` is what their page needs to show where."""

    def __init__(self, told: str, *, status: int = 400, data: Mapping[str, Any] | None = None):
        super().__init__(told)
        self.told, self.status, self.data = told, status, dict(data or {})


@dataclass(frozen=True)
class Doing:
    """Who does it, from which address and when. `answers` are limited to their scope;
    `ways` say who alerts may write to, `reports` what reports are."""

    person: Person
    answers: Answers
    desk: Desk
    rules: TargetRules
    language: Language
    now: datetime
    origin: str
    ways: Ways = NO_WAYS
    reports: Reports | None = None

    @property
    def who(self) -> str:
        return self.person.name

    def deed(self, what: str, subject: str, detail: str = "") -> Deed:
        """The same for the audit."""
        return Deed(self.now, self.who, what, subject, detail, self.origin)


@dataclass(frozen=True)
class Done:
    """What came of it. The page is asked anew unless it is told where to `go`, or that nothing on
    it is another (not `again`); `data` is what its script needs besides."""

    told: str
    go: str | None = None
    again: bool = True
    data: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Act:
    """`run` gets the fields as sent, raises RefusedError for what cannot be done; `right` is one of
    queries/rights.py. Of more than `most_bytes` nothing is read."""

    name: str
    right: str
    run: Callable[[Doing, Fields], Done]
    most_bytes: int = MOST_BYTES


def text_of(fields: Fields, name: str, most: int = MOST_TEXT) -> str:
    """A text of the fields without space around it, cut to `most`; empty for anything else."""
    value = fields.get(name)
    return value.strip()[:most] if isinstance(value, str) else ""


def texts_of(fields: Fields, name: str, most: int = 200) -> tuple[str, ...]:
    """The texts of a field that may be chosen more than once, each once."""
    value = fields.get(name)
    given = [value] if isinstance(value, str) else value if isinstance(value, list) else []
    texts = (one.strip() for one in given[:most] if isinstance(one, str))
    return tuple(dict.fromkeys(text for text in texts if text))


def whole_of(fields: Fields, name: str) -> int | None:
    """A whole number of the fields, sent as one or as text; None for anything else."""
    value = fields.get(name)
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    text = value.strip() if isinstance(value, str) else ""
    # `isdecimal` alone would take digits of every script, and any number of them.
    plain = text.removeprefix("-").isdecimal() and text.isascii() and len(text) <= 18
    return int(text) if plain else None


def ticked(fields: Fields, name: str) -> bool:
    """Whether a box is ticked: the browser sends it only then."""
    return bool(fields.get(name))
