-- Promises with what was paid towards each and how it came out, as if its window were over;
-- readers decide by the due day whether a promise counts yet (matured) or is pending.
WITH promised AS (
    SELECT
        p.case_no,
        p.promise_id,
        p.agent_id,
        p.made_at,
        CAST(p.made_at AS DATE) AS made_day,
        p.due_on,
        p.due_on + CAST(getvariable('grace_days') AS INTEGER) AS window_end,
        p.amount,
        p.plan_id
    FROM l_promises p
    JOIN scope USING (case_no)
    WHERE NOT p.cancelled
),
-- Each payment belongs to exactly one promise: the earliest due whose window holds its day.
-- A reversal goes where the payment went that it takes back.
paid_rows AS (
    SELECT
        p.case_no,
        coalesce(CASE WHEN p.amount < 0 THEN r.origin END, p.payment_id) AS carrier,
        CAST(coalesce(CASE WHEN p.amount < 0 THEN r.origin_at END, p.paid_at) AS DATE) AS day,
        p.amount
    FROM l_payments p
    JOIN scope USING (case_no)
    LEFT JOIN origins r USING (case_no, payment_id)
),
payments AS (
    SELECT case_no, carrier, day, sum(amount) AS amount
    FROM paid_rows
    GROUP BY case_no, carrier, day
),
allocated AS (
    SELECT
        pay.case_no,
        pay.amount,
        arg_min(pro.promise_id, (pro.due_on, pro.made_at, pro.promise_id)) AS promise_id
    FROM payments pay
    JOIN promised pro
        ON pro.case_no = pay.case_no AND pay.day BETWEEN pro.made_day AND pro.window_end
    GROUP BY pay.case_no, pay.carrier, pay.day, pay.amount
),
paid AS (
    SELECT case_no, promise_id, sum(amount) AS paid
    FROM allocated
    GROUP BY case_no, promise_id
),
-- Within a plan the surplus of an instalment helps the next; a shortfall does not burden it.
running AS (
    SELECT
        pro.*,
        coalesce(paid.paid, 0) AS paid,
        sum(coalesce(paid.paid, 0) - pro.amount) OVER plan_order AS surplus
    FROM promised pro
    LEFT JOIN paid USING (case_no, promise_id)
    WINDOW plan_order AS (
        PARTITION BY pro.case_no, coalesce(pro.plan_id, 'promise ' || pro.promise_id),
            pro.plan_id IS NULL
        ORDER BY pro.due_on, pro.made_at, pro.promise_id
        ROWS UNBOUNDED PRECEDING
    )
),
floors AS (
    SELECT *, surplus - least(0, min(surplus) OVER plan_order) AS surplus_after
    FROM running
    WINDOW plan_order AS (
        PARTITION BY case_no, coalesce(plan_id, 'promise ' || promise_id), plan_id IS NULL
        ORDER BY due_on, made_at, promise_id
        ROWS UNBOUNDED PRECEDING
    )
),
carried AS (
    SELECT
        *,
        paid + coalesce(lag(surplus_after) OVER (
            PARTITION BY case_no, coalesce(plan_id, 'promise ' || promise_id), plan_id IS NULL
            ORDER BY due_on, made_at, promise_id
        ), 0) AS towards
    FROM floors
),
judged AS (
    SELECT
        *,
        CASE
            WHEN towards > 0 AND towards * 10000 >= amount * getvariable('kept_threshold')
                THEN 'kept'
            WHEN towards > 0 THEN 'partial'
            ELSE 'broken'
        END AS outcome
    FROM carried
)
SELECT
    j.case_no,
    j.made_day,
    j.due_on AS due_day,
    coalesce(a.team_id, o.team, c.team_id) AS team,
    coalesce(j.agent_id, '') AS agent,
    c.product,
    c.segment,
    c.region,
    bucket_of(j.made_day - c.delinquent_since) AS made_bucket,
    bucket_of(j.due_on - c.delinquent_since) AS due_bucket,
    j.amount,
    j.due_on - j.made_day AS lead_days,
    CAST(j.outcome = 'kept' AS INTEGER) AS kept,
    CAST(j.outcome = 'partial' AS INTEGER) AS partial,
    CAST(j.outcome = 'broken' AS INTEGER) AS broken,
    CAST(greatest(0, least(j.towards, j.amount)) AS BIGINT) AS kept_amount
FROM judged j
JOIN l_cases c USING (case_no)
LEFT JOIN l_agents a ON a.agent_id = j.agent_id
LEFT JOIN owners o
    ON o.case_no = j.case_no AND o.from_at <= j.made_at AND j.made_at < coalesce(o.until, TIMESTAMP '9999-12-31')
