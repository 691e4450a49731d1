"""Entities, the wire models that spell them, and lists of which one item is broken."""

from typing import ClassVar

import pytest
from pydantic import BaseModel, TypeAdapter, ValidationError

from kpiloop.schema.fields import Instant, Kind, Text
from kpiloop.schema.items import BrokenItems, Items, explain
from kpiloop.schema.people import Contact
from kpiloop.schema.record import Record, Wire, columns_of, entity_of
from kpiloop.schema.registry import PULLED, RESOLVED, day_of, resolved_columns


class AcmeContact(Contact):
    """A contact as Acme spells it."""


class Step(BaseModel):
    """One item of a list."""

    stage: Text
    at: Instant


class History(Wire):
    """A record with a list."""

    steps: Items[Step] = ()


def read(*steps: object) -> tuple[History, list[str]]:
    """The record, and what was wrong with the items that it lost."""
    broken = BrokenItems()
    found = TypeAdapter(History).validate_python({"steps": list(steps)}, context=broken)
    return found, broken.reasons


def test_a_broken_item_costs_itself_alone() -> None:
    """The sound ones stay in their order, and the reason names the place in the list."""
    sound = {"stage": "mql", "at": "2026-03-01"}
    found, reasons = read(sound, {"stage": "sql", "at": "soon"}, sound)
    assert [step.stage for step in found.steps] == ["mql", "mql"]
    assert len(reasons) == 1
    assert reasons[0].startswith("steps.1.at: not a time")
    assert reasons[0].endswith("not 'soon'")


def test_a_list_that_is_none_is_the_records_fault() -> None:
    """There is no item to set aside alone."""
    with pytest.raises(ValidationError):
        TypeAdapter(History).validate_python({"steps": "mql"}, context=BrokenItems())


def test_a_reason_shortens_what_is_long() -> None:
    """Neither a whole document nor a wall of text gets into a sentence."""
    with pytest.raises(ValidationError) as caught:
        AcmeContact.model_validate({"id": "1", "created_at": "x" * 5_000})
    assert len(explain(caught.value)) < 200


def test_a_wire_model_is_of_the_entity_that_it_spells() -> None:
    """However often it is subclassed."""
    assert entity_of(AcmeContact) is Contact
    with pytest.raises(TypeError, match="Record is no entity"):
        entity_of(Record)


def test_a_wire_model_of_several_records_says_which() -> None:
    """The message is for the author who forgot to."""
    with pytest.raises(NotImplementedError, match="History must say which records it holds"):
        list(History().records())


def test_a_field_of_another_type_has_no_column() -> None:
    """Only the types of the schema become columns; the message says so."""

    class Odd(Record):
        entity: ClassVar[str] = "odds"
        singular: ClassVar[str] = "odd"

        number: complex | None = None

    with pytest.raises(TypeError, match=r"uses the types of kpiloop\.schema\.fields"):
        columns_of(Odd)


@pytest.mark.parametrize("entity", PULLED, ids=lambda entity: entity.entity)
def test_an_entity_leaves_the_cores_names_alone(entity: type[Record]) -> None:
    """Source, change, deletion and first sight stand beside the model, never in it."""
    own = {"source", "modified_at", "deleted_at", "first_seen_at"}
    assert own.isdisjoint(columns_of(entity))


def test_every_instant_of_a_resolved_table_has_its_day() -> None:
    """The day in the reporting time zone stands right after its time."""
    for model in RESOLVED:
        columns = resolved_columns(model)
        for name in (name for name, kind in columns.items() if kind is Kind.INSTANT):
            assert name.endswith("_at"), (model, name)
            assert columns[day_of(name)] is Kind.DAY
