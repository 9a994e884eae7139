"""A published generation as readers share it: opened once, with what has been asked of it."""

import threading
from collections import OrderedDict
from collections.abc import Iterable, Sequence
from concurrent.futures import Future
from pathlib import Path

import duckdb

from queries import members as memberships
from queries import staff
from queries.definitions import Definitions
from queries.errors import OtherVersionError, UserError
from queries.figures import Answer, Question
from queries.planning import Clock
from queries.rights import Scope
from queries.staff import Staff
from queries.statements import Statement
from queries.store import generations, rules, state

_CACHED_ANSWERS = 2_000


class Generation:
    """One published file, opened read-only. Cursors share it, so any thread may ask."""

    def __init__(self, number: int, path: Path, definitions: Definitions) -> None:
        self.number = number
        self.path = path
        self.con = duckdb.connect(str(path), read_only=True)
        self.con.execute("SET threads = 1")
        if not state.readable(self.con):
            self.con.close()
            raise OtherVersionError(
                f"The figures in {path.parent} were made by another version of Arrears.",
                "figures of this version",
                "run `arrears refresh`",
            )
        self.state = state.read(self.con)
        self.sizes = state.sizes(self.con)
        self.clock = Clock(self.state.as_of, self.state.today, definitions.grace_days)
        self.tables = state.counted(self.con)
        self.begins = state.begins(self.con)
        self._definitions = definitions
        self._known: dict[str, dict[str, str]] = {}
        self._inside: dict[tuple[str, Scope], frozenset[str]] = {}
        self._staff: dict[Scope, Staff] = {}
        # A question that is being answered is already here, so that whoever asks the same waits.
        self.answers: OrderedDict[Question, Future[Answer]] = OrderedDict()

    def known(self, dimension: str) -> dict[str, str]:
        """Value → label of a dimension, in reading order."""
        if dimension not in self._known:
            cursor = self.con.cursor()
            self._known[dimension] = memberships.read(cursor, dimension, self._definitions)
        return self._known[dimension]

    def inside(self, dimension: str, scope: Scope) -> frozenset[str]:
        """The values of a dimension of people that lie within a scope other than everything."""
        key = (dimension, scope)
        if key not in self._inside:
            assert scope.dimension is not None
            cursor = self.con.cursor()
            found = memberships.inside(cursor, dimension, scope.dimension, scope.keys)
            self._inside[key] = frozenset(found)
        return self._inside[key]

    def staff(self, scope: Scope) -> Staff:
        """Who works where today, as far as a scope covers it."""
        if scope not in self._staff:
            self._staff[scope] = staff.read(self.con.cursor(), scope)
        return self._staff[scope]

    def fetch(self, statement: Statement) -> list[tuple]:
        """The rows of a statement."""
        return self.con.cursor().execute(statement.sql, statement.values).fetchall()

    def attributed(self, statement: Statement) -> list[tuple]:
        """The rows of a statement that makes facts anew, for which it needs the definitions."""
        cursor = self.con.cursor()
        rules.install(cursor, self._definitions)
        return cursor.execute(statement.sql, statement.values).fetchall()

    def claim(
        self, questions: Sequence[Question]
    ) -> tuple[dict[Question, Future[Answer]], list[Future[Answer]]]:
        """Those of the questions that nobody has asked yet, and the answers to be of them all; the
        oldest answers go where there are too many."""
        mine = {q: Future[Answer]() for q in questions if q not in self.answers}
        self.answers.update(mine)
        every = [self.answers[question] for question in questions]
        while len(self.answers) > _CACHED_ANSWERS:
            self.answers.popitem(last=False)
        return mine, every

    def forget(self, questions: Iterable[Question]) -> None:
        """Let questions be asked anew that could not be answered."""
        for question in questions:
            self.answers.pop(question, None)


class Newest:
    """The newest generation of a folder, opened once for all who look, whatever their scope."""

    def __init__(self, folder: Path, definitions: Definitions) -> None:
        self._folder, self._definitions = folder, definitions
        self._generation: Generation | None = None
        self.lock = threading.Lock()

    def get(self) -> Generation:
        """Raises UserError while there are no figures yet."""
        latest = generations.newest(self._folder)
        if latest is None:
            raise UserError(
                f"There are no figures in {self._folder} yet.",
                "at least one finished refresh",
                "run `arrears refresh`",
            )
        number, path = latest
        with self.lock:
            if self._generation is None or self._generation.number != number:
                # The file may be pruned between listing and opening only if newer ones exist.
                self._generation = Generation(number, path, self._definitions)
            return self._generation

    def close(self) -> None:
        with self.lock:
            if self._generation is not None:
                self._generation.con.close()
                self._generation = None
