-- Deals that are alive, not merged away, of the pipelines and types that count, and not of an
-- excluded company or only of excluded people; each with one person, company and campaign.
CREATE OR REPLACE TEMP TABLE live_deals AS
SELECT deals.*, deals.source || ':' || deals.id AS deal_key,
    coalesce(deals.is_won, pipeline_stages.is_won, FALSE) AS won,
    coalesce(deals.is_closed, pipeline_stages.is_closed, deals.is_won, FALSE) AS closed
FROM pulled.deals
ANTI JOIN merged ON merged.entity = 'deals' AND merged.source = deals.source
    AND merged.old_id = deals.id
LEFT JOIN pulled.pipeline_stages ON pipeline_stages.source = deals.source
    AND pipeline_stages.pipeline_id = deals.pipeline_id AND pipeline_stages.stage = deals.stage
    AND pipeline_stages.deleted_at IS NULL
LEFT JOIN pulled.pipelines ON pipelines.source = deals.source AND pipelines.id = deals.pipeline_id
WHERE deals.deleted_at IS NULL
    AND (getvariable('pipelines') IS NULL
        OR list_contains(getvariable('pipelines'), deals.pipeline_id)
        OR list_contains(getvariable('pipelines'), pipelines.name))
    AND (getvariable('deal_types') IS NULL
        OR list_contains(getvariable('deal_types'), deals.deal_type));

CREATE OR REPLACE TEMP TABLE deal_links AS
SELECT live_deals.deal_key, links.to_entity, links.to_id, links.source,
    CASE WHEN links.label = 'primary' THEN 0 ELSE 1 END AS distance
FROM pulled.links
JOIN live_deals ON live_deals.source = links.source AND live_deals.id = links.parent_id
WHERE links.from_entity = 'deals' AND links.deleted_at IS NULL;

CREATE OR REPLACE TEMP TABLE deal_people AS
WITH known AS (
    SELECT deal_links.deal_key, deal_links.distance, person_contacts.person_id,
        live_contacts.created_at, person_contacts.contact_id
    FROM deal_links
    LEFT JOIN resolved.person_contacts ON person_contacts.source = deal_links.source
        AND person_contacts.contact_id = deal_links.to_id
    LEFT JOIN live_contacts ON live_contacts.source = deal_links.source
        AND live_contacts.id = deal_links.to_id
    WHERE deal_links.to_entity = 'contacts'
)
SELECT deal_key, count(person_id) = 0 AS all_unknown,
    first(person_id ORDER BY distance, created_at NULLS LAST, contact_id)
        FILTER (WHERE person_id IS NOT NULL) AS person_id
FROM known
GROUP BY deal_key;

CREATE OR REPLACE TEMP TABLE deal_companies AS
SELECT deal_key, first(company_key ORDER BY distance, company_key) AS company_id
FROM (
    SELECT deal_links.deal_key, deal_links.distance, company_ids.company_key
    FROM deal_links
    JOIN company_ids ON company_ids.source = deal_links.source
        AND company_ids.known_id = deal_links.to_id
    WHERE deal_links.to_entity = 'companies'
    UNION ALL
    SELECT live_deals.deal_key, 2, company_ids.company_key
    FROM live_deals
    JOIN company_ids ON company_ids.source = live_deals.source
        AND company_ids.known_id = live_deals.company_id
)
GROUP BY deal_key;

-- A deal of a company that the settings exclude, or all of whose contacts they exclude.
CREATE OR REPLACE TEMP TABLE excluded_deals AS
SELECT deal_links.deal_key
FROM deal_links
JOIN excluded_company_ids ON excluded_company_ids.source = deal_links.source
    AND excluded_company_ids.company_id = deal_links.to_id
WHERE deal_links.to_entity = 'companies'
UNION
SELECT live_deals.deal_key
FROM live_deals
JOIN excluded_company_ids ON excluded_company_ids.source = live_deals.source
    AND excluded_company_ids.company_id = live_deals.company_id
UNION
SELECT deal_links.deal_key
FROM deal_links
JOIN pulled.contacts ON contacts.source = deal_links.source AND contacts.id = deal_links.to_id
JOIN deal_people ON deal_people.deal_key = deal_links.deal_key AND deal_people.all_unknown
LEFT JOIN excluded_addresses ON lower(trim(contacts.email)) GLOB excluded_addresses.pattern
LEFT JOIN excluded_company_ids ON excluded_company_ids.source = contacts.source
    AND excluded_company_ids.company_id = contacts.company_id
WHERE deal_links.to_entity = 'contacts'
    AND (excluded_addresses.pattern IS NOT NULL OR excluded_company_ids.company_id IS NOT NULL);
