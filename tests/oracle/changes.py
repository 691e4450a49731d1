"""What happens to a company between two times that it is resolved: records come, change and go.

The company is many small ones in the same systems, each with ids of its own, so that a change of
one leaves the others as they are, unless something they share tells otherwise. In some of them
nearly everything is tied to everything, in others a single tie is often the only one. Everything
is drawn from a seed: there is much of it, and drawing each value by itself would take minutes.
"""

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from random import Random
from types import MappingProxyType
from typing import Any

from duckdb import DuckDBPyConnection

from kpiloop.schema.fields import Kind
from kpiloop.schema.record import Record, columns_of
from kpiloop.schema.registry import PULLED
from kpiloop.warehouse import sql
from oracle.drawing import FIRST, IDS, LAST
from oracle.records import Row

Key = tuple[str, str, str]
"""Entity, system and id of a record."""
Stored = Mapping[Key, Row]

COMPANIES = 40
CHANGES = 12
SHARED_CHANGE = 0.3
"""How often something changes that the small companies share: that may reach all of them."""

_SHARED = {"budgets", "campaigns", "costs", "emails", "exchange_rates", "figures", "owners"}
_SHARED |= {"pipelines", "pipeline_stages", "segments", "social_posts"}
"""Entities of which the small companies have the same records."""
_OWN = {"id", "contact_id", "company_id", "deal_id", "to_id", "visit_id"}
_OWN_PARENTS = {"links", "order_lines", "stage_changes"}
_TIES = {"company_id", "contact_id", "deal_id", "email", "merged_ids", "same_as", "visit_id"}
_UNTIED = (0.0, 0.6, 0.85)
"""Shares of the ties that are missing, by company."""
_KINDS = {
    "email_events": ("open", "click", "sent", "sent", "delivered", "bounce", "unsubscribe"),
    "budgets": ("media", "wages", None),
    "costs": ("media", "wages"),
}

_WORDS: Mapping[str, Sequence[Any]] = MappingProxyType(
    {
        "amount": (None, Decimal("12.3456"), Decimal(-7), Decimal(1000)),
        "channel": (None, "search", "social"),
        "currency": (None, None, "EUR", "USD", " gbp", "XXX"),
        "domain": (None, "firm.example", "https://www.Firm.example/", "acme.example"),
        "email": (
            *(None, "", "a@firm.example", " A@Firm.example", "a+x@firm.example", "B@acme.example"),
            *("x@odd.example", ".x@odd.example", "new@firm.example", "b+y@acme.example", "c@d"),
        ),
        "from_entity": ("deals", "deals", "contacts"),
        "form_id": (None, "Demo", "paper"),
        "is_machine": (None, True, False),
        "kind": ("inquiry", "other", None),
        "merged_ids": (*[None] * 30, "1", "2", "3", "2;3", " 1 ; 4;", "7"),
        "name": (None, "Fair", "Acme", "Test [1]", "Firm", "new"),
        "of_entity": ("contacts", "contacts", "deals"),
        "original_source": (None, "ADS", "WEB", "ODD"),
        "parent_id": IDS,
        "pipeline_id": ("new", "new", "old", None),
        "rate": (None, Decimal("0.5"), Decimal(1), Decimal("1.25")),
        "referrer": (None, "https://www.google.com/x", "https://t.co/a", "https://blog.example/"),
        "same_as": (*[None] * 8, "1", "2", "crm:2", "shop:3", "crm:1; shop:2", "gone:1"),
        "stage": ("lead", "mql", "sql", "customer", "opportunity", "open", "won", None),
        "status": (None, "paid", "cancelled"),
        "to_entity": ("contacts", "companies"),
        "utm_campaign": (None, "spring", " Spring", "Autumn", "?"),
        "variant": (None, "A", "B"),
    }
)
_MODELS: Mapping[str, type[Record]] = MappingProxyType({model.entity: model for model in PULLED})


def a_company(random: Random) -> Stored:
    """Many small companies, with all that they share."""
    rows = (
        _record(random, model.entity, by)
        for by in range(COMPANIES)
        for model in PULLED
        for _ in range(random.randint(0, 9))
    )
    return dict(rows)


def a_change(random: Random, stored: Stored) -> Stored:
    """A few records that are new, are told otherwise, were deleted or are back."""
    ways = (_anew, _told_otherwise, _told_otherwise, _gone_or_back)
    may_be_shared = random.random() < SHARED_CHANGE
    changes: dict[Key, Row] = {}
    for _ in range(random.randint(1, 2 * CHANGES)):
        key, row = random.choice(ways)(random, {**stored, **changes})
        if may_be_shared or key[0] not in _SHARED:
            changes[key] = row
    return changes


