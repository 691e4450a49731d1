"""The same records give the same tables, in whatever order they were stored."""

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from kpiloop.engine.resolve.rules import CustomerEnds
from kpiloop.schema.registry import RESOLVED
from support.pulled_company import Pulled, pulled_in_memory

ids = st.sampled_from(["1", "2", "3", "4"])
moments = st.sampled_from(["2026-01-05", "2026-01-06", "2026-02-01"])
contacts = st.tuples(
    st.just("contacts"),
    st.fixed_dictionaries(
        {
            "id": ids,
            "email": st.sampled_from([None, "a@x.example", "B@x.example"]),
            "created_at": st.none() | moments,
            "country": st.sampled_from([None, "DE", "FR"]),
            "original_source": st.sampled_from([None, "ADS", "FAIR"]),
            "merged_ids": st.sampled_from([None, "1", "2;3", "4"]),
            "company_id": st.sampled_from([None, "c"]),
        }
    ),
)
changes = st.tuples(
    st.just("stage_changes"),
    st.fixed_dictionaries(
        {
            "of_entity": st.just("contacts"),
            "parent_id": ids,
            "stage": st.sampled_from(["lead", "mql", "customer", None]),
            "entered_at": moments,
        }
    ),
)
deals = st.tuples(
    st.just("deals"),
    st.fixed_dictionaries(
        {"id": ids, "created_at": moments, "closed_at": moments, "is_won": st.booleans()}
    ),
)
links = st.tuples(
    st.just("links"),
    st.fixed_dictionaries(
        {
            "from_entity": st.just("deals"),
            "parent_id": ids,
            "to_entity": st.just("contacts"),
            "to_id": ids,
            "label": st.sampled_from([None, "primary"]),
        }
    ),
)
Record = tuple[str, dict[str, Any]]
records = st.tuples(
    st.lists(contacts, max_size=4, unique_by=lambda each: each[1]["id"]),
    st.lists(changes, max_size=6),
    st.lists(deals, max_size=3, unique_by=lambda each: each[1]["id"]),
    st.lists(links, max_size=4),
).map(lambda parts: [record for part in parts for record in part])


def resolved(stored: list[Record], order: list[int]) -> dict[str, list[tuple[Any, ...]]]:
    """Every resolved table, of records that were stored in an order; each keeps its id."""
    with pulled_in_memory() as pulled:
        pulled.put("companies", id="c", country="AT")
        for place in order:
            entity, values = stored[place]
            pulled.put(entity, **{"id": f"r{place}", **values})
        pulled.resolve(customer_ends=CustomerEnds.NO_ORDER, customer_days=20)
        return {model.entity: pulled.found(model.entity, "*") for model in RESOLVED}


@given(data=st.data(), stored=records)
@settings(max_examples=8, deadline=None)
def test_tables_do_not_depend_on_the_order_of_records(
    data: st.DataObject, stored: list[Record]
) -> None:
    """Ties are broken by what records say, never by when they came."""
    places = list(range(len(stored)))
    shuffled = data.draw(st.permutations(places))

    assert resolved(stored, shuffled) == resolved(stored, places)


def test_resolving_again_changes_nothing(pulled: Pulled) -> None:
    """It makes every table anew, and leaves nothing of the last time."""
    pulled.contact("1", original_source="ADS")
    pulled.enters("1", lead="2026-01-05")
    pulled.deal("a", "1", won_at="2026-03-01", amount=5)
    first = pulled.resolve()
    tables = {model.entity: pulled.found(model.entity, "*") for model in RESOLVED}

    assert pulled.resolve() == first
    assert {model.entity: pulled.found(model.entity, "*") for model in RESOLVED} == tables


def test_a_company_without_records_has_empty_tables(pulled: Pulled) -> None:
    """All of them are there."""
    report = pulled.resolve()

    assert report.rows == dict.fromkeys((model.entity for model in RESOLVED), 0)
    assert report.without_rate == {}


def test_nothing_but_the_resolved_tables_is_left(pulled: Pulled) -> None:
    """What steps made for each other is given back: it would fill the memory of computing."""
    pulled.contact("1")
    pulled.resolve()

    left = pulled.connection.execute(
        "SELECT table_name FROM duckdb_tables() WHERE temporary AND estimated_size > 0"
    ).fetchall()
    assert {row[0] for row in left} <= {"stages", "rates"}
