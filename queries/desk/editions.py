"""Editions of reports: frozen figures and the files that were proven from them, kept for ever."""

import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from hashlib import sha256
from typing import cast

import orjson
from sqlalchemy import Connection, Select, and_, func, insert, or_, select
from sqlalchemy.orm import Session, defer

from queries.desk.deliveries import Addressee, Deliveries, queue
from queries.desk.rows import EditionFileRow, EditionRow
from queries.desk.session import yielding_insert
from queries.period import Period
from queries.rights import Scope, ScopeKind

# Why an edition left although something was missing; reports and pages tell it in their language.
WAITED_IN_VAIN = "The report was due earlier and has waited in vain for newer figures."
PDF = "application/pdf"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
# The letter as it is kept, with its pictures.
LETTER = "application/vnd.arrears.letter+json"


@dataclass(frozen=True)
class Issue:
    """What an edition is of. `part` is the team that a pack is about, "" for other reports;
    `number` counts the editions of the same period and scope: from the second on they correct."""

    report: str
    period: Period
    scope: Scope
    part: str = ""
    number: int = 1


@dataclass(frozen=True)
class Made:
    """Where the figures of an edition come from. `definitions` and `configuration` are
    fingerprints; `watermark` is the newest change that the source had delivered; `note` says why it
    left although something was missing."""

    at: datetime
    by: str
    digest: str
    definitions: str
    configuration: str
    watermark: datetime | None
    as_of: date
    generation: int
    provisional: bool
    note: str = ""


@dataclass(frozen=True)
class Edition:
    """An edition as the archive lists it. `code` is printed on each of its pages."""

    id: int
    code: str
    issue: Issue
    made: Made

    @property
    def printed(self) -> str:
        """Its code as people read it."""
        return grouped(self.code)


@dataclass(frozen=True)
class EditionFile:
    """A file of an edition. `id` is None before it is kept."""

    locale: str
    name: str
    media_type: str
    content: bytes
    id: int | None = None

    @property
    def sha256(self) -> str:
        return sha256(self.content).hexdigest()


@dataclass(frozen=True)
class FileEntry:
    """What the archive knows of a file without reading it; `size` in bytes."""

    id: int
    edition_id: int
    locale: str
    name: str
    media_type: str
    size: int
    sha256: str


class Editions(Deliveries):
    """The editions of the desk."""

    def keep_edition(
        self,
        issue: Issue,
        code: str,
        made: Made,
        frozen: bytes,
        files: Sequence[EditionFile],
        addressees: Sequence[Addressee],
    ) -> Edition:
        """Keeps an edition, its files and who is to get it, all at once.

        Where another process has made it first, that one is answered with: who waits for it is
        added, everything else is forgotten.
        """
        values = {**_issue_values(issue), **_made_values(made), "code": code,
                  "frozen": zlib.compress(frozen)}  # fmt: skip
        with self._engine.begin() as connection:
            new = yielding_insert(EditionRow, connection.dialect.name, values)
            made_id: int | None = connection.execute(new).scalar_one_or_none()
            if made_id is not None and files:
                connection.execute(insert(EditionFileRow), [_file(made_id, one) for one in files])
            edition = _found(connection, _of(issue))
            assert edition is not None, "a unique key was taken by an edition of another issue"
            queue(connection, edition.id, edition.code, _place(issue), addressees, made.at)
        return edition

    def add_addressees(
        self,
        edition: Edition,
        files: Sequence[EditionFile],
        addressees: Sequence[Addressee],
        now: datetime,
    ) -> None:
        """Lets more people get an edition that is there; `files` are those of a language that it
        did not have."""
        with self._engine.begin() as connection:
            for one in files:
                values = _file(edition.id, one)
                new = yielding_insert(EditionFileRow, connection.dialect.name, values)
                connection.execute(new)
            queue(connection, edition.id, edition.code, _place(edition.issue), addressees, now)

    def edition_of(self, issue: Issue) -> Edition | None:
        """The edition of that issue, if it has been made."""
        with self._engine.connect() as connection:
            return _found(connection, _of(issue))

    def edition(self, code: str) -> Edition | None:
        """The edition with that code, however it is grouped; None where there is none."""
        with self._engine.connect() as connection:
            return _found(connection, _LISTED.where(EditionRow.code == plain(code)))

    def edition_of_file(self, entry: FileEntry) -> Edition:
        """The edition that a file belongs to."""
        with self._engine.connect() as connection:
            found = _found(connection, _LISTED.where(EditionRow.id == entry.edition_id))
        assert found is not None, "a file without its edition"
        return found

    def editions(
        self, report: str | None = None, *, limit: int = 500, before: date | None = None
    ) -> Sequence[Edition]:
        """The newest periods first, of each the newest number first; of periods that end by
        `before` only where it is given."""
        wanted = _LISTED.order_by(
            EditionRow.period_end.desc(), EditionRow.period_start, EditionRow.report,
            EditionRow.part, EditionRow.number.desc(), EditionRow.id.desc(),
        )  # fmt: skip
        if report is not None:
            wanted = wanted.where(EditionRow.report == report)
        if before is not None:
            wanted = wanted.where(EditionRow.period_end <= before)
        with self._session() as session:
            return [_edition(row) for row in session.scalars(wanted.limit(limit))]

    def earlier_editions(self, issue: Issue, most: int) -> Sequence[tuple[Edition, bytes]]:
        """The newest edition, with its figures as JSON, of each of the last `most` periods before
        that of `issue`, of the same report, scope and part; the newest period first. An issue that
        corrects has the one before it among them."""
        row, period = EditionRow, issue.period
        before = and_(row.period_start < period.start, row.period_end <= period.end)
        corrected = and_(
            row.period_start == period.start, row.period_end == period.end,
            row.number < issue.number,
        )  # fmt: skip
        numbered = func.row_number().over(
            partition_by=(row.period_start, row.period_end), order_by=row.number.desc()
        )
        ranked = select(row.id, numbered.label("place")).where(
            row.report == issue.report, row.part == issue.part,
            row.scope_key == scope_key(issue.scope), or_(before, corrected),
        ).subquery()  # fmt: skip
        wanted = (
            select(row)
            .where(row.id.in_(select(ranked.c.id).where(ranked.c.place == 1)))
            .order_by(row.period_end.desc(), row.period_start.desc())
            .limit(most)
        )
        with self._session() as session:
            found = session.scalars(wanted)
            return [(_edition(one), zlib.decompress(one.frozen)) for one in found]

    def frozen_of(self, edition_id: int) -> bytes:
        """The figures of an edition, as JSON."""
        with self._session() as session:
            packed = select(EditionRow.frozen).where(EditionRow.id == edition_id)
            return zlib.decompress(session.scalars(packed).one())

    def files_of(self, edition_id: int) -> Sequence[FileEntry]:
        """What there is of an edition, in the order in which it was made."""
        return self._entries(EditionFileRow.edition_id == edition_id)

    def files_with(self, digest: str) -> Sequence[FileEntry]:
        """The files whose content has this SHA-256."""
        return self._entries(EditionFileRow.sha256 == digest)

    def file(self, file_id: int) -> EditionFile | None:
        """One file with its content."""
        with self._session() as session:
            row = session.get(EditionFileRow, file_id)
            return None if row is None else _read(row)

    def files_in(self, edition_id: int, locale: str) -> Sequence[EditionFile]:
        """The files of an edition in one language, with their content."""
        row = EditionFileRow
        wanted = select(row).where(row.edition_id == edition_id, row.locale == locale)
        with self._session() as session:
            return [_read(one) for one in session.scalars(wanted.order_by(row.id))]

    def _entries(self, wanted: object) -> Sequence[FileEntry]:
        row = EditionFileRow
        columns = select(
            row.id, row.edition_id, row.locale, row.name, row.media_type, row.size, row.sha256
        )
        with self._session() as session:
            found = session.execute(columns.where(wanted).order_by(row.id))  # type: ignore[arg-type]
            return [FileEntry(*one) for one in found]


