-- Resolved tables of getvariable('people') people over three years, the same whenever they are made.
-- For each person: 20 deliveries (with 2.5 events each), 10 page views, a deal, half an activity.
CREATE OR REPLACE TEMP MACRO chance(number, salt) AS (hash(number * 7919 + salt) % 1000000) / 1000000.0;
CREATE OR REPLACE TEMP MACRO later(moment, days) AS moment + to_seconds((days * 86400)::BIGINT);
CREATE OR REPLACE TEMP MACRO one_of(list, number, salt) AS list[1 + (hash(number * 7919 + salt) % len(list))::BIGINT];
CREATE OR REPLACE TEMP MACRO some_day(number, salt) AS later(TIMESTAMP '2023-01-01', chance(number, salt) * 1095.9);
CREATE OR REPLACE TEMP MACRO so_far(moment) AS CASE WHEN moment < getvariable('as_of') THEN moment END;
CREATE OR REPLACE TEMP MACRO channel_of(number) AS one_of(['paid_search', 'organic_search', 'paid_social', 'social', 'email', 'referral', 'direct', NULL], number, 21);
CREATE OR REPLACE TEMP MACRO campaign_of(number) AS one_of(getvariable('campaigns'), number, 22);
CREATE OR REPLACE TEMP MACRO product_of(number) AS one_of(['basic', 'plus', 'max', 'team', NULL], number, 23);
CREATE OR REPLACE TEMP MACRO segment_of(number) AS one_of(['small', 'middle', 'large', NULL], number, 24);
CREATE OR REPLACE TEMP MACRO country_of(number) AS one_of(['DE', 'FR', 'GB', 'US', 'AT', 'CH', 'NL', 'PL', 'ES', 'IT', NULL], number, 25);
CREATE OR REPLACE TEMP MACRO owner_of(number) AS one_of(getvariable('owners'), number, 26);
SET VARIABLE campaigns = list_transform(range(60), lambda n: 'crm:campaign-' || n) || [NULL];
SET VARIABLE owners = list_transform(range(40), lambda n: 'crm:owner-' || n);

INSERT INTO resolved.owners BY NAME
SELECT owner AS id, 'crm' AS source, 'team ' || hash(owner) % 5 AS team,
    hash(owner) % 3 = 0 AS is_inside_sales, TRUE AS is_active
FROM (SELECT unnest(getvariable('owners')) AS owner);

INSERT INTO resolved.campaigns BY NAME
SELECT campaign AS id, 'crm' AS source, campaign AS name, 'email' AS channel,
    product_of(row_number() OVER ()) AS product
FROM (SELECT unnest(getvariable('campaigns')) AS campaign)
WHERE campaign IS NOT NULL;

INSERT INTO resolved.companies BY NAME
SELECT 'crm:' || n AS id, 'crm' AS source, 'Company ' || n AS name, country_of(n) AS country,
    one_of(['trade', 'craft', 'software'], n, 27) AS industry, segment_of(n) AS segment