def store(connection: DuckDBPyConnection, stored: Stored) -> None:
    """Put records into their tables, in the place of those that have their ids."""
    of_entity: dict[str, list[Row]] = defaultdict(list)
    for (entity, _, _), row in stored.items():
        of_entity[entity].append(row)
    for entity, rows in of_entity.items():
        kinds = {"source": Kind.TEXT, "deleted_at": Kind.INSTANT, **columns_of(_MODELS[entity])}
        given = {name: [row[name] for row in rows] for name in kinds}
        connection.execute(
            f"DELETE FROM pulled.{entity} WHERE (source, id) IN"
            " (SELECT unnest($source::VARCHAR[]), unnest($id::VARCHAR[]))",
            {name: given[name] for name in ("source", "id")},
        )
        lists = ", ".join(f"unnest(?::{sql.TYPES[kind]}[])" for kind in kinds.values())
        connection.execute(
            f"INSERT INTO pulled.{entity} ({sql.names(kinds)}) SELECT {lists}", [*given.values()]
        )


def _anew(random: Random, _: Stored) -> tuple[Key, Row]:
    return _record(random, random.choice(PULLED).entity, random.randint(0, COMPANIES))


def _told_otherwise(random: Random, stored: Stored) -> tuple[Key, Row]:
    """A record of which one thing is another now."""
    key = random.choice(sorted(stored))
    _, told = _record(random, key[0], _company_of(key))
    name = random.choice(sorted(told.keys() - {"id", "source"}))
    return key, {**stored[key], name: told[name]}


def _gone_or_back(random: Random, stored: Stored) -> tuple[Key, Row]:
    key = random.choice(sorted(stored))
    row = stored[key]
    return key, {**row, "deleted_at": None if row["deleted_at"] else LAST}


def _record(random: Random, entity: str, by: int) -> tuple[Key, Row]:
    row = {
        name: _value(random, entity, name, kind)
        for name, kind in columns_of(_MODELS[entity]).items()
    }
    row["id"] = random.choice(IDS)
    row["source"] = random.choice(("crm", "crm", "shop"))
    row["deleted_at"] = LAST if random.random() < 0.1 else None
    for name in sorted(row.keys() & _TIES):
        if random.random() < _UNTIED[by % len(_UNTIED)]:
            row[name] = None
    owned = _owned(entity, row, by)
    return (entity, owned["source"], owned["id"]), owned


def _value(random: Random, entity: str, name: str, kind: Kind) -> Any:
    if name == "kind" and entity in _KINDS:
        return random.choice(_KINDS[entity])
    if name in _WORDS:
        return random.choice(_WORDS[name])
    if name.endswith("_id"):
        return random.choice((None, *IDS))
    values: Mapping[Kind, Sequence[Any]] = {
        Kind.TEXT: (None, "one", "two"),
        Kind.FLAG: (None, None, True, False),
        Kind.INSTANT: (None, _moment(random), _moment(random)),
        Kind.DAY: (None, _day(random)),
    }
    return random.choice(values.get(kind, (None, 1, 2, 5)))


def _moment(random: Random) -> datetime:
    hours = int((LAST - FIRST).total_seconds() // 3600)
    return FIRST + timedelta(hours=random.randrange(hours) // 100 * 100)


def _day(random: Random) -> date:
    return _moment(random).date()


def _owned(entity: str, row: Row, by: int) -> Row:
    """The same record of another company."""
    if not by or entity in _SHARED:
        return row
    own = _OWN | ({"parent_id"} if entity in _OWN_PARENTS else set())
    found = {name: _own_id(value, by) if name in own else value for name, value in row.items()}
    for name in found.keys() & {"merged_ids", "same_as"}:
        if found[name]:
            found[name] = "; ".join(_own_id(each.strip(), by) for each in found[name].split(";"))
    if found.get("email"):
        found["email"] = re.sub(r"(?=\w)", str(by), found["email"], count=1)
    if by % 2 and found.get("domain"):
        found["domain"] = found["domain"].replace(".example", f".example{by}")
    return found


def _own_id(written: Any, by: int) -> Any:
    return f"{written}x{by}" if written else written


def _company_of(key: Key) -> int:
    """Which of the small companies has a record."""
    _, _, own = key
    return int(own.partition("x")[2] or 0)
