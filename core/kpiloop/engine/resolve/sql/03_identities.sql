-- Each record with the one that gives the whole its id.
CREATE OR REPLACE TEMP TABLE identities AS
SELECT counting.entity, counting.number, counting.source, counting.id, counting.record_key,
    counting.place, counting.token, first.number AS root, first.record_key AS whole_id,
    first.source AS root_source
FROM counting
JOIN placed ON placed.number = counting.number
LEFT JOIN roots ON roots.head = placed.head
LEFT JOIN moved ON moved.number = counting.number
JOIN counting AS first ON first.number = coalesce(moved.root, roots.root, placed.head);

-- Every id that means a whole, ids that were merged away included.
CREATE OR REPLACE TEMP TABLE staged_record_ids AS
SELECT known_ids.entity, identities.whole_id, identities.record_key, known_ids.source,
    known_ids.known_id, known_ids.is_live
FROM known_ids
JOIN identities ON identities.number = known_ids.number
WHERE known_ids.entity <> 'contacts';

-- Why records are one, or were kept apart although they look like one.
CREATE OR REPLACE TEMP TABLE staged_joins AS
WITH alike AS (
    SELECT entity, number, whole_id, record_key, token,
        first(record_key) OVER same AS first_key, first(number) OVER same AS first_number,
        first(whole_id) OVER same AS first_whole
    FROM identities
    SEMI JOIN heads ON heads.entity = identities.entity AND heads.token = identities.token
    WINDOW same AS (PARTITION BY entity, token ORDER BY number)
)
SELECT entity, whole_id, record_key, first_key AS joined_to,
    CASE WHEN whole_id <> first_whole THEN 'never_join'
        WHEN entity = 'contacts' THEN 'address'
        WHEN entity = 'companies' THEN 'domain' ELSE 'utm_campaign' END AS rule,
    token AS why
FROM alike
WHERE number <> first_number
UNION ALL
SELECT told_same.entity, one.whole_id, one.record_key, two.record_key,
    CASE WHEN one.root = two.root THEN 'same_as' ELSE 'never_join' END, two.record_key
FROM told_same
JOIN identities AS one ON one.number = told_same.number
JOIN identities AS two ON two.number = told_same.other
UNION ALL
SELECT 'campaigns', identities.whole_id, identities.record_key, identities.whole_id, 'alias', alias
FROM aliased
JOIN identities ON identities.number = aliased.number
WHERE identities.number <> identities.root
UNION ALL
SELECT known_ids.entity, identities.whole_id, known_ids.source || ':' || known_ids.known_id,
    identities.record_key, 'merged', known_ids.known_id
FROM known_ids
JOIN identities ON identities.number = known_ids.number
WHERE NOT known_ids.is_live;

CREATE OR REPLACE TEMP TABLE live_contacts AS
SELECT contacts.*, identities.record_key AS contact_key, plain(contacts.email) AS address,
    identities.whole_id AS person_id, identities.number AS contact_rank
FROM identities
JOIN given_contacts AS contacts ON contacts.place = identities.place
WHERE identities.entity = 'contacts';

-- Every contact id that means a person, ids that were merged away included.
CREATE OR REPLACE TEMP TABLE staged_person_contacts AS
SELECT live.person_id, live.contact_key, live.created_at, known_ids.source,
    known_ids.known_id AS contact_id, known_ids.is_live
FROM known_ids
JOIN live_contacts AS live ON live.contact_rank = known_ids.number
WHERE known_ids.entity = 'contacts';
