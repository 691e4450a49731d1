-- What records read of things that many of them share, by names: of campaigns, e-mails, segments,
-- pipelines and currencies. Where a name means something else than before, its readers change too.
CREATE OR REPLACE TEMP TABLE staged_meanings AS
SELECT 'utm:' || utm AS name, campaign_id AS value FROM utm_campaigns
UNION ALL
SELECT 'campaign:' || source || ':' || known_id, whole_id
FROM campaign_ids
WHERE whole_id <> source || ':' || known_id
UNION ALL
SELECT 'reach:' || campaign_ids.source || ':' || known_id, channel
FROM campaign_ids
JOIN staged_campaigns ON staged_campaigns.id = whole_id
WHERE channel IS NOT NULL
UNION ALL
SELECT 'email:' || id, hash(campaign_id, variant)::VARCHAR FROM staged_emails
UNION ALL
SELECT 'segment:' || source || ':' || id, hash(name, kind)::VARCHAR
FROM given_segments
WHERE deleted_at IS NULL
UNION ALL
SELECT 'pipeline:' || source || ':' || id, name FROM given_pipelines
UNION ALL
SELECT 'stage:' || source || ':' || pipeline_id || ':' || stage, hash(is_won, is_closed)::VARCHAR
FROM given_pipeline_stages
WHERE deleted_at IS NULL
UNION ALL
SELECT 'passing:' || source || ':' || pipeline_id, sum(hash(stage)::HUGEINT)::VARCHAR
FROM passing_stages
GROUP BY source, pipeline_id
UNION ALL
SELECT 'currency:' || currency, sum(hash(valid_from, rate)::HUGEINT)::VARCHAR
FROM rates
GROUP BY currency;