FROM range(getvariable('people') // 5) AS numbers(n);

INSERT INTO resolved.people BY NAME
SELECT 'crm:' || n AS id, 'crm' AS source, 'contact' || n || '@mail.example' AS email,
    country_of(n) AS country, segment_of(n) AS segment, product_of(n) AS product,
    channel_of(n) AS channel, campaign_of(n) AS campaign_id,
    'crm:' || n // 5 AS company_id, owner_of(n) AS owner_id,
    some_day(n, 1) AS created_at, created_at AS became_lead_at,
    CASE WHEN chance(n, 2) < 0.4 THEN so_far(later(became_lead_at, 1 + chance(n, 3) * 60)) END
        AS became_mql_at,
    CASE WHEN chance(n, 4) < 0.5 THEN so_far(later(became_mql_at, 1 + chance(n, 5) * 120)) END
        AS became_sql_at,
    CASE WHEN chance(n, 6) < 0.6 THEN so_far(later(became_sql_at, 1 + chance(n, 7) * 50)) END
        AS became_opportunity_at,
    CASE WHEN chance(n, 8) < 0.5
        THEN so_far(later(became_opportunity_at, 1 + chance(n, 9) * 100)) END AS became_customer_at,
    CASE WHEN became_customer_at IS NOT NULL THEN 'customer'
        WHEN became_opportunity_at IS NOT NULL THEN 'opportunity'
        WHEN became_sql_at IS NOT NULL THEN 'sql'
        WHEN became_mql_at IS NOT NULL THEN 'mql' ELSE 'lead' END AS stage
FROM range(getvariable('people')) AS numbers(n);

INSERT INTO resolved.stage_intervals BY NAME
WITH entered AS (
    SELECT id, stage, entered_at FROM (
        SELECT id, unnest(['lead', 'mql', 'sql', 'opportunity', 'customer']) AS stage,
            unnest([became_lead_at, became_mql_at, became_sql_at, became_opportunity_at,
                became_customer_at]) AS entered_at
        FROM resolved.people)
    WHERE entered_at IS NOT NULL
)
SELECT id || '-' || stage AS id, 'crm' AS source, 'people' AS of_entity, id AS person_id, stage,
    stage IN ('lead', 'mql', 'sql') AS is_lead, TRUE AS is_first, stage <> 'lead' AS is_rank_up,
    entered_at AS started_at,
    lead(entered_at) OVER (PARTITION BY id ORDER BY entered_at) AS ended_at, ended_at AS moved_up_at
FROM entered;

INSERT INTO resolved.deals BY NAME
SELECT 'crm:' || n AS id, 'crm' AS source, 'crm:' || n AS person_id, 'crm:' || n // 5 AS company_id,
    'crm:' || n // 5 AS customer_id, campaign_of(n) AS campaign_id, channel_of(n) AS channel,
    country_of(n) AS country, segment_of(n) AS segment, product_of(n) AS product,
    owner_of(n) AS owner_id, 'crm:new' AS pipeline_id, 'EUR' AS currency,
    (500 + chance(n, 10) * 50000)::DECIMAL(18, 2) AS amount, amount AS amount_home,
    some_day(n, 11) AS created_at,
    CASE WHEN chance(n, 12) < 0.8 THEN so_far(later(created_at, 5 + chance(n, 13) * 150)) END
        AS closed_at,
    CASE WHEN chance(n, 14) < 0.4 THEN closed_at END AS won_at,
    CASE WHEN won_at IS NULL THEN closed_at END AS lost_at,
    CASE WHEN chance(n, 15) < 0.7 THEN so_far(later(created_at, chance(n, 16) * 5)) END
        AS passed_to_sales_at,
    one_of(['visit', 'email_click', 'form', NULL], n, 17) AS last_touch
FROM range(getvariable('people')) AS numbers(n);

INSERT INTO resolved.customer_intervals BY NAME
SELECT id, source, customer_id, person_id, company_id, id AS deal_id, channel, campaign_id, country,
    segment, product, owner_id, amount_home, won_at AS started_at,
    row_number() OVER bought = 1 AS is_first,
    so_far(least(later(won_at, 365), lead(won_at) OVER bought)) AS ended_at
FROM resolved.deals
WHERE won_at IS NOT NULL
WINDOW bought AS (PARTITION BY customer_id ORDER BY won_at, id);

INSERT INTO resolved.orders BY NAME
SELECT 'shop:' || n AS id, 'shop' AS source, 'crm:' || n * 5 AS person_id,
    'crm:' || n AS company_id, 'crm:' || n AS customer_id, campaign_of(n) AS campaign_id,
    channel_of(n) AS channel, country_of(n) AS country, segment_of(n) AS segment,
    product_of(n) AS product, owner_of(n) AS owner_id, chance(n, 30) < 0.9 AS is_paid,
    is_paid AS is_purchase,
    (20 + chance(n, 31) * 900)::DECIMAL(18, 2) AS amount_home, some_day(n, 32) AS ordered_at
FROM range(getvariable('people') // 5) AS numbers(n);

INSERT INTO resolved.costs BY NAME
SELECT campaign || day AS id, 'ads' AS source, 'media' AS kind, 'marketing' AS department,
    channel_of(place) AS channel, campaign AS campaign_id, product_of(place) AS product,
    day::DATE AS cost_day, (5 + chance(place + epoch(day)::BIGINT, 33) * 90)::DECIMAL(18, 2) AS amount_home
FROM (SELECT unnest(getvariable('campaigns')) AS campaign, unnest(range(61)) AS place)
CROSS JOIN generate_series(DATE '2023-01-01', DATE '2025-12-31', INTERVAL 1 DAY) AS days(day)
UNION ALL
SELECT department || day, 'book', 'wages', department, NULL, NULL, NULL, day::DATE, 900
FROM (SELECT unnest(['marketing', 'sales']) AS department)
CROSS JOIN generate_series(DATE '2023-01-01', DATE '2025-12-31', INTERVAL 1 DAY) AS days(day);

INSERT INTO resolved.deliveries BY NAME
SELECT 'mail:' || n AS id, 'mail' AS source, 'crm:' || n % getvariable('people') AS person_id,
    'email' AS channel, 'mail:' || hash(n) % 900 AS email_message_id, campaign_of(n) AS campaign_id,
    some_day(n, 40) AS sent_at,
    CASE WHEN chance(n, 41) < 0.97 THEN sent_at END AS delivered_at,
    CASE WHEN chance(n, 42) < 0.4 THEN so_far(later(delivered_at, chance(n, 43) * 3)) END AS opened_at,
    CASE WHEN chance(n, 44) < 0.6 THEN opened_at END AS opened_by_human_at,
    opened_at IS NOT NULL AND opened_by_human_at IS NULL AS is_unreliable,
    CASE WHEN chance(n, 45) < 0.2 THEN so_far(later(opened_at, chance(n, 46))) END AS clicked_at,
    CASE WHEN delivered_at IS NULL THEN sent_at END AS bounced_at,
    CASE WHEN delivered_at IS NULL THEN one_of(['hard', 'soft'], n, 47) END AS bounce_kind,
    CASE WHEN chance(n, 48) < 0.05 THEN so_far(later(opened_at, chance(n, 49) * 40)) END AS converted_at,
    CASE WHEN clicked_at IS NOT NULL THEN converted_at END AS click_converted_at
FROM range(getvariable('people') * 20) AS numbers(n);

INSERT INTO resolved.page_views BY NAME
WITH visits AS (
    SELECT n, n // 3 AS visit, (hash(visit) % (getvariable('people') * 2))::BIGINT AS visitor
    FROM range(getvariable('people') * 10) AS numbers(n)
)
SELECT 'web:' || n AS id, 'web' AS source, '/page-' || hash(n) % 200 AS page,
    'visitor-' || visitor AS visitor_id, 'visit-' || visit AS visit_id,
    '10.' || visitor % 250 || '.' || visitor // 250 % 250 || '.' || visitor // 62500 AS ip,
    CASE WHEN visitor < getvariable('people') // 2 THEN 'crm:' || visitor END AS person_id,
    channel_of(visit) AS channel, campaign_of(visit) AS campaign_id, country_of(visitor) AS country,
    n % 3 = 0 AS is_landing, later(some_day(visit, 50), n % 3 * 0.0005) AS viewed_at,
    ip || '@' || viewed_at::DATE AS daily_ip
FROM visits;

INSERT INTO resolved.form_submissions BY NAME
SELECT 'web:' || n AS id, 'web' AS source, 'web:form-' || n % 12 AS form_id,
    one_of(['inquiry', 'content', 'application'], n, 60) AS kind,
    'crm:' || hash(n) % getvariable('people') AS person_id, channel_of(n) AS channel,
    campaign_of(n) AS campaign_id, some_day(n, 61) AS submitted_at
FROM range(getvariable('people') // 2) AS numbers(n);

INSERT INTO resolved.activities BY NAME
SELECT 'crm:' || n AS id, 'crm' AS source, one_of(['call', 'call', 'meeting', 'note'], n, 70) AS kind,
    'crm:' || hash(n) % getvariable('people') AS person_id, owner_of(n) AS owner_id,
    some_day(n, 71) AS happened_at,
    CASE WHEN chance(n, 72) < 0.2 THEN later(happened_at, chance(n, 73) * 20) END AS appointment_at
FROM range(getvariable('people') // 2) AS numbers(n);

INSERT INTO resolved.survey_responses BY NAME
SELECT 'crm:' || n AS id, 'crm' AS source, 'csat' AS kind, (hash(n) % 5 + 1)::DECIMAL(20, 6) AS score,
    1 AS lowest, 5 AS highest, 'crm:' || hash(n) % getvariable('people') AS person_id,
    product_of(n) AS product, some_day(n, 80) AS answered_at
FROM range(getvariable('people') // 10) AS numbers(n);

INSERT INTO resolved.figures BY NAME
SELECT 'market' || day AS id, 'book' AS source, 'market_size' AS name, day::DATE AS figure_day,
    250000 AS amount_home
FROM generate_series(DATE '2023-01-01', DATE '2025-12-31', INTERVAL 1 DAY) AS days(day);

INSERT INTO resolved.sales BY NAME
SELECT 'deal:' || id AS id, source, 'deal' AS sold_as, id AS deal_id, person_id, company_id,
    customer_id, campaign_id, channel, product, segment, country, owner_id, created_at AS opportunity_at,
    won_at AS sold_at, amount_home, 3 AS touches, hash(id) % 4 > 0 AS is_influenced,
    hash(id) % 5 = 0 AS is_automated
FROM resolved.deals
WHERE won_at IS NOT NULL;

-- Three touches share each sale, under three models.
INSERT INTO resolved.credits BY NAME
WITH touched AS (
    SELECT sales.* EXCLUDE (channel, campaign_id), model, touch,
        substr(deal_id, 5)::BIGINT * 3 + touch AS number
    FROM resolved.sales
    CROSS JOIN (SELECT unnest(['first', 'linear', 'last']) AS model)
    CROSS JOIN range(3) AS touches(touch)
)
SELECT model || id || touch AS id, source, model, model = 'linear' AS is_chosen, id AS sale_id,
    deal_id, person_id, company_id, 'touch:' || number AS touch_id, channel_of(number) AS channel,
    campaign_of(number) AS campaign_id, hash(number) % 3 = 0 AS is_marketing, product, segment,
    country, owner_id, sold_at,
    CASE WHEN model = 'linear' THEN 0.333333 WHEN model = 'first' THEN (touch = 0)::INTEGER
        ELSE (touch = 2)::INTEGER END AS share,
    (amount_home * share)::DECIMAL(18, 4) AS amount_home
FROM touched;
