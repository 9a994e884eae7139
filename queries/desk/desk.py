"""All verbs of the desk in one hand."""

from queries.desk.alerting import Alerting
from queries.desk.counts import Counting
from queries.desk.editions import Editions
from queries.desk.leases import Leases
from queries.desk.runs import Runs
from queries.desk.seals import Sealing
from queries.desk.signing import Signing
from queries.desk.subscriptions import Subscriptions
from queries.desk.targets import Targets
from queries.desk.views import Views


class Desk(
    Runs, Editions, Leases, Counting, Signing, Views, Targets, Alerting, Subscriptions, Sealing
):
    """Job runs, editions and their deliveries, leases, people and what they did, what they want to
    get, targets, alerts.
    Safe to use from several threads and processes."""

    def close(self) -> None:
        """Gives the connections back."""
        self._engine.dispose()
