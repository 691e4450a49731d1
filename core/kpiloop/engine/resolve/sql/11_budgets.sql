-- Budgets of the settings, of the vendors, and of campaigns; one of a campaign that is stated goes
-- before what a system tells of the campaign itself.
CREATE OR REPLACE TEMP TABLE stated_budgets AS
SELECT source || ':' || id AS id, source, kind, department, channel,
    campaign_of(source, campaign_id) AS campaign_id, product, first_day, last_day, amount, currency
FROM given_budgets AS budgets
WHERE deleted_at IS NULL AND counts_from('budgets', source)
UNION ALL
SELECT id, 'config', kind, department, channel, campaign_known_as(campaign_id), product, first_day,
    last_day, amount, currency
FROM configured_budgets;

CREATE OR REPLACE TEMP TABLE budget_days AS
WITH spans AS (
    FROM stated_budgets
    UNION ALL
    SELECT 'campaign:' || id, source, 'media', 'marketing', NULL, id, NULL, starts_on, ends_on,
        budget_home, NULL
    FROM staged_campaigns
    ANTI JOIN stated_budgets ON stated_budgets.campaign_id = staged_campaigns.id
), dated AS (
    SELECT spans.* EXCLUDE (first_day, last_day),
        coalesce(
            least(spans.first_day, spans.last_day),
            least(campaigns.starts_on, campaigns.ends_on), local_day(campaigns.created_at)
        ) AS from_day,
        coalesce(
            greatest(spans.first_day, spans.last_day),
            greatest(campaigns.starts_on, campaigns.ends_on), local_day(campaigns.created_at)
        ) AS to_day,
        campaigns.channel AS campaign_channel, campaigns.product AS campaign_product
    FROM spans
    LEFT JOIN staged_campaigns AS campaigns ON campaigns.id = spans.campaign_id
    WHERE amount IS NOT NULL
), sized AS (
    SELECT *, (amount * 10000)::HUGEINT AS units, (to_day - from_day + 1)::HUGEINT AS days
    FROM dated
    WHERE from_day IS NOT NULL
), cut AS (
    SELECT *, unnest(generate_series(0, (days - 1)::BIGINT))::HUGEINT AS nth FROM sized
)
SELECT *, from_day + nth::INTEGER AS budget_day,
    to_home(
        ((units * (nth + 1) // days - units * nth // days)::DECIMAL(22, 0)
            * 0.0001::DECIMAL(4, 4))::DECIMAL(18, 4),
        currency, from_day + nth::INTEGER
    ) AS amount_home,
    (kind IS NOT NULL)::INTEGER + (department IS NOT NULL)::INTEGER + (channel IS NOT NULL)::INTEGER
        + (campaign_id IS NOT NULL)::INTEGER + (product IS NOT NULL)::INTEGER AS names
FROM cut;

CREATE OR REPLACE TEMP TABLE budget_parts AS
SELECT DISTINCT narrow.id, narrow.budget_day
FROM budget_days AS narrow
JOIN budget_days AS wide ON wide.budget_day = narrow.budget_day AND wide.names < narrow.names
    AND coalesce(wide.kind = narrow.kind, wide.kind IS NULL)
    AND coalesce(wide.department = narrow.department, wide.department IS NULL)
    AND coalesce(wide.channel = narrow.channel, wide.channel IS NULL)
    AND coalesce(wide.campaign_id = narrow.campaign_id, wide.campaign_id IS NULL)
    AND coalesce(wide.product = narrow.product, wide.product IS NULL);

-- What every day cost: as it was, where the costs stand.
CREATE OR REPLACE TEMP TABLE cost_sums AS
SELECT cost_day, kind, department, channel, campaign_id, product, sum(amount_home) AS amount_home
FROM staged_costs
GROUP BY ALL
UNION ALL
FROM other_cost_sums
WHERE EXISTS (FROM staged_cost_basis INTERSECT FROM other_cost_basis);

CREATE OR REPLACE TEMP TABLE staged_budgets AS
WITH spent AS (
    SELECT budget_days.id, budget_days.budget_day, sum(cost_sums.amount_home) AS spent_home
    FROM (
        FROM budget_days
        QUALIFY row_number() OVER (
            PARTITION BY budget_day, kind, department, channel, campaign_id, product ORDER BY id
        ) = 1
    ) AS budget_days
    JOIN cost_sums ON cost_sums.cost_day = budget_days.budget_day
        AND coalesce(budget_days.kind = cost_sums.kind, budget_days.kind IS NULL)
        AND coalesce(budget_days.department = cost_sums.department, budget_days.department IS NULL)
        AND coalesce(budget_days.channel = cost_sums.channel, budget_days.channel IS NULL)
        AND coalesce(
            budget_days.campaign_id = cost_sums.campaign_id, budget_days.campaign_id IS NULL
        )
        AND coalesce(budget_days.product = cost_sums.product, budget_days.product IS NULL)
    GROUP BY ALL
)
SELECT id || ':' || budget_day AS id, source, kind, department,
    coalesce(channel, campaign_channel) AS channel, campaign_id,
    coalesce(product, campaign_product) AS product, budget_parts.id IS NOT NULL AS is_part,
    budget_day, amount_home,
    CASE WHEN known.cost_day IS NOT NULL THEN coalesce(spent_home, 0) END AS spent_home
FROM budget_days
LEFT JOIN budget_parts USING (id, budget_day)
LEFT JOIN spent USING (id, budget_day)
LEFT JOIN (SELECT DISTINCT cost_day FROM cost_sums) AS known ON known.cost_day = budget_day;
