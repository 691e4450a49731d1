"""Small companies full of coincidences, on which both readings of the rules must agree."""

from datetime import UTC, datetime, timedelta

from duckdb import DuckDBPyConnection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kpiloop.engine.compute.question import Moment, Question
from kpiloop.engine.compute.records import RecordQuestion
from kpiloop.engine.resolve.resolve import resolve
from kpiloop.engine.resolve.rules import Rules
from kpiloop.kpi.calendar import Grain, Period
from oracle.companies import records, rules
from oracle.comparing import DIMENSIONS, Trial, catalog_of_all, dimensions_of
from oracle.drawing import days, moments
from oracle.kpis import KPIS
from oracle.record_comparing import record_disagreements, records_of
from oracle.records import Records, store_records
from oracle.resolving import resolve_records
from oracle.table_comparing import table_disagreements

CATALOG = catalog_of_all()
PER_RECORD = [(kpi, record) for kpi in sorted(KPIS) for record in records_of(kpi)]


@st.composite
def questions(draw: st.DrawFn) -> Question:
    """A few KPIs at some grains, in total and by dimensions that all of them have."""
    kpis = draw(st.lists(st.sampled_from(sorted(KPIS)), min_size=1, max_size=4, unique=True))
    legal = [each for each in DIMENSIONS if all(each in dimensions_of(kpi) for kpi in kpis)]
    cut = st.lists(st.sampled_from(legal), max_size=2, unique=True).map(tuple)
    grains = draw(st.lists(st.sampled_from(Grain), min_size=1, max_size=3, unique=True))
    first_day = draw(days)
    return Question(
        kpis=tuple(kpis),
        grains=tuple(grains),
        first_day=first_day,
        last_day=first_day + timedelta(days=draw(st.integers(0, 200))),
        cuts=tuple(draw(st.lists(cut, min_size=1, max_size=3, unique=True))),
    )


@st.composite
def record_questions(draw: st.DrawFn) -> RecordQuestion:
    """A KPI for each record of a kind, over all days that are asked about."""
    kpi, record = draw(st.sampled_from(PER_RECORD))
    first_day = draw(days)
    last_day = first_day + timedelta(days=draw(st.integers(0, 200)))
    period = Period(Grain.EVER, "ever", first_day, last_day)
    return RecordQuestion(kpi=kpi, by=record, period=period)


@settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
@given(
    company=records(),
    rules=rules(),
    as_of=moments,
    asked=st.tuples(questions(), st.lists(record_questions(), min_size=1, max_size=3)),
)
def test_both_readings_agree(
    empty: DuckDBPyConnection,
    company: Records,
    rules: Rules,
    as_of: datetime,
    asked: tuple[Question, list[RecordQuestion]],
) -> None:
    """Whatever records and settings say, every table and value is the same to the last digit."""
    store_records(empty, company)
    resolve(empty, rules)
    trial = Trial(
        connection=empty,
        catalog=CATALOG,
        tables=resolve_records(company, rules),
        moment=Moment(as_of.replace(tzinfo=UTC), rules.zone),
    )
    of_cuts, of_records = asked
    assert list(table_disagreements(empty, trial.tables)) == []
    assert list(trial.disagreements(of_cuts)) == []
    found = [each for question in of_records for each in record_disagreements(trial, question)]
    assert found == []
