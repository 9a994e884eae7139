-- payments: count
SELECT count(*) AS count_1
FROM [payments];


-- payments: newest stamp
SELECT max([updated_at]) AS updated_at
FROM [payments]
WHERE [updated_at] <= :updated_at_1;
-- {'updated_at_1': datetime.datetime(9999, 12, 30, 0, 0)}


-- payments: Everything()
SELECT [payment_id] AS payment_id, [case_id] AS case_id, [booked at] AS paid_at, [order] AS amount, [updated_at] AS updated_at
FROM [payments];


-- payments: ChangedSince(at=datetime.datetime(2024, 3, 5, 10, 30))
SELECT [payment_id] AS payment_id, [case_id] AS case_id, [booked at] AS paid_at, [order] AS amount, [updated_at] AS updated_at
FROM [payments]
WHERE [updated_at] >= :updated_at_1 OR [updated_at] IS NULL OR [updated_at] < :updated_at_2;
-- {'updated_at_1': datetime.datetime(2024, 3, 5, 10, 30), 'updated_at_2': datetime.datetime(1990, 1, 1, 0, 0)}

SELECT [payment_id]
FROM [payments]
WHERE [payment_id] IN (SELECT [payment_id]
FROM [payments]
WHERE [updated_at] >= :updated_at_1 OR [updated_at] IS NULL OR [updated_at] < :updated_at_2) GROUP BY [payment_id]
HAVING count(*) > :count_1;
-- {'updated_at_1': datetime.datetime(2024, 3, 5, 10, 30), 'updated_at_2': datetime.datetime(1990, 1, 1, 0, 0), 'count_1': 1}

SELECT [payment_id]
FROM [payments]
WHERE [payment_id] IN (:payment_id_1_1);
-- {'payment_id_1_1': 'P1'}

SELECT [payment_id] AS payment_id, [case_id] AS case_id, [booked at] AS paid_at, [order] AS amount, [updated_at] AS updated_at
FROM [payments]
WHERE [payment_id] IN (:payment_id_1_1);
-- {'payment_id_1_1': 'P1'}


-- payments: OfCases(case_ids=['C1', "O'Hara"])
SELECT [payment_id] AS payment_id, [case_id] AS case_id, [booked at] AS paid_at, [order] AS amount, [updated_at] AS updated_at
FROM [payments]
WHERE [case_id] IN (:case_id_1_1, :case_id_1_2);
-- {'case_id_1_1': 'C1', 'case_id_1_2': "O'Hara"}

SELECT [payment_id]
FROM [payments]
WHERE [payment_id] IN (SELECT [payment_id]
FROM [payments]
WHERE [case_id] IN (:case_id_1_1, :case_id_1_2)) GROUP BY [payment_id]
HAVING count(*) > :count_1;
-- {'count_1': 1, 'case_id_1_1': 'C1', 'case_id_1_2': "O'Hara"}

SELECT [payment_id]
FROM [payments]
WHERE [payment_id] IN (:payment_id_1_1);
-- {'payment_id_1_1': 'P1'}

SELECT [payment_id] AS payment_id, [case_id] AS case_id, [booked at] AS paid_at, [order] AS amount, [updated_at] AS updated_at
FROM [payments]
WHERE [payment_id] IN (:payment_id_1_1);
-- {'payment_id_1_1': 'P1'}


-- payments: WithKeys(keys=['P1', 'P2'])
SELECT [payment_id] AS payment_id, [case_id] AS case_id, [booked at] AS paid_at, [order] AS amount, [updated_at] AS updated_at
FROM [payments]
WHERE [payment_id] IN (:payment_id_1_1, :payment_id_1_2);
-- {'payment_id_1_1': 'P1', 'payment_id_1_2': 'P2'}


-- payments: OnDays(spans=[(datetime.datetime(2024, 3, 5, 0, 0), datetime.datetime(2024, 3, 7, 0, 0)), (datetime.datetime(2024, 3, 9, 12, 0), datetime.datetime(2024, 3, 9, 18, 0))], column='paid_at')
SELECT [payment_id] AS payment_id, [case_id] AS case_id, [booked at] AS paid_at, [order] AS amount, [updated_at] AS updated_at
FROM [payments]
WHERE [booked at] >= :booked_at_1 AND [booked at] < :booked_at_2 OR [booked at] >= :booked_at_3 AND [booked at] < :booked_at_4;
-- {'booked_at_1': datetime.datetime(2024, 3, 5, 0, 0), 'booked_at_2': datetime.datetime(2024, 3, 7, 0, 0), 'booked_at_3': datetime.datetime(2024, 3, 9, 12, 0), 'booked_at_4': datetime.datetime(2024, 3, 9, 18, 0)}

