-- A company of getvariable('contacts') contacts over three years, the same whenever it is made.
CREATE OR REPLACE TEMP MACRO chance(number, salt) AS (hash(number * 7919 + salt) % 1000000) / 1000000.0;
CREATE OR REPLACE TEMP MACRO days_later(moment, days) AS moment + to_seconds((days * 86400)::BIGINT);

CREATE OR REPLACE TEMP TABLE history AS
WITH arrivals AS (
    SELECT number, days_later(TIMESTAMP '2023-01-01', chance(number, 1) * 1110) AS lead_at
    FROM range(1, getvariable('contacts') + 1) AS numbers(number)
), qualified AS (
    SELECT *, CASE WHEN chance(number, 2) < 0.4
        THEN days_later(lead_at, 1 + chance(number, 3) * 60) END AS mql_at
    FROM arrivals
), accepted AS (
    SELECT *, CASE WHEN chance(number, 4) < 0.5
        THEN days_later(mql_at, 1 + chance(number, 5) * 120) END AS sql_at
    FROM qualified
)
SELECT *, CASE WHEN chance(number, 6) < 0.3
    THEN days_later(sql_at, 1 + chance(number, 7) * 150) END AS customer_at
FROM accepted;

INSERT INTO pulled.contacts BY NAME
SELECT 'crm' AS source, number::VARCHAR AS id, 'contact' || number || '@mail.example' AS email,
    'First' || number % 5000 AS first_name, 'Last' || number % 9000 AS last_name,
    ['DE', 'FR', 'GB', 'US', 'AT', 'CH'][1 + (hash(number) % 6)::BIGINT] AS country,
    (1 + number % (getvariable('contacts') // 5))::VARCHAR AS company_id,
    (1 + number % 40)::VARCHAR AS owner_id,
    ['PAID_SEARCH', 'ORGANIC_SEARCH', 'PAID_SOCIAL', 'SOCIAL', 'EMAIL', 'REFERRAL', 'DIRECT'][
        1 + (hash(number + 17) % 7)::BIGINT] AS original_source,
    CASE WHEN number % 3 = 0 THEN 'campaign-' || number % 300 END AS utm_campaign,
    ['basic', 'plus', 'max'][1 + (hash(number + 5) % 3)::BIGINT] AS product,
    lead_at AS created_at,
    chance(number, 8) < 0.03 AS opted_out,
    CASE WHEN chance(number, 8) < 0.03
        THEN days_later(lead_at, chance(number, 9) * 300) END AS opted_out_at
FROM history;

INSERT INTO pulled.stage_changes BY NAME
SELECT 'crm' AS source, number || '-' || stage AS id, 'contacts' AS of_entity,
    number::VARCHAR AS parent_id, stage, entered_at
FROM (
    SELECT number, 'lead' AS stage, lead_at AS entered_at FROM history
    UNION ALL SELECT number, 'mql', mql_at FROM history
    UNION ALL SELECT number, 'sql', sql_at FROM history
    UNION ALL SELECT number, 'customer', customer_at FROM history
)
WHERE entered_at < getvariable('as_of');

INSERT INTO pulled.companies BY NAME
SELECT 'crm' AS source, number::VARCHAR AS id, 'Company ' || number AS name,
    'company' || number || '.example' AS domain, TIMESTAMP '2022-06-01' AS created_at
FROM range(1, getvariable('contacts') // 5 + 1) AS numbers(number);

-- One deal for each fifth contact.
INSERT INTO pulled.deals BY NAME
SELECT 'crm' AS source, (number // 5)::VARCHAR AS id, 'Deal ' || number // 5 AS name,
    (500 + chance(number, 10) * 50000)::DECIMAL(18, 2) AS amount,
    CASE WHEN number % 4 = 0 THEN 'USD' ELSE 'EUR' END AS currency,
    days_later(lead_at, chance(number, 11) * 60) AS created_at,
    days_later(lead_at, 60 + chance(number, 12) * 120) AS closed_at,
    chance(number, 13) < 0.4 AS is_won, chance(number, 13) < 0.8 AS is_closed
FROM history
WHERE number % 5 = 0 AND days_later(lead_at, 180) < getvariable('as_of');

INSERT INTO pulled.links BY NAME
SELECT 'crm' AS source, deals.id || '-' || ends.to_entity AS id, 'deals' AS from_entity,
    deals.id AS parent_id, ends.to_entity, ends.to_id, 'primary' AS label
FROM pulled.deals
CROSS JOIN LATERAL (
    SELECT 'contacts' AS to_entity, (deals.id::BIGINT * 5)::VARCHAR AS to_id
    UNION ALL
    SELECT 'companies', (1 + deals.id::BIGINT * 5 % (getvariable('contacts') // 5))::VARCHAR
) AS ends;

INSERT INTO pulled.campaigns BY NAME
SELECT 'crm' AS source, number::VARCHAR AS id, 'Campaign ' || number AS name,
    'campaign-' || number AS utm_campaign,
    ['paid_search', 'paid_social', 'email'][1 + number % 3] AS channel,
    TIMESTAMP '2022-12-01' AS created_at
FROM range(0, 300) AS numbers(number);

INSERT INTO pulled.costs BY NAME
SELECT 'crm' AS source, campaigns.id || '-' || month AS id, 'media' AS kind,
    'marketing' AS department, campaigns.id AS campaign_id, month::DATE AS first_day,
    (month + INTERVAL 1 MONTH - INTERVAL 1 DAY)::DATE AS last_day,
    (100 + chance(campaigns.id::BIGINT + epoch(month)::BIGINT, 14) * 2000)::DECIMAL(18, 2) AS amount
FROM pulled.campaigns
CROSS JOIN generate_series(DATE '2023-01-01', DATE '2026-01-01', INTERVAL 1 MONTH) AS months(month);
