"""Two independent readings of the rules say the same of the demo company, to the last digit."""

from datetime import date

import pytest

from kpiloop.engine.compute.question import Question
from kpiloop.engine.compute.records import RecordQuestion
from kpiloop.kpi.calendar import CIVIL, Grain, Period
from oracle.budgets import BUDGETS
from oracle.comparing import DIMENSIONS, Trial, dimensions_of
from oracle.demo import UNTIL
from oracle.kpis import KPIS
from oracle.record_comparing import RECORDS, record_disagreements, records_of
from oracle.table_comparing import COLUMNS, table_disagreements

FIRST = date(2025, 3, 1)
COARSE = (Grain.WEEK, Grain.MONTH, Grain.QUARTER, Grain.YEAR, Grain.EVER)


def _with(dimension: str) -> tuple[str, ...]:
    return tuple(kpi for kpi in sorted(KPIS) if dimension in dimensions_of(kpi))


def test_the_demo_company_has_something_to_tell(demo: Trial) -> None:
    """No table of what is pulled here is empty, so that agreeing means something."""
    events = {"deliveries", "form_submissions", "orders", "page_views"}
    elsewhere = {"campaign_members", "figures", "social_posts"}
    assert all(len(demo.tables[table]) > 5 for table in COLUMNS.keys() - events - elsewhere)


def test_resolved_tables_agree(demo: Trial) -> None:
    """People, deals, stages, customers and costs are the same, row by row."""
    assert list(table_disagreements(demo.connection, demo.tables)) == []


def test_every_bundled_kpi_is_judged(demo: Trial) -> None:
    """No KPI is in a pack without a second reading."""
    assert set(demo.catalog.kpis) == {*KPIS, *BUDGETS}


@pytest.mark.parametrize("kpi", sorted(KPIS))
def test_legal_dimensions_and_records_agree(demo: Trial, kpi: str) -> None:
    """What a KPI may be asked by follows from the columns of its tables."""
    assert demo.catalog.dimensions_of(kpi) == dimensions_of(kpi)
    assert demo.catalog.per_record(kpi) == records_of(kpi)


def test_totals_agree_at_every_grain(demo: Trial) -> None:
    """Every KPI of every day, week, month, quarter, year and of all time."""
    question = Question(
        kpis=tuple(sorted(KPIS)), grains=(Grain.DAY, *COARSE), first_day=FIRST, last_day=UNTIL
    )
    assert list(demo.disagreements(question)) == []


@pytest.mark.parametrize("dimension", DIMENSIONS)
def test_cuts_agree_at_every_grain(demo: Trial, dimension: str) -> None:
    """Every KPI that has the dimension, for each of its values, known and unknown."""
    cuts = ((dimension,),)
    months = Question(
        kpis=_with(dimension), grains=COARSE, first_day=FIRST, last_day=UNTIL, cuts=cuts
    )
    # Around the day that has but 23 hours, and up to the day that is not over.
    days = Question(
        kpis=_with(dimension),
        grains=(Grain.DAY,),
        first_day=date(2026, 3, 28),
        last_day=UNTIL,
        cuts=cuts,
    )
    assert [*demo.disagreements(months), *demo.disagreements(days)] == []


def test_two_dimensions_at_once_agree(demo: Trial) -> None:
    """Every KPI that has both, by channel and campaign."""
    question = Question(
        kpis=tuple(kpi for kpi in _with("channel") if kpi in _with("campaign_id")),
        grains=(Grain.QUARTER,),
        first_day=FIRST,
        last_day=UNTIL,
        cuts=(("channel", "campaign_id"), ("source", "channel")),
    )
    assert list(demo.disagreements(question)) == []


@pytest.mark.parametrize("record", RECORDS)
def test_values_of_single_records_agree(demo: Trial, record: str) -> None:
    """Every KPI that may be asked for such a record, of all time and of one quarter."""
    ever = Period(Grain.EVER, "ever", FIRST, UNTIL)
    [quarter] = CIVIL.periods(Grain.QUARTER, date(2025, 10, 1), date(2025, 10, 1))
    found = [
        disagreement
        for kpi in sorted(KPIS)
        if record in records_of(kpi)
        for period in (ever, quarter)
        for disagreement in record_disagreements(
            demo, RecordQuestion(kpi=kpi, by=record, period=period)
        )
    ]
    assert found == []
