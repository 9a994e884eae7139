-- The days on which a case was attempted, each with the one before it: over any period a case counts
-- once, on the day whose previous one lies before the period. Reads f_contacts from scope.since on;
-- `attempted_before` holds the last day before it, which knows those before itself.
WITH days AS (
    SELECT
        case_no,
        day,
        bool_or(open) AS open,
        CAST(NULL AS DATE) AS previous,
        CAST(NULL AS DATE) AS previous_open
    FROM f_contacts
    JOIN scope USING (case_no)
    WHERE direction = 'outbound' AND day >= getvariable('since_from') AND day >= since
    GROUP BY case_no, day
    UNION ALL
    SELECT case_no, day, open, previous, previous_open FROM attempted_before
)
SELECT
    d.case_no,
    d.day,
    lead(d.day) OVER w AS until,
    d.open,
    c.product,
    c.segment,
    c.region,
    coalesce(d.previous, lag(d.day) OVER w, DATE '0001-01-01') AS previous,
    coalesce(
        d.previous_open,
        max(CASE WHEN d.open THEN d.day ELSE d.previous_open END)
            OVER (w ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING),
        DATE '0001-01-01'
    ) AS previous_open
FROM days d
JOIN l_cases c USING (case_no)
WINDOW w AS (PARTITION BY d.case_no ORDER BY d.day)
