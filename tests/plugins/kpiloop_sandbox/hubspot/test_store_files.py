"""The store as a file and as a bulk loader."""

from datetime import UTC, datetime
from pathlib import Path

from kpiloop_sandbox.hubspot.definitions import PropertyDraft
from kpiloop_sandbox.hubspot.edits import Editor
from kpiloop_sandbox.hubspot.kinds import COMPANIES, CONTACTS
from kpiloop_sandbox.hubspot.objects import StoredObject
from kpiloop_sandbox.hubspot.store import Store

MADE = datetime(2025, 1, 1, tzinfo=UTC)


def person(key: str, merged: tuple[str, ...] = (), **properties: str) -> StoredObject:
    """A seeded contact."""
    return StoredObject(
        object_type="contacts",
        id=key,
        properties=properties,
        created_at=MADE,
        updated_at=MADE,
        merged_ids=merged,
    )


def test_an_account_in_a_file_outlives_its_store(tmp_path: Path) -> None:
    """Records, definitions and id numbering are there when it is opened again."""
    path = str(tmp_path / "account.sqlite")
    draft = PropertyDraft(
        name="kpi",
        label="KPI",
        type="number",
        field_type="number",
        group_name="contactinformation",
    )
    with Store(path) as store:
        store.load([person("7", email="a@acme.example")])
        store.catalogue.add("contacts", draft, now=0)
        made = Editor(store=store, kind=CONTACTS, now=0).create({"kpi": "1"})
    with Store(path) as again:
        assert again.count(CONTACTS) == 2
        assert again.catalogue.find("contacts", "kpi") is not None
        assert again.holder(CONTACTS, "email", ["A@acme.example"]) == {"a@acme.example": 7}
        assert again.new_id(CONTACTS) > made.id


def test_seeded_merges_answer_to_their_former_ids() -> None:
    """A former id leads to the survivor, which lists it."""
    with Store() as store:
        store.load([person("9", merged=("3", "5"))])
        found = store.many(CONTACTS, [3, 9])
        assert {key: record.id for key, record in found.items()} == {3: 9, 9: 9}
        assert found[9].properties["hs_merged_object_ids"] == "3;5"


def test_a_seeds_unknown_properties_become_text() -> None:
    """Messy values are taken as they are, and the property is defined."""
    with Store() as store:
        store.load([person("1", utm_campaign="spring", num_employees="about 50")])
        definition = store.catalogue.find("contacts", "utm_campaign")
        assert definition is not None
        assert (definition.type, definition.hubspot_defined) == ("string", None)
        record = store.get(CONTACTS, 1)
        assert record is not None
        assert record.properties["num_employees"] == "about 50"


def test_a_generator_of_mixed_types_is_loaded() -> None:
    """Types may alternate, and new ids follow the highest of each."""
    with Store() as store:
        company = StoredObject(
            object_type="companies", id="500000", properties={}, created_at=MADE, updated_at=MADE
        )
        count = store.load(each for each in (person("1"), company, person("2")))
        assert count == 3
        assert store.new_id(COMPANIES) == 500_001
        assert store.new_id(CONTACTS) == 3
