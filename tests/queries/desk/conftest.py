"""A desk that holds something of every kind, and a second one for it to be restored into."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from queries.desk import Desk, Slot, back_up
from queries.period import Period
from tests.support.editions import delivered

NOON = datetime(2026, 3, 2, 12, 0, 1, 250_000, tzinfo=UTC)
WEEK = Period(date(2026, 2, 23), date(2026, 3, 2))
PROGRAM = "0.1.0"


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def other_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The database of a second desk, which a backup is restored into."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/other.db"
    url: str = request.getfixturevalue("postgres_url")()
    return url


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "desk.zip"


@pytest.fixture
def filled(desk: Desk, tmp_path: Path) -> Desk:
    """A desk with runs of every kind and deliveries, some to a folder that has the files."""
    for minute, outcome in enumerate(("done", "failed", "done")):
        moment = NOON + timedelta(minutes=minute)
        run_id = desk.claim_run("refresh", Slot(f"{minute}", moment), moment)
        assert run_id is not None
        result = {"changed": {"付款": minute}, "differences": None} if outcome == "done" else None
        ended = moment + timedelta(seconds=1.125)
        desk.finish_run(run_id, outcome, f"“{minute}”\n√", ended, result=result)  # type: ignore[arg-type]
    desk.claim_run("reconcile", Slot("now", NOON), NOON)
    told = "a.pdf, a.xlsx, ../secret, gone.pdf"
    delivered(desk, WEEK, "out (en)", "folder", "sent", NOON, told)
    delivered(desk, WEEK, "ann@example.org", "smtp", "unknown", NOON, "broke off")
    assert desk.take_lease(
        "schedule", "host 1", NOON - timedelta(days=1), NOON - timedelta(hours=1)
    )
    out = tmp_path / "out"
    out.mkdir()
    for name in ("a.pdf", "a.xlsx", "not-delivered.pdf"):
        (out / name).write_bytes(name.encode())
    (tmp_path / "secret").write_text("no report")
    return desk


def saved(url: str, file: Path) -> Path:
    back_up(url, file, {}, now=NOON, program=PROGRAM)
    return file
