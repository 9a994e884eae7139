-- payments: count
SELECT count(*) AS `count_1`
FROM `payments`;


-- payments: newest stamp
SELECT max(`updated_at`) AS `updated_at`
FROM `payments`
WHERE `updated_at` <= TIMESTAMP_NTZ '9999-12-30 00:00:00';


-- payments: Everything()
SELECT `payment_id` AS `payment_id`, `case_id` AS `case_id`, `booked at` AS `paid_at`, `order` AS `amount`, `updated_at` AS `updated_at`
FROM `payments`;


-- payments: ChangedSince(at=datetime.datetime(2024, 3, 5, 10, 30))
SELECT `payment_id` AS `payment_id`, `case_id` AS `case_id`, `booked at` AS `paid_at`, `order` AS `amount`, `updated_at` AS `updated_at`
FROM `payments`
WHERE `updated_at` >= TIMESTAMP_NTZ '2024-03-05 10:30:00' OR `updated_at` IS NULL OR `updated_at` < TIMESTAMP_NTZ '1990-01-01 00:00:00';

SELECT `payment_id`
FROM `payments`
WHERE `payment_id` IN (SELECT `payment_id`
FROM `payments`
WHERE `updated_at` >= TIMESTAMP_NTZ '2024-03-05 10:30:00' OR `updated_at` IS NULL OR `updated_at` < TIMESTAMP_NTZ '1990-01-01 00:00:00') GROUP BY `payment_id`
HAVING count(*) > 1;

SELECT `payment_id`
FROM `payments`
WHERE `payment_id` IN ('P1');

SELECT `payment_id` AS `payment_id`, `case_id` AS `case_id`, `booked at` AS `paid_at`, `order` AS `amount`, `updated_at` AS `updated_at`
FROM `payments`
WHERE `payment_id` IN ('P1');


-- payments: OfCases(case_ids=['C1', "O'Hara"])
SELECT `payment_id` AS `payment_id`, `case_id` AS `case_id`, `booked at` AS `paid_at`, `order` AS `amount`, `updated_at` AS `updated_at`
FROM `payments`
WHERE `case_id` IN ('C1', CAST(X'4f2748617261' AS STRING));

SELECT `payment_id`
FROM `payments`
WHERE `payment_id` IN (SELECT `payment_id`
FROM `payments`
WHERE `case_id` IN ('C1', CAST(X'4f2748617261' AS STRING))) GROUP BY `payment_id`
HAVING count(*) > 1;

SELECT `payment_id`
FROM `payments`
WHERE `payment_id` IN ('P1');

SELECT `payment_id` AS `payment_id`, `case_id` AS `case_id`, `booked at` AS `paid_at`, `order` AS `amount`, `updated_at` AS `updated_at`
FROM `payments`
WHERE `payment_id` IN ('P1');


-- payments: WithKeys(keys=['P1', 'P2'])
SELECT `payment_id` AS `payment_id`, `case_id` AS `case_id`, `booked at` AS `paid_at`, `order` AS `amount`, `updated_at` AS `updated_at`
FROM `payments`
WHERE `payment_id` IN ('P1', 'P2');


-- payments: OnDays(spans=[(datetime.datetime(2024, 3, 5, 0, 0), datetime.datetime(2024, 3, 7, 0, 0)), (datetime.datetime(2024, 3, 9, 12, 0), datetime.datetime(2024, 3, 9, 18, 0))], column='paid_at')
SELECT `payment_id` AS `payment_id`, `case_id` AS `case_id`, `booked at` AS `paid_at`, `order` AS `amount`, `updated_at` AS `updated_at`
FROM `payments`
WHERE `booked at` >= TIMESTAMP_NTZ '2024-03-05 00:00:00' AND `booked at` < TIMESTAMP_NTZ '2024-03-07 00:00:00' OR `booked at` >= TIMESTAMP_NTZ '2024-03-09 12:00:00' AND `booked at` < TIMESTAMP_NTZ '2024-03-09 18:00:00';

SELECT `payment_id`
FROM `payments`
WHERE `payment_id` IN (SELECT `payment_id`
FROM `payments`
WHERE `booked at` >= TIMESTAMP_NTZ '2024-03-05 00:00:00' AND `booked at` < TIMESTAMP_NTZ '2024-03-07 00:00:00' OR `booked at` >= TIMESTAMP_NTZ '2024-03-09 12:00:00' AND `booked at` < TIMESTAMP_NTZ '2024-03-09 18:00:00') GROUP BY `payment_id`
HAVING count(*) > 1;

SELECT `payment_id`
FROM `payments`
WHERE `payment_id` IN ('P1');

SELECT `payment_id` AS `payment_id`, `case_id` AS `case_id`, `booked at` AS `paid_at`, `order` AS `amount`, `updated_at` AS `updated_at`
FROM `payments`
WHERE `payment_id` IN ('P1');


-- contacts: count
SELECT count(*) AS `count_1`
FROM `core`.`contacts`;


-- contacts: newest stamp
SELECT max(`updated_at`) AS `updated_at`
FROM `core`.`contacts`
WHERE `updated_at` <= TIMESTAMP '9999-12-29 16:00:00+00:00';


