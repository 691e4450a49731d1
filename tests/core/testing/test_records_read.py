"""`read_records`: what a stream gives, read as a pull reads it."""

import pytest

from kpiloop.clock import ManualClock
from kpiloop.errors import ConfigError
from kpiloop.schema.history import StageChange
from kpiloop.schema.people import Contact
from kpiloop.testing import read_records
from support.memory_vendor import START, Acme, AcmeData


@pytest.fixture
def acme() -> Acme:
    """A vendor with two contacts."""
    data = AcmeData()
    data.contact(1, line="Boots")
    data.contact(2, line="Hats")
    return Acme(data, ManualClock(START))


def contacts(acme: Acme, product: str = "") -> list[Contact]:
    """The contacts that the vendor gives, with a mapped field where one is named."""
    mapped = {"contacts": {"product": product}} if product else {}
    found = read_records(acme, "contacts", mapped=mapped)
    return [each for each in found if isinstance(each, Contact)]


def test_records_of_all_slices_are_given(acme: Acme) -> None:
    """Each has what its wire model read, as the entity that it is."""
    acme.data.slices = ("1", "2")
    assert [(each.id, each.first_name, each.opted_out) for each in contacts(acme)] == [
        ("1", "Person 1", False),
        ("2", "Person 2", False),
    ]


def test_what_the_settings_map_is_read(acme: Acme) -> None:
    """A mapping is looked at as it is in kpiloop.toml, and a wrong one is told."""
    assert [each.product for each in contacts(acme, "properties.line")] == ["Boots", "Hats"]
    with pytest.raises(ConfigError, match="no field produkt"):
        read_records(acme, "contacts", mapped={"contacts": {"produkt": "line"}})


def test_a_stream_that_follows_is_asked_for_ids(acme: Acme) -> None:
    """Its children are those of the parents that are named, of several entities."""
    steps = [{"stage": "lead", "at": "2026-01-05T00:00:00Z"}]
    acme.data.histories["1"] = {"id": "1", "steps": steps}
    found = read_records(acme, "histories", ids=["1"])
    assert [type(each) for each in found] == [StageChange, Contact]
    assert found[0].id == "1-0"


def test_a_row_that_cannot_be_read_fails_the_test(acme: Acme) -> None:
    """The stream and the reason are named."""
    acme.data.contact(3, created="never")
    with pytest.raises(AssertionError, match="created") as caught:
        contacts(acme)
    assert "stream contacts" in str(caught.value)
