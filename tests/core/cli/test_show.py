"""`kpiloop show`: what stands beside a number, and which periods one may ask for."""

import csv
import io
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from support.program import Program

PROJECT = """
[project]
home = "home"
timezone = "Europe/Berlin"
currency = "EUR"

[sources.list]
connector = "files"
folder = "."

[[sources.list.tables]]
file = "contacts.csv"
entity = "contacts"
id = "id"
columns = { created_at = "since", country = "country", opted_out_at = "left" }

[measures.known]
title = "Known people"
on = "people"
aggregate = "count(*)"
when = "created_at"

[measures.known_germans]
on = "people"
aggregate = "count(*)"
when = "created_at"
where = "country = 'DE'"

[kpis.german_share]
title = "Germans"
formula = "known_germans / known"

[measures.gone]
on = "people"
aggregate = "count(*)"
when = "created_at"
then = "opted_out_at"
within = "3000 days"

[kpis.gone_share]
title = "Gone"
formula = "gone / known"
"""


def _rows(month: str, people: int, germans: int) -> list[str]:
    """People of one month, a day each, some of them in Germany."""
    return [
        f"{month}-{n},{month}-{n % 28 + 1:02}T12:00:00Z,{'DE' if n < germans else 'AT'},"
        for n in range(people)
    ]


def _last_month() -> str:
    """The month before the running one."""
    return f"{datetime.now(UTC).date().replace(day=1) - timedelta(days=1):%Y-%m}"


@pytest.fixture(scope="module")
def program(tmp_path_factory: pytest.TempPathFactory) -> Program:
    """A project that knows people of three months, computed once."""
    folder: Path = tmp_path_factory.mktemp("show")
    rows = [
        "id,since,country,left",
        *_rows("2025-01", 20, 5),
        *_rows("2025-12", 40, 10),
        *_rows("2026-01", 50, 40),
        *_rows(_last_month(), 20, 5),
    ]
    (folder / "contacts.csv").write_text("\n".join(rows) + "\n", encoding="utf-8")
    (folder / "kpiloop.toml").write_text(PROJECT, encoding="utf-8")
    environment = {"COLUMNS": "200", "NO_COLOR": "1", "XDG_STATE_HOME": str(folder / "state")}
    made = Program(folder=folder, environment=environment)
    ran = made("run", "--no-write")
    assert ran.exit_code == 0, ran.err
    return made


def january(program: Program, *line: str) -> dict[str, Any]:
    """The value of one month, as programs get it."""
    span = ("--since", "2026-01", "--until", "2026-01")
    values: list[dict[str, Any]] = program("show", *line, *span, "--json").json
    return values[0]


def row(program: Program, period: str, *line: str) -> list[str]:
    """One line of a table, cut at its gaps."""
    out = program("show", *line, "--since", "2025-01").out
    (found,) = [each for each in out.splitlines() if each.startswith(period)]
    return [cell.strip() for cell in found.split("  ") if cell.strip()]


def test_a_share_stands_with_its_interval_and_its_sample(program: Program) -> None:
    """40 of 50 are between 67 and 89 per cent of all, as far as chance goes."""
    assert row(program, "2026-01", "german_share") == [
        "2026-01",
        "80.0 %",
        "67.0\N{EN DASH}88.8 %",
        "50",
    ]
    interval = january(program, "german_share")["interval"]
    assert interval == {
        "low": pytest.approx(0.6696, abs=1e-4),
        "high": pytest.approx(0.8876, abs=1e-4),
    }


def test_a_count_has_no_interval(program: Program) -> None:
    """And no column for one."""
    assert "95 %" not in program("show", "known", "--since", "2025-01").out
    assert january(program, "known")["interval"] is None


def test_a_rate_of_few_rows_has_a_quiet_mark(program: Program) -> None:
    """20 rows are fewer than 30; the count of them is what it is."""
    assert row(program, "2025-01", "german_share")[1] == "25.0 %°"
    assert "° of fewer than 30 rows" in program("show", "german_share", "--since", "2025-01").out
    assert row(program, "2025-01", "known")[1] == "20"
    assert "°" not in program("show", "known", "--since", "2025-01").out


@pytest.mark.parametrize(
    ("against", "before", "difference", "change"),
    [("previous", "40", "+10", "+25 %"), ("year", "20", "+30", "+150 %")],
)
def test_a_number_is_compared_with_one_before(
    program: Program, against: str, before: str, difference: str, change: str
) -> None:
    """The value before, the difference, and the change in per cent."""
    cells = row(program, "2026-01", "known", "--compare", against)
    assert cells == ["2026-01", "50", before, difference, change, "50"]
    told = january(program, "known", "--compare", against)
    assert (told["before"], told["difference"]) == (int(before), int(difference))
    assert told["before_period"] == {"previous": "2025-12", "year": "2025-01"}[against]


def test_shares_differ_by_points(program: Program) -> None:
    """From 25 to 80 per cent are 55 points, or 220 per cent."""
    cells = row(program, "2026-01", "german_share", "--compare", "previous")
    assert cells[3:6] == ["25.0 %", "+55.0 points", "+220 %"]


