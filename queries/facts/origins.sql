-- The payment that a reversal takes back: chains are followed to the row that reverses nothing.
-- A reversal of a payment that is unknown, set aside, of another case or part of a circle has none.
WITH RECURSIVE paid AS MATERIALIZED (
    -- Few cases have any reversal.
    SELECT case_no, payment_id, paid_at, reverses
    FROM l_payments
    WHERE case_no IN (
        SELECT r.case_no FROM l_payments r JOIN scope USING (case_no) WHERE r.reverses IS NOT NULL
    )
),
chain AS (
    SELECT r.case_no, r.payment_id, r.reverses AS origin, 1 AS depth
    FROM paid r
    WHERE r.reverses IS NOT NULL
    UNION ALL
    SELECT chain.case_no, chain.payment_id, p.reverses, chain.depth + 1
    FROM chain
    JOIN paid p ON p.case_no = chain.case_no AND p.payment_id = chain.origin
    WHERE p.reverses IS NOT NULL AND chain.depth < 16
)
SELECT chain.case_no, chain.payment_id, p.payment_id AS origin, p.paid_at AS origin_at
FROM chain
JOIN paid p ON p.case_no = chain.case_no AND p.payment_id = chain.origin
WHERE p.reverses IS NULL
