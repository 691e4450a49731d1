-- Some systems tell what was delivered, others only what was sent and what bounced; and whoever
-- opens or clicks has got it. Where nothing tells when it was sent, its delivery or bounce does, but
-- nothing that the recipient did, which may be months later.
CREATE OR REPLACE TEMP TABLE staged_deliveries AS
WITH telling AS (
    SELECT email_deliveries.source,
        bool_or(told_delivered_at IS NOT NULL OR others.source IS NOT NULL) AS tells
    FROM email_deliveries
    LEFT JOIN other_telling AS others ON others.source = email_deliveries.source
    GROUP BY email_deliveries.source
), delivered AS (
    SELECT email_deliveries.*,
        coalesce(
            told_delivered_at,
            CASE WHEN NOT tells AND bounced_at IS NULL THEN told_sent_at END,
            least(opened_at, clicked_at)
        ) AS delivered_at
    FROM email_deliveries
    JOIN telling ON telling.source = email_deliveries.source
)
SELECT delivered.id, source, delivered.person_id, 'email' AS channel, email_message_id, campaign_id,
    variant,
    coalesce(told_sent_at, least(told_delivered_at, bounced_at)) AS sent_at, delivered_at, opened_at, opened_by_human_at,
    is_unreliable, clicked_at, bounced_at, bounce_kind, unsubscribed_at, complained_at,
    conversions.converted_at, by_click.converted_at AS click_converted_at
FROM delivered
ASOF LEFT JOIN conversions ON conversions.person_id = delivered.person_id
    AND delivered.opened_at <= conversions.converted_at
ASOF LEFT JOIN conversions AS by_click ON by_click.person_id = delivered.person_id
    AND delivered.clicked_at <= by_click.converted_at;
