-- Times as a customer. With `no order for N days` each order keeps for N local days; with `stage
-- left` one stays until the last of the customer's people left the stage; else for ever.
CREATE OR REPLACE TEMP TABLE staged_customer_intervals AS
WITH held AS (
    SELECT *,
        CASE getvariable('customer_ends')
            WHEN 'no order' THEN after_local_days(happened_at, getvariable('customer_days'))
            WHEN 'stage left' THEN coalesce(left_at, getvariable('never'))
            ELSE getvariable('never')
        END AS held_until
    FROM customer_events
), reached AS (
    SELECT *,
        max(held_until) OVER (
            PARTITION BY customer_id ORDER BY happened_at, event_id, is_order
            ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
        ) AS held_before
    FROM held
), spans AS (
    SELECT *,
        count(*) FILTER (WHERE held_before IS NULL OR happened_at > held_before) OVER (
            PARTITION BY customer_id ORDER BY happened_at, event_id, is_order
        ) AS span
    FROM reached
), firsts AS (
    SELECT customer_id, span, min(happened_at) AS started_at,
        nullif(max(held_until), getvariable('never')) AS ended_at,
        TRY_CAST(sum(amount_home) AS DECIMAL(18, 4)) AS amount_home
    FROM spans
    GROUP BY customer_id, span
)
SELECT firsts.customer_id || ':' || firsts.span AS id, spans.source, firsts.customer_id,
    spans.person_id, spans.company_id, spans.deal_id, spans.channel, spans.campaign_id,
    spans.country, spans.segment, spans.product, spans.owner_id,
    firsts.span = 1 AS is_first, firsts.amount_home, firsts.started_at, firsts.ended_at
FROM firsts
JOIN spans ON spans.customer_id = firsts.customer_id AND spans.span = firsts.span
    AND spans.happened_at = firsts.started_at
QUALIFY row_number() OVER (
    PARTITION BY firsts.customer_id, firsts.span ORDER BY spans.event_id, spans.is_order
) = 1;
