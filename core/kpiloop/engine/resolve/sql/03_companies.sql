-- Companies that are alive, not merged away and not excluded.
CREATE OR REPLACE TEMP TABLE live_companies AS
SELECT companies.*, companies.source || ':' || companies.id AS company_key
FROM pulled.companies
ANTI JOIN merged ON merged.entity = 'companies' AND merged.source = companies.source
    AND merged.old_id = companies.id
ANTI JOIN excluded_company_ids ON excluded_company_ids.source = companies.source
    AND excluded_company_ids.company_id = companies.id
WHERE companies.deleted_at IS NULL;

-- Every company id that means a company, ids that were merged away included.
CREATE OR REPLACE TEMP TABLE company_ids AS
SELECT source, id AS known_id, company_key FROM live_companies
UNION ALL
SELECT merged.source, merged.old_id, live_companies.company_key
FROM merged
JOIN live_companies ON live_companies.source = merged.source AND live_companies.id = merged.new_id
WHERE merged.entity = 'companies';

CREATE OR REPLACE TEMP TABLE staged_companies AS
SELECT company_key AS id, source, name, domain, country, industry, segment, product, employees,
    source || ':' || owner_id AS owner_id, created_at
FROM live_companies;
