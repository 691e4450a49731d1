-- What somebody did that marketing hopes for: a form sent, or an order that stands.
CREATE OR REPLACE TEMP TABLE sent_forms AS
SELECT person_id, submitted_at AS sent_at
FROM staged_form_submissions
WHERE person_id IS NOT NULL AND submitted_at IS NOT NULL;

CREATE OR REPLACE TEMP TABLE conversions AS
SELECT person_id, sent_at AS converted_at FROM sent_forms
UNION ALL
SELECT person_id, ordered_at
FROM staged_orders
WHERE person_id IS NOT NULL AND ordered_at IS NOT NULL AND is_paid;

-- A view without a person is of the first one who was known in its visit; most are of nobody.
CREATE OR REPLACE TEMP TABLE views_of_somebody AS
WITH visitors AS (
    SELECT visit_id, arg_min(person_id, (viewed_at, id)) AS person_id
    FROM placed_views
    WHERE person_id IS NOT NULL AND visit_id IS NOT NULL AND viewed_at IS NOT NULL
    GROUP BY visit_id
)
SELECT views.id, coalesce(views.person_id, visitors.person_id) AS person_id, views.viewed_at
FROM placed_views AS views
LEFT JOIN visitors ON visitors.visit_id = views.visit_id
WHERE coalesce(views.person_id, visitors.person_id) IS NOT NULL AND views.viewed_at IS NOT NULL;

CREATE OR REPLACE TEMP TABLE converting_views AS
SELECT views.id, sent_forms.sent_at AS form_sent_at, conversions.converted_at
FROM views_of_somebody AS views
ASOF LEFT JOIN sent_forms ON sent_forms.person_id = views.person_id
    AND views.viewed_at <= sent_forms.sent_at
ASOF LEFT JOIN conversions ON conversions.person_id = views.person_id
    AND views.viewed_at <= conversions.converted_at
WHERE conversions.converted_at IS NOT NULL;

CREATE OR REPLACE TEMP TABLE staged_page_views AS
SELECT placed_views.*, form_sent_at, converted_at
FROM placed_views
LEFT JOIN converting_views ON converting_views.id = placed_views.id;
