-- Every company id that means a company, ids that were merged away included.
CREATE OR REPLACE TEMP TABLE company_ids AS
SELECT source, known_id, whole_id AS company_key
FROM staged_record_ids AS record_ids
WHERE entity = 'companies';

-- One row per company: the first that is known over its records.
CREATE OR REPLACE TEMP TABLE staged_companies AS
SELECT whole_id AS id, root_source AS source, arg_min(name, number) AS name,
    arg_min(domain, number) AS domain, arg_min(country, number) AS country,
    arg_min(industry, number) AS industry, arg_min(segment, number) AS segment,
    arg_min(product, number) AS product, arg_min(employees, number) AS employees,
    arg_min(companies.source || ':' || owner_id, number) AS owner_id,
    min(created_at) AS created_at
FROM identities
JOIN given_companies AS companies ON companies.place = identities.place
WHERE identities.entity = 'companies'
GROUP BY whole_id, root_source;
