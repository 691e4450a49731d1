"""Ids that records have in other systems."""

from datetime import timedelta

import pytest

from support.salesforce_connector import NOON, World

HOUR = timedelta(hours=1)


@pytest.mark.parametrize("full", [False, True])
@pytest.mark.parametrize("field", ["Department", "Description"], ids=["short text", "long text"])
def test_an_id_in_another_system_that_is_cleared_goes(
    world: World,
    field: str,
    full: bool,  # noqa: FBT001 - a parameter
) -> None:
    """Whose id was taken away is no longer the same person; a long text is as good as any field."""
    settings = {"cross_ids": {field: "hubspot"}}
    streams = ("contacts", "same_people")
    known = "SELECT same_as FROM pulled.contacts"
    world.put("Contact", 1, NOON, LastName="C", **{field: "777"})
    world.green(streams=streams, settings=settings)
    assert world.rows(known) == [("hubspot:777",)]
    world.change("Contact", 1, NOON + HOUR, **{field: None})
    world.green(streams=streams, settings=settings, full=full)
    assert world.rows(known) == [(None,)]
