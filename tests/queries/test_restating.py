"""What was reported against what is known now: an example by hand, and a naive second way."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given

from queries import METRICS, Answers, Definitions, Figure, Freshness, Period, Question
from queries.definition import Term
from queries.restating import Parts, Reported, Restatement, restate
from queries.rights import EVERYTHING, NOTHING, Scope
from tests.queries.agreement import a_period
from tests.queries.examples.example import WEEK
from tests.support.case_database import figures_of
from tests.support.histories import Edit as Change
from tests.support.histories import History, after, histories, silent_edits, silently
from tests.support.naive import NaiveFigures
from tests.support.restated import NOW, REPORTED_AT, SINCE, THEN
from tests.support.strategies import SEEDS, TEAMS, Database, examples

METRICS_TOLD = ("collected", "recovery_rate", "open_balance", "promise_kept_rate", "open_cases")


def what_was_said(answers: Answers, period: Period) -> Reported:
    """A report of the figures as they are now."""
    (answer,) = answers.ask(Question(METRICS_TOLD, period))
    figures = {figure.metric: figure for figure in answer.figures}
    rules = {name: METRICS[name].fingerprint for name in figures}
    return Reported(period, figures, answers.freshness(), answers.definitions, rules)


# ---- the example


@pytest.fixture(scope="module")
def places(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Answers, Answers]]:
    """The figures when the week was reported, and those of a week later."""
    folder = tmp_path_factory.mktemp("restating")
    made = [
        figures_of(tables, Definitions(), now, folder / name)
        for name, tables, now in (("then", THEN, REPORTED_AT), ("now", SINCE, NOW))
    ]
    yield made[0], made[1]
    for one in made:
        one.close()


def collected(places: tuple[Answers, Answers], scope: Scope) -> Restatement:
    then, now = (one.within(scope) for one in places)
    (found,) = restate(now, [what_was_said(then, WEEK)], METRICS_TOLD)
    return next(one for one in found if one.metric == "collected")


def test_what_a_manager_works_out_by_hand(places: tuple[Answers, Answers]) -> None:
    """1,000 were reported. 200 came late, 50 were taken back; of what was known, 10 were added to a
    payment and one of 100 is gone: 1,000 + 200 − 50 + 10 − 100 = 1,060."""
    one = collected(places, EVERYTHING)
    assert (one.reported.value, one.known.value, one.difference) == (1_000_00, 1_060_00, 60_00)
    assert one.parts == Parts(200_00, -50_00, 10_00 - 100_00)
    assert not one.redefined


@pytest.mark.parametrize(
    ("scope", "reported", "parts"),
    [
        # Who owned the case when it was paid: the late payment of C2 is of T2, whoever has it now.
        (Scope("teams", ("T1",)), 900_00, Parts(0, -50_00, 10_00)),
        (Scope("teams", ("T2",)), 100_00, Parts(200_00, 0, -100_00)),
        (Scope("departments", ("west",)), 100_00, Parts(200_00, 0, -100_00)),
        (Scope("teams", ("T1", "T2")), 1_000_00, Parts(200_00, -50_00, -90_00)),
    ],
)
def test_a_scope_is_told_of_its_own_payments_alone(
    places: tuple[Answers, Answers], scope: Scope, reported: int, parts: Parts
) -> None:
    one = collected(places, scope)
    assert one.reported.value == reported
    assert one.parts == parts
    assert one.parts.total == one.difference


@pytest.mark.parametrize("scope", [NOTHING, Scope("teams"), Scope("teams", ("gone",))])
def test_nobody_is_told_of_anything(places: tuple[Answers, Answers], scope: Scope) -> None:
    then, now = places
    said = what_was_said(then, WEEK)
    assert restate(now.within(scope), [said], METRICS_TOLD) == [[]]
    late = now.within(scope).later(WEEK, REPORTED_AT)
    assert (late.late, late.reversals) == (0, 0)


def test_what_stands_is_told_without_parts(places: tuple[Answers, Answers]) -> None:
    then, _ = places
    (found,) = restate(then, [what_was_said(then, WEEK)], METRICS_TOLD)
    assert [one.metric for one in found] == [
        name for name in METRICS_TOLD if name in then.available()
    ]
    assert not any(one.moved or one.difference or one.parts for one in found)


def test_rates_move_with_what_they_are_divided_from(places: tuple[Answers, Answers]) -> None:
    then, now = places
    (found,) = restate(now, [what_was_said(then, WEEK)], METRICS_TOLD)
    rate = next(one for one in found if one.metric == "recovery_rate")
    assert (rate.reported.numerator, rate.known.numerator) == (1_000_00, 1_060_00)
    assert rate.reported.denominator == rate.known.denominator == 2_000_00
    assert rate.difference == Decimal("0.03")
    assert rate.parts is None


def test_amounts_of_other_money_are_not_compared(places: tuple[Answers, Answers]) -> None:
    then, now = places
    said = replace(what_was_said(then, WEEK), definitions=Definitions(currency="USD"))
    assert restate(now, [said], METRICS_TOLD) == [[]]


# ---- the rules by which it was counted


def said_by(definitions: Definitions, **rules: str) -> Reported:
    fresh = Freshness(1, REPORTED_AT, WEEK.last, None, False, 1, 0)
    return Reported(WEEK, {}, fresh, definitions, rules)


@pytest.mark.parametrize(
    ("definitions", "redefined"),
    [
        (Definitions(grace_days=5), {"promise_kept_rate"}),
        (Definitions(kept_threshold=Decimal(1)), {"promise_kept_rate"}),
        (Definitions(bucket_edges=(0, 15)), {"cure_rate"}),
        (Definitions(source_zone="UTC"), {"promise_kept_rate", "cure_rate", "collected"}),
        # When a source counts as complete changes no rule.
        (Definitions(complete_until=date(2024, 3, 1), stale_after_hours=1), set()),
    ],
)
def test_other_definitions_concern_what_rests_on_them(
    definitions: Definitions, redefined: set[str]
) -> None:
    said = said_by(definitions)
    told = {name for name in ("promise_kept_rate", "cure_rate", "collected")
            if said.redefined(name, Definitions())}  # fmt: skip
    assert told == redefined


def test_a_metric_that_is_declared_otherwise_is_redefined() -> None:
    metric = METRICS["collected"]
    other = replace(metric, numerator=(Term("payments", "payments"),))
    assert other.fingerprint != metric.fingerprint
    assert replace(metric, explain=METRICS["open_cases"].explain).fingerprint == metric.fingerprint
    assert said_by(Definitions(), collected=other.fingerprint).redefined("collected", Definitions())
    assert not said_by(Definitions(), collected=metric.fingerprint).redefined(
        "collected", Definitions()
    )


def test_what_was_known_is_told_by_the_payments_then_the_stamps_then_the_clock() -> None:
    said = said_by(Definitions(source_zone="UTC"))
    assert said.known_until == REPORTED_AT
    stamp = datetime(2024, 3, 11, 1)  # noqa: DTZ001 source time
    said = replace(said, freshness=replace(said.freshness, watermark=stamp))
    assert said.known_until == stamp.replace(tzinfo=ZoneInfo("UTC"))
    said = replace(said, freshness=replace(said.freshness, known_until=stamp))
    assert said.known_until == stamp.replace(tzinfo=ZoneInfo("Asia/Shanghai"))


# ---- the second way


@dataclass(frozen=True)
class Naive:
    """Payments then and now, row by row."""

    then: NaiveFigures
    now: NaiveFigures
    known_until: datetime

    def parts(self, period: Period, where: dict[str, tuple[str, ...]]) -> Parts:
        before, after_ = (self._rows(twin, period, where) for twin in (self.then, self.now))
        late = [one for one in after_ if one["known_at"] and one["known_at"] > self.known_until]
        known = [one for one in after_ if one not in late]
        return Parts(
            sum(one["amount"] for one in late if one["amount"] > 0),
            sum(one["amount"] for one in late if one["amount"] < 0),
            sum(one["amount"] for one in known) - sum(one["amount"] for one in before),
        )

    def _rows(self, twin: NaiveFigures, period: Period, where: dict[str, tuple[str, ...]]) -> list:
        return [
            row
            for row in twin.all("payments")
            if period.start <= row["day"] < period.end
            and all(row[name] in values for name, values in where.items())
        ]


def known_until(twin: NaiveFigures, said: Reported, local: datetime) -> datetime:
    moments = [row["known_at"] for row in twin.all("payments")]
    seen = [one for one in moments if one is not None and one <= local]
    if seen:
        return max(seen)
    zone = ZoneInfo(said.definitions.business_zone)
    return said.known_until.astimezone(zone).replace(tzinfo=None)


def last_of(history: History, deleted: tuple[Change, ...]) -> tuple[Database, datetime]:
    """The database after all steps and edits that nobody stamped, and the moment it is read."""
    now, database = history.start.now, history.start
    for step in history.steps:
        tables, now = after(database, now, step)
        database = Database(tables, now.date(), database.definitions)
    return Database(silently(database, deleted), database.today, database.definitions), now


@examples(10)
@given(history=histories(), deleted=silent_edits(), seed=SEEDS)
def test_the_parts_are_those_of_the_naive_twin(
    history: History, deleted: tuple[Change, ...], seed: int
) -> None:
    start, rules = history.start, history.start.definitions
    last, now = last_of(history, deleted)
    zone = ZoneInfo(rules.business_zone)
    periods = [a_period(Random(f"{seed} {n}"), start.today) for n in range(3)]
    with TemporaryDirectory() as folder:
        then = figures_of(start.tables, rules, start.now, Path(folder) / "then")
        later = figures_of(last.tables, rules, now, Path(folder) / "now")
        twins = [
            NaiveFigures(one.tables, rules, at.astimezone(zone).date(), answers.freshness().as_of)
            for one, at, answers in ((start, start.now, then), (last, now, later))
        ]
        local = start.now.astimezone(zone).replace(tzinfo=None)
        for scope in (EVERYTHING, *(Scope("teams", (team,)) for team in TEAMS[:2])):
            said = [what_was_said(then.within(scope), period) for period in periods]
            naive = Naive(twins[0], twins[1], known_until(twins[0], said[0], local))
            for one, found in zip(
                said, restate(later.within(scope), said, METRICS_TOLD), strict=True
            ):
                agree(found, naive, one.period, {"team": scope.keys} if scope.keys else {})
        then.close()
        later.close()


def agree(
    found: list[Restatement], naive: Naive, period: Period, where: dict[str, tuple[str, ...]]
) -> None:
    """Every figure as the twin has it then and now, and `collected` to the cent by its parts."""
    for one in found:
        for figure, twin in ((one.reported, naive.then), (one.known, naive.now)):
            assert sums(figure) == tuple(n or 0 for n in twin.figure(one.metric, period, where))
        if one.metric != "collected":
            assert one.parts is None
            continue
        parts = naive.parts(period, where)
        assert parts.total == one.difference
        assert one.parts == (parts if one.moved else None)


def sums(figure: Figure) -> tuple[int, int]:
    return figure.numerator or 0, figure.denominator or 0
