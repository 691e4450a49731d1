-- By what the person of each deal was last touched before the deal was made, or as it was.
CREATE OR REPLACE TEMP TABLE touched AS
SELECT person_id, happened_at, arg_max(kind, id) AS kind
FROM staged_touches
SEMI JOIN staged_deals AS deals ON deals.person_id = staged_touches.person_id
GROUP BY person_id, happened_at;

CREATE OR REPLACE TEMP TABLE staged_deals AS
SELECT deals.*, touched.kind AS last_touch
FROM staged_deals AS deals
ASOF LEFT JOIN touched ON touched.person_id = deals.person_id
    AND deals.created_at >= touched.happened_at;
