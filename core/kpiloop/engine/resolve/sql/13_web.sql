-- The channel that UTM marks and a referrer tell, where the rules for contacts say nothing.
CREATE OR REPLACE TEMP MACRO is_social(host) AS regexp_matches(
    host,
    '(^|\.)((facebook|instagram|linkedin|pinterest|reddit|tiktok|twitter|x|xing|youtube)\.com'
        || '|t\.co|lnkd\.in|youtu\.be)$|^(facebook|instagram|linkedin|tiktok|twitter|xing|youtube)$'
);
-- The network by the one name that views and posts have in common.
CREATE OR REPLACE TEMP MACRO network_of(host) AS CASE
    WHEN NOT is_social(host) THEN NULL
    WHEN regexp_matches(host, '(^|\.)(t\.co|twitter(\.com)?|x\.com)$') THEN 'x'
    WHEN regexp_matches(host, '(^|\.)lnkd\.in$') THEN 'linkedin'
    WHEN regexp_matches(host, '(^|\.)youtu\.be$') THEN 'youtube'
    ELSE regexp_extract(host, '([a-z]+)(\.com)?$', 1)
END;
-- Search engines have other hosts as well, to which people came for their mail or their files.
CREATE OR REPLACE TEMP MACRO is_search(host) AS regexp_matches(
    host,
    '(^|\.)(baidu|bing|duckduckgo|ecosia|google|naver|qwant|startpage|yahoo|yandex)'
        || '(\.[a-z]{2,3}){1,2}$|^search\.brave\.com$|(^|\.)ya\.ru$'
        || '|^com\.google\.android\.googlequicksearchbox$'
) AND NOT regexp_matches(
    host, '(^|\.)(accounts|calendar|classroom|docs|drive|groups|mail|meet|sites)\.'
);
CREATE OR REPLACE TEMP MACRO channel_of_marks(utm_source, utm_medium) AS CASE
    WHEN plain(utm_medium) IN ('paid_social', 'paid-social', 'paidsocial') THEN 'paid_social'
    WHEN plain(utm_medium) IN ('cpc', 'paid', 'paid_search', 'paid-search', 'paidsearch', 'ppc')
        THEN CASE WHEN is_social(plain(utm_source)) THEN 'paid_social' ELSE 'paid_search' END
    WHEN plain(utm_medium) IN ('banner', 'cpm', 'display') THEN 'display'
    WHEN plain(utm_medium) IN ('e-mail', 'email', 'newsletter') THEN 'email'
    WHEN plain(utm_medium) IN ('organic-social', 'organic_social', 'social') THEN 'organic_social'
    WHEN plain(utm_medium) = 'organic' THEN 'organic_search'
    WHEN plain(utm_medium) IN ('affiliate', 'referral') THEN 'referral'
    WHEN coalesce(plain(utm_source), plain(utm_medium)) IS NOT NULL THEN 'other'
END;
CREATE OR REPLACE TEMP MACRO channel_of_host(host) AS CASE
    WHEN host IS NULL THEN NULL
    WHEN is_search(host) THEN 'organic_search'
    WHEN is_social(host) THEN 'organic_social'
    ELSE 'referral'
END;
CREATE OR REPLACE TEMP MACRO host_of(address) AS
    nullif(regexp_extract(plain(address), '^([a-z][a-z0-9+.-]*://)?([^/:?#]+)', 2), '');

CREATE OR REPLACE TEMP TABLE traced_views AS
SELECT ruled.*, source || ':' || id AS view_key,
    coalesce(
        rule_channel,
        channel_of_marks(utm_source, utm_medium),
        CASE WHEN original_source IS NOT NULL THEN 'other' END,
        channel_of_host(host_of(referrer)),
        'direct'
    ) AS view_channel,
    coalesce(network_of(plain(utm_source)), network_of(host_of(referrer))) AS view_network,
    plain(utm_campaign) AS utm
FROM ruled_page_views AS ruled
ANTI JOIN excluded_contact_ids AS excluded ON excluded.source = ruled.source
    AND excluded.contact_id = ruled.contact_id
WHERE counts_from('page_views', ruled.source);

-- A visit came by what brought its first page; later pages only know the one before.
CREATE OR REPLACE TEMP TABLE visits AS
SELECT source, visit_id, arg_min(view_channel, (viewed_at, id)) AS channel,
    arg_min(coalesce(utm, ''), (viewed_at, id)) AS utm,
    nullif(arg_min(coalesce(view_network, ''), (viewed_at, id)), '') AS network,
    arg_min(view_key, (viewed_at, id)) AS first_view
