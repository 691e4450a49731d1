-- Stages of people, ended by an opt-out while they are leads, which all are below opportunity; and
-- stages of deals.
CREATE OR REPLACE TEMP TABLE staged_stage_intervals AS
WITH people AS (
    SELECT person_stages.person_id, person_stages.stage, person_stages.started_at,
        CASE WHEN person_stages.rank < getvariable('ranks')['opportunity']
            THEN least(person_stages.ended_at, person_facts.opted_out_at)
            ELSE person_stages.ended_at END AS ended_at,
        person_stages.rank >= getvariable('ranks')['lead']
            AND person_stages.rank < getvariable('ranks')['opportunity'] AS is_lead,
        person_stages.is_first, person_stages.comes_up,
        CASE WHEN person_stages.goes_up AND (
            person_stages.rank >= getvariable('ranks')['opportunity']
            OR coalesce(person_stages.ended_at <= person_facts.opted_out_at, TRUE)
        ) THEN person_stages.ended_at END AS moved_up_at,
        person_facts.source,
        person_stages.rank < getvariable('ranks')['opportunity'] AND (
            person_facts.opted_out_some_time
            OR coalesce(person_facts.opted_out_at <= person_stages.started_at, FALSE)
        ) AS never_held
    FROM person_stages
    JOIN person_facts USING (person_id)
    WHERE person_stages.stage IS NOT NULL
), deal_changes AS (
    SELECT staged_deals.id AS deal_id, staged_deals.person_id, staged_deals.source,
        stage_changes.stage, stage_changes.entered_at, stage_changes.id AS change_id
    FROM given_stage_changes AS stage_changes
    JOIN live_deals ON live_deals.source = stage_changes.source
        AND live_deals.id = stage_changes.parent_id
    JOIN staged_deals ON staged_deals.id = live_deals.deal_key
    WHERE stage_changes.of_entity = 'deals' AND stage_changes.deleted_at IS NULL
        AND stage_changes.entered_at IS NOT NULL
), deals AS (
    SELECT deal_id, person_id, source, stage, entered_at AS started_at, change_id,
        lead(entered_at) OVER (PARTITION BY deal_id ORDER BY entered_at, change_id) AS ended_at
    FROM deal_changes
)
SELECT 'people:' || person_id || ':' || row_number() OVER (
        PARTITION BY person_id ORDER BY started_at, ended_at NULLS LAST, stage) AS id,
    source, 'people' AS of_entity, person_id, NULL AS deal_id, stage, is_lead, is_first,
    comes_up AS is_rank_up, started_at, ended_at, moved_up_at
FROM people
WHERE NOT never_held
UNION ALL
SELECT 'deals:' || deal_id || ':' || row_number() OVER (
        PARTITION BY deal_id ORDER BY started_at, change_id) AS id,
    source, 'deals', person_id, deal_id, stage, NULL, NULL, NULL, started_at, ended_at, NULL
FROM deals
WHERE stage IS NOT NULL;

-- What makes a customer: won deals, and orders that stand; for whom there are none, being in the
-- stage customer. Any of it lasts until the last of the customer's people left that stage, where
-- the settings ask for it; who left before a purchase has not left since.
CREATE OR REPLACE TEMP TABLE customer_events AS
WITH purchases AS (
    SELECT customer_id, won_at AS happened_at, id AS event_id, FALSE AS is_order, id AS deal_id,
        person_id, company_id, channel, campaign_id, country, segment, product, owner_id, source,
        amount_home
    FROM staged_deals
    WHERE won_at IS NOT NULL AND customer_id IS NOT NULL
    UNION ALL
    SELECT customer_id, ordered_at, id, TRUE, deal_id, person_id, company_id, channel, campaign_id,
        country, segment, product, owner_id, source,
        CASE WHEN is_purchase THEN amount_home END
    FROM staged_orders
    WHERE ordered_at IS NOT NULL AND customer_id IS NOT NULL AND is_paid
), stays AS (
    SELECT CASE WHEN getvariable('customer_is') = 'company'
            THEN coalesce(facts.company_id, person_id) ELSE person_id END AS customer_id,
        started_at AS happened_at, person_id AS event_id, FALSE AS is_order, NULL AS deal_id,
        person_id, facts.company_id, facts.channel,
        facts.campaign_id, facts.country, facts.segment, facts.product, facts.owner_id,
        facts.source, NULL AS amount_home, person_stages.ended_at AS left_at
    FROM person_stages
    JOIN person_facts AS facts USING (person_id)
    WHERE person_stages.rank >= getvariable('ranks')['customer']
), last_left AS (
    SELECT customer_id, max(coalesce(left_at, getvariable('never'))) AS left_at
    FROM stays
    GROUP BY customer_id
)
SELECT purchases.*,
    CASE WHEN last_left.left_at > purchases.happened_at THEN last_left.left_at END AS left_at
FROM purchases
LEFT JOIN last_left ON last_left.customer_id = purchases.customer_id
UNION ALL
SELECT stays.*
FROM stays
ANTI JOIN purchases ON purchases.customer_id = stays.customer_id;
