"""The contract with the case database: the canonical tables and columns that Arrears relies on.

`arrears check` compares a live database with it, the source layer reads by it, the demo generator
writes it. Terms are explained in docs/glossary.md.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

Kind = Literal["text", "date", "timestamp", "money", "integer", "number", "code", "flag"]

STAGES = ("notice", "call", "visit", "legal", "closed")
CLOSE_REASONS = ("paid", "settled", "cured", "written_off", "recalled", "sold", "other")
HARDSHIPS = ("unemployment", "illness", "disaster", "other")
CHANNELS = ("call", "sms", "email", "chat", "app", "letter", "visit")
DIRECTIONS = ("outbound", "inbound")
OUTCOMES = (
    "no_answer", "busy", "failed", "wrong_number", "voicemail",
    "delivered", "read", "third_party", "right_party", "refused",
)  # fmt: skip
LEVELS = ("junior", "intermediate", "senior", "supervisor", "manager")


@dataclass(frozen=True)
class Column:
    """One column: its kind, whether a row may leave it empty, and for codes the codes allowed.

    `moment` marks a date that lies in the past by its nature: later than today is a bad row.
    """

    name: str
    kind: Kind
    optional: bool = False
    codes: tuple[str, ...] = ()
    moment: bool = False
    help: str = ""


@dataclass(frozen=True)
class Table:
    """One canonical table. `key` names the columns that identify a row."""

    name: str
    columns: tuple[Column, ...]
    key: tuple[str, ...]
    required: bool = False
    help: str = ""
    by_name: Mapping[str, Column] = field(init=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "by_name", {column.name: column for column in self.columns})

    @property
    def of_cases(self) -> bool:
        """Whether each row belongs to a case (and is set aside when that case is unknown)."""
        return "case_id" in self.by_name and self.name != "cases"


def _text(name: str, optional: bool = False, help: str = "") -> Column:  # noqa: A002
    return Column(name, "text", optional, help=help)


def _code(name: str, codes: tuple[str, ...], optional: bool = False) -> Column:
    return Column(name, "code", optional, codes=codes)


def _day(name: str, optional: bool = False, moment: bool = True, help: str = "") -> Column:  # noqa: A002
    return Column(name, "date", optional, moment=moment, help=help)


def _at(name: str, optional: bool = False, moment: bool = True, help: str = "") -> Column:  # noqa: A002
    return Column(name, "timestamp", optional, moment=moment, help=help)


# Optional to the row, so that a missing stamp costs freshness and never the row itself.
UPDATED = Column("updated_at", "timestamp", optional=True, help="when the row last changed")

TABLES: Mapping[str, Table] = {
    table.name: table
    for table in (
        Table(
            "teams",
            (_text("team_id"), _text("name"), _text("department", True)),
            ("team_id",),
            required=True,
        ),
        Table(
            "agents",
            (
                _text("agent_id"),
                _text("name"),
                _text("team_id"),
                _code("level", LEVELS, True),
                _text("agency", True, "empty means in-house"),
                _day("joined_on", True, moment=False),
                _day("left_on", True, moment=False),
                UPDATED,
            ),
            ("agent_id",),
            required=True,
        ),
        Table(
            "cases",
            (
                _text("case_id"),
                _text("customer_id"),
                _text("product"),
                _text("segment", True, "risk grade or value tier"),
                _text("region", True),
                _day("placed_on"),
                Column("placed_amount", "money"),
                _day("delinquent_since"),
                _text("team_id"),
                _text("agent_id", True),
                _code("stage", STAGES),
                _day("closed_on", True),
                _code("close_reason", CLOSE_REASONS, True),
                _code("hardship", HARDSHIPS, True),
                _text("time_zone", True, "of the customer"),
                UPDATED,
            ),
            ("case_id",),
            required=True,
        ),
        Table(
            "payments",
            (
                _text("payment_id"),
                _text("case_id"),
                _at("paid_at"),
                Column("amount", "money", help="a reversal is negative"),
                _text("reverses", True, "payment_id of the payment that this row reverses"),
                _text("method", True),
                _at(
                    "recorded_at",
                    True,
                    moment=False,
                    help="when the ledger knew; else updated_at tells what came late",
                ),
                UPDATED,
            ),
            ("payment_id",),
            required=True,
        ),
        Table(
            "contacts",
            (
                _text("contact_id"),
                _text("case_id"),
                _text("agent_id", True, "empty means automated"),
                _at("contacted_at"),
                _code("channel", CHANNELS),
                _code("direction", DIRECTIONS),
                _code("outcome", OUTCOMES),
                _text("phone_key", True, "a hash"),
                Column("duration_seconds", "integer", True),
                Column("automated", "flag", True),
                _text("recording_ref", True),
                UPDATED,
            ),
            ("contact_id",),
            required=True,
        ),
        Table(
            "promises",
            (
                _text("promise_id"),
                _text("case_id"),
                _text("agent_id", True),
                _text("contact_id", True),
                _at("made_at"),
                _day("due_on", moment=False),
                Column("amount", "money"),
                _text("plan_id", True),
                _at("cancelled_at", True, moment=False),
                UPDATED,
            ),
            ("promise_id",),
            required=True,
        ),
        Table(
            "assignments",
            (
                _text("case_id"),
                _text("team_id"),
                _text("agent_id", True),
                _at("from_at"),
                _at("to_at", True, moment=False),
                UPDATED,
            ),
            ("case_id", "from_at"),
            help="who owned the case and when; without it the case's own team and agent count",
        ),
        Table(
            "stage_history",
            (_text("case_id"), _code("stage", STAGES), _at("entered_at"), UPDATED),
            ("case_id", "entered_at"),
        ),
        Table(
            "adjustments",
            (
                _text("adjustment_id"),
                _text("case_id"),
                _day("booked_on"),
                Column("amount", "money", help="+ interest or fee, − waiver"),
                _text("kind"),
                UPDATED,
            ),
            ("adjustment_id",),
        ),
        Table(
            "snapshots",
            (
                _text("case_id"),
                _day("as_of"),
                Column("dpd", "integer"),
                Column("balance", "money"),
            ),
            ("case_id", "as_of"),
            help="month-end or daily states from the core system; when present, roll rates use them"
            " for the cases that are open",
        ),
        Table(
            "plans",
            (
                _text("plan_id"),
                _text("case_id"),
                _code("kind", ("instalment", "deferral", "settlement")),
                _at("agreed_at"),
                _at("ended_at", True, moment=False),
                UPDATED,
            ),
            ("plan_id",),
        ),
        Table(
            "legal_actions",
            (
                _text("action_id"),
                _text("case_id"),
                _code(
                    "step",
                    ("referred", "filed", "served", "judgment", "enforced", "withdrawn"),
                ),
                _at("at"),
                Column("cost", "money", True),
                UPDATED,
            ),
            ("action_id",),
        ),
        Table(
            "complaints",
            (
                _text("complaint_id"),
                _text("case_id"),
                _text("agent_id", True),
                _at("received_at"),
                _text("kind"),
                Column("escalated", "flag", True, help="to a regulator or the press"),
                Column("upheld", "flag", True),
                _at("resolved_at", True),
                UPDATED,
            ),
            ("complaint_id",),
        ),
        Table(
            "disputes",
            (
                _text("dispute_id"),
                _text("case_id"),
                _code("kind", ("billing", "rate", "identity", "deferral", "other")),
                _at("opened_at"),
                _at("resolved_at", True),
                UPDATED,
            ),
            ("dispute_id",),
        ),
        Table(
            "risk_flags",
            (
                _text("flag_id"),
                _text("case_id"),
                _code("kind", ("fraud", "malicious", "false_information", "other")),
                _at("raised_at"),
                _at("reported_at", True),
                _at("resolved_at", True),
                UPDATED,
            ),
            ("flag_id",),
        ),
        Table(
            "quality_reviews",
            (
                _text("review_id"),
                _text("contact_id"),
                _text("agent_id"),
                _at("reviewed_at"),
                Column("score", "number", help="0 to 100"),
                Column("fatal", "flag", True),
                UPDATED,
            ),
            ("review_id",),
        ),
        Table(
            "surveys",
            (
                _text("survey_id"),
                _text("case_id"),
                _at("answered_at"),
                _code("kind", ("follow_up", "other")),
                Column("score", "integer", help="1 to 5"),
                UPDATED,
            ),
            ("survey_id",),
        ),
        Table(
            "strategies",
            (_text("case_id"), _text("strategy"), _at("assigned_at")),
            ("case_id", "assigned_at"),
        ),
    )
}
