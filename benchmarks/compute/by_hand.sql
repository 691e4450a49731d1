-- The bundled KPIs by month and channel, as one would write them for this one question.
WITH leads AS (
    SELECT date_trunc('month', became_lead_day) AS month, channel, count(*) AS new_leads,
        count(*) FILTER (WHERE became_customer_at >= became_lead_at
            AND became_customer_day <= became_lead_day + 90) AS became_customer
    FROM resolved.people
    WHERE became_lead_day IS NOT NULL
    GROUP BY ALL
), mqls AS (
    SELECT date_trunc('month', became_mql_day) AS month, channel, count(*) AS mqls,
        count(*) FILTER (WHERE became_sql_at >= became_mql_at
            AND became_sql_day <= became_mql_day + 90) AS became_sql,
        sum(became_mql_day - became_lead_day) FILTER (WHERE became_lead_at <= became_mql_at)
            AS days,
        count(*) FILTER (WHERE became_lead_at <= became_mql_at) AS counted
    FROM resolved.people
    WHERE became_mql_day IS NOT NULL
    GROUP BY ALL
), sqls AS (
    SELECT date_trunc('month', became_sql_day) AS month, channel, count(*) AS sqls,
        count(*) FILTER (WHERE became_customer_at >= became_sql_at
            AND became_customer_day <= became_sql_day + 90) AS became_customer,
        count(became_mql_at) AS had_been_mql
    FROM resolved.people
    WHERE became_sql_day IS NOT NULL
    GROUP BY ALL
), converted AS (
    SELECT date_trunc('month', became_customer_day) AS month, channel,
        count(became_lead_at) AS had_been_lead, count(became_sql_at) AS had_been_sql
    FROM resolved.people
    WHERE became_customer_day IS NOT NULL
    GROUP BY ALL
), closed AS (
    SELECT date_trunc('month', closed_day) AS month, channel, count(*) AS closed_deals,
        count(won_at) AS won_deals, sum(amount_home) FILTER (WHERE won_at IS NOT NULL) AS revenue,
        sum(won_day - created_day) FILTER (WHERE created_at <= won_at) AS days,
        count(*) FILTER (WHERE created_at <= won_at) AS counted
    FROM resolved.deals
    WHERE closed_day IS NOT NULL
    GROUP BY ALL
), customers AS (
    SELECT date_trunc('month', started_day) AS month, channel, count(*) AS new_customers
    FROM resolved.customer_intervals
    WHERE is_first
    GROUP BY ALL
), spent AS (
    SELECT date_trunc('month', cost_day) AS month, coalesce(channel, 'unknown') AS channel,
        sum(amount_home) FILTER (WHERE department = 'marketing') AS marketing_cost,
        sum(amount_home) FILTER (WHERE department = 'sales') AS sales_cost
    FROM resolved.costs
    GROUP BY ALL
), stays AS MATERIALIZED (
    SELECT date_trunc('month', started_day) AS entered,
        CASE WHEN ended_at < getvariable('as_of') THEN date_trunc('month', ended_day) END AS gone,
        channel, count(*) AS people
    FROM resolved.stage_intervals
    JOIN resolved.people ON people.id = stage_intervals.person_id
    WHERE of_entity = 'people' AND stage_intervals.stage IN ('lead', 'mql', 'sql')
        AND started_at < getvariable('as_of')
        AND (ended_at IS NULL OR ended_at >= started_at)
    GROUP BY ALL
), moves AS (
    SELECT 'leads' AS what, entered AS month, channel, sum(people) AS moved,
        NULL::DECIMAL(38, 4) AS amount
    FROM stays
    GROUP BY ALL
    UNION ALL
    SELECT 'leads', gone, channel, -sum(people), NULL
    FROM stays
    GROUP BY ALL
    UNION ALL
    SELECT 'customers', date_trunc('month', started_day), channel, count(*), NULL
    FROM resolved.customer_intervals
    WHERE started_at < getvariable('as_of')
    GROUP BY ALL
    UNION ALL
    SELECT 'customers', date_trunc('month', ended_day), channel, -count(*), NULL
    FROM resolved.customer_intervals
    WHERE ended_at < getvariable('as_of')
    GROUP BY ALL
    UNION ALL
    SELECT 'pipeline', date_trunc('month', created_day), channel, count(*), sum(amount_home)
    FROM resolved.deals
    WHERE created_at < getvariable('as_of') AND (closed_at IS NULL OR closed_at >= created_at)
    GROUP BY ALL
    UNION ALL
    SELECT 'pipeline', date_trunc('month', closed_day), channel, -count(*), -sum(amount_home)
    FROM resolved.deals
    WHERE closed_at < getvariable('as_of') AND closed_at >= created_at
    GROUP BY ALL
), grid AS (
    SELECT month::DATE AS month, channel
    FROM generate_series(DATE '2023-01-01', DATE '2026-01-01', INTERVAL 1 MONTH) AS months(month)
    CROSS JOIN (
        SELECT DISTINCT channel FROM resolved.people UNION ALL SELECT 'unknown'
    ) AS channels
), states AS (
    SELECT grid.month, grid.channel,
        sum(sum(moved) FILTER (WHERE what = 'leads')) OVER so_far AS leads_held,
        sum(sum(moved) FILTER (WHERE what = 'customers')) OVER so_far AS customers,
        sum(sum(amount) FILTER (WHERE what = 'pipeline')) OVER so_far AS open_pipeline
    FROM grid
    LEFT JOIN moves USING (month, channel)
    GROUP BY grid.month, grid.channel
    WINDOW so_far AS (PARTITION BY grid.channel ORDER BY grid.month)
)
SELECT strftime(month, '%Y-%m') AS month, channel,
    coalesce(new_customers, 0) AS new_customers,
    coalesce(customers, 0) AS customers,
    coalesce(mqls, 0) AS mqls,
    coalesce(sqls, 0) AS sqls,
    mqls.days::DOUBLE / nullif(mqls.counted, 0) AS days_lead_to_mql,
    became_sql::DOUBLE / mqls AS mql_to_sql_rate,
    coalesce(had_been_mql, 0)::DOUBLE / mqls AS mql_to_sql_rate_in_period,
    sqls.became_customer::DOUBLE / sqls AS sql_to_customer_rate,
    coalesce(had_been_sql, 0)::DOUBLE / sqls AS sql_to_customer_rate_in_period,
    coalesce(new_leads, 0) AS new_leads,
    coalesce(leads_held, 0) AS leads_held,
    leads.became_customer::DOUBLE / new_leads AS lead_conversion_rate,
    coalesce(had_been_lead, 0)::DOUBLE / new_leads AS lead_conversion_rate_in_period,
    marketing_cost,
    coalesce(sales_cost, 0) AS sales_cost,
    marketing_cost::DOUBLE / new_leads AS lead_acquisition_cost,
    (marketing_cost + coalesce(sales_cost, 0))::DOUBLE / new_customers AS cac,
    coalesce(closed_deals, 0) AS closed_deals,
    coalesce(won_deals, 0) AS won_deals,
    coalesce(revenue, 0) AS revenue,
    closed.days::DOUBLE / nullif(closed.counted, 0) AS deal_cycle_days,
    coalesce(open_pipeline, 0) AS open_pipeline,
    won_deals::DOUBLE / closed_deals AS win_rate,
    revenue::DOUBLE / nullif(won_deals, 0) AS average_deal_value
FROM states
LEFT JOIN leads USING (month, channel)
LEFT JOIN mqls USING (month, channel)
LEFT JOIN sqls USING (month, channel)
LEFT JOIN converted USING (month, channel)
LEFT JOIN closed USING (month, channel)
LEFT JOIN customers USING (month, channel)
LEFT JOIN spent USING (month, channel)
ORDER BY ALL;
