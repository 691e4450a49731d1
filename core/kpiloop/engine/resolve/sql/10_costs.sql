-- Costs of the vendors and of the settings, cut into days whose parts add up exactly. What the
-- settings say of a kind replaces vendors' spend of that kind on the same days. A span of which
-- only one end is known is that day, and one that is upside down is turned: no money gets lost.
CREATE OR REPLACE TEMP TABLE cost_spans AS
SELECT costs.source || ':' || costs.id AS id, costs.source, costs.kind, costs.department,
    coalesce(costs.channel, staged_campaigns.channel) AS channel,
    campaign_of(costs.source, costs.campaign_id) AS campaign_id,
    coalesce(costs.product, staged_campaigns.product) AS product,
    coalesce(
        least(costs.first_day, costs.last_day),
        least(staged_campaigns.starts_on, staged_campaigns.ends_on),
        local_day(staged_campaigns.created_at)
    ) AS first_day,
    coalesce(
        greatest(costs.first_day, costs.last_day),
        greatest(staged_campaigns.starts_on, staged_campaigns.ends_on),
        local_day(staged_campaigns.created_at)
    ) AS last_day,
    costs.amount, costs.currency, FALSE AS is_set
FROM given_costs AS costs
LEFT JOIN staged_campaigns ON staged_campaigns.id = campaign_of(costs.source, costs.campaign_id)
WHERE costs.deleted_at IS NULL AND counts_from('costs', costs.source)
UNION ALL
SELECT configured.id, 'config', configured.kind, configured.department,
    coalesce(configured.channel, staged_campaigns.channel),
    campaign_known_as(configured.campaign_id),
    coalesce(configured.product, staged_campaigns.product), configured.first_day,
    configured.last_day, configured.amount, configured.currency, TRUE
FROM configured_costs AS configured
LEFT JOIN staged_campaigns ON staged_campaigns.id = campaign_known_as(configured.campaign_id);

-- Where the settings ask for it, what sales costs without a channel is spread over the channels
-- by the new customers that each brought in the same month.
CREATE OR REPLACE TEMP TABLE spread_weights AS
WITH won AS (
    SELECT date_trunc('month', local_day(started_at)) AS month, channel, count(*) AS customers
    FROM (
        SELECT is_first, started_at, channel FROM staged_customer_intervals
        UNION ALL
        FROM other_customers
    )
    WHERE is_first AND getvariable('spread') = 'new_customers'
    GROUP BY ALL
)
SELECT month, channel, customers,
    sum(customers) OVER (PARTITION BY month ORDER BY channel NULLS FIRST) AS up_to,
    sum(customers) OVER (PARTITION BY month) AS total
FROM won;

-- All that days of costs follow from, as a mark: where it is the same as before, they stand.
CREATE OR REPLACE TEMP TABLE staged_cost_basis AS
SELECT (SELECT sum(hash(each)::HUGEINT) FROM cost_spans AS each)::VARCHAR AS spans,
    (SELECT sum(hash(each)::HUGEINT) FROM rates AS each)::VARCHAR AS rates,
    (SELECT sum(hash(each)::HUGEINT) FROM spread_weights AS each)::VARCHAR AS weights;

CREATE OR REPLACE TEMP TABLE changed_spans AS
FROM cost_spans
WHERE NOT EXISTS (FROM staged_cost_basis INTERSECT FROM other_cost_basis);

CREATE OR REPLACE TEMP TABLE cost_days AS
WITH sized AS (
    SELECT *, (amount * 10000)::HUGEINT AS units, (last_day - first_day + 1)::HUGEINT AS days
    FROM changed_spans
    WHERE first_day <= last_day AND amount IS NOT NULL
), cut AS (
    SELECT *, unnest(generate_series(0, (days - 1)::BIGINT))::HUGEINT AS nth FROM sized
), parts AS (
    SELECT *, first_day + nth::INTEGER AS cost_day,
        ((units * (nth + 1) // days - units * nth // days)::DECIMAL(22, 0)
            * 0.0001::DECIMAL(4, 4))::DECIMAL(18, 4) AS part
    FROM cut
), set_days AS (
    SELECT DISTINCT kind, cost_day FROM parts WHERE is_set
)
SELECT parts.id || ':' || parts.cost_day AS id, source, parts.kind, department, channel,
    campaign_id, product, parts.cost_day, to_home(part, currency, parts.cost_day) AS amount_home
FROM parts
LEFT JOIN set_days ON set_days.kind = parts.kind AND set_days.cost_day = parts.cost_day
WHERE parts.is_set OR set_days.kind IS NULL;

CREATE OR REPLACE TEMP TABLE staged_costs AS
WITH spread AS (
    SELECT cost_days.*, weights.channel AS to_channel,
        (amount_home * 10000)::HUGEINT AS units, up_to, up_to - customers AS up_from, total
    FROM cost_days
    JOIN spread_weights AS weights ON weights.month = date_trunc('month', cost_days.cost_day)
    WHERE cost_days.department = 'sales' AND cost_days.channel IS NULL
)
SELECT cost_days.*
FROM cost_days
ANTI JOIN spread ON spread.id = cost_days.id
UNION ALL
SELECT id || ':' || coalesce(to_channel, ''), source, kind, department, to_channel, campaign_id,
    product, cost_day,
    ((units * up_to // total - units * up_from // total)::DECIMAL(22, 0)
        * 0.0001::DECIMAL(4, 4))::DECIMAL(18, 4)
FROM spread;