def grouped(code: str) -> str:
    """A code as it is printed, in groups that can be typed: 3fa9-c21b-7d04."""
    return "-".join(code[at : at + 4] for at in range(0, len(code), 4))


def plain(code: str) -> str:
    """A code as it is kept, however somebody has written it."""
    return code.replace("-", "").replace(" ", "").lower()


def scope_key(scope: Scope) -> str:
    """Names a scope in few letters: two scopes have one name only if they hold the same keys."""
    if not scope.values:
        return scope.kind
    told = orjson.dumps(sorted(scope.values))
    return f"{scope.kind} {sha256(told).hexdigest()[:32]}"


_LISTED = select(EditionRow).options(defer(EditionRow.frozen))


def _of(issue: Issue) -> Select[EditionRow]:
    row = EditionRow
    return _LISTED.where(
        row.report == issue.report,
        row.period_start == issue.period.start,
        row.period_end == issue.period.end,
        row.part == issue.part,
        row.scope_key == scope_key(issue.scope),
        row.number == issue.number,
    )


def _place(issue: Issue) -> tuple[str, Period, str, int]:
    return issue.report, issue.period, issue.part, issue.number


def _issue_values(issue: Issue) -> dict[str, object]:
    return {
        "report": issue.report, "part": issue.part, "number": issue.number,
        "scope_kind": issue.scope.kind, "scope_values": list(issue.scope.values),
        "scope_key": scope_key(issue.scope),
        "period_start": issue.period.start, "period_end": issue.period.end,
    }  # fmt: skip


def _made_values(made: Made) -> dict[str, object]:
    return {
        "made_at": made.at, "made_by": made.by, "digest": made.digest,
        "definitions": made.definitions, "configuration": made.configuration,
        "watermark": made.watermark, "as_of": made.as_of, "generation": made.generation,
        "provisional": made.provisional, "note": made.note,
    }  # fmt: skip


def _file(edition_id: int, one: EditionFile) -> dict[str, object]:
    return {
        "edition_id": edition_id, "locale": one.locale, "name": one.name,
        "media_type": one.media_type, "size": len(one.content), "sha256": one.sha256,
        "content": one.content,
    }  # fmt: skip


def _found(connection: Connection, wanted: Select[EditionRow]) -> Edition | None:
    with Session(connection) as session:
        row = session.scalars(wanted).one_or_none()
        return None if row is None else _edition(row)


def _edition(row: EditionRow) -> Edition:
    scope = Scope(cast(ScopeKind, row.scope_kind), tuple(row.scope_values))
    period = Period(row.period_start, row.period_end)
    return Edition(
        row.id,
        row.code,
        Issue(row.report, period, scope, row.part, row.number),
        Made(
            row.made_at, row.made_by, row.digest, row.definitions, row.configuration,
            row.watermark, row.as_of, row.generation, row.provisional, row.note,
        ),
    )  # fmt: skip


def _read(row: EditionFileRow) -> EditionFile:
    return EditionFile(row.locale, row.name, row.media_type, row.content, row.id)
