"""All verbs of the desk in one hand."""

from queries.desk.counts import Counting
from queries.desk.deliveries import Deliveries
from queries.desk.leases import Leases
from queries.desk.runs import Runs


class Desk(Runs, Deliveries, Leases, Counting):
    """Job runs, deliveries and leases. Safe to use from several threads and processes."""

    def close(self) -> None:
        """Gives the connections back."""
        self._engine.dispose()
