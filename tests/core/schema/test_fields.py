"""What real systems send for each kind of field, and what becomes of it."""

import json
from contextlib import suppress
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel, ValidationError

from kpiloop.schema.fields import (
    EARLIEST,
    LATEST,
    Day,
    DayAsInstant,
    Domain,
    Flag,
    Id,
    Instant,
    Kind,
    Money,
    Number,
    Text,
    Whole,
)
from kpiloop.schema.record import kind_of


class AllKinds(BaseModel):
    """A field of each kind."""

    id: Id = "1"
    text: Text = None
    whole: Whole = None
    number: Number = None
    money: Money = None
    flag: Flag = None
    instant: Instant = None
    day: Day = None


class Spelled(BaseModel):
    """Fields whose vendor means the same by another kind of value."""

    opened_at: DayAsInstant = None
    domain: Domain = None


MOMENT = datetime(2026, 3, 1, 10, 30, tzinfo=UTC)
KINDS = [name for name in AllKinds.model_fields if name != "id"]
instants = st.datetimes(
    min_value=EARLIEST.replace(tzinfo=None) + timedelta(days=1),
    max_value=LATEST.replace(tzinfo=None) - timedelta(days=1),
    timezones=st.timezones() | st.just(UTC),
    allow_imaginary=False,
)


def read(kind: str, value: object) -> Any:
    """What a field makes of a value from JSON."""
    body = json.dumps({kind: value})
    return getattr(AllKinds.model_validate_json(body), kind)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("nothing", [None, "", "  "])
def test_what_is_empty_is_no_value(kind: str, nothing: object) -> None:
    """Null and an empty text mean the same, whatever the kind."""
    assert read(kind, nothing) is None


@pytest.mark.parametrize("nothing", [None, "", "\x00"])
def test_an_id_is_never_empty(nothing: object) -> None:
    """A record without an id cannot be known again."""
    with pytest.raises(ValidationError):
        read("id", nothing)


@pytest.mark.parametrize("kind", KINDS)
@given(
    value=st.recursive(
        st.none()
        | st.booleans()
        | st.integers()
        | st.floats()
        | st.text(alphabet=st.characters(exclude_categories=["Cs"])),
        lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(), inner, max_size=2),
        max_leaves=3,
    )
)
def test_no_value_breaks_more_than_its_record(kind: str, value: object) -> None:
    """Whatever a vendor sends is read or refused with a reason; nothing else is ever raised."""
    with suppress(ValidationError):
        AllKinds.model_validate({kind: value})


@given(instants)
def test_an_instant_is_the_same_moment_however_it_is_spelled(moment: datetime) -> None:
    """ISO 8601 in any zone comes out as that moment in UTC."""
    found = read("instant", moment.isoformat())
    assert found == moment.astimezone(UTC)  # in the hour that comes twice == says no
    assert found.tzinfo is UTC


@pytest.mark.parametrize(
    "spelled",
    [
        "2026-03-01T10:30:00Z",
        "2026-03-01 10:30:00",
        "2026-03-01T11:30:00+01:00",
        "20260301T103000Z",
        1_772_361_000,
        1_772_361_000_000,
        1_772_361_000.0,
        "1772361000",
        "1772361000000",
        " 2026-03-01T10:30Z ",
    ],
)
def test_times_come_as_text_or_as_an_epoch(spelled: object) -> None:
    """Without a zone it is UTC; an epoch is in seconds or milliseconds, by its size."""
    assert read("instant", spelled) == MOMENT


@pytest.mark.parametrize(
    "wrong",
    [
        "yesterday",
        "0001-01-01T00:00:00+14:00",
        "9999-12-31T23:59:59-14:00",
        "1989-12-31",
        "2100-01-01",
        0,
        5,
        10**20,
        True,
        "315532800",
    ],
)
def test_a_time_that_cannot_be_is_refused(wrong: object) -> None:
    """Zeros, the ends of the calendar and words are set aside, not stored as times."""
    with pytest.raises(ValidationError):
        read("instant", wrong)


@pytest.mark.parametrize("number", [float("nan"), float("inf"), float("-inf")])
@pytest.mark.parametrize("kind", ["whole", "number", "money", "instant", "day"])
def test_what_is_not_finite_is_refused(kind: str, number: float) -> None:
    """NaN and infinity, as numbers or as words, are no values."""
    for value in (number, str(number)):
        with pytest.raises(ValidationError):
            AllKinds.model_validate({kind: value})


@given(st.decimals(min_value=-(10**13), max_value=10**13, places=4, allow_nan=False))
def test_money_keeps_its_digits(amount: Decimal) -> None:
    """As text or as it is, four places are kept exactly."""
    assert read("money", str(amount)) == amount


@pytest.mark.parametrize("kind", ["whole", "number", "money"])
def test_a_number_too_large_to_store_is_refused(kind: str) -> None:
    """One absurd amount costs its record alone, however it is written."""
    for huge in ("1e999999", 10**30, "9" * 400):
        with pytest.raises(ValidationError):
            read(kind, huge)


