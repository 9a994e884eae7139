-- The roll matrix from the month-end states that the core system delivered. It delivers states of
-- accounts before they are placed and after they are closed as well: these are not in the stock.
SELECT
    m.day,
    coalesce(o.team, c.team_id) AS team,
    coalesce(o.agent, c.agent_id) AS agent,
    c.product,
    c.segment,
    c.region,
    bucket_of(a.dpd) AS bucket,
    CASE
        WHEN c.closed_on <= m.day THEN coalesce(c.close_reason, 'other')
        WHEN b.case_no IS NOT NULL THEN bucket_of(b.dpd)
        ELSE 'other'
    END AS to_state,
    count(*) AS n,
    CAST(sum(a.balance) AS BIGINT) AS balance
FROM month_pairs m
JOIN l_snapshots a ON a.as_of = m.first_day
JOIN l_cases c
    ON c.case_no = a.case_no
    AND c.placed_on <= m.first_day
    AND (c.closed_on IS NULL OR m.first_day < c.closed_on)
LEFT JOIN l_snapshots b ON b.case_no = a.case_no AND b.as_of = m.day
LEFT JOIN owners o
    ON o.case_no = a.case_no
    AND CAST(o.from_at AS DATE) <= m.first_day
    AND m.first_day < coalesce(CAST(o.until AS DATE), DATE '9999-12-31')
GROUP BY ALL
