"""The search index lags behind by as much as it is told to."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

import pytest

from kpiloop_sandbox.hubspot.account import Account
from kpiloop_sandbox.hubspot.edits import Editor
from kpiloop_sandbox.hubspot.filters import Filter, FilterGroup, SearchRequest
from kpiloop_sandbox.hubspot.kinds import CONTACTS
from kpiloop_sandbox.hubspot.objects import StoredObject
from kpiloop_sandbox.hubspot.options import SandboxOptions
from kpiloop_sandbox.hubspot.store import Store

MADE = datetime(2025, 1, 1, tzinfo=UTC)


@dataclass
class World:
    """An account whose time a test moves."""

    store: Store
    seconds: float = 1_750_000_000.0

    def __post_init__(self) -> None:
        options = SandboxOptions(index_lag_seconds=30)
        self.account = Account(self.store, options, lambda: self.seconds)

    def edit(self) -> Editor:
        """A writer at this moment."""
        return Editor(store=self.store, kind=CONTACTS, now=self.account.now_ms())

    def names(self) -> list[str | None]:
        """The first names that the search sees, in order of id."""
        found = self.account.index.search(CONTACTS, SearchRequest(), self.account.now_ms())
        assert found.total == len(found.records)
        return [record.properties.get("firstname") for record in found.records]


@pytest.fixture
def world() -> Iterator[World]:
    """Two contacts, Ada and Ben, and an index 30 seconds behind."""
    with Store() as store:
        store.load(
            StoredObject(
                object_type="contacts",
                id=key,
                properties={"firstname": name},
                created_at=MADE,
                updated_at=MADE,
            )
            for key, name in (("1", "Ada"), ("2", "Ben"))
        )
        yield World(store)


def test_a_change_is_found_only_after_the_lag(world: World) -> None:
    """The old value until then, the new one from then on."""
    world.edit().update(1, {"firstname": "Zoe"})
    assert world.names() == ["Ada", "Ben"]
    world.seconds += 29
    assert world.names() == ["Ada", "Ben"]
    world.seconds += 2
    assert world.names() == ["Zoe", "Ben"]


def test_two_changes_appear_one_after_the_other(world: World) -> None:
    """Each change becomes visible when its own lag is over."""
    world.edit().update(1, {"firstname": "Zoe"})
    world.seconds += 20
    world.edit().update(1, {"firstname": "Yve"})
    seen = [world.names()[0]]
    world.seconds += 11
    seen.append(world.names()[0])
    world.seconds += 20
    seen.append(world.names()[0])
    assert seen == ["Ada", "Zoe", "Yve"]


def test_new_and_archived_records_lag_too(world: World) -> None:
    """A new record is missing and an archived one still found until the lag is over."""
    world.edit().create({"firstname": "Cy"})
    world.edit().archive(2)
    assert world.names() == ["Ada", "Ben"]
    world.seconds += 31
    assert world.names() == ["Ada", "Cy"]


def test_a_merge_lags_too(world: World) -> None:
    """Both former records are found until the survivor is."""
    world.edit().merge(1, 2)
    assert world.names() == ["Ada", "Ben"]
    world.seconds += 31
    assert world.names() == ["Ada"]


def test_a_filter_judges_what_the_index_knows(world: World) -> None:
    """A changed record is still found by its old value, and not by its new one."""
    world.edit().update(1, {"firstname": "Zoe"})
    totals = [
        world.account.index.search(
            CONTACTS,
            SearchRequest(
                filter_groups=(
                    FilterGroup(
                        filters=(Filter(property_name="firstname", operator="EQ", value=name),)
                    ),
                )
            ),
            world.account.now_ms(),
        ).total
        for name in ("Ada", "Zoe")
    ]
    assert totals == [1, 0]


def test_reading_by_id_does_not_lag(world: World) -> None:
    """Only the search is behind."""
    world.edit().update(1, {"firstname": "Zoe"})
    record = world.store.get(CONTACTS, 1)
    assert record is not None
    assert record.properties["firstname"] == "Zoe"
