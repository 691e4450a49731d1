-- When contacts opted out; who is told not to have, has not, whatever moment is left of before. A
-- system that tells no moment of the contact may tell the event: the last by which the contact left,
-- or of events that name no contact, by which its address did.
CREATE OR REPLACE TEMP TABLE opt_outs AS
WITH leaving AS (
    SELECT events.source, known.contact_key,
        CASE WHEN known.contact_key IS NULL THEN mailbox(plain(email)) END AS left_address,
        max(happened_at) AS left_at
    FROM given_email_events AS events
    LEFT JOIN staged_person_contacts AS known ON known.source = events.source
        AND known.contact_id = events.contact_id
    WHERE kind = 'unsubscribe' AND deleted_at IS NULL
    GROUP BY ALL
), own AS (
    SELECT contact_key, max(left_at) AS left_at FROM leaving GROUP BY contact_key
)
SELECT live_contacts.contact_key,
    coalesce(opted_out_at, CASE WHEN opted_out THEN greatest(own.left_at, leaving.left_at) END)
        AS moment,
    coalesce(opted_out, FALSE) AND moment IS NULL AS is_some_time
FROM live_contacts
LEFT JOIN own ON own.contact_key = live_contacts.contact_key
LEFT JOIN leaving ON leaving.source = live_contacts.source
    AND leaving.left_address = mailbox(live_contacts.address)
WHERE coalesce(opted_out, opted_out_at IS NOT NULL);

-- The first thing known of a person over their contacts, earliest contact first.
CREATE OR REPLACE TEMP TABLE person_facts AS
SELECT person_id,
    arg_min(live_contacts.source, contact_rank) AS source,
    arg_min(address, contact_rank) AS email,
    arg_min(first_name, contact_rank) AS first_name,
    arg_min(last_name, contact_rank) AS last_name,
    arg_min(job_title, contact_rank) AS job_title,
    arg_min(country, contact_rank) AS country,
    arg_min(segment, contact_rank) AS segment,
    arg_min(product, contact_rank) AS product,
    arg_min(form_id, contact_rank) AS form_id,
    arg_min(channel, contact_rank) AS channel,
    arg_min(campaign_id, contact_rank) AS campaign_id,
    arg_min(company_key, contact_rank) AS company_id,
    arg_min(live_contacts.source || ':' || owner_id, contact_rank) AS owner_id,
    min(created_at) AS created_at,
    min(opt_outs.moment) AS opted_out_at,
    coalesce(bool_or(opt_outs.is_some_time), FALSE) AS opted_out_some_time
FROM live_contacts
LEFT JOIN contact_channels USING (contact_key)
LEFT JOIN contact_campaigns USING (contact_key)
LEFT JOIN opt_outs USING (contact_key)
LEFT JOIN company_ids ON company_ids.source = live_contacts.source
    AND company_ids.known_id = live_contacts.company_id
GROUP BY person_id;

-- The systems that tell stages of people of whom several do.
CREATE OR REPLACE TEMP TABLE staged_stage_tellers AS
SELECT person_id, unnest(sources) AS source
FROM (
    SELECT known.person_id, list(DISTINCT known.source) AS sources
    FROM given_stage_changes AS stage_changes
    JOIN staged_person_contacts AS known ON known.source = stage_changes.source
        AND known.contact_id = stage_changes.parent_id
    WHERE of_entity = 'contacts' AND deleted_at IS NULL AND entered_at IS NOT NULL
    GROUP BY known.person_id
)
WHERE len(sources) > 1;
