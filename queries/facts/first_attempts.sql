-- The first outbound contact of each case on or after its placement; of several at the same moment
-- the first by agent and channel.
SELECT
    k.case_no,
    arg_min(k.day, (k.contacted_at, k.agent, k.channel)) AS day,
    arg_min(k.team, (k.contacted_at, k.agent, k.channel)) AS team,
    arg_min(k.agent, (k.contacted_at, k.agent, k.channel)) AS agent,
    arg_min(k.channel, (k.contacted_at, k.agent, k.channel)) AS channel,
    arg_min(k.bucket, (k.contacted_at, k.agent, k.channel)) AS bucket,
    any_value(k.product) AS product,
    any_value(k.segment) AS segment,
    any_value(k.region) AS region,
    min(k.day) - any_value(c.placed_on) AS wait_days,
    CAST(min(k.day) - any_value(c.placed_on) <= 1 AS INTEGER) AS in_time
FROM f_contacts k
JOIN scope USING (case_no)
JOIN l_cases c USING (case_no)
WHERE k.direction = 'outbound' AND k.day >= c.placed_on
GROUP BY k.case_no
