"""The records that the steps are given, as `given_<entity>`: all of them, or a part.

Beside a part the steps are given what they have to know of the rest, as `other_…`.
"""

from duckdb import DuckDBPyConnection

from kpiloop.engine.resolve.ties import TIED, node
from kpiloop.schema.registry import PULLED
from kpiloop.warehouse.sql import name as quoted
from kpiloop.warehouse.sql import table

_OTHERS = {
    "other_systems": "source VARCHAR",
    "other_origins": "contact_key VARCHAR, campaign_id VARCHAR, channel VARCHAR",
    "other_customers": "is_first BOOLEAN, started_at TIMESTAMP, channel VARCHAR",
    "other_telling": "source VARCHAR",
    "other_cost_basis": "spans VARCHAR, rates VARCHAR, weights VARCHAR",
    "other_cost_sums": "cost_day DATE, kind VARCHAR, department VARCHAR, channel VARCHAR,"
    " campaign_id VARCHAR, product VARCHAR, amount_home DECIMAL(38, 4)",
}


def give_all(connection: DuckDBPyConnection) -> None:
    """Give the steps every record."""
    for model in PULLED:
        _give(connection, model.entity)
    for name, columns in _OTHERS.items():
        connection.execute(f"CREATE OR REPLACE TEMP TABLE {name} ({columns})")


def give_part(connection: DuckDBPyConnection) -> None:
    """Give the steps the records of `part`; of entities of which there are few, all."""
    connection.execute(_NO_KEYS)
    for model in PULLED:
        entity = model.entity
        is_part = entity in TIED and bool(connection.execute(_any_of(entity)).fetchone())
        _give(connection, entity, is_part=is_part)
        if is_part:
            connection.execute(
                f"INSERT INTO part_keys SELECT '{entity}', source || ':' || id"
                f" FROM {_given(entity)}"
            )
    connection.execute(_OTHER_SYSTEMS)
    connection.execute(_OTHER_ORIGINS)
    connection.execute(_OTHER_TELLING)
    connection.execute(_OTHER_COST_BASIS)
    connection.execute(_OTHER_COST_SUMS)


def take_back(connection: DuckDBPyConnection) -> None:
    """Forget what was given: it may have been tables or views."""
    found = connection.execute(
        "SELECT table_name, table_type = 'VIEW' FROM information_schema.tables"
        " WHERE table_catalog = 'temp' AND (table_name LIKE 'given\\_%' ESCAPE '\\'"
        " OR table_name LIKE 'ruled\\_%' ESCAPE '\\')"
    ).fetchall()
    for name, is_view in found:
        connection.execute(f"DROP {'VIEW' if is_view else 'TABLE'} {quoted(name)}")


def _given(entity: str) -> str:
    return quoted(f"given_{entity}")


def _any_of(entity: str) -> str:
    return f"SELECT 1 FROM {table('pulled', entity)} LIMIT 1"


def _give(connection: DuckDBPyConnection, entity: str, *, is_part: bool = False) -> None:
    pulled = table("pulled", entity)
    # Rows are found by few of their columns; only of the found ones all columns are read.
    found = f"(SELECT rowid FROM {pulled} WHERE {node(entity)} IN (FROM part))"
    kind, condition = ("TABLE", f" WHERE rowid IN {found}") if is_part else ("VIEW", "")
    connection.execute(
        f"CREATE OR REPLACE TEMP {kind} {_given(entity)} AS"
        f" SELECT *, rowid AS place FROM {pulled}{condition}"
    )


_NO_KEYS = "CREATE OR REPLACE TEMP TABLE part_keys (entity VARCHAR, key VARCHAR)"


_OTHER_SYSTEMS = """
CREATE OR REPLACE TEMP TABLE other_systems AS
SELECT DISTINCT source
FROM resolved.person_contacts AS known
ANTI JOIN part_keys ON part_keys.entity = 'contacts' AND part_keys.key = known.contact_key
WHERE is_live
UNION
SELECT DISTINCT source
FROM resolved.record_ids AS known
ANTI JOIN part_keys ON part_keys.entity = known.entity AND part_keys.key = known.record_key
WHERE is_live AND entity <> 'campaigns'
"""

_OTHER_ORIGINS = """
CREATE OR REPLACE TEMP TABLE other_origins AS
FROM resolved.origins
ANTI JOIN part_keys ON part_keys.entity = 'contacts' AND part_keys.key = origins.contact_key
"""

_OTHER_TELLING = """
CREATE OR REPLACE TEMP TABLE other_telling AS
SELECT DISTINCT source
FROM resolved.email_events AS events
ANTI JOIN part_keys ON part_keys.entity = 'email_events' AND part_keys.key = events.id
WHERE kind = 'delivered' AND happened_at IS NOT NULL AND delivery_id IS NOT NULL
"""

_OTHER_COST_BASIS = "CREATE OR REPLACE TEMP TABLE other_cost_basis AS FROM resolved.cost_basis"

_OTHER_COST_SUMS = """
CREATE OR REPLACE TEMP TABLE other_cost_sums AS
SELECT cost_day, kind, department, channel, campaign_id, product, sum(amount_home) AS amount_home
FROM resolved.costs
GROUP BY ALL
"""
