-- The stages of deals that are with sales: those that the settings name, and what lies behind them
-- in their pipeline but is not lost. In the settings' patterns `*` and `?` alone are special.
UPDATE passed_from SET pattern = regexp_replace(pattern, '([\[\\])', '[\1]', 'g');
CREATE OR REPLACE TEMP TABLE passing_stages AS
WITH known AS (
    SELECT source, pipeline_id, stage, position,
        coalesce(is_closed, FALSE) AND NOT coalesce(is_won, FALSE) AS is_lost,
        EXISTS (
            FROM passed_from WHERE plain(stage) GLOB pattern OR plain(name) GLOB pattern
        ) AS is_named
    FROM given_pipeline_stages
    WHERE deleted_at IS NULL
), firsts AS (
    SELECT source, pipeline_id, min(position) AS position
    FROM known
    WHERE is_named
    GROUP BY ALL
)
SELECT DISTINCT known.source, known.pipeline_id, known.stage
FROM known
JOIN firsts ON firsts.source = known.source AND firsts.pipeline_id = known.pipeline_id
WHERE is_named OR (known.position >= firsts.position AND NOT is_lost);
