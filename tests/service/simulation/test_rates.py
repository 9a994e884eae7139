"""The figures of the simulated shop lie where those of real shops lie."""

from typing import Any

import duckdb
import pytest

from tests.service.simulation.conftest import LAST_DAY, PLAN

RECENT = f"timestamp '{LAST_DAY}' - interval 180 day"
CONNECTED = "outcome in ('voicemail', 'third_party', 'right_party', 'refused')"
RIGHT = "outcome in ('right_party', 'refused')"
PAID = """coalesce((select sum(y.amount) from payments y where y.case_id = p.case_id
    and y.paid_at >= p.made_at::date and y.paid_at < p.due_on + 4), 0)"""
COLLECTED_90 = """(select coalesce(sum(amount), 0) from payments y
    where y.case_id = c.case_id and y.paid_at < c.placed_on + 90)"""

BETWEEN: dict[str, tuple[float, float, str]] = {
    "contacts of a case": (22, 38, "select count(*) / count(distinct case_id) from contacts"),
    "payments of a case": (4, 8, f"select count(*) / {PLAN.cases} from payments"),
    "stages of a case": (2.5, 4.2, f"select count(*) / {PLAN.cases} from stage_history"),
    "open at the end": (0.30, 0.48, "select avg((closed_on is null)::int) from cases"),
    "calls connected": (0.34, 0.45, f"""select avg(({CONNECTED})::int) from contacts
        where channel = 'call' and direction = 'outbound'"""),
    "right party": (0.08, 0.20, f"""select avg(({RIGHT})::int) from contacts
        where direction = 'outbound'"""),
    "promises of right-party contacts": (0.15, 0.37, f"""select
        (select count(*) from promises where cancelled_at is null) / (select count(*) from contacts
        where direction = 'outbound' and {RIGHT})"""),
    "promises kept": (0.45, 0.65, f"""select avg(({PAID} >= 0.95 * p.amount)::int)
        from promises p where cancelled_at is null and due_on + 3 <= date '{LAST_DAY}'"""),
    "promises kept in part": (0.06, 0.22, f"""select avg(({PAID} > 0 and {PAID} < 0.95 * p.amount
        )::int) from promises p where cancelled_at is null and due_on + 3 <= date '{LAST_DAY}'"""),
    "reversals": (0.007, 0.022, "select avg((amount < 0)::int) from payments"),
    "posted late": (0.004, 0.016, """select avg((recorded_at > paid_at + interval 36 hour)::int)
        from payments"""),
    "inbound": (0.01, 0.06, "select avg((direction = 'inbound')::int) from contacts"),
    "automated": (0.12, 0.40, "select avg(automated::int) from contacts"),
    "collected after 90 days of young cases": (0.12, 0.30, f"""
        select sum({COLLECTED_90}) / sum(placed_amount) from cases c
        where placed_on - delinquent_since < 60 and placed_on > date '{LAST_DAY}' - 330
        and placed_on < date '{LAST_DAY}' - 90"""),
    "collected after 90 days of old cases": (0.03, 0.21, f"""
        select sum({COLLECTED_90}) / sum(placed_amount) from cases c
        where placed_on - delinquent_since > 90 and placed_on > date '{LAST_DAY}' - 330
        and placed_on < date '{LAST_DAY}' - 90"""),
    "complaints in a thousand contacts": (0.3, 3, """select 1000 * (select count(*)
        from complaints) / (select count(*) from contacts)"""),
}  # fmt: skip


@pytest.mark.parametrize("figure", BETWEEN)
def test_figure_is_plausible(figure: str, sql: duckdb.DuckDBPyConnection) -> None:
    low, high, query = BETWEEN[figure]
    assert low <= _one(sql, query) <= high


def test_every_month_but_the_first_recovers_four_to_nine_percent_of_the_book(
    sql: duckdb.DuckDBPyConnection,
) -> None:
    rates = sql.sql("""
        with book as (select as_of, sum(balance) as owed from snapshots group by 1),
        came as (select last_day(paid_at::date) as as_of, sum(amount) as paid
                 from payments group by 1),
        new as (select last_day(placed_on) as as_of, sum(placed_amount) as owed
                from cases group by 1)
        select as_of, paid / (lag(book.owed) over (order by as_of) + new.owed) as rate
        from book join came using (as_of) join new using (as_of) qualify rate is not null
    """).fetchall()
    assert len(rates) == 13
    assert all(0.03 < rate < 0.09 for _, rate in rates)
    assert 0.04 < sum(rate for _, rate in rates) / 13 < 0.08


