"""`show --only`: which values of dimensions are kept, and what is said of others."""

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
import typer

from kpiloop import DefinitionError
from kpiloop.cli.only import kept, read_only
from kpiloop.kpi.calendar import Grain, Period
from kpiloop.kpi.value import Completeness, KpiValue

VALUE = KpiValue(
    kpi="new_leads",
    period=Period(Grain.MONTH, "2026-01", date(2026, 1, 1), date(2026, 1, 31)),
    dimensions={},
    value=Decimal(1),
    numerator=None,
    denominator=None,
    sample_size=1,
    completeness=Completeness.COMPLETE,
    reason=None,
    version="",
    as_of=datetime(2026, 2, 1, tzinfo=UTC),
)
VALUES = [
    replace(VALUE, dimensions={"channel": channel, "segment": segment})
    for channel in ("email", "direct", None)
    for segment in ("small", "large")
]


def test_several_values_of_one_dimension_add_up() -> None:
    """Two channels of one segment are two values."""
    only = read_only(["channel=email", "channel=direct", "segment=large"])
    assert [each.dimensions["channel"] for each in kept(VALUES, only)] == ["email", "direct"]


def test_what_is_unknown_can_be_asked_for() -> None:
    """`(unknown)`, as the table shows it, means no value."""
    found = kept(VALUES, read_only(["channel=(unknown)"]))
    assert {each.dimensions["channel"] for each in found} == {None}


def test_a_value_that_is_not_there_is_told_with_those_that_are() -> None:
    """A misspelled channel is no empty answer."""
    with pytest.raises(DefinitionError, match="did you mean 'email'"):
        kept(VALUES, read_only(["channel=emial"]))


@pytest.mark.parametrize("option", ["channel", "=email", "channel="])
def test_an_option_names_a_dimension_and_a_value(option: str) -> None:
    """Half of it is refused."""
    with pytest.raises(typer.BadParameter, match="DIMENSION=VALUE"):
        read_only([option])
