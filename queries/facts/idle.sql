-- The open life of each case as spells [day, until) by days since the last attempt.
-- A case that was never attempted is idle since its placement. Reads f_stock and f_contacts, both
-- only as far back as spells from scope.begins on can be seen from: whoever was attempted more than
-- 30 days before is as idle as can be.
WITH life AS (
    SELECT k.case_no, k.placed_on, k.closed_on, scope.begins
    FROM l_cases k JOIN scope USING (case_no)
),
anchors AS (
    SELECT case_no, placed_on AS day FROM life
    UNION
    SELECT k.case_no, k.day
    FROM f_contacts k
    JOIN life USING (case_no)
    WHERE k.direction = 'outbound'
        AND k.day >= getvariable('scope_from') - 30
        AND k.day >= life.begins - 30
        AND k.day > life.placed_on
        AND (life.closed_on IS NULL OR k.day < life.closed_on)
),
gaps AS (
    SELECT case_no, day, lead(day) OVER (PARTITION BY case_no ORDER BY day) AS next_day
    FROM anchors
),
-- Only gaps of a week or more leave the first band, so few rows remain.
turns AS (
    SELECT case_no, placed_on AS day, '0-6' AS idle FROM life
    UNION ALL
    SELECT case_no, day + 7, '7-13' FROM gaps WHERE next_day IS NULL OR next_day > day + 7
    UNION ALL
    SELECT case_no, day + 14, '14-29' FROM gaps WHERE next_day IS NULL OR next_day > day + 14
    UNION ALL
    SELECT case_no, day + 30, '30+' FROM gaps WHERE next_day IS NULL OR next_day > day + 30
    UNION ALL
    SELECT case_no, next_day, '0-6' FROM gaps WHERE next_day > day + 7
),
-- Turns of the stock, and where each case stood when the first spell begins.
slices AS (
    SELECT case_no, day, team, agent, bucket
    FROM f_stock
    JOIN scope USING (case_no)
    WHERE (until IS NULL OR until > getvariable('scope_from'))
        AND (until IS NULL OR until > begins)
        AND NOT closes
        AND (opened OR day <= begins OR team <> p_team OR agent <> p_agent OR bucket <> p_bucket)
),
points AS (
    SELECT
        case_no,
        day,
        any_value(team) AS team,
        any_value(agent) AS agent,
        any_value(bucket) AS bucket,
        any_value(idle) AS idle
    FROM (
        SELECT case_no, day, team, agent, bucket, NULL AS idle FROM slices
        UNION ALL
        SELECT case_no, day, NULL, NULL, NULL, idle FROM turns
    )
    GROUP BY case_no, day
),
filled AS (
    SELECT
        p.case_no,
        p.day,
        coalesce(lead(p.day) OVER w, life.closed_on) AS until,
        last_value(p.team IGNORE NULLS) OVER w AS team,
        last_value(p.agent IGNORE NULLS) OVER w AS agent,
        last_value(p.bucket IGNORE NULLS) OVER w AS bucket,
        last_value(p.idle IGNORE NULLS) OVER w AS idle
    FROM points p
    JOIN life USING (case_no)
    WHERE life.closed_on IS NULL OR p.day < life.closed_on
    WINDOW w AS (PARTITION BY p.case_no ORDER BY p.day)
)
SELECT f.case_no, f.day, f.until, f.team, f.agent, c.product, c.segment, c.region, f.bucket, f.idle
FROM filled f
JOIN l_cases c USING (case_no)
