-- In the settings' patterns `*` and `?` alone are special.
UPDATE inside_sales SET pattern = regexp_replace(pattern, '([\[\\])', '[\1]', 'g');
CREATE OR REPLACE TEMP TABLE staged_owners AS
SELECT source || ':' || id AS id, source,
    nullif(trim(coalesce(first_name, '') || ' ' || coalesce(last_name, '')), '') AS name,
    lower(email) AS email, team,
    EXISTS (
        FROM inside_sales WHERE plain(team) GLOB pattern OR plain(email) GLOB pattern
    ) AS is_inside_sales,
    is_active
FROM given_owners AS owners
WHERE deleted_at IS NULL;

CREATE OR REPLACE TEMP TABLE staged_pipeline_stages AS
SELECT source || ':' || id AS id, source, source || ':' || pipeline_id AS pipeline_id, stage, name,
    position, probability, is_won, is_closed
FROM given_pipeline_stages AS pipeline_stages
WHERE deleted_at IS NULL;
