"""Versions of definitions change if, and only if, the meaning does."""

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kpiloop.kpi.catalog import Catalog
from kpiloop.kpi.pack import parse_pack

CatalogOf = Callable[..., Catalog]

RATE = "mql_to_sql_rate"


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (
            'title = "MQL → SQL rate"',
            'title = "Rate"\nmeaning = "m"\nowner = "o"\nbetter = "higher"',
        ),
        ('formula = "mqls_became_sql / mqls"', 'formula = "(mqls_became_sql)/(mqls)"'),
        ('unit = "ratio"', ""),
        ('aggregate = "count(*)"', 'aggregate = "COUNT( * ) -- of all"'),
        ("mqls_became_sql", "converted_mqls"),
        ('title = "MQLs"', ""),
        ('title = "Revenue"', "where = \"country = 'DE'\""),
    ],
)
def test_words_and_spelling_do_not_count(
    catalog_of: CatalogOf, basics: str, old: str, new: str
) -> None:
    """Titles, spelling, names of parts and what does not belong to it leave a version alone."""
    changed = basics.replace(old, new)
    assert changed != basics
    assert catalog_of(changed).kpi(RATE).version == catalog_of(basics).kpi(RATE).version


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('formula = "mqls_became_sql / mqls"', 'formula = "mqls_became_sql / mqls / 1"'),
        ('within = "90 days"', 'within = "91 days"'),
        ('then = "became_sql_at"', 'then = "became_customer_at"'),
        ('when = "became_mql_at"', 'when = "became_lead_at"'),
        ('on = "people"', 'on = "people"\nwhere = "country = \'DE\'"'),
        ('aggregate = "count(*)"', 'aggregate = "count(id)"'),
        ('unit = "ratio"', 'unit = "ratio"\nbands = { A = "> 1", B = "" }'),
    ],
)
def test_whatever_changes_a_number_counts(
    catalog_of: CatalogOf, basics: str, old: str, new: str
) -> None:
    """A change of a formula, or of anything that it rests on, is a new version."""
    changed = basics.replace(old, new)
    assert changed != basics
    assert catalog_of(changed).kpi(RATE).version != catalog_of(basics).kpi(RATE).version


def test_the_parts_of_a_stock_differ(catalog_of: CatalogOf, basics: str) -> None:
    """Start, end and kept are three meanings."""
    measures = catalog_of(basics).measures
    parts = ("customers_at_start", "customers_at_end", "customers_kept")
    assert len({measures[part].version for part in parts}) == 3


SPACES = st.text(" \n\t", min_size=1, max_size=3)


@given(SPACES, SPACES, st.sampled_from(["{}", "({})", "(({}))"]))
def test_spacing_and_brackets_of_filters_do_not_count(
    before: str, after: str, brackets: str
) -> None:
    """A filter means the same however it is laid out."""

    def version(where: str) -> str:
        text = f"""
        [measures.m]
        title = "M"
        on = "people"
        aggregate = "count(*)"
        when = "created_at"
        where = '''{where}'''
        """
        return Catalog.of([parse_pack(text, "m.toml")]).kpi("m").version

    laid_out = f"country{before}={after}'DE'{before}AND{after}stage{after}IN('a','b')"
    plain = "country = 'DE' and stage in ('a', 'b')"
    assert version(brackets.format(laid_out)) == version(plain)


def test_versions_are_the_same_on_every_machine(catalog_of: CatalogOf, basics: str) -> None:
    """A version is a fixed function of the meaning: this one is written down."""
    assert catalog_of(basics).kpi(RATE).version == "fe70315e73f2"
