-- Each entry of a person into a stage. Of a person without any history, each contact entered its
-- stage when it was made. Unless the settings name the systems that tell stages, a person's are told
-- by one: the first that knew of any. What a rule decides, no system tells.
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
    entries.source || ':' || id AS entry_key, FALSE AS is_ruled
FROM entries
LEFT JOIN tellers ON tellers.person_id = entries.person_id
WHERE (
    getvariable('systems_of_record')['stages'] IS NOT NULL
    OR entries.source = coalesce(tellers.source, entries.source)
) AND coalesce(NOT list_contains(getvariable('ruled_stages'), rung), TRUE)
UNION ALL
SELECT person_id, met_at, stage, getvariable('ranks')[stage], NULL, 'rule:' || stage, TRUE
FROM rule_entries;

-- Times between a change of stage and the next; entries into the stage one is in change nothing, and
-- neither do entries outside of the ladder while another system's word stands. A rule moves people
-- up only: who is in a stage as high already, by what a system told last, stays there.
CREATE OR REPLACE TEMP TABLE person_stages AS
WITH told AS (
    SELECT *,
        last_value(CASE WHEN rank IS NOT NULL THEN source END IGNORE NULLS) OVER (
            PARTITION BY person_id ORDER BY entered_at, rank NULLS FIRST, entry_key
        ) AS last_teller
    FROM person_entries
), heard AS (
    SELECT *,
        count(*) FILTER (NOT is_ruled) OVER (
            PARTITION BY person_id ORDER BY entered_at, rank NULLS FIRST, entry_key
        ) AS nth_told
    FROM told
    WHERE rank IS NOT NULL OR last_teller IS NULL OR last_teller = source
), raised AS (
    SELECT *
    FROM heard
    QUALIFY NOT is_ruled OR rank > coalesce(max(rank) OVER (
        PARTITION BY person_id, nth_told ORDER BY entered_at, rank NULLS FIRST, entry_key
        ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
    ), 0)
), changes AS (
    SELECT *
    FROM raised
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