-- contacts: ChangedSince(at=datetime.datetime(2024, 3, 5, 10, 30))
SELECT `contact_id` AS `contact_id`, `case_id` AS `case_id`, `contacted_at` AS `contacted_at`, `channel` AS `channel`, `direction` AS `direction`, `outcome` AS `outcome`, `updated_at` AS `updated_at`
FROM `core`.`contacts`
WHERE `updated_at` >= TIMESTAMP '2024-03-05 02:30:00+00:00' OR `updated_at` IS NULL OR `updated_at` < TIMESTAMP '1989-12-31 16:00:00+00:00';

SELECT `contact_id`
FROM `core`.`contacts`
WHERE `contact_id` IN (SELECT `contact_id`
FROM `core`.`contacts`
WHERE `updated_at` >= TIMESTAMP '2024-03-05 02:30:00+00:00' OR `updated_at` IS NULL OR `updated_at` < TIMESTAMP '1989-12-31 16:00:00+00:00') GROUP BY `contact_id`
HAVING count(*) > 1;


-- contacts: OfCases(case_ids=['1', 'C2'])
SELECT `contact_id` AS `contact_id`, `case_id` AS `case_id`, `contacted_at` AS `contacted_at`, `channel` AS `channel`, `direction` AS `direction`, `outcome` AS `outcome`, `updated_at` AS `updated_at`
FROM `core`.`contacts`
WHERE `case_id` IN (1);

SELECT `contact_id`
FROM `core`.`contacts`
WHERE `contact_id` IN (SELECT `contact_id`
FROM `core`.`contacts`
WHERE `case_id` IN (1)) GROUP BY `contact_id`
HAVING count(*) > 1;


-- contacts: WithKeys(keys=['7'])
SELECT `contact_id` AS `contact_id`, `case_id` AS `case_id`, `contacted_at` AS `contacted_at`, `channel` AS `channel`, `direction` AS `direction`, `outcome` AS `outcome`, `updated_at` AS `updated_at`
FROM `core`.`contacts`
WHERE `contact_id` IN (7);


-- contacts: OnDays(spans=[(datetime.datetime(2024, 3, 5, 0, 0), datetime.datetime(2024, 3, 7, 0, 0)), (datetime.datetime(2024, 3, 9, 12, 0), datetime.datetime(2024, 3, 9, 18, 0))], column='contacted_at')
SELECT `contact_id` AS `contact_id`, `case_id` AS `case_id`, `contacted_at` AS `contacted_at`, `channel` AS `channel`, `direction` AS `direction`, `outcome` AS `outcome`, `updated_at` AS `updated_at`
FROM `core`.`contacts`
WHERE `contacted_at` >= TIMESTAMP '2024-03-04 16:00:00+00:00' AND `contacted_at` < TIMESTAMP '2024-03-06 16:00:00+00:00' OR `contacted_at` >= TIMESTAMP '2024-03-09 04:00:00+00:00' AND `contacted_at` < TIMESTAMP '2024-03-09 10:00:00+00:00';

SELECT `contact_id`
FROM `core`.`contacts`
WHERE `contact_id` IN (SELECT `contact_id`
FROM `core`.`contacts`
WHERE `contacted_at` >= TIMESTAMP '2024-03-04 16:00:00+00:00' AND `contacted_at` < TIMESTAMP '2024-03-06 16:00:00+00:00' OR `contacted_at` >= TIMESTAMP '2024-03-09 04:00:00+00:00' AND `contacted_at` < TIMESTAMP '2024-03-09 10:00:00+00:00') GROUP BY `contact_id`
HAVING count(*) > 1;


-- promises: count
SELECT count(*) AS `count_1`
FROM `promises`;


-- promises: newest stamp
SELECT max(`updated_at`) AS `updated_at`
FROM `promises`
WHERE `updated_at` <= '9999-12-30';

SELECT `updated_at` AS `updated_at`
FROM `promises`
WHERE `updated_at` >= '2024-03-04' OR `updated_at` IS NULL OR `updated_at` < '1990';


-- promises: ChangedSince(at=datetime.datetime(2024, 3, 5, 10, 30))
SELECT `promise_id` AS `promise_id`, `case_id` AS `case_id`, `made_at` AS `made_at`, `due_on` AS `due_on`, `order` AS `amount`, `updated_at` AS `updated_at`
FROM `promises`
WHERE `updated_at` >= '2024-03-03' OR `updated_at` IS NULL OR `updated_at` < '1990';

SELECT `promise_id`
FROM `promises`
WHERE `promise_id` IN (SELECT `promise_id`
FROM `promises`
WHERE `updated_at` >= '2024-03-03' OR `updated_at` IS NULL OR `updated_at` < '1990') GROUP BY `promise_id`
HAVING count(*) > 1;

SELECT `promise_id` AS `promise_id`, `case_id` AS `case_id`, `made_at` AS `made_at`, `due_on` AS `due_on`, `order` AS `amount`, `updated_at` AS `updated_at`
FROM `promises`
WHERE CAST(`promise_id` AS STRING) IN ('P1');


