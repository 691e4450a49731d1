-- What says that two records are one: addresses, domains and ids, each spelled in one way.

-- Whether the records of a system count: where an entity has systems of record, only theirs do.
CREATE OR REPLACE TEMP MACRO counts_from(of_entity, from_source) AS
    coalesce(list_contains(getvariable('systems_of_record')[of_entity], from_source), TRUE);

-- The mailbox that a plain address reaches: what stands behind a plus says nothing where the
-- settings say so, and neither do dots at the hosts that they name.
CREATE OR REPLACE TEMP MACRO without_tag(address) AS
    CASE WHEN getvariable('plus_is_same') AND contains(address, '+')
        THEN regexp_replace(address, '^([^+@]+)\+[^@]*@', '\1@') ELSE address END;
CREATE OR REPLACE TEMP MACRO host(address) AS substr(address, strpos(address, '@') + 1);
CREATE OR REPLACE TEMP MACRO without_dots(address) AS
    CASE WHEN list_contains(getvariable('dotless_hosts'), host(address))
        THEN replace(split_part(address, '@', 1), '.', '') || '@' || host(address)
        ELSE address END;
CREATE OR REPLACE TEMP MACRO mailbox(address) AS without_dots(without_tag(address));

-- The domain of a company, however its website is written; none where people have their mail.
CREATE OR REPLACE TEMP MACRO site(domain) AS
    regexp_replace(plain(domain), '^(https?://)?(www\.)?([^/?#:]*).*$', '\3');
CREATE OR REPLACE TEMP MACRO own_site(domain) AS
    CASE WHEN NOT list_contains(getvariable('freemail_hosts'), site(domain))
        THEN nullif(site(domain), '') END;

-- Some systems write an id with fifteen characters, in which capitals count, or with eighteen: the
-- last three then say which of the fifteen are capitals.
CREATE OR REPLACE TEMP MACRO capitals(five) AS
    substr('ABCDEFGHIJKLMNOPQRSTUVWXYZ012345', 1 + list_sum([
        CASE WHEN five[place] BETWEEN 'A' AND 'Z' THEN 1 << (place - 1) ELSE 0 END
        FOR place IN [1, 2, 3, 4, 5]
    ])::INTEGER, 1);
CREATE OR REPLACE TEMP MACRO long_id(id) AS
    id || capitals(id[1:5]) || capitals(id[6:10]) || capitals(id[11:15]);
CREATE OR REPLACE TEMP MACRO spellings(id) AS
    CASE
        WHEN regexp_full_match(id, '[A-Za-z0-9]{15}') THEN [id, long_id(id)]
        WHEN regexp_full_match(id, '[A-Za-z0-9]{15}[A-Z0-5]{3}') AND long_id(id[1:15]) = id
            THEN [id, id[1:15]]
        ELSE [id]
    END;
