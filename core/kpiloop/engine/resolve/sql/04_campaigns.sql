-- Campaigns that are alive; where the vendor tells no channel, the one by which most of a
-- campaign's contacts came (of equals the first in the alphabet).
CREATE OR REPLACE TEMP TABLE live_campaigns AS
SELECT campaigns.*, campaigns.source || ':' || campaigns.id AS campaign_key
FROM pulled.campaigns
WHERE campaigns.deleted_at IS NULL;

-- The campaign that a UTM name means: in the own system first, then the smallest id.
CREATE OR REPLACE TEMP TABLE contact_campaigns AS
WITH named AS (
    SELECT campaign_key, source, plain(utm_campaign) AS utm
    FROM live_campaigns
    WHERE utm_campaign IS NOT NULL
)
SELECT contact_key, arg_min(campaign_key, distance || campaign_key) AS campaign_id
FROM (
    SELECT live_contacts.contact_key, named.campaign_key,
        CASE WHEN named.source = live_contacts.source THEN '0' ELSE '1' END AS distance
    FROM live_contacts
    JOIN named ON named.utm = plain(live_contacts.utm_campaign)
)
GROUP BY contact_key;

CREATE OR REPLACE TEMP TABLE campaign_channels AS
SELECT campaign_id, arg_min(channel, (-contacts, channel)) AS channel
FROM (
    SELECT campaign_id, channel, count(*) AS contacts
    FROM contact_campaigns
    JOIN contact_channels USING (contact_key)
    WHERE channel IS NOT NULL
    GROUP BY campaign_id, channel
)
GROUP BY campaign_id;

CREATE OR REPLACE TEMP TABLE staged_campaigns AS
SELECT campaign_key AS id, source, name, status,
    coalesce(live_campaigns.channel, campaign_channels.channel) AS channel,
    product, source || ':' || owner_id AS owner_id, starts_on, ends_on,
    to_home(budget, currency, coalesce(starts_on, created_at::DATE)) AS budget_home,
    created_at
FROM live_campaigns
LEFT JOIN campaign_channels ON campaign_channels.campaign_id = live_campaigns.campaign_key;
