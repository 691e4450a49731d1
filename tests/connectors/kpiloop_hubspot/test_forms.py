"""Form submissions, which HubSpot tells form by form and the newest first."""

from collections.abc import Sequence
from datetime import datetime, timedelta

import pytest

from kpiloop import Checkpoint, Page
from kpiloop_sandbox.hubspot.happenings import Happening
from kpiloop_sandbox.hubspot.objects import StoredForm
from kpiloop_sandbox.hubspot.routes.forms import submissions_of
from kpiloop_sandbox.hubspot.server import HubspotSandbox
from kpiloop_sandbox.hubspot.times import to_ms
from support.hubspot import NOON, asked
from support.hubspot_home import Home

DEMO = "11111111-1111-4111-8111-111111111111"
NEWS = "22222222-2222-4222-8222-222222222222"
BLOG = "33333333-3333-4333-8333-333333333333"
PATH = "GET /form-integrations/submissions/forms/{guid}"
HOUR = timedelta(hours=1)


def submitted(form: str, number: int, at: datetime, **values: str) -> Happening:
    """One submission of a form."""
    typed = {"email": f"p{number}@customer.example", **values}
    return Happening(
        collection=submissions_of(form),
        at=to_ms(at),
        id=f"c-{form[:4]}-{number}",
        body={
            "values": [
                {"name": name, "value": value, "objectTypeId": "0-1"}
                for name, value in typed.items()
            ],
            "pageUrl": "https://www.acme.example/demo?utm_campaign=spring&x=1",
        },
    )


@pytest.fixture
def home(empty_home: Home) -> Home:
    """Three forms, one of them of comments; 120 demo requests, an hour apart."""
    empty_home.store.load_forms(
        [
            StoredForm(id=DEMO, name="Request a demo", created_at=NOON),
            StoredForm(id=NEWS, name="Newsletter", created_at=NOON, form_type="captured"),
            StoredForm(id=BLOG, name="Blog", created_at=NOON, form_type="blog_comment"),
        ]
    )
    empty_home.store.happenings.load(
        submitted(DEMO, number, NOON + number * HOUR) for number in range(120)
    )
    empty_home.store.happenings.load([submitted(NEWS, 1, NOON)])
    return empty_home


def ids(home: Home) -> Sequence[str]:
    """Whose submissions are stored."""
    rows = home.rows("SELECT id FROM pulled.form_submissions WHERE deleted_at IS NULL ORDER BY id")
    return [str(key) for (key,) in rows]


def test_a_submission_tells_its_form_its_page_and_its_sender(home: Home) -> None:
    """The campaign stands in the address of the page, the address of the sender in a field."""
    home.pull("form_submissions")
    columns = "form_id, form_name, page, utm_campaign, email"
    found = home.rows(f"SELECT {columns} FROM pulled.form_submissions WHERE id = 'c-1111-7'")
    assert found == [(DEMO, "Request a demo", "/demo", "spring", "p7@customer.example")]


def test_forms_of_every_type_are_read(home: Home) -> None:
    """Without formTypes=all HubSpot lists its own kind alone."""
    home.pull("form_submissions")
    assert len(ids(home)) == 121


def test_submissions_come_newest_first_and_reading_stops_at_the_bookmark(
    home: Home, sandbox: HubspotSandbox
) -> None:
    """There is no filter by time: a second pull turns one page of each form, not all."""
    home.pull("form_submissions")
    sandbox.counters.requests.clear()
    home.store.happenings.load([submitted(DEMO, 900, NOON + 500 * HOUR)])
    report = home.pull("form_submissions")
    assert report.counts.new == 1
    assert sandbox.counters.requests[PATH] == 2


def test_blog_comment_forms_are_skipped(home: Home, sandbox: HubspotSandbox) -> None:
    """HubSpot answers 400 to whoever asks for their submissions."""
    home.pull("form_submissions")
    assert sandbox.counters.requests[PATH] == 3 + 1


def test_a_form_that_hubspot_refuses_costs_the_others_nothing(home: Home) -> None:
    """One that turned into comments while it was read is answered with 400, and has none."""
    read = asked(home.hubspot, "form_submissions", slice=f"{BLOG} Blog")
    assert list(home.hubspot.form_submissions(read)) == []


def test_a_read_that_stopped_goes_on_at_its_page(home: Home) -> None:
    """The checkpoint of a page is HubSpot's own cursor of the next."""
    first, *rest = pages(home, None)
    again = pages(home, first.checkpoint)
    assert [each.items for each in again] == [each.items for each in rest]


def pages(home: Home, checkpoint: Checkpoint) -> list[Page]:
    """The pages of the demo requests."""
    name = f"{DEMO} Request a demo"
    read = asked(home.hubspot, "form_submissions", slice=name, checkpoint=checkpoint)
    return list(home.hubspot.form_submissions(read))


def test_full_and_incremental_reads_end_alike(home: Home) -> None:
    """What a full read gives again changes nothing."""
    home.pull("form_submissions")
    before = ids(home)
    counts = home.pull("form_submissions", full=True).counts
    assert (counts.new, counts.changed, counts.deleted) == (0, 0, 0)
    assert ids(home) == before
