-- The open life of each case as spells [day, until) of constant owner, bucket, stage, age and
-- balance, with the state before (p_…), so that daily movements can be read off single rows.
-- All future changes of bucket and age are included: no spell depends on today.
WITH c AS (
    SELECT k.* FROM l_cases k JOIN scope USING (case_no)
),
owner_days AS (
    -- In force at the end of a day: from the day it begins up to the day it ends.
    SELECT case_no, CAST(from_at AS DATE) AS first_day, CAST(until AS DATE) AS end_day, team, agent
    FROM owners
    JOIN scope USING (case_no)
    WHERE until IS NULL OR CAST(from_at AS DATE) < CAST(until AS DATE)
),
entries AS (
    SELECT case_no, CAST(entered_at AS DATE) AS first_day, arg_max(stage, entered_at) AS stage
    FROM l_stage_history
    JOIN scope USING (case_no)
    GROUP BY case_no, CAST(entered_at AS DATE)
),
first_stage AS (
    SELECT case_no, arg_min(stage, entered_at) AS stage
    FROM l_stage_history
    JOIN scope USING (case_no)
    GROUP BY case_no
),
stage_days AS (
    SELECT case_no, first_day, lead(first_day) OVER w AS end_day, stage
    FROM entries
    WINDOW w AS (PARTITION BY case_no ORDER BY first_day)
),
stage_starts AS (
    SELECT case_no, first_day FROM stage_days
    UNION ALL
    SELECT case_no, placed_on FROM c
),
money AS (
    SELECT
        m.case_no,
        greatest(m.day, c.placed_on) AS day,
        CAST(sum(m.paid) AS BIGINT) AS paid,
        CAST(sum(m.adjusted) AS BIGINT) AS adjusted
    FROM (
        SELECT case_no, CAST(paid_at AS DATE) AS day, amount AS paid, 0 AS adjusted
        FROM l_payments JOIN scope USING (case_no)
        UNION ALL
        SELECT case_no, booked_on, 0, amount FROM l_adjustments JOIN scope USING (case_no)
    ) m
    JOIN c USING (case_no)
    WHERE c.closed_on IS NULL OR m.day <= c.closed_on
    GROUP BY m.case_no, greatest(m.day, c.placed_on)
),
points AS (
    SELECT case_no, placed_on AS day FROM c
    UNION
    SELECT case_no, closed_on FROM c WHERE closed_on IS NOT NULL
    UNION
    SELECT case_no, day FROM money
    UNION
    SELECT case_no, first_day FROM owner_days
    UNION
    SELECT case_no, end_day FROM owner_days WHERE end_day IS NOT NULL
    UNION
    SELECT case_no, first_day FROM stage_days
    UNION
    SELECT case_no, delinquent_since + unnest(getvariable('bucket_starts')) FROM c
    UNION
    SELECT case_no, first_day + unnest([8, 16, 31, 61, 91, 181]) FROM stage_starts
),
spells AS (
    SELECT
        p.case_no,
        p.day,
        lead(p.day) OVER (PARTITION BY p.case_no ORDER BY p.day) AS next_day,
        p.day = c.placed_on AS opened,
        p.day IS NOT DISTINCT FROM c.closed_on AS closes
    FROM points p
    JOIN c USING (case_no)
    WHERE p.day >= c.placed_on AND (c.closed_on IS NULL OR p.day <= c.closed_on)
),
states AS (
    SELECT
        s.case_no,
        s.day,
        CASE WHEN s.closes THEN s.day ELSE s.next_day END AS until,
        s.opened,
        s.closes,
        CASE WHEN s.closes THEN coalesce(c.close_reason, 'other') ELSE '' END AS close_reason,
        coalesce(o.team, c.team_id) AS team,
        coalesce(o.agent, c.agent_id, '') AS agent,
        c.product,
        c.segment,
        c.region,
        bucket_of(s.day - c.delinquent_since) AS bucket,
        coalesce(
            g.stage, f.stage, CASE WHEN c.stage = 'closed' THEN 'notice' ELSE c.stage END
        ) AS stage,
        age_of(s.day - c.placed_on) AS age,
        age_of(s.day - coalesce(g.first_day, c.placed_on)) AS stage_age,
        c.placed_amount,
        coalesce(m.paid, 0) AS paid,
        coalesce(m.adjusted, 0) AS adjusted
    FROM spells s
    JOIN c USING (case_no)
    LEFT JOIN money m ON m.case_no = s.case_no AND m.day = s.day
    LEFT JOIN owner_days o
        ON o.case_no = s.case_no
        AND o.first_day <= s.day
        AND s.day < coalesce(o.end_day, DATE '9999-12-31')
    LEFT JOIN stage_days g
        ON g.case_no = s.case_no
        AND g.first_day <= s.day
        AND s.day < coalesce(g.end_day, DATE '9999-12-31')
    LEFT JOIN first_stage f ON f.case_no = s.case_no
)
SELECT
    case_no,
    day,
    until,
    opened,
    closes,
    close_reason,
    -- On the day of closing a case still belongs where it was the evening before.
    CASE WHEN closes AND NOT opened THEN lag(team) OVER w ELSE team END AS team,
    CASE WHEN closes AND NOT opened THEN lag(agent) OVER w ELSE agent END AS agent,
    product,
    segment,
    region,
    CASE WHEN closes AND NOT opened THEN lag(bucket) OVER w ELSE bucket END AS bucket,
    CASE WHEN closes AND NOT opened THEN lag(stage) OVER w ELSE stage END AS stage,
    CASE WHEN closes AND NOT opened THEN lag(age) OVER w ELSE age END AS age,
    CASE WHEN closes AND NOT opened THEN lag(stage_age) OVER w ELSE stage_age END AS stage_age,
    lag(team) OVER w AS p_team,
    lag(agent) OVER w AS p_agent,
    lag(bucket) OVER w AS p_bucket,
    lag(stage) OVER w AS p_stage,
    lag(age) OVER w AS p_age,
    lag(stage_age) OVER w AS p_stage_age,
    placed_amount,
    paid,
    adjusted,
    CAST(placed_amount + sum(adjusted - paid) OVER (
        PARTITION BY case_no ORDER BY day ROWS UNBOUNDED PRECEDING
    ) AS BIGINT) AS balance
FROM states
WINDOW w AS (PARTITION BY case_no ORDER BY day)