-- promises: OfCases(case_ids=['0a0b'])
SELECT `promise_id` AS `promise_id`, `case_id` AS `case_id`, `made_at` AS `made_at`, `due_on` AS `due_on`, `order` AS `amount`, `updated_at` AS `updated_at`
FROM `promises`
WHERE `case_id` IN (X'30613062', X'0a0b');

SELECT `promise_id`
FROM `promises`
WHERE `promise_id` IN (SELECT `promise_id`
FROM `promises`
WHERE `case_id` IN (X'30613062', X'0a0b')) GROUP BY `promise_id`
HAVING count(*) > 1;

SELECT `promise_id` AS `promise_id`, `case_id` AS `case_id`, `made_at` AS `made_at`, `due_on` AS `due_on`, `order` AS `amount`, `updated_at` AS `updated_at`
FROM `promises`
WHERE CAST(`promise_id` AS STRING) IN ('P1');


-- promises: WithKeys(keys=['R1'])
SELECT `promise_id` AS `promise_id`, `case_id` AS `case_id`, `made_at` AS `made_at`, `due_on` AS `due_on`, `order` AS `amount`, `updated_at` AS `updated_at`
FROM `promises`
WHERE CAST(`promise_id` AS STRING) IN ('R1');


-- promises: OnDays(spans=[(datetime.datetime(2024, 3, 5, 0, 0), datetime.datetime(2024, 3, 7, 0, 0)), (datetime.datetime(2024, 3, 9, 12, 0), datetime.datetime(2024, 3, 9, 18, 0))], column='due_on')
SELECT `promise_id` AS `promise_id`, `case_id` AS `case_id`, `made_at` AS `made_at`, `due_on` AS `due_on`, `order` AS `amount`, `updated_at` AS `updated_at`
FROM `promises`
WHERE `due_on` >= '2024-03-03' AND `due_on` < '2024-03-11';

SELECT `promise_id`
FROM `promises`
WHERE `promise_id` IN (SELECT `promise_id`
FROM `promises`
WHERE `due_on` >= '2024-03-03' AND `due_on` < '2024-03-11') GROUP BY `promise_id`
HAVING count(*) > 1;

SELECT `promise_id` AS `promise_id`, `case_id` AS `case_id`, `made_at` AS `made_at`, `due_on` AS `due_on`, `order` AS `amount`, `updated_at` AS `updated_at`
FROM `promises`
WHERE CAST(`promise_id` AS STRING) IN ('P1');


-- snapshots: count
SELECT count(*) AS `count_1`
FROM `snapshots`;


-- snapshots: OnDays(spans=[(datetime.datetime(2024, 3, 5, 0, 0), datetime.datetime(2024, 3, 7, 0, 0)), (datetime.datetime(2024, 3, 9, 12, 0), datetime.datetime(2024, 3, 9, 18, 0))], column='as_of')
SELECT `case_id` AS `case_id`, `as_of` AS `as_of`, `dpd` AS `dpd`, `balance` AS `balance`
FROM `snapshots`
WHERE `as_of` >= DATE '2024-03-03' AND `as_of` < DATE '2024-03-11';


-- assignments: count
SELECT count(*) AS `count_1`
FROM (SELECT * FROM moves WHERE note LIKE '100%:x'
) t;


-- assignments: newest stamp
SELECT max(`updated_at`) AS `updated_at`
FROM (SELECT * FROM moves WHERE note LIKE '100%:x'
) t
WHERE `updated_at` <= DATE '9999-12-30';


-- assignments: ChangedSince(at=datetime.datetime(2024, 3, 5, 10, 30))
SELECT `case_id` AS `case_id`, `team_id` AS `team_id`, `from_at` AS `from_at`, `updated_at` AS `updated_at`
FROM (SELECT * FROM moves WHERE note LIKE '100%:x'
) t
WHERE `updated_at` >= DATE '2024-03-05' OR `updated_at` IS NULL OR `updated_at` < DATE '1990-01-01';

SELECT `case_id`
FROM (SELECT * FROM moves WHERE note LIKE '100%:x'
) t
WHERE `case_id` IN (SELECT `case_id`
FROM (SELECT * FROM moves WHERE note LIKE '100%:x'
) t
WHERE `updated_at` >= DATE '2024-03-05' OR `updated_at` IS NULL OR `updated_at` < DATE '1990-01-01') GROUP BY `case_id`, `from_at`
HAVING count(*) > 1;

SELECT `case_id`
FROM (SELECT * FROM moves WHERE note LIKE '100%:x'
) t
WHERE `case_id` IN ('P1');

SELECT `case_id` AS `case_id`, `team_id` AS `team_id`, `from_at` AS `from_at`, `updated_at` AS `updated_at`
FROM (SELECT * FROM moves WHERE note LIKE '100%:x'
) t
WHERE `case_id` IN ('P1');


-- assignments: OfCases(case_ids=['C1'])
SELECT `case_id` AS `case_id`, `team_id` AS `team_id`, `from_at` AS `from_at`, `updated_at` AS `updated_at`
FROM (SELECT * FROM moves WHERE note LIKE '100%:x'
) t
WHERE `case_id` IN ('C1');