SELECT [payment_id]
FROM [payments]
WHERE [payment_id] IN (SELECT [payment_id]
FROM [payments]
WHERE [booked at] >= :booked_at_1 AND [booked at] < :booked_at_2 OR [booked at] >= :booked_at_3 AND [booked at] < :booked_at_4) GROUP BY [payment_id]
HAVING count(*) > :count_1;
-- {'booked_at_1': datetime.datetime(2024, 3, 5, 0, 0), 'booked_at_2': datetime.datetime(2024, 3, 7, 0, 0), 'booked_at_3': datetime.datetime(2024, 3, 9, 12, 0), 'booked_at_4': datetime.datetime(2024, 3, 9, 18, 0), 'count_1': 1}

SELECT [payment_id]
FROM [payments]
WHERE [payment_id] IN (:payment_id_1_1);
-- {'payment_id_1_1': 'P1'}

SELECT [payment_id] AS payment_id, [case_id] AS case_id, [booked at] AS paid_at, [order] AS amount, [updated_at] AS updated_at
FROM [payments]
WHERE [payment_id] IN (:payment_id_1_1);
-- {'payment_id_1_1': 'P1'}


-- contacts: count
SELECT count(*) AS count_1
FROM [core].[contacts];


-- contacts: newest stamp
SELECT max([updated_at]) AS updated_at
FROM [core].[contacts]
WHERE [updated_at] <= :updated_at_1;
-- {'updated_at_1': datetime.datetime(9999, 12, 29, 16, 0, tzinfo=datetime.timezone.utc)}


-- contacts: ChangedSince(at=datetime.datetime(2024, 3, 5, 10, 30))
SELECT [contact_id] AS contact_id, [case_id] AS case_id, [contacted_at] AS contacted_at, [channel] AS channel, [direction] AS direction, [outcome] AS outcome, [updated_at] AS updated_at
FROM [core].[contacts]
WHERE [updated_at] >= :updated_at_1 OR [updated_at] IS NULL OR [updated_at] < :updated_at_2;
-- {'updated_at_1': datetime.datetime(2024, 3, 5, 2, 30, tzinfo=datetime.timezone.utc), 'updated_at_2': datetime.datetime(1989, 12, 31, 16, 0, tzinfo=datetime.timezone.utc)}

SELECT [contact_id]
FROM [core].[contacts]
WHERE [contact_id] IN (SELECT [contact_id]
FROM [core].[contacts]
WHERE [updated_at] >= :updated_at_1 OR [updated_at] IS NULL OR [updated_at] < :updated_at_2) GROUP BY [contact_id]
HAVING count(*) > :count_1;
-- {'updated_at_1': datetime.datetime(2024, 3, 5, 2, 30, tzinfo=datetime.timezone.utc), 'updated_at_2': datetime.datetime(1989, 12, 31, 16, 0, tzinfo=datetime.timezone.utc), 'count_1': 1}


-- contacts: OfCases(case_ids=['1', 'C2'])
SELECT [contact_id] AS contact_id, [case_id] AS case_id, [contacted_at] AS contacted_at, [channel] AS channel, [direction] AS direction, [outcome] AS outcome, [updated_at] AS updated_at
FROM [core].[contacts]
WHERE [case_id] IN (:case_id_1_1);
-- {'case_id_1_1': 1}

SELECT [contact_id]
FROM [core].[contacts]
WHERE [contact_id] IN (SELECT [contact_id]
FROM [core].[contacts]
WHERE [case_id] IN (:case_id_1_1)) GROUP BY [contact_id]
HAVING count(*) > :count_1;
-- {'count_1': 1, 'case_id_1_1': 1}


-- contacts: WithKeys(keys=['7'])
SELECT [contact_id] AS contact_id, [case_id] AS case_id, [contacted_at] AS contacted_at, [channel] AS channel, [direction] AS direction, [outcome] AS outcome, [updated_at] AS updated_at
FROM [core].[contacts]
WHERE [contact_id] IN (:contact_id_1_1);
-- {'contact_id_1_1': 7}


-- contacts: OnDays(spans=[(datetime.datetime(2024, 3, 5, 0, 0), datetime.datetime(2024, 3, 7, 0, 0)), (datetime.datetime(2024, 3, 9, 12, 0), datetime.datetime(2024, 3, 9, 18, 0))], column='contacted_at')
SELECT [contact_id] AS contact_id, [case_id] AS case_id, [contacted_at] AS contacted_at, [channel] AS channel, [direction] AS direction, [outcome] AS outcome, [updated_at] AS updated_at
FROM [core].[contacts]
WHERE [contacted_at] >= :contacted_at_1 AND [contacted_at] < :contacted_at_2 OR [contacted_at] >= :contacted_at_3 AND [contacted_at] < :contacted_at_4;
-- {'contacted_at_1': datetime.datetime(2024, 3, 4, 16, 0, tzinfo=datetime.timezone.utc), 'contacted_at_2': datetime.datetime(2024, 3, 6, 16, 0, tzinfo=datetime.timezone.utc), 'contacted_at_3': datetime.datetime(2024, 3, 9, 4, 0, tzinfo=datetime.timezone.utc), 'contacted_at_4': datetime.datetime(2024, 3, 9, 10, 0, tzinfo=datetime.timezone.utc)}

