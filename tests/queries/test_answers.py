"""Equal questions are answered once, whoever asks them and when."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from pathlib import Path
from threading import Barrier, Event

import pytest

from queries import Answers, Definitions, Period, Question, UserError, generation
from queries.generation import Generation
from queries.planning import Statement
from queries.rights import EVERYTHING, Scope
from queries.store import refresh
from tests.support import case_database as build

DEFINITIONS = Definitions()
NOW = build.morning_of(date(2026, 3, 10))
FEBRUARY = Period(date(2026, 2, 1), date(2026, 3, 1))
GOOD = Question(("collected",), FEBRUARY)
OTHER = Question(("open_cases",), FEBRUARY)
BAD = Question(("nonsense",), FEBRUARY)
Fetch = Callable[[Generation, Statement], list[tuple]]


@pytest.fixture
def figures(tmp_path: Path) -> Path:
    held = {
        "teams": [build.a_team()],
        "agents": [build.an_agent()],
        "cases": [build.a_case(placed_on=date(2026, 1, 10), delinquent_since=date(2026, 1, 1))],
        "payments": [build.a_payment()],
    }
    spec = build.spec_of(build.whole_database(held), "duckdb", tmp_path / "source")
    refresh(spec, DEFINITIONS, tmp_path / "figures", now=NOW)
    return tmp_path / "figures"


@pytest.fixture
def fetched(monkeypatch: pytest.MonkeyPatch) -> list[Statement]:
    """The statements that were really run."""
    seen: list[Statement] = []
    fetch: Fetch = Generation.fetch

    def noting(generation: Generation, statement: Statement) -> list[tuple]:
        seen.append(statement)
        return fetch(generation, statement)

    monkeypatch.setattr(Generation, "fetch", noting)
    return seen


def test_equal_questions_at_once_are_answered_once(
    figures: Path, fetched: list[Statement], monkeypatch: pytest.MonkeyPatch
) -> None:
    asked, go_on, noting = Event(), Event(), Generation.fetch

    def slowly(generation: Generation, statement: Statement) -> list[tuple]:
        asked.set()
        assert go_on.wait(20)
        return noting(generation, statement)

    monkeypatch.setattr(Generation, "fetch", slowly)
    asking = Answers(figures, DEFINITIONS)
    with ThreadPoolExecutor(8) as people:
        first = people.submit(asking.ask, GOOD)
        assert asked.wait(20)
        together = Barrier(7)

        def ask() -> list[object]:
            together.wait(20)
            return list(asking.ask(GOOD))

        others = [people.submit(ask) for _ in range(7)]
        go_on.set()
        found = [first.result(20), *(other.result(20) for other in others)]
    assert all(answer == found[0] for answer in found)
    assert len(fetched) == 1


def test_who_asks_something_wrong_disturbs_nobody(figures: Path, fetched: list[Statement]) -> None:
    asking = Answers(figures, DEFINITIONS)
    with pytest.raises(UserError):
        asking.ask(GOOD, BAD)
    assert not fetched
    assert asking.ask(GOOD)[0].one("collected").numerator is not None


def test_an_error_is_not_remembered(figures: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asking = Answers(figures, DEFINITIONS)
    with monkeypatch.context() as broken:
        broken.setattr(Generation, "fetch", lambda *_: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            asking.ask(GOOD, OTHER)
    assert asking.ask(GOOD, OTHER)[0].one("collected").numerator is not None


def test_the_oldest_answers_go_first(
    figures: Path, fetched: list[Statement], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(generation, "_CACHED_ANSWERS", 1)
    asking = Answers(figures, DEFINITIONS)
    assert len(asking.ask(GOOD, OTHER, GOOD)) == 3
    run = len(fetched)
    asking.ask(OTHER)
    assert len(fetched) == run
    asking.ask(GOOD)
    assert len(fetched) == run + 1


def test_a_source_without_stamps_is_as_old_as_the_last_look_at_it(tmp_path: Path) -> None:
    held = {"payments": [{**build.a_payment(), "updated_at": None}]}
    spec = build.spec_of(build.whole_database(held), "duckdb", tmp_path / "source")
    refresh(spec, DEFINITIONS, tmp_path / "figures", now=NOW)
    asking = Answers(tmp_path / "figures", DEFINITIONS)
    assert asking.freshness().watermark is None
    assert not asking.freshness(NOW + timedelta(hours=1)).stale
    assert asking.freshness(NOW + timedelta(hours=DEFINITIONS.stale_after_hours + 1)).stale


def test_what_is_held_stays_of_one_generation(figures: Path, tmp_path: Path) -> None:
    asking = Answers(figures, DEFINITIONS)
    held = asking.held()
    team = {"teams": [build.a_team(), build.a_team("T2")], "agents": [build.an_agent()]}
    spec = build.spec_of(build.whole_database(team), "duckdb", tmp_path / "source")
    refresh(spec, DEFINITIONS, figures, now=NOW, full=True)
    assert asking.freshness().generation == asking.held().freshness().generation == 2
    assert not asking.ask(OTHER)[0].one("open_cases").numerator
    assert list(asking.members("team")) == ["T1", "T2"]
    assert held.freshness().generation == held.ask(OTHER)[0].freshness.generation == 1
    assert held.ask(OTHER)[0].one("open_cases").numerator == 1
    assert list(held.members("team")) == ["T1"]


def test_readers_of_every_scope_share_what_is_open_and_what_is_known(
    figures: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened = []

    def counted(number: int, path: Path, definitions: Definitions) -> Generation:
        opened.append(number)
        return Generation(number, path, definitions)

    monkeypatch.setattr(generation, "Generation", counted)
    asking = Answers(figures, DEFINITIONS)
    scopes = (EVERYTHING, Scope("teams", ("T1",)), Scope("teams", ("T9",)))
    told = [[asking.within(scope).held().ask(OTHER)[0] for scope in scopes] for _ in range(2)]
    assert opened == [1]
    assert all(again is first for first, again in zip(*told, strict=True))
    assert [one.one("open_cases").numerator for one in told[0]] == [1, 1, None]


def test_there_is_nothing_to_hold_before_the_first_refresh(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="no figures"):
        Answers(tmp_path, DEFINITIONS).held()
