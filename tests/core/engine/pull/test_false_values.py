"""Vendors that write false where there is no value."""

from collections.abc import Iterator, Mapping
from typing import Annotated, Any, ClassVar

import pytest
from pydantic import AliasChoices, AliasPath, BaseModel, BeforeValidator, Field

from kpiloop.engine.pull.mapping import MappedFields
from kpiloop.engine.pull.spelling import spelling_of
from kpiloop.engine.pull.validation import Validator
from kpiloop.schema.fields import Flag, Id, Instant, Text, Whole
from kpiloop.schema.people import Contact
from kpiloop.schema.record import Record, Wire
from kpiloop.schema.terms import FirstOf, Joined, Key, Term, Word


class Odd(Contact):
    """A contact of a vendor that writes false for no value."""

    false_is_null: ClassVar[bool] = True

    id: Id
    email: Text = None
    country: Text = Field(None, validation_alias=AliasPath("country_id", "code"))
    job_title: Annotated[Text, BeforeValidator(str.upper)] = None
    created_at: Instant = Field(None, validation_alias=AliasChoices("made", "changed"))
    stage: Text = "lead"
    opted_out: Flag = Field(None, validation_alias=AliasPath("mail", "blocked"))


def read(row: object, mapped: MappedFields | None = None, model: type[Wire] = Odd) -> Any:
    """The values that a row gives; a row that cannot be read gives its reason."""
    found = Validator(spelling_of(model, mapped or {})).check([row])
    if found.broken:
        assert found.broken[0].row == row
        return found.broken[0].reason
    (sighting,) = found.sightings
    return {name: each for name, each in sighting.values.items() if name != "id"}


@pytest.mark.parametrize(
    ("row", "values"),
    [
        ({}, {}),
        ({"email": False}, {"email": None}),
        ({"email": None}, {"email": None}),
        ({"email": "false"}, {"email": "false"}),
        ({"country_id": False}, {"country": None}),
        ({"country_id": {"code": False}}, {"country": None}),
        ({"country_id": {}}, {}),
        ({"job_title": False}, {"job_title": None}),
        ({"stage": False}, {"stage": "lead"}),
        ({"made": False, "changed": False}, {"created_at": None}),
        ({"mail": {"blocked": False}}, {"opted_out": False}),
        ({"mail": False}, {"opted_out": None}),
        ({"unknown": False}, {}),
    ],
)
def test_false_is_no_value_except_in_a_flag(
    row: Mapping[str, object], values: Mapping[str, object]
) -> None:
    """What is false is cleared or takes its default; what is absent is left alone."""
    assert read({"id": 1, **row}) == values


def test_another_place_of_the_field_is_looked_at() -> None:
    """Where the first place of a field says false, the second one may have a value."""
    found = read({"id": 1, "made": False, "changed": "2026-01-05"})
    assert found["created_at"].year == 2026


def test_a_mapped_field_that_is_false_has_no_value() -> None:
    """What the settings point at a property of the vendor is read in the same way."""
    mapped = {"contacts": {"product": "line.name", "opted_out": "line.stopped"}}
    row = {"id": 1, "line": {"name": False, "stopped": False}}
    assert read(row, mapped) == {"product": None, "opted_out": False}


def test_a_row_without_an_id_is_set_aside_as_it_came() -> None:
    """False is no id."""
    assert read({"id": False, "email": False}).startswith("id")


class Counts(BaseModel):
    """A part of a row, with a flag of its own."""

    is_final: bool
    number: int


class Bag(Wire):
    """A row whose record is made in Python."""

    false_is_null: ClassVar[bool] = True

    id: Id
    counts: Counts | None = None
    size: Whole = None
    is_open: bool = True

    def records(self) -> Iterator[Record]:
        """One contact that says what was read."""
        yield Contact(id=self.id, stage=f"{self.counts} {self.size} {self.is_open}")


def test_a_part_of_a_row_is_left_to_its_own_model() -> None:
    """What is false in the middle of a field's value belongs to that value."""
    row = {"id": 1, "counts": {"is_final": False, "number": 2}, "size": False, "is_open": False}
    assert read(row, model=Bag) == {"stage": "is_final=False number=2 None False"}
    assert read({"id": 1, "counts": False}, model=Bag) == {"stage": "None None True"}


class Made(Contact):
    """A contact whose id and name are made of several keys."""

    false_is_null: ClassVar[bool] = True
    made_keys: ClassVar[Mapping[str, Term]] = {
        "key": Joined((Word("c"), Key("number"))),
        "name": FirstOf((Key("nick"), Key("given"))),
    }

    id: Id = Field(validation_alias="key")
    first_name: Text = Field(None, validation_alias="name")


def test_false_makes_no_key() -> None:
    """A key that is made of others takes the first that has a value, and none of false alone."""
    assert read({"number": 7, "nick": False, "given": "Ada"}, model=Made) == {"first_name": "Ada"}
    assert read({"number": 7, "nick": False, "given": False}, model=Made) == {"first_name": None}
    assert read({"number": False, "given": "Ada"}, model=Made).startswith("key")
