CREATE OR REPLACE TEMP TABLE staged_social_posts AS
SELECT source || ':' || id AS id, source,
    coalesce(network_of(plain(network)), plain(network)) AS network, name, 'organic_social' AS channel,
    campaign_of(source, campaign_id) AS campaign_id, product, impressions, reach, likes, comments,
    shares, reposts, reviews, clicks, posted_at
FROM given_social_posts AS social_posts
WHERE deleted_at IS NULL AND counts_from('social_posts', source);

-- What the own people did; of a call also the person's next meeting, which it may have won.
CREATE OR REPLACE TEMP TABLE staged_activities AS
WITH done AS (
    SELECT told.source || ':' || told.id AS id, told.source, told.kind, told.outcome,
        told.source || ':' || told.owner_id AS owner_id, known.person_id,
        coalesce(company_ids.company_key, staged_deals.company_id, person_facts.company_id)
            AS company_id,
        staged_deals.id AS deal_id, campaign_of(told.source, told.campaign_id) AS campaign_id,
        told.minutes, told.happened_at
    FROM given_activities AS told
    LEFT JOIN staged_person_contacts AS known ON known.source = told.source
        AND known.contact_id = told.contact_id
    LEFT JOIN person_facts ON person_facts.person_id = known.person_id
    LEFT JOIN company_ids ON company_ids.source = told.source AND company_ids.known_id = told.company_id
    LEFT JOIN deal_ids ON deal_ids.source = told.source AND deal_ids.known_id = told.deal_id
    LEFT JOIN staged_deals ON staged_deals.id = deal_ids.deal_key
    ANTI JOIN excluded_contact_ids AS excluded ON excluded.source = told.source
        AND excluded.contact_id = told.contact_id
    ANTI JOIN excluded_company_ids ON excluded_company_ids.source = told.source
        AND excluded_company_ids.company_id = told.company_id
    WHERE told.deleted_at IS NULL AND counts_from('activities', told.source)
), meetings AS (
    SELECT DISTINCT person_id, happened_at AS met_at FROM done WHERE kind = 'meeting'
)
SELECT done.*, CASE WHEN kind = 'call' THEN met_at END AS appointment_at
FROM done
ASOF LEFT JOIN meetings ON meetings.person_id = done.person_id
    AND done.happened_at <= meetings.met_at;

CREATE OR REPLACE TEMP TABLE staged_survey_responses AS
WITH told AS (
    SELECT *, mailbox(plain(email)) AS address
    FROM given_survey_responses AS survey_responses
    WHERE deleted_at IS NULL AND counts_from('survey_responses', source)
)
SELECT told.source || ':' || told.id AS id, told.source, survey_id, kind, score, lowest, highest,
    coalesce(by_contact.person_id, by_address.person_id) AS person_id, product, answered_at
FROM told
LEFT JOIN staged_person_contacts AS by_contact ON by_contact.source = told.source
    AND by_contact.contact_id = told.contact_id
LEFT JOIN address_people AS by_address ON by_address.address = told.address
ANTI JOIN excluded_contact_ids AS excluded ON excluded.source = told.source
    AND excluded.contact_id = told.contact_id
ANTI JOIN excluded_mailboxes AS excluded_too ON excluded_too.address =
    CASE WHEN coalesce(by_contact.person_id, by_address.person_id) IS NULL
        THEN told.address END
ANTI JOIN excluded_addresses ON by_contact.person_id IS NULL AND by_address.person_id IS NULL
    AND plain(told.email) GLOB excluded_addresses.pattern;

CREATE OR REPLACE TEMP TABLE staged_campaign_members AS
SELECT told.source || ':' || told.id AS id, told.source,
    campaign_of(told.source, told.parent_id) AS campaign_id, known.person_id, told.status,
    told.joined_at, told.responded_at
FROM given_campaign_members AS told
LEFT JOIN staged_person_contacts AS known ON known.source = told.source
    AND known.contact_id = told.contact_id
ANTI JOIN excluded_contact_ids AS excluded ON excluded.source = told.source
    AND excluded.contact_id = told.contact_id
WHERE told.deleted_at IS NULL AND counts_from('campaign_members', told.source);

CREATE OR REPLACE TEMP TABLE staged_segment_members AS
SELECT told.source || ':' || told.id AS id, told.source, known.person_id, segments.name AS segment,
    segments.kind, told.added_at
FROM given_segment_members AS told
JOIN given_segments AS segments ON segments.source = told.source AND segments.id = told.parent_id
LEFT JOIN staged_person_contacts AS known ON known.source = told.source
    AND known.contact_id = told.contact_id
ANTI JOIN excluded_contact_ids AS excluded ON excluded.source = told.source
    AND excluded.contact_id = told.contact_id
WHERE told.deleted_at IS NULL AND segments.deleted_at IS NULL;

CREATE OR REPLACE TEMP TABLE staged_order_lines AS
SELECT told.source || ':' || told.id AS id, told.source, orders.id AS order_id, orders.person_id,
    orders.company_id, orders.campaign_id, orders.channel, told.product, orders.is_paid,
    told.quantity,
    to_home(
        told.amount, coalesce(iso(told.currency), orders.currency), local_day(orders.ordered_at)
    ) AS amount_home,
    orders.ordered_at
FROM given_order_lines AS told
JOIN staged_orders AS orders ON orders.id = told.source || ':' || told.parent_id
WHERE told.deleted_at IS NULL;

-- A number that is entered for several days is cut into parts that add up to it exactly, and so is
-- money in the units of money; a span of which only one end is known is that day, and one that is
-- upside down is turned.
CREATE OR REPLACE TEMP TABLE staged_figures AS
WITH told AS (
    SELECT *, (amount * 1000000)::HUGEINT AS units,
        (TRY_CAST(amount AS DECIMAL(18, 4)) * 10000)::HUGEINT AS money_units,
        coalesce(least(first_day, last_day), first_day, last_day) AS from_day,
        coalesce(greatest(first_day, last_day), first_day, last_day) AS to_day
    FROM given_figures AS figures
    WHERE deleted_at IS NULL AND amount IS NOT NULL
), sized AS (
    SELECT *, (to_day - from_day + 1)::HUGEINT AS days FROM told WHERE from_day IS NOT NULL
), cut AS (
    SELECT *, unnest(generate_series(0, (days - 1)::BIGINT))::HUGEINT AS nth FROM sized
), parts AS (
    SELECT *, from_day + nth::INTEGER AS figure_day,
        ((units * (nth + 1) // days - units * nth // days)::DECIMAL(26, 0)
            * 0.000001::DECIMAL(6, 6))::DECIMAL(20, 6) AS part,
        ((money_units * (nth + 1) // days - money_units * nth // days)::DECIMAL(22, 0)
            * 0.0001::DECIMAL(4, 4))::DECIMAL(18, 4) AS money
    FROM cut
)
SELECT source || ':' || id || ':' || figure_day AS id, source, name, channel, product, country,
    figure_day, part AS amount,
    CASE WHEN iso(currency) IS NOT NULL THEN to_home(money, currency, figure_day) END AS amount_home
FROM parts;
