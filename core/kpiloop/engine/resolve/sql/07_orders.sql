-- Whom an address means, in all its spellings: the one person who has it now. What a contact that
-- was merged away had is nobody's: a system that is read anew may not tell it any more. Nor is what
-- several people share.
CREATE OR REPLACE TEMP TABLE address_people AS
SELECT mailbox(plain(contacts.email)) AS address, min(known.person_id) AS person_id
FROM staged_person_contacts AS known
JOIN given_contacts AS contacts ON contacts.source = known.source AND contacts.id = known.contact_id
WHERE known.is_live AND plain(contacts.email) IS NOT NULL
GROUP BY address
HAVING min(known.person_id) = max(known.person_id);

-- Every deal id that means a deal, ids that were merged away included.
CREATE OR REPLACE TEMP TABLE deal_ids AS
SELECT record_ids.source, known_id, deal_key
FROM staged_record_ids AS record_ids
JOIN live_deals ON live_deals.deal_key = record_ids.whole_id
WHERE record_ids.entity = 'deals';

-- Orders that are not of people, companies or deals that the settings exclude. An order is of its
-- own contact, else of who has its address, else of its deal's person; so with the company.
CREATE OR REPLACE TEMP TABLE staged_orders AS
WITH told AS (
    SELECT *, mailbox(plain(email)) AS address FROM given_orders AS orders
    WHERE deleted_at IS NULL AND counts_from('orders', source)
), joined AS (
    SELECT told.*, deal_ids.deal_key,
        -- What a won deal is already, or a deal that is left to another system, is bought once.
        coalesce(own.won AND own.closed_at IS NOT NULL, FALSE)
            OR (told.deal_id IS NOT NULL AND deal_ids.deal_key IS NULL
                AND NOT counts_from('deals', told.source)) AS is_bought_as_deal,
        coalesce(by_contact.person_id, by_address.person_id, deal_people.person_id) AS person_id,
        coalesce(company_ids.company_key, deal_companies.company_id) AS company_key
    FROM told
    LEFT JOIN staged_person_contacts AS by_contact ON by_contact.source = told.source
        AND by_contact.contact_id = told.contact_id
    LEFT JOIN address_people AS by_address ON by_address.address = told.address
    LEFT JOIN company_ids ON company_ids.source = told.source
        AND company_ids.known_id = told.company_id
    LEFT JOIN deal_ids ON deal_ids.source = told.source AND deal_ids.known_id = told.deal_id
    LEFT JOIN live_deals AS own ON own.deal_key = deal_ids.deal_key
    LEFT JOIN deal_people ON deal_people.deal_key = deal_ids.deal_key
    LEFT JOIN deal_companies ON deal_companies.deal_key = deal_ids.deal_key
    ANTI JOIN excluded_deals ON excluded_deals.deal_key = deal_ids.deal_key
    ANTI JOIN excluded_contact_ids AS excluded ON excluded.source = told.source
        AND excluded.contact_id = told.contact_id
    ANTI JOIN excluded_company_ids ON excluded_company_ids.source = told.source
        AND excluded_company_ids.company_id = told.company_id
    ANTI JOIN excluded_mailboxes AS excluded_too ON excluded_too.address =
        CASE WHEN coalesce(by_contact.person_id, by_address.person_id) IS NULL
            THEN told.address END
    ANTI JOIN excluded_addresses ON by_contact.person_id IS NULL AND by_address.person_id IS NULL
        AND plain(told.email) GLOB excluded_addresses.pattern
), known AS (
    SELECT joined.*, coalesce(company_key, person_facts.company_id) AS known_company,
        coalesce(campaign_of(joined.source, joined.campaign_id), person_facts.campaign_id)
            AS campaign_key,
        person_facts.channel, person_facts.country, person_facts.segment, person_facts.owner_id
    FROM joined
    LEFT JOIN person_facts ON person_facts.person_id = joined.person_id
)
SELECT source || ':' || id AS id, source, person_id, known_company AS company_id,
    CASE WHEN getvariable('customer_is') = 'company' THEN coalesce(known_company, person_id)
        ELSE coalesce(person_id, known_company) END AS customer_id,
    deal_key AS deal_id, campaign_key AS campaign_id, channel, country, segment, product,
    owner_id, status,
    coalesce(status, 'paid') NOT IN ('pending', 'cancelled', 'refunded') AS is_paid,
    is_paid AND NOT is_bought_as_deal AS is_purchase,
    coalesce(iso(currency), getvariable('home')) AS currency, amount,
    to_home(amount, currency, local_day(ordered_at)) AS amount_home, ordered_at
FROM known;
