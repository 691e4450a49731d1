"""What Salesforce itself once answered is understood."""

from pathlib import Path

import pytest

from kpiloop import RefusedError, ScopeError
from kpiloop.testing import FaultServer, answer
from kpiloop.web_api import Answer, Api, NoAuth
from kpiloop_salesforce.answers import FOUND, JOB
from kpiloop_salesforce.client import refusal

RECORDED = Path(__file__).parents[4] / "shared" / "data" / "responses" / "salesforce"
pytestmark = pytest.mark.skipif(
    not RECORDED.is_dir(), reason="the recorded answers are not part of the project"
)


def asked(name: str, status: int = 200) -> Answer:
    """What a client makes of one recorded answer."""
    reply = answer((RECORDED / name).read_bytes(), status=status)
    with (
        FaultServer([reply]) as server,
        Api(server.base_url, system="salesforce", auth=NoAuth(), refusals=refusal) as api,
    ):
        return api.get("/services/data/v67.0/query")


@pytest.mark.parametrize("name", ["read-list-leads.json", "read-list-contacts.json"])
def test_a_list_of_records_and_where_the_next_ones_are(name: str) -> None:
    """Rows carry `attributes` beside their fields."""
    found = asked(name).parse(FOUND)
    assert found.records
    assert all("attributes" in row for row in found.records)
    assert found.done == (not found.next) or found.next.startswith("/services/data/v")


def test_a_query_job_that_was_just_made() -> None:
    """Its number says where its results will be."""
    job = asked("bulk/read-launch-job-account.json").parse(JOB)
    assert (job.id, job.state) == ("750ak000009AVi5AAG", "UploadComplete")


def test_an_unknown_field_is_refused_in_salesforces_own_words() -> None:
    """INVALID_FIELD names the column and the object."""
    with pytest.raises(RefusedError, match="No such column 'AccountNumer'"):
        asked("unknown-field.json", status=400)


def test_an_unknown_object_is_one_that_the_user_may_not_read() -> None:
    """INVALID_TYPE: Salesforce does not tell what is missing from what is hidden."""
    with pytest.raises(ScopeError, match="INVALID_TYPE"):
        asked("unknown-object.json", status=400)
