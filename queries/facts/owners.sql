-- Who owned a case and when: disjoint spells [from_at, until) per case.
-- The next assignment ends the one before it, even where the case system left that one open.
WITH ordered AS (
    SELECT
        case_no,
        from_at,
        to_at,
        team_id AS team,
        coalesce(agent_id, '') AS agent,
        lead(from_at) OVER (
            PARTITION BY case_no ORDER BY from_at, team_id, coalesce(agent_id, '')
        ) AS next_from
    FROM l_assignments
    JOIN scope USING (case_no)
)
SELECT case_no, from_at, least(to_at, next_from) AS until, team, agent
FROM ordered
WHERE from_at < coalesce(least(to_at, next_from), TIMESTAMP '9999-01-01')
