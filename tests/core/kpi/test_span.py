"""Words for days mean what a person would expect."""

from datetime import date

import pytest

from kpiloop.errors import ConfigError
from kpiloop.kpi.calendar import Calendar
from kpiloop.kpi.fiscal import FiscalYears
from kpiloop.kpi.span import Span, parse_span

TODAY = date(2026, 3, 5)


@pytest.mark.parametrize(
    ("word", "first", "last"),
    [
        ("2026", date(2026, 1, 1), date(2026, 12, 31)),
        ("2026-Q2", date(2026, 4, 1), date(2026, 6, 30)),
        ("2026-02", date(2026, 2, 1), date(2026, 2, 28)),
        ("2026-W10", date(2026, 3, 2), date(2026, 3, 8)),
        ("2026-01-15", date(2026, 1, 15), date(2026, 1, 15)),
        ("today", TODAY, TODAY),
        ("Yesterday", date(2026, 3, 4), date(2026, 3, 4)),
        ("this month", date(2026, 3, 1), date(2026, 3, 31)),
        ("last month", date(2026, 2, 1), date(2026, 2, 28)),
        ("last quarter", date(2025, 10, 1), date(2025, 12, 31)),
        ("last year", date(2025, 1, 1), date(2025, 12, 31)),
        ("last week", date(2026, 2, 23), date(2026, 3, 1)),
        ("12 months", date(2025, 3, 1), TODAY),
        ("1 month", date(2026, 2, 1), TODAY),
        ("2  weeks", date(2026, 2, 16), TODAY),
        ("30 days", date(2026, 2, 3), TODAY),
        ("3 quarters", date(2025, 4, 1), TODAY),
        ("2 years", date(2024, 1, 1), TODAY),
    ],
)
def test_a_word_means_its_days(word: str, first: date, last: date) -> None:
    """Periods mean all their days, and a number of them those that lead up to today."""
    assert parse_span(word, TODAY) == Span(first, last)


@pytest.mark.parametrize(
    "word",
    [
        "",
        "soon",
        "2026-13",
        "2026-02-30",
        "2026-Q5",
        "2026-W60",
        "FY2026-M13",
        "0000",
        "9999 years",
        "last decade",
    ],
)
def test_other_words_are_refused_with_examples(word: str) -> None:
    """What names no days is refused, and the error shows what would."""
    with pytest.raises(ConfigError) as caught:
        parse_span(word, TODAY, "--since")
    assert caught.value.where == "--since"
    assert "last quarter" in caught.value.legal


@pytest.mark.parametrize(
    ("word", "first", "last"),
    [
        ("FY2026", date(2025, 4, 1), date(2026, 3, 31)),
        ("fy2026-q4", date(2026, 1, 1), date(2026, 3, 31)),
        ("FY2026-M12", date(2026, 3, 1), date(2026, 3, 31)),
        ("this fiscal year", date(2025, 4, 1), date(2026, 3, 31)),
        ("last fiscal quarter", date(2025, 10, 1), date(2025, 12, 31)),
        ("2 fiscal years", date(2023, 4, 1), TODAY),
        ("2026", date(2026, 1, 1), date(2026, 12, 31)),
        ("this week", date(2026, 3, 1), date(2026, 3, 7)),
    ],
)
def test_words_go_by_the_calendar_of_the_company(word: str, first: date, last: date) -> None:
    """Fiscal years from April, weeks from Sunday."""
    calendar = Calendar(week_starts=6, fiscal=FiscalYears(starts=4))
    assert parse_span(word, TODAY, calendar=calendar) == Span(first, last)
