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

-- Each entry of a person into a stage. Of a person without any history, each contact entered its
-- stage when it was made. Unless the settings name the systems that tell stages, a person's are told
-- by one: the first that knew of any.
CREATE OR REPLACE TEMP TABLE person_entries AS
WITH told AS (
    SELECT person_contacts.person_id, stage_changes.source, stage_changes.stage,
        stage_changes.entered_at, stage_changes.id, person_contacts.contact_key
    FROM given_stage_changes AS stage_changes
    JOIN staged_person_contacts AS person_contacts ON person_contacts.source = stage_changes.source
        AND person_contacts.contact_id = stage_changes.parent_id
    WHERE stage_changes.of_entity = 'contacts' AND stage_changes.deleted_at IS NULL
        AND stage_changes.entered_at IS NOT NULL
), placed AS (
    SELECT told.*, stages.stage AS rung, rank
    FROM told
    LEFT JOIN stages ON stages.source = told.source AND stages.vendor_stage = told.stage
    WHERE counts_from('stages', told.source)
), untold AS (
    SELECT person_id, live.source, live.stage, created_at AS entered_at, id, live.contact_key,
        stages.stage AS rung, rank
    FROM live_contacts AS live
    LEFT JOIN stages ON stages.source = live.source AND stages.vendor_stage = live.stage
    ANTI JOIN told ON told.contact_key = live.contact_key
    ANTI JOIN placed ON placed.person_id = live.person_id AND placed.rank IS NOT NULL
    WHERE live.stage IS NOT NULL AND created_at IS NOT NULL AND counts_from('stages', live.source)
), entries AS (
    FROM placed UNION ALL FROM untold
), tellers AS (
    SELECT person_id, arg_min(source, (entered_at, source)) AS source
    FROM entries
    WHERE rank IS NOT NULL
    GROUP BY person_id
)
SELECT entries.person_id, entered_at, rung AS stage, rank, entries.source,
    entries.source || ':' || id AS entry_key
FROM entries
LEFT JOIN tellers ON tellers.person_id = entries.person_id
WHERE getvariable('systems_of_record')['stages'] IS NOT NULL
    OR entries.source = coalesce(tellers.source, entries.source);

-- Times between a change of stage and the next; entries into the stage one is in change nothing, and
-- neither do entries outside of the ladder while another system's word stands.
CREATE OR REPLACE TEMP TABLE person_stages AS
WITH heard AS (
    SELECT *,
        last_value(CASE WHEN rank IS NOT NULL THEN source END IGNORE NULLS) OVER (
            PARTITION BY person_id ORDER BY entered_at, rank NULLS FIRST, entry_key
        ) AS last_teller
    FROM person_entries
), changes AS (
    SELECT *
    FROM heard
    WHERE rank IS NOT NULL OR last_teller IS NULL OR last_teller = source
    WINDOW entry AS (PARTITION BY person_id ORDER BY entered_at, rank NULLS FIRST, entry_key)
    QUALIFY stage IS DISTINCT FROM lag(stage) OVER entry OR row_number() OVER entry = 1
)
SELECT person_id, stage, rank, entered_at AS started_at, lead(entered_at) OVER entry AS ended_at,
    coalesce(lag(rank) OVER entry < rank, FALSE) AS comes_up,
    coalesce(lead(rank) OVER entry > rank, FALSE) AS goes_up,
    row_number() OVER (
        PARTITION BY person_id, stage ORDER BY entered_at, rank NULLS FIRST, entry_key
    ) = 1 AS is_first
FROM changes
WINDOW entry AS (PARTITION BY person_id ORDER BY entered_at, rank NULLS FIRST, entry_key);

-- First entries; where the settings ask for it, a skipped stage was entered with the next one.
CREATE OR REPLACE TEMP MACRO first_entry(asked, moment, stage_rank) AS
    CASE WHEN getvariable('fill_skipped')
        THEN arg_min(moment, stage_rank) FILTER (stage_rank >= getvariable('ranks')[asked])
        ELSE min(moment) FILTER (stage_rank = getvariable('ranks')[asked]) END;
CREATE OR REPLACE TEMP TABLE person_firsts AS
WITH firsts AS (
    SELECT person_id, rank, min(entered_at) AS entered_at
    FROM person_entries
    WHERE rank IS NOT NULL
    GROUP BY person_id, rank
)
SELECT person_id,
    first_entry('lead', entered_at, rank) AS became_lead_at,
    first_entry('mql', entered_at, rank) AS became_mql_at,
    first_entry('sql', entered_at, rank) AS became_sql_at,
    first_entry('opportunity', entered_at, rank) AS became_opportunity_at,
    first_entry('customer', entered_at, rank) AS entered_customer_at
FROM firsts
GROUP BY person_id;
