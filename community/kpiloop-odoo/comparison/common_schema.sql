-- The tables of Odoo as contacts, companies, deals and so on; what is gone is left out.
CREATE SCHEMA IF NOT EXISTS common;

CREATE OR REPLACE VIEW common.owners AS
SELECT id::VARCHAR AS id, email, regexp_extract(name, '^(.*?)\s*\S*$', 1) AS first_name,
    regexp_extract(name, '(\S*)$', 1) AS last_name, sale_team_id__name AS team, active AS is_active
FROM odoo.users;

CREATE OR REPLACE VIEW common.pipeline_stages AS
SELECT id::VARCHAR AS id, 'crm' AS pipeline_id, id::VARCHAR AS stage, name, sequence AS position,
    is_won, is_won AS is_closed
FROM odoo.stages;

CREATE OR REPLACE VIEW common.campaigns AS
SELECT id::VARCHAR AS id, title AS name, stage_id__name AS status, name AS utm_campaign,
    user_id::VARCHAR AS owner_id, create_date AS created_at
FROM odoo.campaigns;

CREATE OR REPLACE VIEW common.opt_outs AS
SELECT email, write_date AS opted_out_at FROM odoo.blacklist WHERE active;

CREATE OR REPLACE VIEW common.contacts AS
SELECT 'lead-' || leads.id AS id, email_from AS email,
    regexp_extract(contact_name, '^(.*?)\s*\S*$', 1) AS first_name,
    regexp_extract(contact_name, '(\S*)$', 1) AS last_name, "function" AS job_title,
    country_id__code AS country, partner_id__commercial_partner_id::VARCHAR AS company_id,
    user_id::VARCHAR AS owner_id, type AS stage, source_id__name AS original_source,
    source_id__name AS utm_source, medium_id__name AS utm_medium,
    campaign_id__name AS utm_campaign, opt_outs.email IS NOT NULL AS opted_out,
    opt_outs.opted_out_at, partner_id__id::VARCHAR AS same_as, create_date AS created_at
FROM odoo.leads
SEMI JOIN odoo.leads_ids ON leads_ids.id = leads.id
LEFT JOIN common.opt_outs ON opt_outs.email = leads.email_normalized
UNION ALL BY NAME
SELECT partners.id::VARCHAR AS id, partners.email,
    regexp_extract(name, '^(.*?)\s*\S*$', 1) AS first_name,
    regexp_extract(name, '(\S*)$', 1) AS last_name, "function" AS job_title,
    country_id__code AS country, parent_id::VARCHAR AS company_id, user_id::VARCHAR AS owner_id,
    opt_outs.email IS NOT NULL AS opted_out, opt_outs.opted_out_at, create_date AS created_at
FROM odoo.partners
SEMI JOIN odoo.partners_ids ON partners_ids.id = partners.id
LEFT JOIN common.opt_outs ON opt_outs.email = partners.email_normalized
WHERE NOT is_company;

CREATE OR REPLACE VIEW common.companies AS
SELECT id::VARCHAR AS id, name,
    regexp_extract(website, '^(?:https?://)?(?:www\.)?([^/:]+)', 1) AS domain,
    country_id__code AS country, industry_id__name AS industry, user_id::VARCHAR AS owner_id,
    create_date AS created_at
FROM odoo.partners
SEMI JOIN odoo.partners_ids ON partners_ids.id = partners.id
WHERE is_company;

CREATE OR REPLACE VIEW common.deals AS
SELECT id::VARCHAR AS id, name, expected_revenue::DECIMAL(18, 4) AS amount,
    company_currency__name AS currency, 'crm' AS pipeline_id, stage_id::VARCHAR AS stage,
    partner_id__commercial_partner_id::VARCHAR AS company_id,
    campaign_id__id::VARCHAR AS campaign_id, user_id::VARCHAR AS owner_id,
    create_date AS created_at,
    CASE WHEN won_status IN ('won', 'lost') THEN date_closed
        ELSE date_deadline + INTERVAL 12 HOUR END AS closed_at,
    won_status = 'won' AS is_won, won_status IN ('won', 'lost') AS is_closed
FROM odoo.leads
SEMI JOIN odoo.leads_ids ON leads_ids.id = leads.id
WHERE type = 'opportunity';

CREATE OR REPLACE VIEW common.links AS
SELECT id || ':lead' AS id, 'deals' AS from_entity, id AS parent_id, 'contacts' AS to_entity,
    'lead-' || id AS to_id, 'primary' AS label
FROM common.deals;

CREATE OR REPLACE VIEW common.stage_changes AS
SELECT 'lead-' || id || ':' || stage AS id, 'contacts' AS of_entity, 'lead-' || id AS parent_id,
    NULL AS pipeline_id, stage, entered_at