def test_coverage_of_ordinary_weeks_is_half_to_nearly_all(sql: duckdb.DuckDBPyConnection) -> None:
    weeks = sql.sql("""
        with tried as (
            select date_trunc('week', contacted_at)::date as week, count(distinct case_id) as cases
            from contacts join cases using (case_id) where direction = 'outbound'
            and contacted_at < coalesce(closed_on, date '9999-01-01') group by 1)
        select week, tried.cases / (select count(*) from cases where placed_on < week + 7
        and (closed_on is null or closed_on > week)) from tried order by 1
    """).fetchall()[3:-1]
    usual = sorted(share for _, share in weeks)
    assert 0.60 < usual[len(usual) // 2] < 0.80
    assert usual[0] > 0.15, "even in the Spring Festival somebody works"
    assert usual[-1] < 0.90


def test_recent_weeks_do_not_drift_away(sql: duckdb.DuckDBPyConnection) -> None:
    """Attempts of the last four whole weeks against those of half a year before."""
    now, before = (
        _one(sql, f"""select count(*) from contacts where contacted_at
             between date '{LAST_DAY}' - {days} and date '{LAST_DAY}' - {days} + 28""")
        for days in (28, 28 * 6)
    )  # fmt: skip
    assert 0.8 < now / before < 1.25


def test_recovery_slows_with_age(sql: duckdb.DuckDBPyConnection) -> None:
    by_month = sql.sql(f"""
        select least((paid_at::date - placed_on) // 30, 6) as month, sum(amount) as paid
        from payments join cases using (case_id)
        where placed_on between date '{PLAN.first_day}' + 20 and date '{LAST_DAY}' - 190
        group by 1 order by 1
    """).fetchall()
    paid = [float(amount) for _, amount in by_month]
    assert paid[0] > paid[2] > paid[5]
    assert paid[0] > 1.5 * paid[3]


@pytest.mark.parametrize(("better", "worse"), [("A", "C"), ("B", "D")])
def test_better_segments_pay_more(better: str, worse: str, sql: duckdb.DuckDBPyConnection) -> None:
    def share(segment: str) -> float:
        return _one(sql, f"""select sum({COLLECTED_90}) / sum(placed_amount) from cases c
            where segment = '{segment}'""")  # fmt: skip

    assert share(better) > share(worse)


def test_calls_peak_in_late_morning_afternoon_and_evening(sql: duckdb.DuckDBPyConnection) -> None:
    hours = dict(sql.sql("""select hour(contacted_at), count(*) from contacts
        where channel = 'call' and direction = 'outbound' group by 1""").fetchall())  # fmt: skip
    assert min(hours[10], hours[11]) > 1.5 * hours[12]
    assert min(hours[14], hours[15], hours[16]) > 1.5 * hours[13]
    assert hours[19] > hours[18]
    assert sum(hours.get(hour, 0) for hour in (22, 23, *range(8))) < 0.003 * sum(hours.values())


def test_few_work_on_sundays_and_holidays(sql: duckdb.DuckDBPyConnection) -> None:
    days = dict(sql.sql("""select isodow(contacted_at), count(*) from contacts
        group by 1""").fetchall())  # fmt: skip
    assert days[7] < 0.3 * days[3]
    festival = _one(sql, "select count(*) from contacts where contacted_at::date = '2026-02-17'")
    ordinary = _one(sql, "select count(*) from contacts where contacted_at::date = '2026-03-10'")
    assert festival < 0.25 * ordinary


def test_money_comes_on_paydays_and_at_month_ends(sql: duckdb.DuckDBPyConnection) -> None:
    by_day = dict(sql.sql("""select day(paid_at), count(*) from payments
        group by 1""").fetchall())  # fmt: skip
    usual = sorted(by_day.values())[len(by_day) // 2]
    assert min(by_day[day] for day in (5, 10, 15, 30)) > 1.4 * usual


def test_answers_grow_rarer_with_every_try(sql: duckdb.DuckDBPyConnection) -> None:
    rates = sql.sql(f"""
        with tries as (select *, row_number() over (partition by case_id order by contacted_at) as n
            from contacts where channel = 'call' and direction = 'outbound')
        select least(n // 8, 3) as band, avg(({CONNECTED})::int) from tries group by 1 order by 1
    """).fetchall()
    assert rates[0][1] > rates[-1][1] + 0.05


def test_better_agents_reach_more_people(sql: duckdb.DuckDBPyConnection) -> None:
    """The spread between agents is wider than chance alone would make it."""
    rates = sql.sql(f"""
        select avg(({RIGHT})::int), count(*) from contacts join agents using (agent_id)
        where channel = 'call' and direction = 'outbound' group by agent_id having count(*) > 300
    """).fetchall()
    mean = sum(rate * n for rate, n in rates) / sum(n for _, n in rates)
    noise = sum(mean * (1 - mean) / n for _, n in rates) / len(rates)
    spread = sum((rate - mean) ** 2 for rate, _ in rates) / len(rates)
    assert len(rates) > 40
    assert spread > 1.5 * noise


def test_one_team_was_weak_two_months_ago(sql: duckdb.DuckDBPyConnection) -> None:
    def calls(first: int, after: int) -> float:
        return _one(sql, f"""select count(*) from contacts join agents using (agent_id)
            where team_id = 'T1' and contacted_at >= date '{LAST_DAY}' - {first}
            and contacted_at < date '{LAST_DAY}' - {after}""")  # fmt: skip

    assert calls(77, 42) < 0.75 * (calls(112, 77) + calls(35, 0)) / 2


def test_all_buckets_are_populated_at_a_month_end(sql: duckdb.DuckDBPyConnection) -> None:
    buckets = sql.sql("""select distinct case when dpd = 0 then 0
        else least((dpd + 29) // 30, 7) end::int from snapshots""").fetchall()
    assert {bucket for (bucket,) in buckets} == set(range(8))


def _one(sql: duckdb.DuckDBPyConnection, query: str) -> float:
    row: Any = sql.sql(query).fetchone()
    return float(row[0])
