"""What people did: rows are added, searched and handed out, and never changed or removed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, insert, or_, select

from queries.desk.rows import AuditRow
from queries.desk.session import Verbs

_LONGEST = {"who": 80, "what": 40, "subject": 200, "origin": 64}


@dataclass(frozen=True)
class Deed:
    """Who did what to what, when, and from which address; `detail` is one line for people."""

    at: datetime
    who: str
    what: str
    subject: str
    detail: str = ""
    origin: str = ""


class Audit(Verbs):
    """The audit of the desk."""

    def note(self, deed: Deed) -> None:
        """Writes down what was done. Names that are too long for their column are cut."""
        with self._engine.begin() as connection:
            write_down(connection, deed)

    def deeds(
        self,
        *,
        containing: str = "",
        since: datetime | None = None,
        limit: int = 500,
    ) -> Sequence[Deed]:
        """The newest first, at most `limit`; those with the text anywhere, those since a moment."""
        row = AuditRow
        wanted = select(row).order_by(row.id.desc()).limit(limit)
        if since is not None:
            wanted = wanted.where(row.at >= since)
        if containing:
            columns = (row.who, row.what, row.subject, row.detail, row.origin)
            wanted = wanted.where(or_(*(c.icontains(containing, autoescape=True) for c in columns)))
        with self._session() as session:
            return [
                Deed(one.at, one.who, one.what, one.subject, one.detail, one.origin)
                for one in session.scalars(wanted)
            ]


def write_down(connection: Connection, deed: Deed) -> None:
    """Writes down what is done in the same transaction, so that neither is without the other."""
    values = {name: getattr(deed, name)[:most] for name, most in _LONGEST.items()}
    connection.execute(insert(AuditRow).values(at=deed.at, detail=deed.detail, **values))
