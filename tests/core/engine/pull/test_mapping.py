"""Fields that the settings map: in all streams that fill an entity, or in one of them."""

import pytest

from kpiloop.clock import ManualClock
from kpiloop.connector.reading import Read
from kpiloop.engine.pull.mapping import MappedFields, check_mapped, meant_for_several
from kpiloop.errors import ConfigError
from support.memory_vendor import START, Acme, AcmeContact, AcmeData, World

KNOWN = ("contacts", "deals", "links", "stage_changes")


def read_of(world: World, stream: str, mapped: MappedFields) -> Read:
    """What a stream is asked for where the settings map these fields."""
    world.green(mapped_fields=mapped)
    return world.data.asked_for(stream)[0]


def test_a_field_is_mapped_in_every_stream_of_its_entity(world: World) -> None:
    """What is mapped for contacts is read from what fills contacts, the recycling bin included."""
    mapped = {"contacts": {"product": "properties.line"}}
    world.data.contact(1, line="Boots")
    world.data.archived = [
        {"contactId": "2", "archivedAt": START.isoformat(), "properties": {"line": "Hats"}}
    ]
    world.green(mapped_fields=mapped)
    found = world.rows("SELECT id, product FROM pulled.contacts ORDER BY id")
    assert found == [("1", "Boots"), ("2", "Hats")]


def test_a_field_is_mapped_in_one_stream_alone(world: World) -> None:
    """What is mapped for a stream is asked of it, and of no other that fills the same entity."""
    read = read_of(world, "bin", {"bin": {"product": "line"}})
    assert "line" in {path for paths in read.fields.values() for path in paths}
    asked = world.data.asked_for("contacts")[0]
    assert "line" not in {path for paths in asked.fields.values() for path in paths}


def test_a_stream_goes_before_its_entity(world: World) -> None:
    """Where both map a field, the stream's own path holds."""
    mapped = {"contacts": {"product": "line", "segment": "kind"}, "bin": {"product": "old_line"}}
    read = read_of(world, "bin", mapped)
    assert [dict(each) for each in read.mapped.values()] == [
        {"product": "old_line", "segment": "kind"}
    ]


def test_a_stream_is_told_what_the_settings_map(world: World) -> None:
    """The mapped paths are told apart from those that the wire model reads of itself."""
    read = read_of(world, "contacts", {"contacts": {"product": "properties.line"}})
    assert read.mapped == {AcmeContact: {"product": "properties.line"}}
    assert world.data.asked_for("deals")[0].mapped != read.mapped


def test_a_stream_whose_name_is_an_entity_means_the_entity(world: World) -> None:
    """A name that is both is mapped everywhere, and which streams that are can be told."""
    mapped = {"contacts": {"product": "line"}, "deals": {"product": "line"}}
    acme = Acme(AcmeData(), ManualClock(START))
    assert meant_for_several(acme, mapped) == {"contacts": ("contacts", "bin")}
    assert [*read_of(world, "bin", mapped).mapped.values()] == [{"product": "line"}]


@pytest.mark.parametrize(
    ("mapped", "legal"),
    [
        ({"tickets": {"name": "x"}}, "bin"),
        ({"tickets": {"name": "x"}}, "contacts, deals, links"),
        ({"histories": {"stage": "x"}}, "streams: bin"),
        ({"bin": {"produkt": "x"}}, "product"),
        ({"bin": {"amount": "x"}}, "product"),
        ({"bin": {"id": "x"}}, "product"),
    ],
)
def test_a_mapping_of_what_no_stream_has_is_refused(mapped: MappedFields, legal: str) -> None:
    """A name that is neither entity nor stream, or has no such field, is told with what is."""
    with pytest.raises(ConfigError) as caught:
        check_mapped(Acme(AcmeData(), ManualClock(START)), "acme", mapped, KNOWN)
    assert legal in caught.value.legal
