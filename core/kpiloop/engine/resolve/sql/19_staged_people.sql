-- One row per person, with the first entry into each stage.
CREATE OR REPLACE TEMP TABLE staged_people AS
WITH first_wins AS (
    SELECT person_id, min(bought_at) AS won_at
    FROM (
        SELECT person_id, won_at AS bought_at FROM staged_deals
        UNION ALL
        SELECT person_id, ordered_at FROM staged_orders WHERE is_paid
    )
    WHERE bought_at IS NOT NULL AND person_id IS NOT NULL
    GROUP BY person_id
), now_in AS (
    SELECT person_id, arg_max(stage, (started_at, coalesce(rank, 0))) AS stage
    FROM person_stages
    WHERE ended_at IS NULL
    GROUP BY person_id
)
SELECT person_facts.person_id AS id, person_facts.* EXCLUDE (person_id, opted_out_some_time),
    now_in.stage, became_lead_at, became_mql_at, became_sql_at, became_opportunity_at,
    coalesce(first_wins.won_at, entered_customer_at) AS became_customer_at
FROM person_facts
LEFT JOIN person_firsts USING (person_id)
LEFT JOIN first_wins USING (person_id)
LEFT JOIN now_in USING (person_id);
