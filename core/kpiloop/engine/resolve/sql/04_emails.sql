CREATE OR REPLACE TEMP TABLE staged_emails AS
SELECT source || ':' || id AS id, source, name, subject, kind, status, variant,
    campaign_of(source, campaign_id) AS campaign_id, source || ':' || audience_id AS audience_id,
    sent_at, created_at
FROM given_emails
WHERE deleted_at IS NULL;
