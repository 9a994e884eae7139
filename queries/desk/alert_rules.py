"""Rules of alerts as people make and change them. None is ever removed: an alert keeps its rule."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, cast

from sqlalchemy import Connection, func, select, update

from queries.alerts.quiet import Quiet
from queries.alerts.rules import Draft, Kind, Rule, RuleError, check_of, kind_of, settings_of
from queries.desk.auditing import Deed, write_down
from queries.desk.people import plain_name
from queries.desk.rows import AlertFiringRow, AlertLetterRow, AlertRuleRow
from queries.desk.session import Verbs, yielding_insert
from queries.errors import UserError

# Each is looked at every few minutes.
MOST_RULES = 500


class AlertRules(Verbs):
    """The rules of alerts of the desk."""

    def add_rule(self, draft: Draft, *, by: str, now: datetime, origin: str = "") -> int:
        """Makes a rule, which is active and belongs to who made it; its id. Raises RuleError for a
        name that is taken and for one rule too many."""
        values = {
            **_values(draft), "active": True, "owner": by, "number": 1,
            "made_at": now, "changed_at": now,
        }  # fmt: skip
        with self._engine.begin() as connection:
            insert = yielding_insert(AlertRuleRow, connection.dialect.name, values)
            made: int | None = connection.execute(insert).scalar_one_or_none()
            if made is None:
                raise _taken(draft.name)
            count = connection.execute(select(func.count()).select_from(AlertRuleRow)).scalar_one()
            if count > MOST_RULES:
                raise RuleError(
                    "too_many", f"There are {count - 1} rules.", f"at most {MOST_RULES}"
                )
            write_down(
                connection, Deed(now, by, "alert rule made", draft.name, _told(draft), origin)
            )
        return made

    def change_rule(
        self, rule_id: int, draft: Draft, *, seen: int, by: str, now: datetime, origin: str = ""
    ) -> None:
        """Changes a rule, which from then on belongs to who changed it. What was open by its old
        settings is over.

        Raises RuleError where `seen` is not its newest number ("outdated"), for an unknown rule and
        for a name that is taken.
        """
        with self._engine.begin() as connection:
            before = _expected(connection, rule_id, seen, by, now)
            _keep_names_apart(connection, rule_id, draft.name)
            values = _values(draft)
            connection.execute(
                update(AlertRuleRow).where(AlertRuleRow.id == rule_id).values(values)
            )
            if (before["kind"], before["settings"]) != (values["kind"], values["settings"]):
                end_firings(connection, rule_id, now)
            deed = Deed(now, by, "alert rule changed", draft.name, _told(draft), origin)
            write_down(connection, deed)

    def switch_rule(
        self, rule_id: int, *, active: bool, seen: int, by: str, now: datetime, origin: str = ""
    ) -> None:
        """Switches a rule off, which ends what it has open, or on again, and then it belongs to who
        does it. Raises RuleError as `change_rule` does."""
        with self._engine.begin() as connection:
            before = _expected(connection, rule_id, seen, by, now)
            connection.execute(
                update(AlertRuleRow).where(AlertRuleRow.id == rule_id).values(active=active)
            )
            if not active:
                end_firings(connection, rule_id, now)
            what = "alert rule switched on" if active else "alert rule switched off"
            write_down(connection, Deed(now, by, what, before["name"], "", origin))

    def ensure_rule(self, draft: Draft, *, by: str, now: datetime) -> int | None:
        """Makes a rule unless one of its kind has been made before, be it changed or switched off
        since; its id where it is new."""
        row = AlertRuleRow
        with self._engine.connect() as connection:
            known = select(row.id).where(row.kind == kind_of(draft.check)).limit(1)
            if connection.execute(known).first() is not None:
                return None
        try:
            return self.add_rule(draft, by=by, now=now)
        except RuleError:
            # Another process was first, or somebody has taken the name.
            return None

    def alert_rules(self) -> Sequence[Rule]:
        """All rules by name, those that are off too."""
        with self._session() as session:
            rows = session.scalars(select(AlertRuleRow).order_by(AlertRuleRow.name))
            return [rule_of(row) for row in rows]


def rule_of(row: AlertRuleRow) -> Rule:
    """The row as a plain value. One that another version wrote and this one cannot read says so."""
    draft, trouble = None, ""
    try:
        draft = Draft(
            row.name,
            check_of(row.kind, row.settings),
            tuple(str(one) for one in row.recipients),
            Quiet.of(row.quiet_from, row.quiet_until),
            row.working_days_only,
        )
    except UserError as error:
        trouble = error.given
    return Rule(
        row.id, row.name, cast(Kind, row.kind), draft, row.active, row.owner, row.number,
        row.made_at, row.changed_at, trouble,
    )  # fmt: skip


def end_firings(connection: Connection, rule_id: int, now: datetime) -> None:
    """Clears what a rule has open; letters of it that wait need not leave any more."""
    ended = connection.execute(
        update(AlertFiringRow)
        .where(AlertFiringRow.rule_id == rule_id, AlertFiringRow.open_key.is_not(None))
        .values(open_key=None, cleared_at=now)
        .returning(AlertFiringRow.id)
    ).scalars()
    withdraw_letters(connection, list(ended))


def withdraw_letters(connection: Connection, firings: Sequence[int]) -> None:
    """Takes back the letters that were never tried: what is over by the morning wakes nobody."""
    connection.execute(
        update(AlertLetterRow)
        .where(
            AlertLetterRow.firing_id.in_(firings),
            AlertLetterRow.outcome == "waiting",
            AlertLetterRow.attempts == 0,
        )
        .values(outcome="withdrawn", detail="")
    )


def _values(draft: Draft) -> dict[str, Any]:
    quiet = draft.quiet
    return {
        "name": plain_name(draft.name),
        "kind": kind_of(draft.check),
        "settings": settings_of(draft.check),
        "recipients": list(dict.fromkeys(draft.recipients)),
        "quiet_from": f"{quiet.start:%H:%M}" if quiet else None,
        "quiet_until": f"{quiet.end:%H:%M}" if quiet else None,
        "working_days_only": draft.working_days_only,
    }


def _expected(
    connection: Connection, rule_id: int, seen: int, by: str, now: datetime
) -> Mapping[str, Any]:
    """The rule as it was, now with the next number and its new owner, if `seen` is its newest."""
    row = AlertRuleRow
    counted = connection.execute(
        update(row)
        .where(row.id == rule_id, row.number == seen)
        .values(number=seen + 1, owner=by, changed_at=now)
    )
    if counted.rowcount:
        found = select(row.name, row.kind, row.settings).where(row.id == rule_id)
        return dict(connection.execute(found).mappings().one())
    if connection.execute(select(row.id).where(row.id == rule_id)).first() is None:
        raise RuleError(
            "gone", f"There is no rule {rule_id}.", "a rule of the page", "load the page again"
        )
    raise RuleError(
        "outdated",
        "Somebody else has changed this rule meanwhile.",
        "a change of its newest state",
        "look at it again, then change it",
    )


def _keep_names_apart(connection: Connection, rule_id: int, name: str) -> None:
    same = select(AlertRuleRow.id).where(
        AlertRuleRow.name == plain_name(name), AlertRuleRow.id != rule_id
    )
    if connection.execute(same).first() is not None:
        raise _taken(name)


def _taken(name: str) -> RuleError:
    return RuleError(
        "taken", f"There is a rule {name[:80]!r} already.", "a name of its own", "choose another"
    )


def _told(draft: Draft) -> str:
    """One line for the audit. Recipients are names and addresses that the allow-list knows."""
    settings = ", ".join(f"{name} {value}" for name, value in settings_of(draft.check).items())
    to = ", ".join(draft.recipients) or "nobody"
    return f"{kind_of(draft.check)}: {settings}; to {to}"[:1_000]
