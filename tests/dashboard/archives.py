"""A desk with editions of several scopes and deliveries in every state, and its pages."""

import shutil
from collections.abc import Iterator
from contextlib import closing
from datetime import date, timedelta
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from dashboard import create_app
from dashboard.gate import Gate
from queries import Answers
from queries.desk import Desk, open_desk
from queries.desk.deliveries import Addressee
from queries.desk.editions import Edition
from queries.desk.signing import Limits
from queries.period import Period
from queries.rights import EVERYTHING, Scope
from tests.dashboard.personas import NOW, PASSWORD, PERSONAS, House, token_of
from tests.support.editions import brought_to, keep
from tests.support.reporting import MadeUp, Scheduled

LAST_WEEK = Period(date(2026, 11, 16), date(2026, 11, 23))
BEFORE = Period(date(2026, 11, 9), date(2026, 11, 16))
T1, T2, T3 = (Scope("teams", (key,)) for key in ("T1", "T2", "T3"))
BOTH = Scope("teams", ("T1", "T2"))
# What each persona may read, by the name under which an edition stands in `editions_of`.
READS = {
    "administrator": {"whole", "before", "both", "first", "second", "third"},
    "executive": {"whole", "before", "both"},
    "manager": {"both", "first", "second"},
    "lead of T1": {"first"},
    "lead of T2": {"second"},
    "agent": set(),
}
MAILS = {"manager": "mia@example.org", "lead of T1": "Lee@example.org"}
OUTCOMES = {
    "failed@example.org": "failed", "unknown@example.org": "unknown", "sent@example.org": "sent",
    "waiting@example.org": "waiting",
}  # fmt: skip
SECRET = ("failed@example.org", "unknown@example.org", "waiting@example.org", "550 no such mailbox")


def editions_of(desk: Desk) -> dict[str, Edition]:
    """The editions of the furnished desk by name."""
    places = {
        ("weekly", LAST_WEEK, EVERYTHING): "whole", ("weekly", BEFORE, EVERYTHING): "before",
        ("weekly", LAST_WEEK, BOTH): "both", ("team", LAST_WEEK, T1): "first",
        ("team", LAST_WEEK, T2): "second", ("team", LAST_WEEK, T3): "third",
    }  # fmt: skip
    return {
        places[one.issue.report, one.issue.period, one.issue.scope]: one for one in desk.editions()
    }


@pytest.fixture(scope="module")
def furnished(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("archive") / "desk.db"
    with closing(open_desk(f"sqlite:///{path}")) as desk:
        for name in READS:
            role, scope = PERSONAS[name]
            desk.add_person(
                name, role, scope, password=PASSWORD, by="test", now=NOW, mail=MAILS.get(name, "")
            )
        keep(desk, BEFORE, now=NOW - timedelta(days=7))
        keep(desk, LAST_WEEK, dict.fromkeys(OUTCOMES, "smtp"), now=NOW)
        keep(desk, LAST_WEEK, {"mia@example.org": "smtp"}, now=NOW, scope=BOTH)
        for part, scope in (("T1", T1), ("T2", T2), ("T3", T3)):
            keep(desk, LAST_WEEK, now=NOW, report="team", scope=scope, part=part)
        for one in desk.deliveries():
            outcome = OUTCOMES.get(one.recipient, "sent")
            if outcome != "waiting":
                detail = "550 no such mailbox" if outcome == "failed" else f"<{one.id}@example.org>"
                brought_to(desk, one, outcome, NOW, detail)
        nothing = Addressee("gone@example.org", "smtp", "en", NOW, "their account is disabled")
        desk.withhold(("weekly", LAST_WEEK, "", 1), [nothing], NOW)
    return path


@pytest.fixture
def house(figures: Answers, furnished: Path, tmp_path: Path) -> Iterator[House]:
    """A copy of it that a test may change, with its pages."""
    shutil.copy(furnished, tmp_path / "desk.db")
    with closing(open_desk(f"sqlite:///{tmp_path}/desk.db")) as desk:
        made = House(figures, desk, None)  # type: ignore[arg-type]
        made.app = create_app(  # type: ignore[assignment]
            figures, gate=Gate(desk, made.now, Limits()), operations=Scheduled(NOW),
            reports=MadeUp(desk),
        )  # fmt: skip
        yield made


def do(client: FlaskClient, act: str, fields: object) -> tuple[int, dict]:
    """Does an act as the browser would."""
    headers = {"X-CSRFToken": token_of(client)}
    response = client.post(f"/act/{act}", json=fields, headers=headers)
    return response.status_code, response.get_json() or {}
