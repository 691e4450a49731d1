-- The records of each deal: one per system that knows it.
CREATE OR REPLACE TEMP TABLE deal_records AS
SELECT whole_id AS deal_key, number, source, id
FROM identities
WHERE entity = 'deals' AND counts_from('deals', root_source);

-- Deals of the pipelines and types that count, each as its first record tells it; not of an excluded
-- company or only of excluded people; each with one person, company and campaign.
CREATE OR REPLACE TEMP TABLE live_deals AS
WITH outcomes AS (
    -- One row per stage, whatever a system lists twice: a deal counts once.
    SELECT source, pipeline_id, stage, bool_or(is_won) AS is_won, bool_or(is_closed) AS is_closed
    FROM given_pipeline_stages AS pipeline_stages
    WHERE deleted_at IS NULL
    GROUP BY ALL
)
SELECT deals.*, identities.whole_id AS deal_key,
    coalesce(deals.is_won, outcomes.is_won, FALSE) AS won,
    coalesce(deals.is_closed, outcomes.is_closed, deals.is_won, FALSE) AS closed
FROM identities
JOIN given_deals AS deals ON deals.place = identities.place
LEFT JOIN outcomes ON outcomes.source = deals.source
    AND outcomes.pipeline_id = deals.pipeline_id AND outcomes.stage = deals.stage
LEFT JOIN given_pipelines AS pipelines ON pipelines.source = deals.source AND pipelines.id = deals.pipeline_id
WHERE identities.entity = 'deals' AND identities.number = identities.root
    AND counts_from('deals', deals.source)
    AND (getvariable('pipelines') IS NULL
        OR list_contains(getvariable('pipelines'), deals.pipeline_id)
        OR list_contains(getvariable('pipelines'), pipelines.name))
    AND (getvariable('deal_types') IS NULL
        OR list_contains(getvariable('deal_types'), deals.deal_type));

-- What all systems say of whom a deal is with.
CREATE OR REPLACE TEMP TABLE deal_links AS
SELECT live_deals.deal_key, links.to_entity, links.to_id, links.source,
    CASE WHEN links.label = 'primary' THEN 0 ELSE 1 END AS distance
FROM given_links AS links
JOIN deal_records ON deal_records.source = links.source AND deal_records.id = links.parent_id
JOIN live_deals ON live_deals.deal_key = deal_records.deal_key
WHERE links.from_entity = 'deals' AND links.deleted_at IS NULL;

CREATE OR REPLACE TEMP TABLE deal_people AS
SELECT deal_links.deal_key,
    first(known.person_id ORDER BY distance, known.created_at NULLS LAST, known.contact_key)
        FILTER (WHERE known.person_id IS NOT NULL) AS person_id,
    count(known.person_id) = 0 AND count(excluded.contact_id) > 0 AS only_excluded
FROM deal_links
LEFT JOIN staged_person_contacts AS known ON known.source = deal_links.source
    AND known.contact_id = deal_links.to_id
LEFT JOIN excluded_contact_ids AS excluded ON excluded.source = deal_links.source
    AND excluded.contact_id = deal_links.to_id
WHERE deal_links.to_entity = 'contacts'
GROUP BY deal_links.deal_key;

-- The campaign and product of a deal: the first that is known over its records.
CREATE OR REPLACE TEMP TABLE deal_facts AS
SELECT deal_records.deal_key, arg_min(product, number) AS product,
    arg_min(campaign_of(deals.source, deals.campaign_id), number) AS campaign_id
FROM deal_records
JOIN given_deals AS deals ON deals.source = deal_records.source AND deals.id = deal_records.id
GROUP BY deal_records.deal_key;

-- The one company of each deal, even where the settings exclude it: then the deal is excluded too.
CREATE OR REPLACE TEMP TABLE deal_companies AS
WITH known AS (
    SELECT source, known_id, company_key, FALSE AS is_excluded FROM company_ids
    UNION ALL
    SELECT source, company_id, company_key, TRUE FROM excluded_company_ids
), named AS (
    SELECT deal_key, source, to_id AS company_id, distance
    FROM deal_links
    WHERE to_entity = 'companies'
    UNION ALL
    SELECT deal_records.deal_key, deals.source, deals.company_id, 2
    FROM deal_records
    JOIN given_deals AS deals ON deals.source = deal_records.source AND deals.id = deal_records.id
)
SELECT named.deal_key,
    first(known.company_key ORDER BY named.distance, known.company_key) AS company_id,
    first(known.is_excluded ORDER BY named.distance, known.company_key) AS is_excluded
FROM named
JOIN known ON known.source = named.source AND known.known_id = named.company_id
GROUP BY named.deal_key;

-- A deal of a company that the settings exclude, or all of whose known contacts they exclude.
CREATE OR REPLACE TEMP TABLE excluded_deals AS
SELECT deal_key FROM deal_companies WHERE is_excluded
UNION
SELECT deal_key FROM deal_people WHERE only_excluded;
