-- Where the cases open at one month end are at the next, for the pairs in `month_pairs`
-- (first_day = t0, day = t1). Read from the spells of the stock.
SELECT
    m.day,
    s.team,
    s.agent,
    s.product,
    s.segment,
    s.region,
    s.bucket,
    coalesce(t.bucket, c.close_reason, 'other') AS to_state,
    count(*) AS n,
    CAST(sum(s.balance) AS BIGINT) AS balance
FROM month_pairs m
JOIN f_stock s ON s.day <= m.first_day AND m.first_day < coalesce(s.until, DATE '9999-12-31')
JOIN l_cases c ON c.case_no = s.case_no
LEFT JOIN f_stock t
    ON t.case_no = s.case_no AND t.day <= m.day AND m.day < coalesce(t.until, DATE '9999-12-31')
GROUP BY ALL
