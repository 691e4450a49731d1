-- When deals first entered a stage in which they are with sales.
CREATE OR REPLACE TEMP TABLE passed_deals AS
SELECT live_deals.deal_key, min(stage_changes.entered_at) AS passed_at
FROM given_stage_changes AS stage_changes
JOIN live_deals ON live_deals.source = stage_changes.source
    AND live_deals.id = stage_changes.parent_id
JOIN passing_stages AS passing ON passing.source = live_deals.source
    AND passing.pipeline_id = live_deals.pipeline_id AND passing.stage = stage_changes.stage
WHERE stage_changes.of_entity = 'deals' AND stage_changes.deleted_at IS NULL
GROUP BY live_deals.deal_key;

-- One row per deal, with the person, company, campaign and channel that it came by. What is won was
-- with sales; what is in such a stage without a history has been there since it was made.
CREATE OR REPLACE TEMP TABLE staged_deals AS
WITH joined AS (
    SELECT live_deals.*, deal_people.person_id,
        coalesce(deal_companies.company_id, person_facts.company_id) AS company_key,
        coalesce(deal_facts.campaign_id, person_facts.campaign_id) AS campaign_key,
        person_facts.channel, person_facts.country, person_facts.segment,
        coalesce(deal_facts.product, person_facts.product) AS product_known,
        CASE WHEN closed OR won THEN closed_at END AS ended_at,
        passed_deals.passed_at, passing.stage IS NOT NULL AS is_passed
    FROM live_deals
    LEFT JOIN deal_people USING (deal_key)
    LEFT JOIN deal_companies USING (deal_key)
    LEFT JOIN deal_facts USING (deal_key)
    LEFT JOIN person_facts USING (person_id)
    LEFT JOIN passed_deals USING (deal_key)
    LEFT JOIN passing_stages AS passing ON passing.source = live_deals.source
        AND passing.pipeline_id = live_deals.pipeline_id AND passing.stage = live_deals.stage
    ANTI JOIN excluded_deals ON excluded_deals.deal_key = live_deals.deal_key
)
SELECT deal_key AS id, joined.source, joined.name, person_id, company_key AS company_id,
    CASE WHEN getvariable('customer_is') = 'company' THEN coalesce(company_key, person_id)
        ELSE coalesce(person_id, company_key) END AS customer_id,
    campaign_key AS campaign_id, channel,
    coalesce(joined.country, staged_companies.country) AS country,
    coalesce(joined.segment, staged_companies.segment) AS segment,
    coalesce(product_known, staged_companies.product) AS product,
    joined.source || ':' || joined.owner_id AS owner_id,
    joined.source || ':' || joined.pipeline_id AS pipeline_id, joined.stage, joined.deal_type,
    coalesce(iso(joined.currency), getvariable('home')) AS currency, joined.amount,
    to_home(joined.amount, joined.currency, local_day(coalesce(ended_at, joined.created_at)))
        AS amount_home,
    joined.created_at,
    ended_at AS closed_at,
    CASE WHEN won THEN ended_at END AS won_at,
    CASE WHEN NOT won THEN ended_at END AS lost_at,
    CASE WHEN getvariable('is_passed_when_made') THEN joined.created_at
        ELSE coalesce(
            least(passed_at, CASE WHEN won THEN ended_at END),
            CASE WHEN is_passed THEN joined.created_at END
        ) END AS passed_to_sales_at
FROM joined
LEFT JOIN staged_companies ON staged_companies.id = joined.company_key;
