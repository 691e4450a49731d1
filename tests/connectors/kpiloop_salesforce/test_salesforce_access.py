"""What the org lets the connector see, and what happens where it says no."""

from dataclasses import replace
from urllib.parse import urlencode

import pytest
from pydantic import SecretStr

from kpiloop import CheckStatus, CredentialError, QuotaError, ScopeError
from kpiloop_salesforce.client import left_today
from kpiloop_salesforce.history import LEADS_AT_ONCE
from kpiloop_salesforce.soql import Question, literal, literals
from kpiloop_sandbox.salesforce.server import SalesforceSandbox
from support.salesforce_connector import Connect, World, key

LIMITS = "/services/data/v67.0/limits"


def test_a_field_that_is_hidden_is_not_asked_for_and_its_value_is_left_alone(leads: World) -> None:
    """One unknown name would fail the whole query: INVALID_FIELD."""
    leads.green(streams=("leads",))
    sandbox = leads.sandbox
    sandbox.options = replace(sandbox.options, hidden_fields={"Lead": ["Email"]})
    leads.green(streams=("leads",), full=True)
    query = f"SELECT email FROM pulled.contacts WHERE id = '{key('Lead', 4)}'"
    assert leads.rows(query) == [("p4@acme.example",)]


def test_an_object_that_is_hidden_stops_its_stream_or_leaves_it_out(leads: World) -> None:
    """An org without orders is none the worse; one whose leads cannot be seen is not complete."""
    for name in ("lead", "order"):
        leads.sandbox.org.objects = {
            each: entity for each, entity in leads.sandbox.org.objects.items() if each != name
        }
    report = leads.pull(streams=("leads", "orders"))
    assert isinstance(report.failed["leads"], ScopeError)
    assert "read access to Lead" in str(report.failed["leads"])
    left_out = {each.stream for each in report.streams if each.unavailable}
    assert "orders" in left_out


def test_a_locator_that_has_run_out_costs_no_record(leads: World) -> None:
    """INVALID_QUERY_LOCATOR: the question is asked again behind the last row."""
    leads.sandbox.options = replace(leads.sandbox.options, locator_seconds=0)
    report = leads.green(streams=("leads",))
    assert (report.counts.new, report.counts.repeated) == (50, 0)


def test_a_session_that_ended_is_renewed_once(leads: World) -> None:
    """401 INVALID_SESSION_ID comes without a word in advance: there is no `expires_in`."""
    connector = leads.connect()
    connector.api.get(LIMITS)
    leads.sandbox.org.sessions.end_all()
    connector.api.get(LIMITS)
    asked = leads.sandbox.counters.requests["POST /services/oauth2/token"]
    assert asked == 2


def test_a_session_that_cannot_be_renewed_is_an_error_of_the_key(leads: World) -> None:
    """Sessions that are over at once are not asked for again and again."""
    leads.sandbox.options = replace(leads.sandbox.options, session_seconds=0)
    connector = leads.connect()
    with pytest.raises(CredentialError, match="opens no other"):
        connector.account()
    assert leads.sandbox.counters.requests["POST /services/oauth2/token"] == 2


def test_a_wrong_secret_says_where_to_find_the_right_one(connect: Connect) -> None:
    """The secret itself is never told."""
    connector = connect(client_secret=SecretStr("quite-wrong"))
    with pytest.raises(CredentialError, match="External Client App Manager") as caught:
        connector.account()
    assert "quite-wrong" not in str(caught.value)


def test_a_refresh_token_opens_a_session_for_the_user_who_granted_it(connect: Connect) -> None:
    """The other of the two ways in."""
    connector = connect(refresh_token=SecretStr("sandbox-refresh"))
    assert connector.api.get(LIMITS).find("DailyApiRequests.Max") == 100_000


def test_request_limit_exceeded_stops_the_pull(leads: World) -> None:
    """403 REQUEST_LIMIT_EXCEEDED is final: waiting for the next second would not help."""
    options = replace(leads.sandbox.options, enforce_limits=True, daily=1)
    leads.sandbox.options = options
    errors = leads.pull(streams=("leads",)).failed.values()
    assert errors
    assert all(isinstance(error, QuotaError) for error in errors)


def test_a_share_of_the_days_calls_is_left_to_others(connect: Connect) -> None:
    """Sforce-Limit-Info tells what all of the org's integrations used."""
    connector = connect(share=0.00004)  # of 100,000 calls
    for _ in range(4):
        connector.api.get("/services/data")
    with pytest.raises(QuotaError, match="share"):
        connector.api.get("/services/data")


@pytest.mark.parametrize(
    ("header", "left"), [("api-usage=18/5000", 4982), ("api-usage=7/5", 0), ("", None)]
)
def test_sforce_limit_info_tells_what_is_left(header: str, left: int | None) -> None:
    """It stands in every answer."""
    assert left_today({"Sforce-Limit-Info": header}) == left


def test_the_doctor_names_what_cannot_be_seen(sandbox: SalesforceSandbox, connect: Connect) -> None:
    """What a stream must have fails; what an org may lack is a warning."""
    gone = ("lead", "order")
    known = sandbox.org.objects
    sandbox.org.objects = {name: each for name, each in known.items() if name not in gone}
    found = {check.what: check.status for check in connect().checks()}
    assert found["reading Lead"] is CheckStatus.FAILED
    assert found["reading Order"] is CheckStatus.WARNING


def test_the_doctor_knows_which_versions_the_org_speaks(connect: Connect) -> None:
    """Versions retire: each org lists its own."""
    found = {check.what: check for check in connect(version="12.0").checks()}
    version = found["version of the API"]
    assert version.status is CheckStatus.FAILED
    assert version.todo.startswith("set version")


def test_a_quote_in_a_text_ends_nothing() -> None:
    """Ids come from answers; nothing in them can become a part of the question."""
    assert literal("a' OR Id != '") == r"'a\' OR Id != \''"
    assert literal("\\'") == r"'\\\''"


def test_uri_and_headers_stay_below_16384_bytes() -> None:
    """So that no list of fields has to be cut: a model with the longest names that there are."""
    longest = f"{'P' * 40}__r.{'F' * 40}__c"
    fields = tuple(f"{longest}{number}" for number in range(30))
    leads = literals(key("Lead", number) for number in range(LEADS_AT_ONCE))
    wide = Question(sobject="Lead", fields=fields, where=("SystemModstamp > 2026-01-01T00:00:00Z",))
    named = Question(sobject="LeadHistory", fields=fields[:7], where=(f"LeadId IN {leads}",))
    for question in (wide, named):
        assert len(urlencode({"q": question.soql(order="Id")})) < 16_384 - 4_096