FROM (
    SELECT id, 'lead' AS stage, create_date AS entered_at FROM odoo.leads
    WHERE type = 'lead' OR date_conversion IS NOT NULL
    UNION ALL
    SELECT id, type, coalesce(date_conversion, create_date) FROM odoo.leads WHERE type <> 'lead'
)
SEMI JOIN odoo.leads_ids USING (id)
UNION ALL
SELECT deals.id || ':first', 'deals', deals.id, 'crm',
    coalesce(nullif(first_changes.old_stage, 0)::VARCHAR, deals.stage), deals.created_at
FROM common.deals
LEFT JOIN (
    SELECT mail_message_id__res_id::VARCHAR AS deal_id, arg_min(old_value_integer, id) AS old_stage
    FROM odoo.stage_changes
    GROUP BY deal_id
) AS first_changes ON first_changes.deal_id = deals.id
UNION ALL
SELECT changes.id::VARCHAR, 'deals', deals.id, 'crm', nullif(new_value_integer, 0)::VARCHAR,
    mail_message_id__date
FROM odoo.stage_changes AS changes
JOIN common.deals ON deals.id = mail_message_id__res_id::VARCHAR;

CREATE OR REPLACE VIEW common.orders AS
SELECT id::VARCHAR AS id, partner_id__id::VARCHAR AS contact_id,
    partner_id__commercial_partner_id::VARCHAR AS company_id, opportunity_id::VARCHAR AS deal_id,
    campaign_id::VARCHAR AS campaign_id,
    CASE state WHEN 'draft' THEN 'pending' WHEN 'sent' THEN 'pending' WHEN 'sale' THEN 'paid'
        WHEN 'cancel' THEN 'cancelled' ELSE state END AS status,
    amount_total::DECIMAL(18, 4) AS amount, currency_id__name AS currency, date_order AS ordered_at
FROM odoo.orders
SEMI JOIN odoo.orders_ids ON orders_ids.id = orders.id;

CREATE OR REPLACE VIEW common.order_lines AS
SELECT id::VARCHAR AS id, order_id::VARCHAR AS parent_id, product_id__name AS product,
    product_uom_qty AS quantity, price_total::DECIMAL(18, 4) AS amount,
    currency_id__name AS currency
FROM odoo.order_lines
SEMI JOIN odoo.order_lines_ids ON order_lines_ids.id = order_lines.id;

CREATE OR REPLACE VIEW common.activities AS
SELECT 'meeting-' || meetings.id AS id, 'meeting' AS kind, user_id::VARCHAR AS owner_id,
    'lead-' || opportunity_id AS contact_id, opportunity_id::VARCHAR AS deal_id,
    duration * 60 AS minutes, start AS happened_at
FROM odoo.meetings
SEMI JOIN odoo.meetings_ids ON meetings_ids.id = meetings.id
UNION ALL BY NAME
SELECT 'task-' || tasks.id AS id,
    CASE activity_type_id__category WHEN 'phonecall' THEN 'call' ELSE 'task' END AS kind,
    user_id::VARCHAR AS owner_id,
    CASE res_model WHEN 'crm.lead' THEN 'lead-' || res_id WHEN 'res.partner' THEN res_id::VARCHAR
        END AS contact_id,
    CASE res_model WHEN 'crm.lead' THEN res_id::VARCHAR END AS deal_id,
    date_done + INTERVAL 12 HOUR AS happened_at
FROM odoo.tasks
SEMI JOIN odoo.tasks_ids ON tasks_ids.id = tasks.id;

CREATE OR REPLACE VIEW common.emails AS
SELECT id::VARCHAR AS id, name, subject, 'regular' AS kind, state AS status,
    campaign_id::VARCHAR AS campaign_id, sent_date AS sent_at, create_date AS created_at
FROM odoo.mailings;

CREATE OR REPLACE VIEW common.email_events AS
SELECT traces.id || ':' || event.kind AS id, event.kind, mass_mailing_id::VARCHAR AS parent_id,
    campaign_id::VARCHAR AS campaign_id, email, event.moment AS happened_at, NULL AS link
FROM odoo.traces, (VALUES ('sent'), ('open'), ('bounce')) AS kinds(kind),
    LATERAL (SELECT kinds.kind AS kind, CASE kinds.kind WHEN 'sent' THEN sent_datetime
        WHEN 'open' THEN open_datetime
        ELSE CASE WHEN trace_status = 'bounce' THEN sent_datetime END END AS moment) AS event
WHERE event.moment IS NOT NULL
UNION ALL
SELECT 'click-' || id, 'click', mass_mailing_id::VARCHAR, campaign_id::VARCHAR,
    mailing_trace_id__email, create_date, link_id__url
FROM odoo.clicks;
