-- Contacts with the team of their agent, else of the owner at that moment, and the bucket of the day.
-- Reads `contact_rows`: new rows of the case database or stored ones whose case changed.
SELECT
    k.key,
    k.case_no,
    k.contacted_at,
    CAST(k.contacted_at AS DATE) AS day,
    CAST(extract('hour' FROM k.contacted_at) AS TINYINT) AS hour,
    coalesce(a.team_id, o.team, c.team_id) AS team,
    k.agent,
    k.channel,
    k.direction,
    k.outcome,
    c.product,
    c.segment,
    c.region,
    bucket_of(CAST(k.contacted_at AS DATE) - c.delinquent_since) AS bucket,
    CAST(k.contacted_at AS DATE) >= c.placed_on
        AND (c.closed_on IS NULL OR CAST(k.contacted_at AS DATE) < c.closed_on) AS open,
    k.seconds
FROM contact_rows k
JOIN l_cases c USING (case_no)
LEFT JOIN l_agents a ON a.agent_id = k.agent
LEFT JOIN owners o
    ON o.case_no = k.case_no AND o.from_at <= k.contacted_at AND k.contacted_at < coalesce(o.until, TIMESTAMP '9999-12-31')