SELECT [contact_id]
FROM [core].[contacts]
WHERE [contact_id] IN (SELECT [contact_id]
FROM [core].[contacts]
WHERE [contacted_at] >= :contacted_at_1 AND [contacted_at] < :contacted_at_2 OR [contacted_at] >= :contacted_at_3 AND [contacted_at] < :contacted_at_4) GROUP BY [contact_id]
HAVING count(*) > :count_1;
-- {'contacted_at_1': datetime.datetime(2024, 3, 4, 16, 0, tzinfo=datetime.timezone.utc), 'contacted_at_2': datetime.datetime(2024, 3, 6, 16, 0, tzinfo=datetime.timezone.utc), 'contacted_at_3': datetime.datetime(2024, 3, 9, 4, 0, tzinfo=datetime.timezone.utc), 'contacted_at_4': datetime.datetime(2024, 3, 9, 10, 0, tzinfo=datetime.timezone.utc), 'count_1': 1}


-- promises: count
SELECT count(*) AS count_1
FROM [promises];


-- promises: newest stamp
SELECT max([updated_at]) AS updated_at
FROM [promises]
WHERE [updated_at] <= :updated_at_1;
-- {'updated_at_1': '9999-12-30'}

SELECT [updated_at] AS updated_at
FROM [promises]
WHERE [updated_at] >= :updated_at_1 OR [updated_at] IS NULL OR [updated_at] < :updated_at_2;
-- {'updated_at_1': '2024-03-04', 'updated_at_2': '1990'}


-- promises: ChangedSince(at=datetime.datetime(2024, 3, 5, 10, 30))
SELECT [promise_id] AS promise_id, [case_id] AS case_id, [made_at] AS made_at, [due_on] AS due_on, [order] AS amount, [updated_at] AS updated_at
FROM [promises]
WHERE [updated_at] >= :updated_at_1 OR [updated_at] IS NULL OR [updated_at] < :updated_at_2;
-- {'updated_at_1': '2024-03-03', 'updated_at_2': '1990'}

SELECT [promise_id]
FROM [promises]
WHERE [promise_id] IN (SELECT [promise_id]
FROM [promises]
WHERE [updated_at] >= :updated_at_1 OR [updated_at] IS NULL OR [updated_at] < :updated_at_2) GROUP BY [promise_id]
HAVING count(*) > :count_1;
-- {'updated_at_1': '2024-03-03', 'updated_at_2': '1990', 'count_1': 1}

SELECT [promise_id] AS promise_id, [case_id] AS case_id, [made_at] AS made_at, [due_on] AS due_on, [order] AS amount, [updated_at] AS updated_at
FROM [promises]
WHERE CAST([promise_id] AS TEXT) IN (:param_1_1);
-- {'param_1_1': 'P1'}


-- promises: OfCases(case_ids=['0a0b'])
SELECT [promise_id] AS promise_id, [case_id] AS case_id, [made_at] AS made_at, [due_on] AS due_on, [order] AS amount, [updated_at] AS updated_at
FROM [promises]
WHERE [case_id] IN (:case_id_1_1, :case_id_1_2);
-- {'case_id_1_1': b'0a0b', 'case_id_1_2': b'\n\x0b'}

SELECT [promise_id]
FROM [promises]
WHERE [promise_id] IN (SELECT [promise_id]
FROM [promises]
WHERE [case_id] IN (:case_id_1_1, :case_id_1_2)) GROUP BY [promise_id]
HAVING count(*) > :count_1;
-- {'count_1': 1, 'case_id_1_1': b'0a0b', 'case_id_1_2': b'\n\x0b'}

SELECT [promise_id] AS promise_id, [case_id] AS case_id, [made_at] AS made_at, [due_on] AS due_on, [order] AS amount, [updated_at] AS updated_at
FROM [promises]
WHERE CAST([promise_id] AS TEXT) IN (:param_1_1);
-- {'param_1_1': 'P1'}


-- promises: WithKeys(keys=['R1'])
SELECT [promise_id] AS promise_id, [case_id] AS case_id, [made_at] AS made_at, [due_on] AS due_on, [order] AS amount, [updated_at] AS updated_at
FROM [promises]
WHERE CAST([promise_id] AS TEXT) IN (:param_1_1);
-- {'param_1_1': 'R1'}


