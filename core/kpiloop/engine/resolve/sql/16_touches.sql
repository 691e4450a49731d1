-- What marketing did to people. A visit that came directly is no touch, nor is a program's click; a
-- visit that nobody known began is of the first person who was known in it.
CREATE OR REPLACE TEMP TABLE staged_touches AS
WITH visitors AS (
    SELECT visit_id, arg_min(person_id, (viewed_at, id)) AS person_id
    FROM staged_page_views
    WHERE person_id IS NOT NULL AND visit_id IS NOT NULL AND viewed_at IS NOT NULL
    GROUP BY visit_id
)
SELECT 'origin:' || person_id AS id, source, 'origin' AS kind, person_id, channel, campaign_id,
    created_at AS happened_at
FROM person_facts
WHERE channel IS NOT NULL AND created_at IS NOT NULL
UNION ALL
SELECT 'visit:' || views.id, views.source, 'visit', coalesce(views.person_id, visitors.person_id),
    views.channel, views.campaign_id, views.viewed_at
FROM staged_page_views AS views
LEFT JOIN visits ON visits.first_view = views.id
LEFT JOIN visitors ON visitors.visit_id = views.visit_id
WHERE coalesce(views.person_id, visitors.person_id) IS NOT NULL AND views.viewed_at IS NOT NULL
    AND views.channel <> 'direct'
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
