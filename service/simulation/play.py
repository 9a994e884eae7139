"""The order of play: staff, book, path, calls, promises, money, ledger; then the tables."""

from collections.abc import Callable

import pyarrow as pa

from service.simulation import bad_rows, conduct_tables, main_tables, path_tables
from service.simulation.answers import answer
from service.simulation.book import fill
from service.simulation.calls import dial
from service.simulation.days import Days
from service.simulation.history import History, Raw, cut
from service.simulation.ledger import Events, play
from service.simulation.money import move
from service.simulation.path import walk
from service.simulation.people import hire
from service.simulation.plan import Plan
from service.simulation.pledges import agree
from service.simulation.story import tell

Progress = Callable[[str, float], None]

_TABLES: dict[str, Callable[[History], pa.Table]] = {
    function.__name__: function
    for function in (
        main_tables.teams, main_tables.agents, main_tables.cases, main_tables.payments,
        main_tables.contacts, main_tables.promises, path_tables.assignments,
        path_tables.stage_history, path_tables.adjustments, path_tables.snapshots,
        path_tables.plans, path_tables.legal_actions, conduct_tables.complaints,
        conduct_tables.disputes, conduct_tables.risk_flags, conduct_tables.quality_reviews,
        conduct_tables.surveys, path_tables.strategies,
    )
}  # fmt: skip


def simulate(plan: Plan, progress: Progress | None = None) -> dict[str, pa.Table]:
    """Canonical table name → rows with the columns of the contract.

    Timestamps are naive business time, money is decimal(18,2). `progress` is told the step and
    the share of the work done so far (0 to 1).
    """
    tell_progress = progress or _silent
    history = _live(plan, tell_progress)
    tables: dict[str, pa.Table] = {}
    for number, (name, make) in enumerate(_TABLES.items()):
        tell_progress(name, 0.6 + 0.38 * number / len(_TABLES))
        tables[name] = make(history)
    tell_progress("bad rows", 0.98)
    tables = bad_rows.add(plan, tables)
    tell_progress("done", 1.0)
    return tables


def _live(plan: Plan, progress: Progress) -> History:
    """Everything that happened in the history of the plan."""
    calendar = (Days(plan), tell(plan))
    progress("case book", 0.0)
    staff = hire(plan)
    book = fill(plan, *calendar)
    path = walk(plan, book, staff)
    progress("contacts", 0.05)
    calls = answer(plan, book, staff, dial(plan, book, path, staff, calendar), calendar)
    progress("promises and payments", 0.4)
    events = Events()
    agreements, pledges = agree(plan, book, staff, calls, calendar[0], events)
    move(plan, book, path, calendar, events)
    ledger = play(events, book.amount, plan.end)
    progress("history", 0.55)
    return cut(plan, calendar[0], staff, Raw(book, path, calls, agreements, pledges, ledger))


def _silent(step: str, share: float) -> None:
    """Nobody is watching."""
