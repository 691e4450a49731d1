"""KPIs of single records: what compute writes against what the oracle says."""

from collections.abc import Iterator

from kpiloop.engine.compute.records import TABLE, RecordQuestion, compute_records
from kpiloop.kpi.value import Completeness
from oracle.answers import Answer
from oracle.comparing import Trial, same
from oracle.kpis import KPIS, OF_NO_RECORD, STANDS_ON
from oracle.world import TABLES, Span, reaches

RECORDS = ("person", "company", "deal", "campaign")


def records_of(kpi: str) -> tuple[str, ...]:
    """Which records a KPI may be asked for: those that all rows of its tables belong to."""
    return tuple(
        record
        for record in RECORDS
        if kpi not in OF_NO_RECORD
        and all(
            TABLES[table][0] == record or reaches(table, f"{record}_id") for table in STANDS_ON[kpi]
        )
    )


def record_disagreements(trial: Trial, question: RecordQuestion) -> Iterator[str]:
    """Every record whose value differs, and every one that only one side has."""
    given = _given(trial, question)
    expected = _expected(trial, question)
    for record in sorted(given.keys() | expected.keys()):
        found, answer = given.get(record), expected.get(record)
        if found is None or answer is None or not same(found, answer):
            yield f"{question.kpi} {question.period.key} of {record}: {found}, not {answer}"
    completeness = trial.completeness(question.kpi, question.period)
    for other in _completeness(trial) - {completeness}:
        yield f"{question.kpi} {question.period.key}: {other}, not {completeness}"


def _given(trial: Trial, question: RecordQuestion) -> dict[str, Answer]:
    compute_records(trial.connection, trial.catalog, question, trial.moment)
    rows = trial.connection.execute(
        f"SELECT record_id, exact_value, float_value, sample_size FROM {TABLE} "
        'WHERE kpi = $kpi AND "by" = $by',
        {"kpi": question.kpi, "by": question.by},
    ).fetchall()
    given = {
        record: Answer(exact if exact is not None else number, sample)
        for record, exact, number, sample in rows
    }
    assert len(given) == len(rows)
    return given


def _completeness(trial: Trial) -> set[Completeness]:
    rows = trial.connection.execute(f"SELECT DISTINCT completeness FROM {TABLE}").fetchall()
    trial.connection.execute(f"DELETE FROM {TABLE}")
    return {Completeness(row[0]) for row in rows}


def _expected(trial: Trial, question: RecordQuestion) -> dict[str, Answer]:
    span = Span(question.period.first_day, question.period.last_day, trial.as_of)
    answers = {
        record: KPIS[question.kpi](part, span)
        for record, part in trial.per_record(question.by).items()
    }
    return {
        record: Answer(answer.value, answer.sample)
        for record, answer in answers.items()
        if answer.rows
    }
