-- Companies that the settings exclude, by any of their ids.
CREATE OR REPLACE TEMP TABLE excluded_company_ids AS
SELECT DISTINCT companies.source, companies.id AS company_id
FROM pulled.companies
JOIN excluded_companies ON lower(companies.name) GLOB excluded_companies.pattern
    OR lower(companies.domain) GLOB excluded_companies.pattern;

-- Contacts that are alive, not merged away and not excluded, each with the person that it is:
-- contacts with the same address are one person, known by the earliest of them.
CREATE OR REPLACE TEMP TABLE live_contacts AS
WITH alive AS (
    SELECT contacts.*,
        contacts.source || ':' || contacts.id AS contact_key,
        nullif(lower(trim(contacts.email)), '') AS address
    FROM pulled.contacts
    ANTI JOIN merged ON merged.entity = 'contacts' AND merged.source = contacts.source
        AND merged.old_id = contacts.id
    WHERE contacts.deleted_at IS NULL
), wanted AS (
    SELECT *
    FROM alive
    ANTI JOIN excluded_company_ids ON excluded_company_ids.source = alive.source
        AND excluded_company_ids.company_id = alive.company_id
    WHERE address IS NULL
        OR NOT EXISTS (FROM excluded_addresses WHERE alive.address GLOB excluded_addresses.pattern)
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
SELECT person_id, source, id AS contact_id, TRUE AS is_live FROM live_contacts
UNION ALL
SELECT live_contacts.person_id, merged.source, merged.old_id, FALSE
FROM merged
JOIN live_contacts ON live_contacts.source = merged.source AND live_contacts.id = merged.new_id
WHERE merged.entity = 'contacts';
