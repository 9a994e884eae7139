-- How long a case stayed with a team at a time: `day` is when it came, `previous` when it had left the
-- same team before. Who was there in a period: all at the end of its first day, and those who came
-- later and had left before. Reads f_stock.
WITH spells AS (
    SELECT case_no, day, until, team, product, segment, region
    FROM f_stock
    JOIN scope USING (case_no)
    WHERE NOT closes
),
arrivals AS (
    SELECT *, lag(team) OVER (PARTITION BY case_no ORDER BY day) IS DISTINCT FROM team AS comes
    FROM spells
),
numbered AS (
    SELECT *, sum(CAST(comes AS INTEGER)) OVER (PARTITION BY case_no ORDER BY day) AS stay
    FROM arrivals
),
stays AS (
    SELECT
        case_no,
        team,
        any_value(product) AS product,
        any_value(segment) AS segment,
        any_value(region) AS region,
        min(day) AS day,
        max(coalesce(until, DATE '9999-12-31')) AS until
    FROM numbered
    GROUP BY case_no, stay, team
)
SELECT
    * EXCLUDE (until),
    coalesce(lag(until) OVER (PARTITION BY case_no, team ORDER BY day), DATE '0001-01-01') AS previous
FROM stays
