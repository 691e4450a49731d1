"""Whose records hold a value: all that the target has of the person, company, deal or campaign."""

from collections.abc import Iterator
from decimal import Decimal

import pytest

from kpiloop.engine.compute.records import TABLE
from kpiloop.engine.write_back.fields import published_fields
from kpiloop.engine.write_back.wishes import wishes
from kpiloop.kpi.catalog import Catalog
from kpiloop.kpi.pack import parse_pack
from kpiloop.project.publish import Publication
from support.pulled_company import Pulled, pulled_in_memory

PACK = """
[measures.spent]
title = "Spent"
meaning = "What was bought."
on = "deals"
aggregate = "sum(amount_home)"
unit = "money"
when = "won_at"
"""


@pytest.fixture
def pulled() -> Iterator[Pulled]:
    """A company without records."""
    with pulled_in_memory() as pulled:
        yield pulled


@pytest.mark.parametrize("target", ["crm", "shop"])
def test_the_value_of_a_company_goes_to_its_record_in_every_system(
    pulled: Pulled, target: str
) -> None:
    """Whichever of them gives it its id; not to records that were merged away."""
    pulled.put("companies", id="a", created_at="2026-01-01")
    pulled.put("companies", id="b", source="shop", same_as="crm:a", merged_ids="old")
    pulled.resolve()
    columns = '"record_id", "by", "kpi", "grain", "completeness", "exact_value"'
    pulled.connection.execute(
        f'CREATE TABLE {TABLE} (record_id VARCHAR, "by" VARCHAR, kpi VARCHAR, grain VARCHAR, '
        "completeness VARCHAR, exact_value DECIMAL(18, 4), float_value DOUBLE)"
    )
    pulled.connection.execute(
        f"INSERT INTO {TABLE} ({columns}) VALUES (?, 'company', 'spent', 'ever', 'complete', ?)",
        ["crm:a", Decimal(5)],
    )
    publication = Publication(kpi="spent", by="company", to=target)
    (field,) = published_fields([publication], Catalog.of([parse_pack(PACK, "test.toml")]))

    found = [(wish[0], wish[1], wish[2]) for wish in wishes(pulled.connection, field)]
    assert found == [(target, "companies", {"crm": "a", "shop": "b"}[target])]
