"""The tables of the desk, by what they are about. A change here needs a step in
`migrations/versions` (a test compares)."""

from queries.desk.rows.alerts import AlertFiringRow, AlertLetterRow, AlertRuleRow
from queries.desk.rows.base import Moment, Row
from queries.desk.rows.jobs import JobRunRow, LeaseRow
from queries.desk.rows.people import AuditRow, PersonRow, SavedViewRow, SecretRow, SessionRow
from queries.desk.rows.reports import (
    DeliveryEventRow,
    DeliveryRow,
    EditionFileRow,
    EditionRow,
    OptOutRow,
    SubscriptionRow,
)
from queries.desk.rows.targets import TargetDecisionRow, TargetVersionRow

__all__ = [
    "AlertFiringRow",
    "AlertLetterRow",
    "AlertRuleRow",
    "AuditRow",
    "DeliveryEventRow",
    "DeliveryRow",
    "EditionFileRow",
    "EditionRow",
    "JobRunRow",
    "LeaseRow",
    "Moment",
    "OptOutRow",
    "PersonRow",
    "Row",
    "SavedViewRow",
    "SecretRow",
    "SessionRow",
    "SubscriptionRow",
    "TargetDecisionRow",
    "TargetVersionRow",
]