def test_what_nothing_is_known_of_before_is_left_empty(program: Program) -> None:
    """The first month that the records tell of has none before."""
    cells = row(program, "2025-01", "known", "--compare", "previous")
    assert cells == ["2025-01", "20", "\N{EN DASH}", "20"]


def test_cuts_are_compared_part_by_part(program: Program) -> None:
    """Each country with itself."""
    span = ("--since", "2026-01", "--until", "2026-01", "--json")
    parts = program("show", "known", "--by", "country", "--compare", "previous", *span).json
    assert {each["dimensions"]["country"]: (each["before"], each["value"]) for each in parts} == {
        "DE": (10, 40),
        "AT": (30, 10),
    }


def test_the_whole_time_is_compared_with_nothing(program: Program) -> None:
    """The refusal says what to choose."""
    answer = program("show", "known", "--grain", "ever", "--compare", "year")
    assert answer.exit_code == 2
    assert "--grain" in answer.err


def test_a_rolling_grain_has_a_value_for_each_day(program: Program) -> None:
    """The 28 days to January 10 hold the people of 19 days of December and of ten of January."""
    span = ("--since", "2026-01-10", "--until", "2026-01-11", "--json")
    found = program("show", "known", "--grain", "rolling_28_days", *span).json
    people = sum(n % 28 + 1 >= 14 for n in range(40)) + sum(n % 28 + 1 <= 10 for n in range(50))
    assert [each["period"]["key"] for each in found] == ["2026-01-10", "2026-01-11"]
    assert found[0]["value"] == people
    assert found[0]["period"]["first_day"] == "2025-12-14"


def test_a_month_to_date_is_compared_with_as_many_days(program: Program) -> None:
    """January to its tenth day beside December to its tenth."""
    span = ("--since", "2026-01-10", "--until", "2026-01-10", "--json")
    line = ("show", "known", "--grain", "month_to_date", "--compare", "previous", *span)
    (found,) = program(*line).json
    assert (found["before_period"], found["before"]) == ("2025-12-10", 20)
    assert found["value"] == 20


def test_the_last_complete_period_is_asked_by_a_word(program: Program) -> None:
    """The running month is looked past, and so is a cohort that has years to convert."""
    (known,) = program("show", "known", "--last", "--json").json
    assert known["completeness"] == "complete"
    months = program("show", "known", "--json").json
    assert [each["period"] for each in months if each["completeness"] == "complete"][-1] == (
        known["period"]
    )
    answer = program("show", "gone_share", "--last")
    assert answer.exit_code == 0
    assert "no period is complete yet" in answer.out


def test_all_says_why_a_kpi_has_no_value(program: Program) -> None:
    """Every KPI has a line with a value or a reason, twins as well."""
    lines = program("show", "--all").out.splitlines()
    by_name = {line.split()[0]: line for line in lines if line.strip()}
    assert "no source tells page_views" in by_name["page_views"]
    assert "to convert" in by_name["gone_share"]
    assert "gone_share_in_period" in by_name
    assert "gone_share_in_period" not in program("show").out


def test_csv_tells_the_same(program: Program) -> None:
    """The interval and what is compared stand at the end of a row."""
    span = ("--since", "2026-01", "--until", "2026-01", "--csv", "--compare", "previous")
    (found,) = csv.DictReader(io.StringIO(program("show", "german_share", *span).out))
    assert (found["value"], found["before"], found["before_period"]) == ("0.8", "0.25", "2025-12")
    assert float(found["low"]) < 0.8 < float(found["high"])


def test_explain_says_how_sure_the_last_month_is(program: Program) -> None:
    """A share stands with its rows and its interval; programs get them as well."""
    out = program("explain", "german_share", "--no-sql").out
    (line,) = [each for each in out.splitlines() if each.startswith("german_share ")]
    assert "25.0 %°" in line
    assert "of 20 rows, 95 %: 11.2\N{EN DASH}46.9 %" in line
    assert "° of fewer than 30 rows" in out
    told = program("explain", "german_share", "--json").json
    assert told["interval"]["low"] == pytest.approx(0.1119, abs=1e-4)


def test_the_last_day_of_a_grain_that_ends_on_each_is_found_near_by(program: Program) -> None:
    """The running day is not over: the last is the one before."""
    (found,) = program("show", "known", "--grain", "year_to_date", "--last", "--json").json
    as_of = datetime.fromisoformat(found["as_of"])
    last_day = datetime.fromisoformat(found["period"]["last_day"]).date()
    assert found["completeness"] == "complete"
    assert timedelta(0) <= as_of.date() - last_day <= timedelta(days=1)


def test_models_are_compared_with_each_other_and_nothing_else(program: Program) -> None:
    """The band is of the models: a comparison in time has no place beside it."""
    for more in (("--last",), ("--compare", "year")):
        answer = program("show", "known", "--models", "all", *more)
        assert answer.exit_code == 2
        assert "--models goes neither with" in answer.err
