-- In the settings' patterns `*` and `?` alone are special, not what else GLOB knows.
UPDATE excluded_companies SET pattern = regexp_replace(pattern, '([\[\\])', '[\1]', 'g');
UPDATE excluded_addresses SET pattern = regexp_replace(pattern, '([\[\\])', '[\1]', 'g');

-- Companies that are alive and that the settings exclude, by every id that means them.
CREATE OR REPLACE TEMP TABLE excluded_company_ids AS
WITH excluded AS (
    SELECT DISTINCT companies.source, companies.id
    FROM pulled.companies
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

-- Contacts that are alive and that the settings exclude, by every id that means them.
CREATE OR REPLACE TEMP TABLE excluded_contact_ids AS
WITH excluded AS (
    SELECT DISTINCT contacts.source, contacts.id
    FROM pulled.contacts
    ANTI JOIN merged ON merged.entity = 'contacts' AND merged.source = contacts.source
        AND merged.old_id = contacts.id
    LEFT JOIN excluded_addresses ON plain(contacts.email) GLOB excluded_addresses.pattern
    LEFT JOIN excluded_company_ids ON excluded_company_ids.source = contacts.source
        AND excluded_company_ids.company_id = contacts.company_id
    WHERE contacts.deleted_at IS NULL
        AND (excluded_addresses.pattern IS NOT NULL OR excluded_company_ids.company_id IS NOT NULL)
)
SELECT source, id AS contact_id FROM excluded
UNION ALL
SELECT merged.source, merged.old_id
FROM merged
JOIN excluded ON excluded.source = merged.source AND excluded.id = merged.new_id
WHERE merged.entity = 'contacts';

-- Contacts that are alive, not merged away and not excluded, each with the person that it is:
-- contacts with the same address are one person, known by the earliest of them.
CREATE OR REPLACE TEMP TABLE live_contacts AS
WITH wanted AS (
    SELECT contacts.*,
        contacts.source || ':' || contacts.id AS contact_key,
        plain(contacts.email) AS address
    FROM pulled.contacts
    ANTI JOIN merged ON merged.entity = 'contacts' AND merged.source = contacts.source
        AND merged.old_id = contacts.id
    ANTI JOIN excluded_contact_ids AS excluded ON excluded.source = contacts.source
        AND excluded.contact_id = contacts.id
    WHERE contacts.deleted_at IS NULL
)
SELECT *,
    first_value(contact_key) OVER person AS person_id,
    row_number() OVER person AS contact_rank
FROM wanted
WINDOW person AS (
    PARTITION BY coalesce(address, contact_key)
    ORDER BY created_at NULLS LAST, source, id
);

-- Every contact id that means a person, ids that were merged away included.
CREATE OR REPLACE TABLE resolved.person_contacts AS
SELECT person_id, contact_key, created_at, source, id AS contact_id, TRUE AS is_live
FROM live_contacts
UNION ALL
SELECT live.person_id, live.contact_key, live.created_at, merged.source, merged.old_id, FALSE
FROM merged
JOIN live_contacts AS live ON live.source = merged.source AND live.id = merged.new_id
WHERE merged.entity = 'contacts';
