"""What fired: opened once with its letters, acknowledged, cleared, and kept as history."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import insert, select, update

from queries.alerts.rules import Kind, Rule, RuleError
from queries.alerts.ways import Channel
from queries.desk.alert_letters import AlertLetters
from queries.desk.alert_rules import AlertRules, rule_of, withdraw_letters
from queries.desk.auditing import Deed, write_down
from queries.desk.rows import AlertFiringRow, AlertLetterRow, AlertRuleRow
from queries.desk.session import yielding_insert

LONGEST_NOTE = 2_000


@dataclass(frozen=True)
class Addressed:
    """A letter to be: to whom, by which way, and when it may leave at the earliest."""

    recipient: str
    channel: Channel
    next_at: datetime


@dataclass(frozen=True)
class Firing:
    """A rule that fired for a unit: a team by its key, the whole operation (""), or a job. `facts`
    are what was found then, as plain data; it is open while `cleared_at` is None."""

    id: int
    rule: Rule
    unit: str
    fired_at: datetime
    facts: Mapping[str, Any]
    cleared_at: datetime | None
    acknowledged_at: datetime | None
    acknowledged_by: str
    note: str

    @property
    def kind(self) -> Kind:
        """The kind of its rule as it was then: a rule can be changed into another one."""
        kind: Kind = self.facts.get("kind", self.rule.kind)
        return kind

    @property
    def open(self) -> bool:
        return self.cleared_at is None


class Alerting(AlertRules, AlertLetters):
    """The alerts of the desk."""

    def open_firing(
        self,
        rule: Rule,
        unit: str,
        facts: Mapping[str, Any],
        letters: Sequence[Addressed],
        now: datetime,
    ) -> int | None:
        """Fires a rule for a unit, with its letters, all at once; the id. None where it is open
        already, or where the rule has been changed or switched off since it was read."""
        with self._engine.connect() as connection:
            values = {
                "rule_id": rule.id, "unit": unit, "open_key": _open_key(rule.id, unit),
                "fired_at": now, "facts": dict(facts), "note": "",
            }  # fmt: skip
            new = yielding_insert(AlertFiringRow, connection.dialect.name, values)
            firing: int | None = connection.execute(new).scalar_one_or_none()
            if firing is None:
                return None
            # After the insert, which has made SQLite lock and so lets nobody change it any more.
            same = (
                select(AlertRuleRow.id)
                .where(
                    AlertRuleRow.id == rule.id,
                    AlertRuleRow.number == rule.number,
                    AlertRuleRow.active,
                )
                .with_for_update(read=True)
            )
            if connection.execute(same).first() is None:
                return None
            written = [
                {
                    "firing_id": firing, "recipient": one.recipient, "channel": one.channel,
                    "outcome": "waiting", "attempts": 0, "next_at": one.next_at, "detail": "",
                }
                for one in dict.fromkeys(letters)
            ]  # fmt: skip
            if written:
                connection.execute(insert(AlertLetterRow), written)
            connection.commit()
        return firing

    def clear_firing(self, firing_id: int, now: datetime) -> bool:
        """Ends a firing; its letters that were never tried are withdrawn. False where it is over
        already."""
        with self._engine.begin() as connection:
            cleared = connection.execute(
                update(AlertFiringRow)
                .where(AlertFiringRow.id == firing_id, AlertFiringRow.open_key.is_not(None))
                .values(open_key=None, cleared_at=now)
            )
            if cleared.rowcount:
                withdraw_letters(connection, [firing_id])
            return cleared.rowcount == 1

    def acknowledge_firing(
        self, firing_id: int, *, by: str, note: str, now: datetime, origin: str = ""
    ) -> None:
        """Writes down that somebody takes care, once. Raises RuleError for an unknown firing and
        for one that somebody has acknowledged already."""
        row = AlertFiringRow
        with self._engine.begin() as connection:
            taken = connection.execute(
                update(row)
                .where(row.id == firing_id, row.acknowledged_at.is_(None))
                .values(acknowledged_at=now, acknowledged_by=by, note=note[:LONGEST_NOTE])
            )
            found = connection.execute(
                select(row.acknowledged_by, row.unit, AlertRuleRow.name)
                .join(AlertRuleRow, AlertRuleRow.id == row.rule_id)
                .where(row.id == firing_id)
            ).first()
            if found is None:
                raise RuleError("gone", f"There is no alert {firing_id}.", "an alert of the page")
            who, unit, name = found
            if not taken.rowcount:
                raise RuleError(
                    "acknowledged", f"{who} has acknowledged this alert already.", "a new alert"
                )
            detail = " · ".join(part for part in (unit, note[:LONGEST_NOTE]) if part)
            write_down(connection, Deed(now, by, "alert acknowledged", name, detail, origin))

    def open_firings(self) -> Sequence[Firing]:
        """What is open, the newest first."""
        return self._firings(AlertFiringRow.open_key.is_not(None))

    def past_firings(self, limit: int = 500) -> Sequence[Firing]:
        """The newest that are over, newest first."""
        return self._firings(AlertFiringRow.open_key.is_(None), limit)

    def firing(self, firing_id: int) -> Firing | None:
        """The one with this id, if there is one."""
        return next(iter(self._firings(AlertFiringRow.id == firing_id)), None)

    def _firings(self, wanted: Any, limit: int | None = None) -> Sequence[Firing]:
        found = (
            select(AlertFiringRow, AlertRuleRow)
            .join(AlertRuleRow, AlertRuleRow.id == AlertFiringRow.rule_id)
            .where(wanted)
            .order_by(AlertFiringRow.fired_at.desc(), AlertFiringRow.id.desc())
            .limit(limit)
        )
        with self._session() as session:
            return [_firing(row, rule) for row, rule in session.execute(found)]


def _open_key(rule_id: int, unit: str) -> str:
    return f"{rule_id} {unit}"


def _firing(row: AlertFiringRow, rule: AlertRuleRow) -> Firing:
    return Firing(
        row.id, rule_of(rule), row.unit, row.fired_at, row.facts, row.cleared_at,
        row.acknowledged_at, row.acknowledged_by or "", row.note,
    )  # fmt: skip
