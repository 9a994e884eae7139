"""All verbs of the desk in one hand."""

from queries.desk.counts import Counting
from queries.desk.deliveries import Deliveries
from queries.desk.leases import Leases
from queries.desk.runs import Runs
from queries.desk.signing import Signing


class Desk(Runs, Deliveries, Leases, Counting, Signing):
    """Job runs, deliveries, leases, people and what they did. Safe to use from several threads
    and processes."""

    def close(self) -> None:
        """Gives the connections back."""
        self._engine.dispose()
