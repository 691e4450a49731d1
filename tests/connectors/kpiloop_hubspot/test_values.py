"""Values as HubSpot takes them, and as they come back."""

from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kpiloop import Kind, Value
from kpiloop_hubspot.values import read_back, spelled

MILLISECOND = timedelta(milliseconds=1)
EARLIEST, LATEST = datetime(1990, 1, 1), datetime(2099, 12, 31)  # noqa: DTZ001 - st wants naive

numbers = st.decimals(allow_nan=False, allow_infinity=False, places=6)
moments = st.datetimes(EARLIEST, LATEST, timezones=st.just(UTC)).map(
    lambda moment: moment - timedelta(microseconds=moment.microsecond % 1_000)
)
days = st.dates(EARLIEST.date(), LATEST.date())


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, ""),
        (True, "true"),
        (False, "false"),
        ("A", "A"),
        (Decimal("1E+3"), "1000"),
        (Decimal("-0.50"), "-0.50"),
        (Decimal("1E-7"), "0.0000001"),
        (date(2026, 3, 1), "2026-03-01"),
        (datetime(2026, 3, 1, 12, 0, 0, 123_999, tzinfo=UTC), "2026-03-01T12:00:00.123Z"),
        (
            datetime(2026, 3, 1, 12, tzinfo=timezone(timedelta(hours=2))),
            "2026-03-01T10:00:00.000Z",
        ),
    ],
)
def test_a_value_is_spelled_as_hubspot_takes_it(value: Value, text: str) -> None:
    """No exponents, times in UTC to the millisecond, and an empty text to clear."""
    assert spelled(value) == text


@given(value=numbers)
def test_a_number_comes_back_as_it_was(value: Decimal) -> None:
    """Not one digit is lost on the way."""
    assert read_back(spelled(value), Kind.NUMBER) == value


@given(value=moments)
def test_a_moment_comes_back_as_it_was(value: datetime) -> None:
    """To the millisecond."""
    assert read_back(spelled(value), Kind.INSTANT) == value


@given(value=days)
def test_a_day_comes_back_as_it_was(value: date) -> None:
    """Whatever time zone HubSpot's account has."""
    assert read_back(spelled(value), Kind.DAY) == value


@given(text=st.text(), kind=st.sampled_from(Kind))
def test_any_text_can_be_read(text: str, kind: Kind) -> None:
    """What somebody typed never stops the comparison: it stays text where it is no such value."""
    value = read_back(text, kind)
    assert value is None if not text else value is not None


@pytest.mark.parametrize("kind", [Kind.NUMBER, Kind.WHOLE, Kind.MONEY, Kind.DAY, Kind.INSTANT])
@pytest.mark.parametrize("text", ["12 days", "NaN", "Infinity"])
def test_a_text_that_is_no_such_value_stays_text(kind: Kind, text: str) -> None:
    """It then differs from every value, and so shows as a conflict."""
    assert read_back(text, kind) == text


def test_hubspots_other_spellings_are_read() -> None:
    """Times and days may come as milliseconds since 1970."""
    moment = datetime(2026, 3, 1, tzinfo=UTC)
    epoch = str(int(moment.timestamp() * 1_000))
    assert read_back(epoch, Kind.INSTANT) == moment
    assert read_back(epoch, Kind.DAY) == moment.date()
    assert read_back("true", Kind.FLAG) is True
    assert read_back("yes", Kind.FLAG) == "yes"
