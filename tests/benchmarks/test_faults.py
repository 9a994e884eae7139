"""The trial under load and faults, in small; and that what it checks with would notice."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given

from benchmarks.faults import outcome
from benchmarks.faults.__main__ import run
from benchmarks.faults.checking import (
    Again,
    Checked,
    Showing,
    check,
    check_one,
    moment_of,
    shown_of,
)
from benchmarks.faults.keeping import Keeper, Kept
from benchmarks.faults.place import Size, a_place, noon_zone
from benchmarks.faults.shop import USED, Known, Tables, Write
from benchmarks.faults.story import Fault, Told, Trial
from benchmarks.faults.twin import QuickTwin
from benchmarks.faults.viewers import Answer
from benchmarks.faults.views import View, views
from queries import Answers, Definitions, Period
from queries.desk import Delivery
from queries.source import SourceSpec
from queries.store import reconcile, refresh
from tests.queries.agreement import asks
from tests.support import case_database as build
from tests.support.naive import NaiveFigures
from tests.support.postgres import programs
from tests.support.strategies import SEEDS, Database, databases, examples

DEFINITIONS = Definitions()
TODAY = date(2024, 3, 10)
NOW = build.morning_of(TODAY)
QUEUED = datetime(2024, 3, 11, 8, tzinfo=UTC)
STAMP = datetime(2024, 3, 9, 10)  # noqa: DTZ001 source time has no zone
VIEW = View("/", "?period=month_to_date", "en")
FILE = View("/export/overview/teams.csv", "?period=month_to_date", "zh-Hans")


def payment(number: int, **values: object) -> build.Row:
    return build.a_payment(f"P{number}", updated_at=STAMP, **values)


def shop(*payments: build.Row) -> Tables:
    held = {"cases": [build.a_case(updated_at=STAMP)], "payments": list(payments)}
    return {**{table: [] for table in USED}, **build.whole_database(held)}


# ---- what the figures must know


def write(minutes: int, *changes: tuple[int, build.Row | None]) -> Write:
    return Write(
        STAMP + timedelta(minutes=minutes),
        [("payments", (f"P{number}",), row) for number, row in changes],
    )


def amounts(tables: Tables) -> dict[str, str]:
    return {row["payment_id"]: str(row["amount"]) for row in tables["payments"]}


def test_rows_are_told_as_each_generation_saw_them() -> None:
    writes = [
        write(2, (1, payment(1, amount="20")), (3, payment(3, amount="3"))),
        write(1, (2, payment(2, amount="2"))),
    ]
    known = Known(shop(payment(1, amount="10")), writes)
    assert amounts(known.at(STAMP, compared=True)) == {"P1": "10"}
    assert amounts(known.at(writes[1].stamp, compared=False)) == {"P1": "10", "P2": "2"}
    whole = {"P1": "20", "P2": "2", "P3": "3"}
    assert amounts(known.at(writes[0].stamp, compared=False)) == whole


def test_a_deleted_row_is_known_as_it_was_seen_until_everything_is_compared() -> None:
    writes = [
        # Edited and deleted, and new and deleted, before anybody looked again.
        write(1, (1, payment(1, amount="11")), (2, payment(2, amount="2"))),
        write(2, (1, None), (2, None)),
        write(3, (3, payment(3, amount="3"))),
    ]
    known = Known(shop(payment(1, amount="10")), writes)
    known.at(STAMP, compared=True)
    assert amounts(known.at(writes[1].stamp, compared=False)) == {"P1": "10"}
    assert amounts(known.at(writes[2].stamp, compared=False)) == {"P1": "10", "P3": "3"}
    assert amounts(known.at(writes[2].stamp, compared=True)) == {"P3": "3"}


@examples(10)
@given(database=databases(), seed=SEEDS)
def test_the_quick_twin_says_what_the_naive_one_says(database: Database, seed: int) -> None:
    given_ = (database.tables, database.definitions, database.today, database.today)
    naive, quick = NaiveFigures(*given_), QuickTwin(*given_)
    for ask in asks(seed, database.today):
        where = {ask.limit: ("T1", "A1", "card", "M1", "call")} if ask.limit else {}
        for metric in ask.metrics:
            wanted = naive.figures(metric, ask.period, ask.by, where)
            assert quick.figures(metric, ask.period, ask.by, where) == wanted


# ---- what was shown


def published(folder: Path, tables: Tables) -> Kept:
    """A generation of these rows, as it is kept."""
    spec = build.spec_of(tables, "duckdb", folder / "source")
    refresh(spec, DEFINITIONS, folder / "figures", now=NOW)
    with Keeper(folder / "figures", folder / "kept") as keeper:
        pass
    return keeper.kept[1]


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Kept:
    return published(tmp_path_factory.mktemp("kept"), shop(payment(1), payment(2)))


def digests_of(kept: Kept, *seen: View) -> dict[tuple[View, bool], dict[str, int]]:
    """What these views look like, each seen twice before and twice after it became stale."""
    answers = Answers(kept.folder, DEFINITIONS)
    again = Again(answers)
    found = {
        (view, stale): {again.digest(view, moment_of(kept, DEFINITIONS, stale=stale)): 2}
        for view in seen
        for stale in (False, True)
    }
    answers.close()
    return found


def test_what_was_shown_right_is_right(kept: Kept) -> None:
    showing = Showing(digests_of(kept, VIEW, FILE))
    checked = check_one(kept, showing, shop(payment(1), payment(2)), DEFINITIONS)
    assert checked.wrong == []
    assert checked.answers == 8
    assert checked.questions > 5


def test_an_answer_of_other_figures_is_noticed(kept: Kept, tmp_path: Path) -> None:
    other = published(tmp_path, shop(payment(1), payment(2, amount="100.01")))
    showing = Showing(digests_of(other, VIEW))
    checked = check_one(kept, showing, shop(payment(1), payment(2)), DEFINITIONS)
    assert [number for number, told in checked.wrong if "answers differ" in told] == [1, 1]


def test_a_generation_of_other_rows_is_noticed(kept: Kept) -> None:
    showing = Showing(digests_of(kept, FILE))
    for tables in (
        shop(payment(1)),
        shop(payment(1), payment(2, amount="100.01")),
        shop(payment(1), payment(2), payment(3, amount=None)),
    ):
        assert check_one(kept, showing, tables, DEFINITIONS).wrong


def test_generations_that_nobody_published_or_wrote_are_noticed(kept: Kept) -> None:
    begin = shop(payment(1), payment(2))
    assert check([kept], {}, begin, [], DEFINITIONS).wrong == []
    other = replace(kept, newest=STAMP + timedelta(seconds=1))
    assert "is nobody's" in check([other], {}, begin, [], DEFINITIONS).wrong[0][1]
    assert check([kept], {2: Showing({})}, begin, [], DEFINITIONS).wrong == [
        (2, "it was shown, but was never published")
    ]


def test_a_reconciliation_counts_as_comparing_everything(tmp_path: Path) -> None:
    spec = SourceSpec(build.write(shop(payment(1)), "duckdb", tmp_path / "source"))
    for step in (refresh, refresh, reconcile):
        step(spec, DEFINITIONS, tmp_path / "figures", now=NOW)  # type: ignore[operator]
    with Keeper(tmp_path / "figures", tmp_path / "kept") as keeper:
        pass
    assert [one.compared for _, one in sorted(keeper.kept.items())] == [True, False, True]
    assert keeper.last is not None
    assert keeper.last.newest == STAMP


# ---- what must not have been


BEGUN = NOW.timestamp()
KEPT = {
    number: Kept(number, Path(), BEGUN + number * 10, STAMP + timedelta(hours=20, minutes=number),
                 TODAY, STAMP, compared=False)
    for number in (1, 2)
}  # fmt: skip
FAULT = Fault("fault", BEGUN + 12, 20.0, 5.0, BEGUN + 14, KEPT[1].newest)


def answer(after: float, generation: int | None = 1, **values: object) -> Answer:
    given_ = {"status": 200, "stale": False, "viewer": 1, **values}
    return Answer(view=0, begun=BEGUN + after, ended=BEGUN + after + 0.1, generation=generation,
                  **given_)  # type: ignore[arg-type]  # fmt: skip


GOOD = [answer(11), answer(21, 2)]


def wrongs(*answers: Answer, fault: Fault = FAULT) -> list[str]:
    told = Told(BEGUN, BEGUN + 60, [fault])
    return outcome.wrongs(told, answers, KEPT, Checked(), DEFINITIONS)


def test_a_trial_without_anything_wrong_says_nothing() -> None:
    assert wrongs(*GOOD) == []
    assert wrongs(GOOD[0], answer(13, None, status="timeout"), GOOD[1]) == []


@pytest.mark.parametrize(
    ("answers", "told"),
    [
        ([answer(5, None, status=500), *GOOD], "nothing: 1 500"),
        ([GOOD[0], answer(13, None), answer(19, None), GOOD[1]], "2 200 without figures"),
        ([*GOOD, answer(22, 1)], "generation 1 was shown after 2"),
        ([answer(11), answer(40, 2)], "26.1 s to recover"),
        ([answer(11)], "never newer figures"),
        ([answer(11, stale=True), GOOD[1]], "said to be stale: True"),
    ],
)
def test_what_must_not_be_is_told(answers: list[Answer], told: str) -> None:
    assert [one for one in wrongs(*answers) if told in one]


def test_figures_that_are_too_old_must_say_so() -> None:
    away = replace(FAULT, away=True)
    assert wrongs(*GOOD, fault=away) == ["fault: nobody was told that figures were stale"]
    late = 26 * 3600.0
    assert "generation 2 was said to be stale: False" in wrongs(*GOOD, answer(late, 2))
    assert wrongs(*GOOD, answer(late, 2, stale=True)) == []


def test_letters_that_come_twice_or_never_are_told() -> None:
    letters = {("a@example.org", "Weekly report"): 2}
    assert outcome.wrong_deliveries(letters, [], 1, QUEUED) == [
        "a@example.org got 'Weekly report' 2 times",
        "0 deliveries by mail for 1 readers",
    ]


@pytest.mark.parametrize(("minutes", "wrong"), [(9, 0), (11, 2)])
def test_what_a_killed_process_had_claimed_may_wait_for_its_lease(minutes: int, wrong: int) -> None:
    claimed = Delivery(
        id=1, key="k", edition_id=1, report="weekly", part="",
        period=Period(date(2024, 3, 4), date(2024, 3, 11)), edition="",
        recipient="a@example.org", channel="smtp", locale="en", queued_at=QUEUED,
        attempts=1, next_at=QUEUED, give_up_at=QUEUED, sent_at=None, outcome="claimed", detail="",
    )  # fmt: skip
    ended = QUEUED + timedelta(minutes=minutes)
    assert len(outcome.wrong_deliveries({}, [claimed], 1, ended)) == wrong


def test_views_differ_and_cover_every_page_and_language() -> None:
    found = views(30)
    assert len(set(found)) == 30
    assert {"/", "/recovery", "/promises", "/contacts", "/aging", "/teams"} <= {
        view.path for view in found
    }
    assert {view.language for view in found} == {"en", "zh-Hans"}


def test_answers_are_sorted_by_generation_and_view() -> None:
    found = views(3)
    shown = shown_of([answer(1, digest="a"), answer(2, digest="a"), answer(3, 2), *GOOD], found)
    assert shown[1].digests[found[0], False] == {"a": 2, "": 1}
    assert shown[2].digests[found[0], False] == {"": 2}


@pytest.mark.parametrize("hour", range(24))
def test_there_is_a_zone_in_which_it_is_noon(hour: int) -> None:
    now = datetime(2026, 11, 25, hour, 30, tzinfo=UTC)
    assert now.astimezone(ZoneInfo(noon_zone(now))).hour == 12


# ---- the trial itself


def shortly(trial: Trial, _: float) -> None:
    """Recovery is left to refreshes by hand: the scheduler has one a minute. The promise is long
    enough for a machine with much else to do."""
    trial.killed_while_sending(within=120)
    trial.case_database_away(12, within=120)
    trial.disk_full(0, within=120)


@pytest.mark.trial
@pytest.mark.postgres
def test_nothing_wrong_is_shown_under_load_and_faults() -> None:
    if programs() is None:
        pytest.skip("PostgreSQL is not installed")
    size = Size(
        cases=60, days=40, viewers=6, views=10, pause=0.5, stale_after=8,
        write_every=1.0, refresh_every=2.0,
    )  # fmt: skip
    with a_place(size, weekly_in=timedelta(minutes=10)) as place:
        assert run(place, 0, shortly, alone=False) == []
