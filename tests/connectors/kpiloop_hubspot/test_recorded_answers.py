"""What HubSpot itself once answered is understood."""

import json
from pathlib import Path

import pytest

from kpiloop import Change, Definition, Kind, ManualClock, Status
from kpiloop.testing.fault_server import FaultServer, answer
from support.hubspot import NOON, Connect, records_of

RECORDED = Path(__file__).parents[4] / "shared" / "data" / "responses" / "hubspot"
pytestmark = pytest.mark.skipif(
    not RECORDED.is_dir(), reason="the recorded answers are not part of the project"
)
AGE = Definition(entity="contacts", field="kpiloop_age", title="Age", kind=Kind.NUMBER)


def recorded(name: str) -> bytes:
    """One recorded answer."""
    return (RECORDED / name).read_bytes()


def statuses(connect: Connect, name: str, status: int, *ids: str) -> list[Status]:
    """What became of changes to these records, by a recorded answer."""
    changes = [Change(entity="contacts", id=each, values={"kpiloop_age": "5"}) for each in ids]
    with FaultServer([answer(recorded(name), status=status)]) as server:
        writer = connect(base_url=server.base_url, clock=ManualClock(NOON)).writer()
        return [outcome.status for outcome in writer.write(changes, [AGE])]


def test_a_search_of_contacts(connect: Connect) -> None:
    """A page with one contact of 115."""
    body = json.loads(recorded("read-via-search/contacts-response.json"))
    with FaultServer([answer(body)]) as server:
        hubspot = connect(base_url=server.base_url)
        [contact] = records_of(hubspot, "contacts", slice="0..")
    assert (contact.id, contact.email) == ("220006890315", "someone@example.com")
    assert contact.modified.isoformat() == "2026-05-06T19:26:18.036000+00:00"


def test_two_pages_of_campaigns(connect: Connect) -> None:
    """The cursor of the first leads to the second."""
    pages = [
        recorded(f"read/campaigns/{name}") for name in ("1-first-page.json", "2-last-page.json")
    ]
    with FaultServer([answer(page) for page in pages]) as server:
        hubspot = connect(base_url=server.base_url)
        found = records_of(hubspot, "campaigns")
        asked = [request.query for request in server.received]
    assert [each.name for each in found] == ["Clothing Promotion", "Breaking news", "Inbound"]
    assert "after=Mg%253D%253D" in asked[1]


def test_a_batch_that_worked(connect: Connect) -> None:
    """Every record is among the results."""
    name = "batch/update/contacts/success.json"
    assert statuses(connect, name, 200, "171591000198", "171591000199") == [Status.CONFIRMED] * 2


def test_a_batch_that_worked_in_part(connect: Connect) -> None:
    """The error names the record that does not exist."""
    name = "batch/update/contacts/err-partial-success.json"
    found = statuses(connect, name, 207, "171591000199", "unknownIdentifier888", "7")
    assert found == [Status.CONFIRMED, Status.REJECTED, Status.UNKNOWN]


@pytest.mark.parametrize("name", ["err-duplicate-ids.json", "err-many-invalid-properties.json"])
def test_a_batch_that_was_refused(connect: Connect, name: str) -> None:
    """Every row is told, whatever the reason."""
    found = statuses(connect, f"batch/update/contacts/{name}", 400, "1", "2", "3")
    assert found == [Status.REJECTED] * 3
