-- What marketing did to people. A visit that came directly is no touch, nor is a program's click.
CREATE OR REPLACE TEMP TABLE staged_touches AS
SELECT 'origin:' || id AS id, source, 'origin' AS kind, id AS person_id, channel, campaign_id,
    created_at AS happened_at
FROM staged_people
WHERE channel IS NOT NULL AND created_at IS NOT NULL
UNION ALL
SELECT 'visit:' || views.id, views.source, 'visit', views.person_id, views.channel,
    views.campaign_id, views.viewed_at
FROM staged_page_views AS views
LEFT JOIN visits ON visits.first_view = views.id
WHERE views.person_id IS NOT NULL AND views.viewed_at IS NOT NULL AND views.channel <> 'direct'
    AND (views.visit_id IS NULL OR visits.first_view IS NOT NULL)
UNION ALL
SELECT 'form:' || id, source, 'form', person_id, channel, campaign_id, submitted_at
FROM staged_form_submissions
WHERE person_id IS NOT NULL AND submitted_at IS NOT NULL
UNION ALL
SELECT 'email_click:' || id, source, 'email_click', person_id, 'email', campaign_id, happened_at
FROM staged_email_events
WHERE kind = 'click' AND is_machine IS NOT TRUE AND person_id IS NOT NULL
    AND happened_at IS NOT NULL
UNION ALL
SELECT 'response:' || members.id, members.source, 'response', members.person_id, campaigns.channel,
    members.campaign_id, members.responded_at
FROM staged_campaign_members AS members
LEFT JOIN staged_campaigns AS campaigns ON campaigns.id = members.campaign_id
WHERE members.person_id IS NOT NULL AND members.responded_at IS NOT NULL;
