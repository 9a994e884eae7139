-- Payments with each reversal moved to the day, owner and bucket of the payment it takes back.
WITH moved AS (
    SELECT
        p.case_no,
        CASE WHEN p.amount < 0 THEN coalesce(r.origin_at, p.paid_at) ELSE p.paid_at END AS paid_at,
        p.amount
    FROM l_payments p
    JOIN scope USING (case_no)
    LEFT JOIN origins r USING (case_no, payment_id)
)
SELECT
    p.case_no,
    CAST(p.paid_at AS DATE) AS day,
    coalesce(o.team, c.team_id) AS team,
    coalesce(o.agent, c.agent_id, '') AS agent,
    c.product,
    c.segment,
    c.region,
    bucket_of(CAST(p.paid_at AS DATE) - c.delinquent_since) AS bucket,
    date_trunc('month', c.placed_on)::DATE AS vintage,
    p.amount,
    CASE WHEN p.amount > 0 THEN 1 ELSE 0 END AS payments
FROM moved p
JOIN l_cases c USING (case_no)
LEFT JOIN owners o
    ON o.case_no = p.case_no AND o.from_at <= p.paid_at AND p.paid_at < coalesce(o.until, TIMESTAMP '9999-12-31')
