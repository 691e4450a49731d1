-- Which record took the place of which: merge chains followed to their end. Of a circle of merges
-- the smallest id survives, so that nobody vanishes.
CREATE OR REPLACE TEMP TABLE merged AS
WITH RECURSIVE told AS (
    SELECT 'contacts' AS entity, source, id AS new_id, merged_ids FROM given_contacts AS contacts
    UNION ALL
    SELECT 'companies', source, id, merged_ids FROM given_companies AS companies
    UNION ALL
    SELECT 'deals', source, id, merged_ids FROM given_deals AS deals
), direct AS (
    SELECT DISTINCT entity, source, trim(unnest(string_split(merged_ids, ';'))) AS old_id, new_id
    FROM told
    WHERE merged_ids IS NOT NULL
), step AS (
    SELECT * FROM direct WHERE old_id <> '' AND old_id <> new_id
), chain AS (
    SELECT entity, source, old_id, new_id FROM step
    UNION
    SELECT chain.entity, chain.source, chain.old_id, step.new_id
    FROM chain
    JOIN step ON step.entity = chain.entity AND step.source = chain.source
        AND step.old_id = chain.new_id
), circles AS (
    -- Ids that became only what became them again.
    SELECT chain.entity, chain.source, chain.old_id AS id
    FROM chain
    LEFT JOIN chain AS back ON back.entity = chain.entity AND back.source = chain.source
        AND back.old_id = chain.new_id AND back.new_id = chain.old_id
    GROUP BY ALL
    HAVING bool_and(back.old_id IS NOT NULL)
), ends AS (
    SELECT chain.*, step.old_id IS NULL AS is_end
    FROM chain
    LEFT JOIN (SELECT DISTINCT entity, source, old_id FROM step) AS step
        ON step.entity = chain.entity AND step.source = chain.source
        AND step.old_id = chain.new_id
    LEFT JOIN circles ON circles.entity = chain.entity AND circles.source = chain.source
        AND circles.id = chain.new_id
    WHERE step.old_id IS NULL OR circles.id IS NOT NULL
)
SELECT entity, source, old_id,
    arg_min(new_id, CASE WHEN is_end THEN '0' ELSE '1' END || new_id) AS new_id
FROM ends
GROUP BY entity, source, old_id
HAVING arg_min(new_id, CASE WHEN is_end THEN '0' ELSE '1' END || new_id) <> old_id;
