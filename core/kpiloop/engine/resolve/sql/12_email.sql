-- Events of e-mails, but not at recipients whom the settings exclude.
CREATE OR REPLACE TEMP TABLE staged_email_events AS
WITH told AS (
    SELECT *, mailbox(plain(email)) AS address, source || ':' || parent_id AS email_message_id
    FROM given_email_events AS email_events
    WHERE deleted_at IS NULL AND counts_from('email_events', source)
), joined AS (
    SELECT told.*, coalesce(by_contact.person_id, by_address.person_id) AS person_id,
        coalesce(
            told.address, mailbox(plain(contacts.email)), by_contact.contact_key,
            told.source || ':' || told.contact_id
        ) AS recipient
    FROM told
    LEFT JOIN staged_person_contacts AS by_contact ON by_contact.source = told.source
        AND by_contact.contact_id = told.contact_id
    LEFT JOIN given_contacts AS contacts ON contacts.source || ':' || contacts.id =
        CASE WHEN told.address IS NULL THEN by_contact.contact_key END
    LEFT JOIN address_people AS by_address ON by_address.address = told.address
    ANTI JOIN excluded_contact_ids AS excluded ON excluded.source = told.source
        AND excluded.contact_id = told.contact_id
    ANTI JOIN excluded_mailboxes AS excluded_too ON excluded_too.address =
        CASE WHEN coalesce(by_contact.person_id, by_address.person_id) IS NULL
            THEN told.address END
    ANTI JOIN excluded_addresses ON by_contact.person_id IS NULL AND by_address.person_id IS NULL
        AND plain(told.email) GLOB excluded_addresses.pattern
)
SELECT joined.source || ':' || joined.id AS id, joined.source, joined.kind, bounce_kind, is_machine,
    person_id, email_message_id,
    email_message_id || '>' || recipient AS delivery_id,
    coalesce(campaign_of(joined.source, joined.campaign_id), staged_emails.campaign_id) AS campaign_id,
    coalesce(joined.variant, staged_emails.variant) AS variant, link, happened_at
FROM joined
LEFT JOIN staged_emails ON staged_emails.id = joined.email_message_id;

-- One row per e-mail and address: a person with two got it twice. A program's click is none; a
-- program's open counts as an open, but makes the recipient's opens worth nothing.
CREATE OR REPLACE TEMP TABLE email_deliveries AS
SELECT delivery_id AS id, any_value(source) AS source, min(person_id) AS person_id,
    any_value(email_message_id) AS email_message_id, min(campaign_id) AS campaign_id,
    min(variant) AS variant,
    min(happened_at) FILTER (kind = 'sent') AS told_sent_at,
    min(happened_at) FILTER (kind = 'delivered') AS told_delivered_at,
    min(happened_at) FILTER (kind = 'open') AS opened_at,
    min(happened_at) FILTER (kind = 'open' AND is_machine IS NOT TRUE) AS opened_by_human_at,
    coalesce(bool_or(is_machine) FILTER (kind = 'open'), FALSE) AS is_unreliable,
    min(happened_at) FILTER (kind = 'click' AND is_machine IS NOT TRUE) AS clicked_at,
    min(happened_at) FILTER (kind = 'bounce') AS bounced_at,
    CASE WHEN bool_or(bounce_kind = 'hard') FILTER (kind = 'bounce') THEN 'hard'
        WHEN bool_or(kind = 'bounce') THEN 'soft' END AS bounce_kind,
    min(happened_at) FILTER (kind = 'unsubscribe') AS unsubscribed_at,
    min(happened_at) FILTER (kind = 'complaint') AS complained_at
FROM staged_email_events
WHERE delivery_id IS NOT NULL
GROUP BY delivery_id;

-- What systems count themselves is of the day on which the e-mail was sent.
CREATE OR REPLACE TEMP TABLE staged_email_totals AS
SELECT told.source || ':' || told.id AS id, told.source, told.kind,
    emails.id AS email_message_id, emails.campaign_id, emails.variant, told.amount, emails.sent_at
FROM given_email_totals AS told
JOIN staged_emails AS emails ON emails.id = told.source || ':' || told.parent_id
WHERE told.deleted_at IS NULL AND counts_from('email_events', told.source);
