"""Conditions over pulled records, as `[channels]` rules write them."""

import pytest

from kpiloop.errors import DefinitionError
from kpiloop.kpi.condition import parse_condition
from kpiloop.schema.people import Contact

PLACE = "kpiloop.toml [channels]"


def test_columns_are_those_of_the_record() -> None:
    """A condition names columns of one entity, and the source that a record came from."""
    condition = parse_condition("country = 'DE' AND source = 'hubspot'", Contact, PLACE)
    assert condition.sql(dialect="duckdb") == (
        '"contact"."country" = \'DE\' AND "contact"."source" = \'hubspot\''
    )


@pytest.mark.parametrize(
    "text",
    [
        "country",
        "contry = 'DE'",
        "company.industry = 'IT'",
        "country IN (SELECT country FROM contacts)",
        "days_between(created_at, created_at) > 1",
        "a.b.country = 'DE'",
        "read_text('x') = 'y'",
        "true; drop table contacts",
    ],
)
def test_what_a_filter_may_not_say_a_condition_may_not(text: str) -> None:
    """Conditions in the settings are held to the same list as filters in packs."""
    with pytest.raises(DefinitionError) as caught:
        parse_condition(text, Contact, PLACE)
    assert caught.value.where == PLACE
