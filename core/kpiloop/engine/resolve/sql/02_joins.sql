-- Which records are one, as far as a single step tells it; what follows from steps together is found
-- outside (components.py).

-- The first record with a token stands for all of them.
CREATE OR REPLACE TEMP TABLE heads AS
SELECT entity, token, min(number) AS head
FROM counting
WHERE token IS NOT NULL
GROUP BY entity, token
HAVING count(*) > 1;

CREATE OR REPLACE TEMP TABLE placed AS
SELECT counting.number, coalesce(heads.head, counting.number) AS head
FROM counting
LEFT JOIN heads ON heads.entity = counting.entity AND heads.token = counting.token;

-- Records that a system calls the same: `<source>:<id>`, or an id of the system that the settings
-- name, else of its own.
CREATE OR REPLACE TEMP TABLE told_same AS
WITH listed AS (
    SELECT DISTINCT entity, source, number, trim(unnest(string_split(same_as, ';'))) AS told
    FROM counting
    WHERE same_as IS NOT NULL
        AND (entity NOT IN ('contacts', 'companies') OR list_contains(getvariable('join_ids'), entity))
), systems AS (
    SELECT source FROM counting UNION SELECT source FROM other_systems
), meant AS (
    SELECT listed.entity, number, told,
        coalesce(systems.source, getvariable('bare_ids')[listed.source], listed.source) AS source,
        unnest(spellings(CASE WHEN systems.source IS NULL THEN told
            ELSE trim(substr(told, length(systems.source) + 2)) END)) AS id
    FROM listed
    LEFT JOIN systems ON contains(told, ':') AND systems.source = split_part(told, ':', 1)
)
SELECT DISTINCT meant.entity, meant.number, known_ids.number AS other
FROM meant
JOIN known_ids ON known_ids.entity = meant.entity AND known_ids.source = meant.source
    AND known_ids.known_id = meant.id
WHERE known_ids.number <> meant.number;

-- Campaigns that the settings call by one name: by their ids, names or UTM names.
CREATE OR REPLACE TEMP TABLE aliased AS
SELECT aliases.alias, counting.number
FROM aliases
JOIN counting ON counting.entity = 'campaigns'
JOIN given_campaigns AS campaigns ON campaigns.place = counting.place
WHERE counting.record_key = aliases.meant OR plain(campaigns.name) = plain(aliases.meant)
    OR plain(campaigns.utm_campaign) = plain(aliases.meant)
GROUP BY ALL;

-- What is still to be joined once tokens are: few, where systems agree.
CREATE OR REPLACE TEMP TABLE unions AS
WITH told AS (
    SELECT number, other FROM told_same
    UNION ALL
    SELECT min(number) OVER (PARTITION BY alias), number FROM aliased
)
SELECT DISTINCT least(one.head, two.head) AS one, greatest(one.head, two.head) AS two
FROM told
JOIN placed AS one ON one.number = told.number
JOIN placed AS two ON two.number = told.other
WHERE one.head <> two.head;

-- Pairs of people that the settings keep apart.
CREATE OR REPLACE TEMP TABLE apart AS
SELECT DISTINCT one.number AS one, two.number AS two
FROM never_join
JOIN never_join AS others ON others.pair = never_join.pair
JOIN known_ids AS one ON one.entity = 'contacts'
    AND one.source || ':' || one.known_id = never_join.record_key
JOIN known_ids AS two ON two.entity = 'contacts'
    AND two.source || ':' || two.known_id = others.record_key
WHERE one.number < two.number;
