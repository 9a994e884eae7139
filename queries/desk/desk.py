"""All verbs of the desk in one hand."""

from queries.desk.deliveries import Deliveries
from queries.desk.runs import Runs


class Desk(Runs, Deliveries):
    """Job runs and deliveries. Safe to use from several threads and processes."""

    def close(self) -> None:
        """Gives the connections back."""
        self._engine.dispose()