-- promises: OnDays(spans=[(datetime.datetime(2024, 3, 5, 0, 0), datetime.datetime(2024, 3, 7, 0, 0)), (datetime.datetime(2024, 3, 9, 12, 0), datetime.datetime(2024, 3, 9, 18, 0))], column='due_on')
SELECT [promise_id] AS promise_id, [case_id] AS case_id, [made_at] AS made_at, [due_on] AS due_on, [order] AS amount, [updated_at] AS updated_at
FROM [promises]
WHERE [due_on] >= :due_on_1 AND [due_on] < :due_on_2;
-- {'due_on_1': '2024-03-03', 'due_on_2': '2024-03-11'}

SELECT [promise_id]
FROM [promises]
WHERE [promise_id] IN (SELECT [promise_id]
FROM [promises]
WHERE [due_on] >= :due_on_1 AND [due_on] < :due_on_2) GROUP BY [promise_id]
HAVING count(*) > :count_1;
-- {'due_on_1': '2024-03-03', 'due_on_2': '2024-03-11', 'count_1': 1}

SELECT [promise_id] AS promise_id, [case_id] AS case_id, [made_at] AS made_at, [due_on] AS due_on, [order] AS amount, [updated_at] AS updated_at
FROM [promises]
WHERE CAST([promise_id] AS TEXT) IN (:param_1_1);
-- {'param_1_1': 'P1'}


-- snapshots: count
SELECT count(*) AS count_1
FROM [snapshots];


-- snapshots: OnDays(spans=[(datetime.datetime(2024, 3, 5, 0, 0), datetime.datetime(2024, 3, 7, 0, 0)), (datetime.datetime(2024, 3, 9, 12, 0), datetime.datetime(2024, 3, 9, 18, 0))], column='as_of')
SELECT [case_id] AS case_id, [as_of] AS as_of, [dpd] AS dpd, [balance] AS balance
FROM [snapshots]
WHERE [as_of] >= :as_of_1 AND [as_of] < :as_of_2;
-- {'as_of_1': datetime.date(2024, 3, 3), 'as_of_2': datetime.date(2024, 3, 11)}


-- assignments: count
SELECT count(*) AS count_1
FROM (SELECT * FROM moves WHERE note LIKE '100%:x'
) t;


-- assignments: newest stamp
SELECT max([updated_at]) AS updated_at
FROM (SELECT * FROM moves WHERE note LIKE '100%:x'
) t
WHERE [updated_at] <= :updated_at_1;
-- {'updated_at_1': datetime.date(9999, 12, 30)}


-- assignments: ChangedSince(at=datetime.datetime(2024, 3, 5, 10, 30))
SELECT [case_id] AS case_id, [team_id] AS team_id, [from_at] AS from_at, [updated_at] AS updated_at
FROM (SELECT * FROM moves WHERE note LIKE '100%:x'
) t
WHERE [updated_at] >= :updated_at_1 OR [updated_at] IS NULL OR [updated_at] < :updated_at_2;
-- {'updated_at_1': datetime.date(2024, 3, 5), 'updated_at_2': datetime.date(1990, 1, 1)}

SELECT [case_id]
FROM (SELECT * FROM moves WHERE note LIKE '100%:x'
) t
WHERE [case_id] IN (SELECT [case_id]
FROM (SELECT * FROM moves WHERE note LIKE '100%:x'
) t
WHERE [updated_at] >= :updated_at_1 OR [updated_at] IS NULL OR [updated_at] < :updated_at_2) GROUP BY [case_id], [from_at]
HAVING count(*) > :count_1;
-- {'updated_at_1': datetime.date(2024, 3, 5), 'updated_at_2': datetime.date(1990, 1, 1), 'count_1': 1}

SELECT [case_id]
FROM (SELECT * FROM moves WHERE note LIKE '100%:x'
) t
WHERE [case_id] IN (:case_id_1_1);
-- {'case_id_1_1': 'P1'}

SELECT [case_id] AS case_id, [team_id] AS team_id, [from_at] AS from_at, [updated_at] AS updated_at
FROM (SELECT * FROM moves WHERE note LIKE '100%:x'
) t
WHERE [case_id] IN (:case_id_1_1);
-- {'case_id_1_1': 'P1'}


-- assignments: OfCases(case_ids=['C1'])
SELECT [case_id] AS case_id, [team_id] AS team_id, [from_at] AS from_at, [updated_at] AS updated_at
FROM (SELECT * FROM moves WHERE note LIKE '100%:x'
) t
WHERE [case_id] IN (:case_id_1_1);
-- {'case_id_1_1': 'C1'}
