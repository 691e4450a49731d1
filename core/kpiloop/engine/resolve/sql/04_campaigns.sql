-- The campaign that a system's id means.
CREATE OR REPLACE TEMP TABLE campaign_ids AS
SELECT source, known_id, whole_id FROM staged_record_ids WHERE entity = 'campaigns';

CREATE OR REPLACE TEMP MACRO campaign_of(from_source, vendor_id) AS coalesce(
    (SELECT any_value(whole_id) FROM campaign_ids
    WHERE source = from_source AND known_id = vendor_id),
    from_source || ':' || vendor_id
);

CREATE OR REPLACE TEMP MACRO campaign_known_as(key) AS coalesce(
    (SELECT any_value(whole_id) FROM campaign_ids WHERE source || ':' || known_id = key),
    key
);

-- The records of campaigns that count.
CREATE OR REPLACE TEMP TABLE live_campaigns AS
SELECT campaigns.*, identities.whole_id AS campaign_key, identities.number, identities.root_source
FROM identities
JOIN given_campaigns AS campaigns ON campaigns.place = identities.place
WHERE identities.entity = 'campaigns' AND counts_from('campaigns', identities.root_source);

-- The campaign that a UTM name means, as its own or as another name that the settings give it.
CREATE OR REPLACE TEMP TABLE utm_campaigns AS
WITH named AS (
    SELECT token AS utm, root, whole_id
    FROM identities
    WHERE entity = 'campaigns' AND counts_from('campaigns', root_source)
    UNION ALL
    SELECT plain(aliases.meant), identities.root, identities.whole_id
    FROM aliases
    JOIN aliased ON aliased.alias = aliases.alias
    JOIN identities ON identities.number = aliased.number
    WHERE counts_from('campaigns', root_source)
)
SELECT utm, arg_min(whole_id, root) AS campaign_id
FROM named
WHERE utm IS NOT NULL
GROUP BY utm;

CREATE OR REPLACE TEMP TABLE contact_campaigns AS
SELECT live_contacts.contact_key, utm_campaigns.campaign_id
FROM live_contacts
JOIN utm_campaigns ON utm_campaigns.utm = plain(live_contacts.utm_campaign);

-- Where no vendor tells a campaign's channel, the one by which most of its contacts came (of equals
-- the first in the alphabet).
CREATE OR REPLACE TEMP TABLE staged_origins AS
SELECT contact_key, campaign_id, channel
FROM contact_campaigns
JOIN contact_channels USING (contact_key)
WHERE channel IS NOT NULL;

CREATE OR REPLACE TEMP TABLE campaign_channels AS
SELECT campaign_id, arg_min(channel, (-contacts, channel)) AS channel
FROM (
    SELECT campaign_id, channel, count(*) AS contacts
    FROM (FROM staged_origins UNION ALL FROM other_origins)
    GROUP BY campaign_id, channel
)
GROUP BY campaign_id;

-- One row per campaign: the first that is known over its records.
CREATE OR REPLACE TEMP TABLE staged_campaigns AS
WITH known AS (
    SELECT campaign_key AS id, root_source AS source, arg_min(name, number) AS name,
        arg_min(status, number) AS status, arg_min(channel, number) AS channel,
        arg_min(product, number) AS product,
        arg_min(source || ':' || owner_id, number) AS owner_id,
        arg_min(starts_on, number) AS starts_on, arg_min(ends_on, number) AS ends_on,
        arg_min(to_home(budget, currency, coalesce(starts_on, local_day(created_at))), number)
            AS budget_home,
        min(created_at) AS created_at
    FROM live_campaigns
    GROUP BY campaign_key, root_source
)
SELECT known.* REPLACE (coalesce(known.channel, campaign_channels.channel) AS channel)
FROM known
LEFT JOIN campaign_channels ON campaign_channels.campaign_id = known.id;