@pytest.mark.parametrize(
    ("kind", "value", "expected"),
    [
        ("whole", "12", 12),
        ("whole", 12.0, 12),
        ("number", " 0.25 ", Decimal("0.25")),
        ("number", "1e-999999", Decimal(0)),
        ("text", 12, "12"),
        ("text", "a\x00b", "ab"),
        ("flag", "TRUE", True),
        ("flag", 0, False),
        ("day", "2026-03-01", date(2026, 3, 1)),
        ("day", "2026-03-01T23:30:00Z", date(2026, 3, 1)),
        ("day", 1_772_361_000_000, date(2026, 3, 1)),
        ("day", "1772361000000", date(2026, 3, 1)),
    ],
)
def test_other_spellings_are_understood(kind: str, value: object, expected: object) -> None:
    """Numbers as text, ids as numbers, days as times, and NULs that no database stores."""
    assert read(kind, value) == expected


@pytest.mark.parametrize(
    ("kind", "wrong"),
    [("whole", 1.5), ("whole", "many"), ("flag", "perhaps"), ("day", "March"), ("text", [])],
)
def test_a_value_of_another_kind_is_refused(kind: str, wrong: object) -> None:
    """Nothing is guessed: the record waits in quarantine."""
    with pytest.raises(ValidationError):
        read(kind, wrong)


def test_a_time_of_another_zone_is_stored_in_utc() -> None:
    """A datetime that a connector made itself is treated like a text."""
    moment = MOMENT.astimezone(timezone(timedelta(hours=5)))
    assert AllKinds(instant=moment).instant == MOMENT


def test_each_type_tells_its_kind() -> None:
    """Tables and documentation are made of the kinds."""
    kinds = {name: kind_of(field) for name, field in AllKinds.model_fields.items()}
    assert kinds.pop("id") is Kind.TEXT
    assert kinds == {name: Kind(name) for name in KINDS}


@given(st.dates(min_value=EARLIEST.date(), max_value=LATEST.date() - timedelta(days=1)))
def test_a_day_is_told_as_its_noon(day: date) -> None:
    """In nearly every time zone of the world that moment is of the same day."""
    noon = datetime(day.year, day.month, day.day, 12, tzinfo=UTC)
    assert Spelled.model_validate({"opened_at": day}).opened_at == noon
    assert Spelled.model_validate({"opened_at": f" {day} "}).opened_at == noon
    for hours in range(-11, 12):
        assert noon.astimezone(timezone(timedelta(hours=hours))).date() == day


@given(instants)
def test_a_day_with_a_time_stays_that_moment(moment: datetime) -> None:
    """Where the vendor tells the time after all, nothing is lost."""
    expected = AllKinds.model_validate({"instant": moment.isoformat()}).instant
    assert Spelled.model_validate({"opened_at": moment.isoformat()}).opened_at == expected
    assert Spelled.model_validate({"opened_at": moment}).opened_at == expected


@pytest.mark.parametrize("wrong", ["2026-02-30", "1989-12-31", "2100-01-01", "Monday"])
def test_a_day_that_cannot_be_is_no_moment(wrong: str) -> None:
    """It is refused, as it is in a field of days."""
    with pytest.raises(ValidationError):
        Spelled.model_validate({"opened_at": wrong})


@pytest.mark.parametrize(
    "website",
    [
        "https://www.acme.example/en?from=mail#top",
        "http://acme.example:8080",
        "//acme.example",
        "acme.example",
        " WWW.Acme.Example ",
        "www.acme.example/en",
        "acme.example.",
        "acme.example/to?https://other.example",
        "info@acme.example",
    ],
)
def test_a_domain_is_found_in_a_website(website: str) -> None:
    """People write addresses in many ways."""
    assert Spelled.model_validate({"domain": website}).domain == "acme.example"


@pytest.mark.parametrize(
    "text", ["n/a", "http://[", "Acme Ltd. of London", "none", "www.com", "[::1]"]
)
def test_what_is_no_website_stays_as_it_stands(text: str) -> None:
    """Cut to pieces it would look like a domain, and join companies that have none."""
    assert Spelled.model_validate({"domain": text}).domain == text


@pytest.mark.parametrize("nothing", [None, "", "  "])
def test_no_website_and_no_day_are_no_value(nothing: object) -> None:
    """As of every other kind."""
    read = Spelled.model_validate({"domain": nothing, "opened_at": nothing})
    assert (read.domain, read.opened_at) == (None, None)


@given(st.text(st.characters(exclude_categories=["Cc", "Cs"])) | st.from_regex(r"(www\.|[a-z]\.)+"))
def test_a_domain_that_was_found_is_found_again(text: str) -> None:
    """Reading it a second time changes nothing, and no text breaks it."""
    once = Spelled.model_validate({"domain": text}).domain
    assert Spelled.model_validate({"domain": once}).domain == once