FROM traced_views
WHERE visit_id IS NOT NULL AND viewed_at IS NOT NULL
GROUP BY source, visit_id;

CREATE OR REPLACE TEMP TABLE placed_views AS
SELECT view_key AS id, views.source, page, views.source || ':' || visitor_id AS visitor_id,
    views.source || ':' || views.visit_id AS visit_id, ip,
    ip || ' ' || local_day(viewed_at) AS daily_ip, person_id,
    coalesce(visits.channel, view_channel) AS channel,
    CASE WHEN first_view IS NULL THEN view_network ELSE visits.network END AS network,
    utm_campaigns.campaign_id, country, form_id, variant,
    views.visit_id IS NULL OR coalesce(view_key = first_view, FALSE) AS is_landing, viewed_at
FROM traced_views AS views
LEFT JOIN visits ON visits.source = views.source AND visits.visit_id = views.visit_id
LEFT JOIN utm_campaigns ON utm_campaigns.utm = coalesce(visits.utm, views.utm)
LEFT JOIN staged_person_contacts AS known ON known.source = views.source
    AND known.contact_id = views.contact_id;

CREATE OR REPLACE TEMP TABLE staged_traffic_periods AS
SELECT ruled.source || ':' || id AS id, ruled.source, breakdown,
    coalesce(rule_channel, CASE WHEN original_source IS NOT NULL THEN 'other' END) AS channel,
    page, utm_campaigns.campaign_id, country,
    CASE WHEN first_day = coalesce(last_day, first_day) THEN first_day END AS traffic_day,
    first_day, last_day, page_views, visits, visitors, contacts
FROM ruled_traffic_periods AS ruled
LEFT JOIN utm_campaigns ON utm_campaigns.utm = plain(ruled.utm_campaign)
WHERE counts_from('traffic_periods', ruled.source);

-- What the settings call a form, by its id or its name; in their patterns `*` and `?` alone are
-- special.
UPDATE form_kinds SET pattern = regexp_replace(pattern, '([\[\\])', '[\1]', 'g');
CREATE OR REPLACE TEMP TABLE known_forms AS
WITH forms AS (
    SELECT DISTINCT source, form_id, form_name FROM ruled_form_submissions
)
SELECT forms.source, form_id, form_name, arg_min(form_kinds.kind, form_kinds.place) AS kind
FROM forms
JOIN form_kinds ON plain(form_id) GLOB form_kinds.pattern OR plain(form_name) GLOB form_kinds.pattern
GROUP BY ALL;

CREATE OR REPLACE TEMP TABLE staged_form_submissions AS
WITH told AS (
    SELECT *, mailbox(plain(email)) AS address FROM ruled_form_submissions
    WHERE counts_from('form_submissions', source)
), joined AS (
    SELECT told.*, coalesce(by_contact.person_id, by_address.person_id) AS person_id
    FROM told
    LEFT JOIN staged_person_contacts AS by_contact ON by_contact.source = told.source
        AND by_contact.contact_id = told.contact_id
    LEFT JOIN address_people AS by_address ON by_address.address = told.address
    ANTI JOIN excluded_contact_ids AS excluded ON excluded.source = told.source
        AND excluded.contact_id = told.contact_id
    ANTI JOIN excluded_mailboxes AS excluded_too ON excluded_too.address =
        CASE WHEN coalesce(by_contact.person_id, by_address.person_id) IS NULL
            THEN told.address END
    ANTI JOIN excluded_addresses ON by_contact.person_id IS NULL AND by_address.person_id IS NULL
        AND plain(told.email) GLOB excluded_addresses.pattern
)
SELECT joined.source || ':' || joined.id AS id, joined.source, joined.form_id, joined.form_name,
    coalesce(known_forms.kind, joined.kind) AS kind, variant, page, joined.person_id,
    coalesce(
        rule_channel,
        CASE WHEN joined.original_source IS NOT NULL THEN 'other' END,
        person_facts.channel
    ) AS channel,
    coalesce(utm_campaigns.campaign_id, person_facts.campaign_id) AS campaign_id,
    coalesce(joined.product, person_facts.product) AS product, submitted_at
FROM joined
LEFT JOIN known_forms ON known_forms.source = joined.source
    AND known_forms.form_id IS NOT DISTINCT FROM joined.form_id
    AND known_forms.form_name IS NOT DISTINCT FROM joined.form_name
LEFT JOIN utm_campaigns ON utm_campaigns.utm = plain(joined.utm_campaign)
LEFT JOIN person_facts ON person_facts.person_id = joined.person_id;
