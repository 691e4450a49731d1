-- In the settings' patterns `*` and `?` alone are special, not what else GLOB knows.
UPDATE excluded_companies SET pattern = regexp_replace(pattern, '([\[\\])', '[\1]', 'g');
UPDATE excluded_addresses SET pattern = regexp_replace(pattern, '([\[\\])', '[\1]', 'g');

-- Companies that are alive and that the settings exclude, by every id that means them.
CREATE OR REPLACE TEMP TABLE excluded_company_ids AS
WITH excluded AS (
    SELECT DISTINCT companies.source, companies.id
    FROM given_companies AS companies
    ANTI JOIN merged ON merged.entity = 'companies' AND merged.source = companies.source
        AND merged.old_id = companies.id
    JOIN excluded_companies ON lower(companies.name) GLOB excluded_companies.pattern
        OR lower(companies.domain) GLOB excluded_companies.pattern
    WHERE companies.deleted_at IS NULL
)
SELECT source, id AS company_id, source || ':' || id AS company_key FROM excluded
UNION ALL
SELECT merged.source, merged.old_id, excluded.source || ':' || excluded.id
FROM merged
JOIN excluded ON excluded.source = merged.source AND excluded.id = merged.new_id
WHERE merged.entity = 'companies';

-- Addresses that many share, such as info@, say nothing about who writes.
UPDATE shared_addresses SET pattern = regexp_replace(pattern, '([\[\\])', '[\1]', 'g');
CREATE OR REPLACE TEMP TABLE shared_by_many AS
SELECT DISTINCT plain(contacts.email) AS address
FROM given_contacts AS contacts
JOIN shared_addresses ON plain(contacts.email) GLOB shared_addresses.pattern;

-- Contacts that are alive and that the settings exclude, by their address or their company.
CREATE OR REPLACE TEMP TABLE excluded_contacts AS
SELECT DISTINCT contacts.source, contacts.id, plain(contacts.email) AS address
FROM given_contacts AS contacts
ANTI JOIN merged ON merged.entity = 'contacts' AND merged.source = contacts.source
    AND merged.old_id = contacts.id
LEFT JOIN excluded_addresses ON plain(contacts.email) GLOB excluded_addresses.pattern
LEFT JOIN excluded_company_ids ON excluded_company_ids.source = contacts.source
    AND excluded_company_ids.company_id = contacts.company_id
WHERE contacts.deleted_at IS NULL
    AND (excluded_addresses.pattern IS NOT NULL OR excluded_company_ids.company_id IS NOT NULL);

-- Who is excluded in one system is so in every other, where an address may be all that is known.
CREATE OR REPLACE TEMP TABLE excluded_mailboxes AS
SELECT DISTINCT mailbox(excluded.address) AS address
FROM excluded_contacts AS excluded
ANTI JOIN shared_by_many AS shared ON shared.address = excluded.address
WHERE excluded.address IS NOT NULL;

-- Every id that means a contact who is excluded.
CREATE OR REPLACE TEMP TABLE excluded_contact_ids AS
WITH excluded AS (
    SELECT source, id FROM excluded_contacts
    UNION
    SELECT contacts.source, contacts.id
    FROM given_contacts AS contacts
    JOIN excluded_mailboxes ON excluded_mailboxes.address = mailbox(plain(contacts.email))
    ANTI JOIN shared_by_many AS shared ON shared.address = plain(contacts.email)
    ANTI JOIN merged ON merged.entity = 'contacts' AND merged.source = contacts.source
        AND merged.old_id = contacts.id
    WHERE contacts.deleted_at IS NULL AND getvariable('join_addresses')
)
SELECT source, id AS contact_id FROM excluded
UNION ALL
SELECT merged.source, merged.old_id
FROM merged
JOIN excluded ON excluded.source = merged.source AND excluded.id = merged.new_id
WHERE merged.entity = 'contacts';

-- Every record that counts, of all that may be told by several systems. `number` is its place among
-- those of its entity, systems of record first, then the earliest made: of records that are one, the
-- one with the smallest number gives the whole its id. Records with the same `token` are one.
CREATE OR REPLACE TEMP TABLE counting AS
WITH living AS (
    SELECT 'contacts' AS entity, contacts.source, contacts.id, contacts.place, created_at,
        same_as,
        CASE WHEN getvariable('join_addresses') AND shared.address IS NULL
            THEN mailbox(plain(email)) END AS token
    FROM given_contacts AS contacts
    LEFT JOIN shared_by_many AS shared ON shared.address = plain(contacts.email)
    ANTI JOIN excluded_contact_ids AS excluded ON excluded.source = contacts.source
        AND excluded.contact_id = contacts.id
    WHERE deleted_at IS NULL
    UNION ALL
    SELECT 'companies', companies.source, companies.id, companies.place, created_at, same_as,
        CASE WHEN getvariable('join_domains') THEN own_site(domain) END
    FROM given_companies AS companies
    ANTI JOIN excluded_company_ids AS excluded ON excluded.source = companies.source
        AND excluded.company_id = companies.id
    WHERE deleted_at IS NULL
    UNION ALL
    SELECT 'deals', source, id, place, created_at, same_as, NULL
    FROM given_deals AS deals
    WHERE deleted_at IS NULL
    UNION ALL
    -- Of one system, the smallest id has the name; of several, those that have it are one.
    SELECT 'campaigns', source, id, place, created_at, same_as,
        CASE WHEN row_number() OVER (PARTITION BY source, plain(utm_campaign) ORDER BY id) = 1
            THEN plain(utm_campaign) END
    FROM given_campaigns AS campaigns
    WHERE deleted_at IS NULL
)
SELECT living.entity, source, id, source || ':' || id AS record_key, place, same_as, token,
    row_number() OVER (
        ORDER BY living.entity, counts_from(living.entity, source) DESC, created_at NULLS LAST,
            source, id
    ) AS number
FROM living
ANTI JOIN merged ON merged.entity = living.entity AND merged.source = living.source
    AND merged.old_id = living.id;

-- Every id that means such a record, ids that were merged away included.
CREATE OR REPLACE TEMP TABLE known_ids AS
SELECT entity, source, id AS known_id, number, TRUE AS is_live FROM counting
UNION ALL
SELECT merged.entity, merged.source, merged.old_id, counting.number, FALSE
FROM merged
JOIN counting ON counting.entity = merged.entity AND counting.source = merged.source
    AND counting.id = merged.new_id;
