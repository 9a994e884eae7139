"""Who may do what only one process may do: a right that lapses unless it is renewed."""

from datetime import datetime

from sqlalchemy import delete, or_, update

from queries.desk.rows import LeaseRow
from queries.desk.session import Verbs


class Leases(Verbs):
    """The leases of the desk."""

    def take_lease(self, name: str, holder: str, now: datetime, until: datetime) -> bool:
        """Takes or renews a lease up to `until`; whether `holder` has it now.

        It is had where nobody holds it, where the holder let it lapse before `now`, and where
        `holder` holds it already. All processes need about the same clock.
        """
        free = or_(LeaseRow.holder == holder, LeaseRow.until < now)
        with self._engine.begin() as connection:
            taken = connection.execute(
                update(LeaseRow)
                .where(LeaseRow.name == name, free)
                .values(holder=holder, until=until)
            )
            if taken.rowcount:
                return True
        return self._insert_new(LeaseRow, name=name, holder=holder, until=until) is not None

    def give_lease_back(self, name: str, holder: str) -> None:
        """Lets the next process have it at once; a lease that another one holds stays."""
        with self._engine.begin() as connection:
            mine = (LeaseRow.name == name, LeaseRow.holder == holder)
            connection.execute(delete(LeaseRow).where(*mine))
