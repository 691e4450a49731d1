"""Measures stand on tables that plugins derive; of several models the chosen one counts."""

from typing import ClassVar

import pytest

from kpiloop import Flag, Instant, Money, Resolved, Text
from kpiloop.errors import DefinitionError
from kpiloop.kpi.by_model import tables_by_model, under
from kpiloop.kpi.catalog import Catalog
from kpiloop.kpi.measure import Measure
from kpiloop.kpi.pack import parse_pack


class Tip(Resolved):
    """What a plugin makes, once for each model."""

    entity: ClassVar[str] = "tips"
    singular: ClassVar[str] = "tip"

    model: Text = None
    is_chosen: Flag = None
    person_id: Text = None
    channel: Text = None
    given_at: Instant = None
    amount_home: Money = None


PACK = """
[measures.tips]
title = "Tips"
on = "tips"
aggregate = "sum(amount_home)"
when = "given_at"

[measures.paid_tips]
title = "Paid tips"
on = "tips"
aggregate = "sum(amount_home)"
where = "channel = 'ads' OR channel = 'email'"
when = "given_at"

[measures.first_tips]
title = "Tips by the model first"
on = "tips"
aggregate = "sum(amount_home)"
where = "model = 'first'"
when = "given_at"

[measures.people_who_came]
title = "People"
on = "people"
aggregate = "count(*)"
when = "created_at"

[kpis.tips_per_person]
title = "Tips per person"
formula = "tips / people_who_came"
unit = "money/person"
"""
CATALOG = Catalog.of([parse_pack(PACK, "test.toml")], (Tip,))


def where(measure: Measure) -> str:
    """Which rows count."""
    return measure.where.sql().replace('"', "") if measure.where else "all"


def test_a_derived_table_has_the_columns_of_what_it_references() -> None:
    """By person_id its rows reach what is known of the person."""
    assert {"channel", "country", "source"} <= set(CATALOG.dimensions_of("tips"))
    assert CATALOG.per_record("tips") == ("person", "company", "campaign")


def test_a_table_that_no_plugin_derives_is_refused_with_those_there_are() -> None:
    """Without the plugin its packs say what is missing."""
    with pytest.raises(DefinitionError, match="there is no table 'tips'"):
        Catalog.of([parse_pack(PACK, "test.toml")])


def test_rows_of_the_chosen_model_count() -> None:
    """Whoever names no model means the chosen one, whatever else is asked of rows."""
    assert where(CATALOG.measures["tips"]) == "tip.is_chosen"
    assert where(CATALOG.measures["paid_tips"]) == (
        "(tip.channel = 'ads' OR tip.channel = 'email') AND tip.is_chosen"
    )


def test_a_measure_that_names_a_model_counts_its_rows() -> None:
    """Then it is the same, whatever the settings choose."""
    assert where(CATALOG.measures["first_tips"]) == "tip.model = 'first'"


def test_kpis_can_be_asked_under_another_model() -> None:
    """What counts the chosen rows counts those of the other model; all else stays."""
    other = under(CATALOG, "it's")
    assert where(other.measures["tips"]) == "tip.model = 'it''s'"
    assert where(other.measures["paid_tips"]).endswith(" AND tip.model = 'it''s'")
    for name in ("first_tips", "people_who_came"):
        assert other.measures[name] == CATALOG.measures[name]
    assert where(CATALOG.measures["tips"]) == "tip.is_chosen"


@pytest.mark.parametrize(
    ("kpi", "tables"),
    [
        ("tips", ("tips",)),
        ("tips_per_person", ("tips",)),
        ("first_tips", ()),
        ("people_who_came", ()),
    ],
)
def test_it_is_known_which_kpis_models_have_a_part_in(kpi: str, tables: tuple[str, ...]) -> None:
    """Those that come down to a measure that counts the chosen rows."""
    assert tables_by_model(CATALOG, [kpi]) == tables
