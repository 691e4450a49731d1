"""What each cycle publishes: what can be shown at any time."""

from dataclasses import replace
from datetime import date
from zoneinfo import ZoneInfo

import pytest

from kpiloop.engine.compute.question import Moment
from kpiloop.engine.cycle.horizon import Horizon
from kpiloop.engine.cycle.questions import is_published, published_questions
from kpiloop.kpi.calendar import CIVIL, Calendar, Grain
from kpiloop.kpi.catalog import Catalog
from kpiloop.kpi.fiscal import FiscalYears
from kpiloop.kpi.pack import read_pack
from kpiloop_marketing import kpiloop_packs
from support.resolved_company import utc

HORIZON = Horizon(
    first_day=date(2024, 3, 15),
    moment=Moment(utc("2026-05-05T12:00"), ZoneInfo("Europe/Berlin")),
)


@pytest.fixture(scope="module")
def catalog() -> Catalog:
    """The bundled packs."""
    return Catalog.of([read_pack(pack) for pack in kpiloop_packs()])


def test_every_kpi_is_published_at_every_grain(catalog: Catalog) -> None:
    """In total: cuts are for those that have them; fiscal years are the calendar's here."""
    totals = {
        (kpi, grain)
        for question in published_questions(catalog, HORIZON)
        if question.cuts == ((),)
        for kpi in question.kpis
        for grain in question.grains
    }

    assert totals == {(kpi, grain) for kpi in catalog.kpis for grain in CIVIL.grains}


def test_kpis_are_cut_only_by_what_they_have(catalog: Catalog) -> None:
    """A question that cannot be answered would stop the whole cycle."""
    for question in published_questions(catalog, HORIZON):
        for kpi in question.kpis:
            for dimension in (each for cut in question.cuts for each in cut):
                assert dimension in catalog.dimensions_of(kpi)


def test_single_days_are_published_for_the_last_three_months(catalog: Catalog) -> None:
    """Older ones are computed when somebody asks."""
    (days,) = (q for q in published_questions(catalog, HORIZON) if Grain.DAY in q.grains)

    assert (days.first_day, days.last_day) == (date(2026, 2, 2), date(2026, 5, 5))


def test_what_is_said_to_be_published_is(catalog: Catalog) -> None:
    """And nothing else is: both sides of the rule agree."""
    published = {
        (grain, cut)
        for question in published_questions(catalog, HORIZON)
        for grain in question.grains
        for cut in question.cuts
    }

    for grain in Grain:
        for cut in ((), ("channel",), ("product",), ("country",), ("channel", "product")):
            assert is_published(grain, cut, CIVIL) is ((grain, cut) in published)


def test_a_fiscal_year_of_its_own_is_published_too(catalog: Catalog) -> None:
    """From April on it is not the calendar's, and `show --grain fiscal_year` has it at hand."""
    april = Calendar(fiscal=FiscalYears(starts=4))
    moment = replace(HORIZON.moment, calendar=april)
    questions = published_questions(catalog, replace(HORIZON, moment=moment))

    assert any(Grain.FISCAL_YEAR in each.grains for each in questions)
    assert is_published(Grain.FISCAL_YEAR, ("channel",), april)
