"""The desk: the few rows that people and jobs make and that cannot be recomputed.

`open_desk(url)` brings the schema up to date and gives the verbs. Every verb is one short
transaction and answers with plain frozen values, never with a live row. The moment it happens is
always handed in, so that nothing here reads a clock.
"""

from queries.desk.archive import Manifest
from queries.desk.backup import back_up
from queries.desk.counts import Counts, Lease
from queries.desk.deliveries import Channel, Delivery, DeliveryOutcome
from queries.desk.desk import Desk
from queries.desk.opening import open_desk
from queries.desk.restoring import Restored, restore
from queries.desk.restoring import check as check_backup
from queries.desk.runs import JobRun, RunOutcome, Slot

__all__ = [
    "Channel",
    "Counts",
    "Delivery",
    "DeliveryOutcome",
    "Desk",
    "JobRun",
    "Lease",
    "Manifest",
    "Restored",
    "RunOutcome",
    "Slot",
    "back_up",
    "check_backup",
    "open_desk",
    "restore",
]
