"""Definitions out of text, and the words in which they are refused."""

from collections.abc import Callable

import pytest

from kpiloop.errors import DefinitionError
from kpiloop.kpi.catalog import Catalog
from kpiloop.kpi.pack import parse_pack

CatalogOf = Callable[..., Catalog]
RefusalOf = Callable[..., DefinitionError]

ORIGIN = "test.toml"

BASICS = """
[measures.mqls]
title = "MQLs"
on = "people"
aggregate = "count(*)"
when = "became_mql_at"

[measures.mqls_became_sql]
on = "people"
aggregate = "count(*)"
when = "became_mql_at"
then = "became_sql_at"
within = "90 days"

[measures.revenue]
title = "Revenue"
on = "deals"
aggregate = "sum(amount_home)"
when = "won_at"

[measures.won_deals]
on = "deals"
aggregate = "count(*)"
when = "won_at"

[measures.customers]
on = "customer_intervals"
aggregate = "count(distinct customer_id)"
from = "started_at"
until = "ended_at"

[kpis.mql_to_sql_rate]
title = "MQL → SQL rate"
formula = "mqls_became_sql / mqls"
unit = "ratio"
"""


def _catalog(*texts: str) -> Catalog:
    return Catalog.of(
        parse_pack(text, f"{n}.toml" if n else ORIGIN) for n, text in enumerate(texts)
    )


@pytest.fixture
def catalog_of() -> CatalogOf:
    """Makes the catalog of texts, each a pack of its own; the first is called test.toml."""
    return _catalog


@pytest.fixture
def basics() -> str:
    """Two flows, a cohort, a stock and a rate, for tests to add to."""
    return BASICS


@pytest.fixture
def refusal_of() -> RefusalOf:
    """The error with which texts are refused as packs."""

    def refusal(*texts: str) -> DefinitionError:
        with pytest.raises(DefinitionError) as caught:
            _catalog(*texts)
        return caught.value

    return refusal
