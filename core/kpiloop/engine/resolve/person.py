"""What the resolved tables know of one person, and why it is one."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from duckdb import DuckDBPyConnection

Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """One person; each row has the columns that it is shown with."""

    person: Row
    contacts: Sequence[Row]
    joins: Sequence[Row]
    """Why the contacts are one person, or which of them were kept apart from somebody."""
    stages: Sequence[Row]
    deals: Sequence[Row]


def people_known_as(connection: DuckDBPyConnection, known_as: str) -> Sequence[Person]:
    """The people who have an address, or the contact `<source>:<id>`, the earliest first."""
    found = connection.execute(_KNOWN_AS, {"known_as": known_as.strip()}).fetchall()
    return [_person(connection, person_id) for (person_id,) in found]


def _person(connection: DuckDBPyConnection, person_id: str) -> Person:
    facts = {
        name: _rows(connection, statement, person_id) for name, statement in _STATEMENTS.items()
    }
    (person,) = facts.pop("person")
    return Person(person=person, **facts)


def _rows(connection: DuckDBPyConnection, statement: str, person_id: str) -> Sequence[Row]:
    asked = connection.execute(statement, {"person_id": person_id})
    names = [column[0] for column in asked.description or ()]
    return [dict(zip(names, row, strict=True)) for row in asked.fetchall()]


_KNOWN_AS = """
SELECT known.person_id
FROM resolved.person_contacts AS known
JOIN pulled.contacts ON contacts.source = known.source AND contacts.id = known.contact_id
WHERE lower(trim(contacts.email)) = lower($known_as)
    OR known.source || ':' || known.contact_id = $known_as
GROUP BY known.person_id
ORDER BY min(known.created_at) NULLS LAST, known.person_id
"""

_STATEMENTS = {
    "person": """
SELECT people.id AS person_id, people.email, people.first_name, people.last_name, people.stage,
    people.channel, campaigns.name AS campaign, people.campaign_id, companies.name AS company,
    people.company_id, people.created_at, people.became_lead_at, people.became_mql_at,
    people.became_sql_at, people.became_opportunity_at, people.became_customer_at,
    people.opted_out_at
FROM resolved.people
LEFT JOIN resolved.campaigns ON campaigns.id = people.campaign_id
LEFT JOIN resolved.companies ON companies.id = people.company_id
WHERE people.id = $person_id
""",
    "contacts": """
SELECT known.source, known.contact_id AS id, contacts.email, contacts.stage, contacts.created_at,
    NOT known.is_live AS is_merged
FROM resolved.person_contacts AS known
LEFT JOIN pulled.contacts ON contacts.source = known.source AND contacts.id = known.contact_id
WHERE known.person_id = $person_id
ORDER BY known.is_live DESC, contacts.created_at NULLS LAST, known.source, known.contact_id
""",
    "joins": """
SELECT record_key AS contact, joined_to, rule, why
FROM resolved.joins
WHERE entity = 'contacts' AND whole_id = $person_id
ORDER BY ALL
""",
    "stages": """
SELECT stage, started_at, ended_at
FROM resolved.stage_intervals
WHERE of_entity = 'people' AND person_id = $person_id
ORDER BY started_at, ended_at NULLS LAST
""",
    "deals": """
SELECT id AS deal_id, name, stage, amount_home, created_at, won_at, lost_at
FROM resolved.deals
WHERE person_id = $person_id
ORDER BY created_at NULLS LAST, id
""",
}
