-- The roll matrix from the month-end states that the core system delivered.
SELECT
    m.day,
    coalesce(o.team, c.team_id) AS team,
    coalesce(o.agent, c.agent_id) AS agent,
    c.product,
    c.segment,
    c.region,
    bucket_of(a.dpd) AS bucket,
    CASE
        WHEN b.case_no IS NOT NULL THEN bucket_of(b.dpd)
        WHEN c.closed_on <= m.day THEN coalesce(c.close_reason, 'other')
        ELSE 'other'
    END AS to_state,
    count(*) AS n,
    CAST(sum(a.balance) AS BIGINT) AS balance
FROM month_pairs m
JOIN l_snapshots a ON a.as_of = m.first_day
JOIN l_cases c ON c.case_no = a.case_no
LEFT JOIN l_snapshots b ON b.case_no = a.case_no AND b.as_of = m.day
LEFT JOIN owners o
    ON o.case_no = a.case_no
    AND CAST(o.from_at AS DATE) <= m.first_day
    AND m.first_day < coalesce(CAST(o.until AS DATE), DATE '9999-12-31')
GROUP BY ALL
