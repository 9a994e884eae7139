-- The days on which a case was attempted, each with the one before it: over any period a case counts
-- once, on the day whose previous one lies before the period. Reads f_contacts.
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
FROM (
    SELECT case_no, day, bool_or(open) AS open
    FROM f_contacts
    JOIN scope USING (case_no)
    WHERE direction = 'outbound'
    GROUP BY case_no, day
) d
JOIN l_cases c USING (case_no)
WINDOW w AS (PARTITION BY d.case_no ORDER BY d.day)
