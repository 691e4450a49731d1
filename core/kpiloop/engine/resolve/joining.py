"""Which records of several systems are one: what the settings say, and what follows from it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import islice
from types import MappingProxyType
from typing import Any

from duckdb import DuckDBPyConnection

from kpiloop.engine.resolve.components import components, components_apart
from kpiloop.engine.resolve.filling import fill

FREEMAIL = (
    *("gmail.com", "googlemail.com", "outlook.com", "hotmail.com", "live.com", "msn.com"),
    *("yahoo.com", "ymail.com", "icloud.com", "me.com", "mac.com", "aol.com", "gmx.com"),
    *("gmx.de", "gmx.net", "web.de", "t-online.de", "freenet.de", "mail.com", "mail.ru"),
    *("yandex.ru", "qq.com", "163.com", "126.com", "proton.me", "protonmail.com", "zoho.com"),
    *("orange.fr", "laposte.net", "free.fr", "libero.it", "hotmail.co.uk", "yahoo.co.uk"),
)
"""Hosts at which people, not companies, have their mail."""

_BATCH = 100_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Joining:
    """What makes records one; merges that a vendor tells always do."""

    addresses: bool = True
    """Whether contacts with the same address are one person."""
    plus_is_same: bool = False
    """Whether what stands behind a plus in an address says nothing."""
    dotless_hosts: tuple[str, ...] = ("gmail.com", "googlemail.com")
    """Hosts at which dots before the @ say nothing."""
    shared_addresses: tuple[str, ...] = ()
    """Patterns of addresses that many use: they join nobody."""
    never: tuple[tuple[str, ...], ...] = ()
    """Contacts, as `<source>:<id>`, no two of which are ever one person."""
    ids: tuple[str, ...] = ("companies", "contacts")
    """Of contacts and companies, those that `same_as` joins; deals and campaigns always are."""
    bare_ids: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    """Source → the source whose ids it gives as `same_as` without naming it."""
    domains: bool = False
    """Whether companies with the same domain are one."""
    freemail_hosts: tuple[str, ...] = FREEMAIL
    """Domains that join no companies."""
    aliases: Mapping[str, tuple[str, ...]] = field(default_factory=lambda: MappingProxyType({}))
    """A campaign's name → its other names, UTM names and ids."""


def hand_over(connection: DuckDBPyConnection, joining: Joining) -> None:
    """Give the steps what the settings say of joining."""
    variables = {
        "join_addresses": joining.addresses,
        "join_domains": joining.domains,
        "join_ids": list(joining.ids),
        "plus_is_same": joining.plus_is_same,
        "dotless_hosts": list(joining.dotless_hosts),
        "freemail_hosts": list(joining.freemail_hosts),
    }
    for name, value in variables.items():
        connection.execute(f"SET VARIABLE {name} = $value", {"value": value})
    connection.execute(
        "SET VARIABLE bare_ids = map($sources::VARCHAR[], $meant::VARCHAR[])",
        {"sources": list(joining.bare_ids), "meant": list(joining.bare_ids.values())},
    )
    _hand_over_tables(connection, joining)


def _hand_over_tables(connection: DuckDBPyConnection, joining: Joining) -> None:
    shared = [(each.lower(),) for each in joining.shared_addresses]
    fill(connection, "shared_addresses", {"pattern": "VARCHAR"}, shared)
    fill(
        connection,
        "never_join",
        {"pair": "INTEGER", "record_key": "VARCHAR"},
        [(pair, key) for pair, keys in enumerate(joining.never) for key in keys],
    )
    fill(
        connection,
        "aliases",
        {"alias": "VARCHAR", "meant": "VARCHAR"},
        [(alias, each) for alias, others in joining.aliases.items() for each in (alias, *others)],
    )


def join_records(connection: DuckDBPyConnection) -> None:
    """Make `roots` and `moved`: what follows from all joins together.

    roots(head, root)     the whole that a record belongs to, with all that have its token
    moved(number, root)   the same of single records, where some of a whole are kept apart
    """
    found = components(_rows(connection, "SELECT one, two FROM unions"))
    _fill_numbers(connection, "roots", "head", found)
    connection.execute(_TORN)
    parted = components_apart(
        (numbers for (numbers,) in _rows(connection, _GROUPS)),
        _rows(connection, _TOLD),
        _rows(connection, _APART),
    )
    _fill_numbers(connection, "moved", "number", parted)
    connection.execute("DROP TABLE torn")


_TORN = """
CREATE OR REPLACE TEMP TABLE torn AS
WITH wholes AS (
    SELECT number, head, coalesce(roots.root, head) AS root
    FROM placed
    LEFT JOIN roots USING (head)
)
SELECT number, head
FROM wholes
WHERE root IN (
    SELECT one.root
    FROM apart
    JOIN wholes AS one ON one.number = apart.one
    JOIN wholes AS two ON two.number = apart.two
    WHERE one.root = two.root
)
"""
_GROUPS = "SELECT list(number) FROM torn GROUP BY head"
_TOLD = "SELECT told_same.number, other FROM told_same SEMI JOIN torn USING (number)"

_APART = """
SELECT apart.one, apart.two
FROM apart
SEMI JOIN torn AS first ON first.number = apart.one
SEMI JOIN torn AS second ON second.number = apart.two
"""


def _rows(connection: DuckDBPyConnection, statement: str) -> Iterator[tuple[Any, ...]]:
    found = connection.execute(statement)
    while rows := found.fetchmany(_BATCH):
        yield from rows


def _fill_numbers(
    connection: DuckDBPyConnection, table: str, column: str, roots: Mapping[int, int]
) -> None:
    """Store which number belongs to which root, a batch at a time."""
    columns = {column: "BIGINT", "root": "BIGINT"}
    fill(connection, table, columns, [])
    told = iter(roots.items())
    while batch := list(islice(told, _BATCH)):
        connection.execute(
            f"INSERT INTO {table} SELECT unnest($numbers::BIGINT[]), unnest($roots::BIGINT[])",
            {"numbers": [number for number, _ in batch], "roots": [root for _, root in batch]},
        )
