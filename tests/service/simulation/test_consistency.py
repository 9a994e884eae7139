"""What must hold in every history, told as SQL over the good rows: each finds no offender."""

import duckdb
import pytest

from tests.service.simulation.conftest import LAST_DAY, PLAN

END = f"timestamp '{LAST_DAY} 23:59:59'"

NEVER = {
    "a contact comes before placement": """
        from contacts join cases using (case_id) where contacted_at < placed_on""",
    "a payment comes before placement": """
        from payments join cases using (case_id) where paid_at < placed_on""",
    "a promise is made before placement or after closing": """
        from promises join cases using (case_id)
        where made_at < placed_on or made_at >= closed_on + 1""",
    "a person contacts a closed case": """
        from contacts join cases using (case_id)
        where contacted_at >= closed_on + 1 and not automated""",
    "a closed case lacks a reason or an open one has one": """
        from cases where (closed_on is null) <> (close_reason is null)
        or (closed_on is null) = (stage = 'closed')""",
    "a row changed after the last day": f"""
        from (select updated_at from contacts union all select updated_at from payments
              union all select updated_at from promises union all select updated_at from cases
              union all select updated_at from assignments union all
              select updated_at from stage_history union all select updated_at from complaints)
        where updated_at > {END}""",
    "a row changed before it happened": """
        from (select contacted_at as happened, updated_at from contacts union all
              select recorded_at, updated_at from payments union all
              select made_at, updated_at from promises) where updated_at < happened""",
    "something happened after the last day": f"""
        from (select contacted_at as happened from contacts union all
              select paid_at from payments union all select made_at from promises union all
              select from_at from assignments union all select entered_at from stage_history
              union all select "at" from legal_actions union all select resolved_at from disputes)
        where happened > {END}""",
    "a promise is due before it is made": "from promises where due_on < made_at::date",
    "a promise asks for nothing": "from promises where amount <= 0",
    "a promise hangs on no conversation of its case": """
        from promises p left join contacts c on c.contact_id = p.contact_id
        and c.case_id = p.case_id and c.outcome = 'right_party' where c.contact_id is null""",
    "a reversal does not mirror its payment": """
        from payments r left join payments o on o.payment_id = r.reverses
        and o.case_id = r.case_id and o.amount = -r.amount and o.paid_at < r.paid_at
        where (r.amount < 0 or r.reverses is not null) and o.payment_id is null""",
    "an agent contacts before joining or after leaving": """
        from contacts join agents using (agent_id)
        where contacted_at < joined_on or contacted_at >= left_on""",
    "an automated contact names an agent": """
        from contacts where automated = (agent_id is not null)""",
    "two spells of ownership overlap or leave a gap": """
        from (select *, lead(from_at) over (partition by case_id order by from_at) as following
              from assignments)
        where (following is not null and to_at is distinct from following) or to_at <= from_at""",
    "a case's owner is not that of its last spell": """
        from (select case_id, max_by(team_id, from_at) as team, max_by(struct_pack(a := agent_id),
              from_at).a as agent from assignments group by 1) join cases using (case_id)
        where team <> team_id or agent is distinct from agent_id""",
    "a case's stage is not the last it entered": """
        from (select case_id, max_by(stage, entered_at) as entered from stage_history group by 1)
        join cases using (case_id) where entered <> stage""",
    "a case goes back in its stages": """
        from (select list_position(['notice', 'call', 'visit', 'legal', 'closed'], stage) as step,
              lag(step) over (partition by case_id order by entered_at) as before
              from stage_history) where step <= before""",
    "an open case owes nothing": """
        from cases where closed_on is null and placed_amount
        + coalesce((select sum(amount) from adjustments a where a.case_id = cases.case_id), 0)
        <= coalesce((select sum(amount) from payments p where p.case_id = cases.case_id), 0)""",
    "a case paid off still owes, unless a payment bounced": """
        from cases where close_reason = 'paid' and placed_amount
        + coalesce((select sum(amount) from adjustments a where a.case_id = cases.case_id), 0)
        > coalesce((select sum(amount) from payments p where p.case_id = cases.case_id), 0)
        and not exists (from payments p where p.case_id = cases.case_id and amount < 0)""",
    "a plan of a promise is unknown": """
        from promises left join plans using (plan_id)
        where promises.plan_id is not null and plans.plan_id is null""",
    "a review is of another agent's contact": """
        from quality_reviews r left join contacts c using (contact_id)
        where c.agent_id is distinct from r.agent_id""",
    "a day of the future is given for the start of the arrears": f"""
        from cases where delinquent_since > date '{LAST_DAY}'""",
}


@pytest.mark.parametrize("rule", NEVER)
def test_it_never_happens_that(rule: str, sql: duckdb.DuckDBPyConnection) -> None:
    assert sql.sql(f"select * {NEVER[rule]}").fetchall() == []


def test_nearly_nobody_pays_more_than_is_owed(sql: duckdb.DuckDBPyConnection) -> None:
    """Only double payments do."""
    overpaid = sql.sql("""
        select count(*) from cases where placed_amount
        + coalesce((select sum(amount) from adjustments a where a.case_id = cases.case_id), 0)
        < coalesce((select sum(amount) from payments p where p.case_id = cases.case_id), 0)
    """).fetchone()
    assert overpaid is not None
    assert overpaid[0] < 0.01 * PLAN.cases


def test_snapshots_hold_the_open_cases_with_their_balance_to_the_cent(
    sql: duckdb.DuckDBPyConnection,
) -> None:
    differing = sql.sql("""
        with moves as (
            select case_id, booked_on as day, amount from adjustments
            union all select case_id, paid_at::date, -amount from payments),
        states as (
            select c.case_id, e.as_of, greatest(e.as_of - c.delinquent_since, 0) as dpd,
                   c.placed_amount + coalesce((select sum(amount) from moves m
                   where m.case_id = c.case_id and m.day <= e.as_of), 0) as balance
            from cases c join (select distinct as_of from snapshots) e
            on c.placed_on <= e.as_of and (c.closed_on is null or c.closed_on > e.as_of))
        (from states except select case_id, as_of, dpd, balance from snapshots) union all
        (select case_id, as_of, dpd, balance from snapshots except from states)
    """).fetchall()
    assert differing == []


def test_there_is_a_snapshot_of_every_month_end(sql: duckdb.DuckDBPyConnection) -> None:
    days = sql.sql("select distinct as_of from snapshots order by 1").fetchall()
    assert len(days) == 14
    assert days[-1][0] == LAST_DAY
    assert sql.sql("select 1 from snapshots where as_of <> last_day(as_of)").fetchall() == []
