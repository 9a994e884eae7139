-- How long a case stayed with a team at a time, [day, until): `previous` is when it had left the same
-- team before. Who was there in a period: all at the end of its first day, and those who came later and
-- had left before. Reads f_stock from scope.since on; `stays_before` holds the stays that began before.
WITH spells AS (
    SELECT case_no, day, until, team, product, segment, region, since
    FROM f_stock
    JOIN scope USING (case_no)
    WHERE NOT closes
        AND (until IS NULL OR until >= getvariable('since_from'))
        AND (until IS NULL OR until >= since)
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
        CASE WHEN bool_and(until IS NOT NULL) THEN max(until) END AS until,
        any_value(since) AS since
    FROM numbered
    GROUP BY case_no, stay, team
),
-- The spells that are read begin somewhere in the stay that the change finds.
every AS (
    SELECT
        s.case_no, s.team, s.product, s.segment, s.region, coalesce(b.day, s.day) AS day, s.until
    FROM stays s
    LEFT JOIN stays_before b
        ON b.case_no = s.case_no AND b.team = s.team AND b.lasts AND s.day < s.since
    UNION ALL
    SELECT case_no, team, product, segment, region, day, until FROM stays_before WHERE NOT lasts
)
SELECT
    *,
    coalesce(lag(until) OVER (PARTITION BY case_no, team ORDER BY day), DATE '0001-01-01') AS previous
FROM every
