-- As attempted.sql, by the team that attempted: a case counts once for each team.
WITH days AS (
    SELECT
        case_no,
        team,
        day,
        bool_or(open) AS open,
        CAST(NULL AS DATE) AS previous,
        CAST(NULL AS DATE) AS previous_open
    FROM f_contacts
    JOIN scope USING (case_no)
    WHERE direction = 'outbound' AND day >= getvariable('since_from') AND day >= since
    GROUP BY case_no, team, day
    UNION ALL
    SELECT case_no, team, day, open, previous, previous_open FROM attempted_before
)
SELECT
    case_no,
    team,
    day,
    lead(day) OVER w AS until,
    open,
    coalesce(days.previous, lag(day) OVER w, DATE '0001-01-01') AS previous,
    coalesce(
        days.previous_open,
        max(CASE WHEN open THEN day ELSE days.previous_open END)
            OVER (w ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING),
        DATE '0001-01-01'
    ) AS previous_open
FROM days
WINDOW w AS (PARTITION BY case_no, team ORDER BY day)
