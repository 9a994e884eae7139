-- The days on which a case was attempted, each with the one before it: over any period a case counts
-- once, on the day whose previous one lies before the period. Reads f_contacts from scope.since on and
-- the last days before it from `attempted_before`.
WITH days AS (
    SELECT case_no, day, bool_or(open) AS open
    FROM f_contacts
    JOIN scope USING (case_no)
    WHERE direction = 'outbound' AND day >= getvariable('scope_from') AND day >= since
    GROUP BY case_no, day
    UNION ALL
    SELECT case_no, day, open FROM attempted_before
)
SELECT
    d.case_no,
    d.day,
    d.open,
    c.product,
    c.segment,
    c.region,
    coalesce(lag(d.day) OVER w, DATE '0001-01-01') AS previous,
    coalesce(
        max(CASE WHEN d.open THEN d.day END) OVER (w ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING),
        DATE '0001-01-01'
    ) AS previous_open
FROM days d
JOIN l_cases c USING (case_no)
WINDOW w AS (PARTITION BY d.case_no ORDER BY d.day)
