"""What a derivation may ask of the warehouse: one SELECT over the tables that it needs."""

from collections.abc import Collection

import sqlglot
from sqlglot import exp
from sqlglot.errors import SqlglotError

from kpiloop.errors import PluginError
from kpiloop.warehouse.sql import name as quoted

_DIALECT = "duckdb"
_SCHEMA = "resolved"


def over_resolved(statement: str, needs: Collection[str]) -> str:
    """A plugin's SELECT as the warehouse runs it; PluginError where it is anything else.

    So that what a derivation needs is all that it reads, and nothing is changed by it.
    """
    tree = _query(statement)
    # A name that a WITH gives stands for what is said there; tables of that name cannot be meant.
    own = {each.alias_or_name.lower() for each in tree.find_all(exp.CTE)}
    for table in list(tree.find_all(exp.Table)):
        read = table.name.lower()
        is_name = isinstance(table.this, exp.Identifier) and not table.db
        if is_name and read in own:
            continue
        if not is_name or read not in needs:
            raise PluginError(
                f"its SELECT reads {table.sql(dialect=_DIALECT)}, which is none of its needs",
                legal=", ".join(sorted(needs)),
                todo="Name the table in `needs` of @derives, or leave it out.",
            )
        table.set("db", exp.to_identifier(_SCHEMA, quoted=True))
        if not table.alias:
            table.set("alias", exp.TableAlias(this=exp.to_identifier(read)))
    return tree.sql(dialect=_DIALECT)


def _query(statement: str) -> exp.Query:
    try:
        trees = sqlglot.parse(statement, dialect=_DIALECT)
    except SqlglotError as error:
        raise _no_query(str(error).partition("\n")[0]) from None
    tree = trees[0] if len(trees) == 1 else None
    if not isinstance(tree, exp.Query):
        raise _no_query(f"{len(trees)} statements" if len(trees) != 1 else "no SELECT")
    return tree


def _no_query(what: str) -> PluginError:
    return PluginError(
        f"what it asks of the warehouse is not legal: {what}",
        legal="one SELECT, such as SELECT id, won_at FROM deals ORDER BY won_at, id",
        todo="Correct the text given to rows().",
    )


def table_of(name: str) -> str:
    """A derived table's full name: KPIs find it where they find the resolved ones."""
    return f"{quoted(_SCHEMA)}.{quoted(name)}"
