"""Facts about Salesforce that the connector rests on: each holds, and it keeps to each."""

import json
from base64 import urlsafe_b64encode
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from kpiloop import CheckStatus, ManualClock, Read, RefusedError, UnavailableError, Window, Wire
from kpiloop.testing import FaultServer, answer
from kpiloop.web_api import Api, NoAuth
from kpiloop_salesforce.deleted import deletions
from kpiloop_salesforce.jwt_bearer import GRANT
from kpiloop_salesforce.paths import TOKEN, data
from kpiloop_salesforce.query import Queries
from kpiloop_salesforce.settings import SalesforceSettings
from kpiloop_salesforce.soql import moment
from kpiloop_salesforce.wire_people import SalesforceLead
from kpiloop_sandbox.salesforce.edits import Editor
from kpiloop_sandbox.salesforce.server import SalesforceSandbox
from kpiloop_sandbox.salesforce.times import seconds_of
from support.salesforce_connector import NOON, Connect, World, key

LIMITS = data("67.0", "limits")
ANYBODY: Mapping[type[Wire], tuple[str, ...]] = {SalesforceLead: ("Id",)}


def test_67_0_is_spoken_by_default_and_known_to_the_org(connect: Connect) -> None:
    """Every org has it, whatever newer version it may have."""
    assert SalesforceSettings(base_url="https://acme.example", client_id="x").version == "67.0"
    found = {check.what: check for check in connect().checks()}
    assert found["version of the API"].status is CheckStatus.OK
    assert found["version of the API"].found == "67.0"


def test_a_version_that_retired_is_a_410_and_doctor_names_a_living_one(connect: Connect) -> None:
    """Nothing is guessed: the settings keep the version until somebody changes it."""
    connector = connect(version="30.0")
    with pytest.raises(RefusedError) as caught:
        connector.api.get(data("30.0", "limits"))
    assert caught.value.status == 410
    [version] = [each for each in connector.checks() if each.what == "version of the API"]
    assert (version.status, version.todo) == (CheckStatus.FAILED, 'set version = "67.0"')


def test_a_refresh_token_is_never_used_concurrently(
    sandbox: SalesforceSandbox, connect: Connect
) -> None:
    """Eight threads whose session ended renew it once, and all go on."""
    connector = connect()
    connector.api.get(LIMITS)
    sandbox.org.sessions.end_all()
    with ThreadPoolExecutor(8) as threads:
        list(threads.map(lambda _: connector.api.get(LIMITS), range(8)))
    assert sandbox.counters.requests[f"POST {TOKEN}"] == 2


def test_describe_tells_which_fields_are_calculated(leads: World) -> None:
    """Those are read on a schedule of their own, because no change of theirs moves a time."""
    described: Any = leads.connect().api.get(data("67.0", "sobjects", "Contact", "describe")).json()
    calculated = {each["name"] for each in described["fields"] if each["calculated"]}
    assert "Account_Industry__c" in calculated
    assert "LastName" not in calculated


def test_opportunity_history_is_asked_for_by_createddate(world: World) -> None:
    """A step never changes: the time of its making tells of it, whatever other time it has."""
    streams = ("opportunity_stages",)
    deal = world.put("Opportunity", 1, Name="D", StageName="Won")
    world.put("OpportunityHistory", 1, OpportunityId=deal, StageName="New")
    world.green(streams=streams)
    made = seconds_of(world.clock.now())
    world.put("OpportunityHistory", 2, OpportunityId=deal, StageName="Won", CreatedDate=made)
    world.clock.advance(60)
    assert world.green(streams=streams).counts.new == 1


def purged(world: World, number: int, at: datetime) -> None:
    """Delete a lead for good: the log alone tells of it."""
    objects, moment = world.sandbox.org.objects, seconds_of(at)
    editor = Editor(store=world.store, objects=objects, now=moment, stamp=moment)
    editor.purge(objects["lead"], key("Lead", number))


def test_deleted_ignores_the_seconds_and_is_asked_for_14_days_each_time(leads: World) -> None:
    """What went in the minute under way is told later, without a `latestDateCovered` to keep."""
    at = datetime.fromtimestamp(leads.sandbox.org.now(), UTC).replace(second=30)
    purged(leads, 3, at)
    queries = Queries(api=leads.connect().api, version="67.0")
    told = [deletions(queries, "Lead", at + timedelta(seconds=later)) for later in (10, 70, 7_200)]
    assert [[*each] for each in told] == [[], [key("Lead", 3)], [key("Lead", 3)]]


def test_deleted_refuses_what_lies_more_than_15_days_back(leads: World) -> None:
    """INVALID_REPLICATION_DATE: a log that is asked for less is never refused for it."""
    api, now = leads.connect().api, datetime.fromtimestamp(leads.sandbox.org.now(), UTC)
    path = data("67.0", "sobjects", "Lead", "deleted")
    span = {"start": moment(now - timedelta(days=16)), "end": moment(now)}
    with pytest.raises(RefusedError, match="15 days"):
        api.get(path, span)
    api.get(path, {**span, "start": moment(now - timedelta(days=14))})


def test_exceeded_id_limit_leaves_the_rest_to_the_bin_and_the_next_full_read() -> None:
    """More than 600,000 deletions are no reason to read nothing at all."""
    said = answer([{"message": "too many", "errorCode": "EXCEEDED_ID_LIMIT"}], status=400)
    with (
        FaultServer([said]) as server,
        Api(server.base_url, system="salesforce", auth=NoAuth()) as api,
    ):
        assert deletions(Queries(api=api, version="67.0"), "Lead", NOON) == {}
        assert len(server.received) == 1


def test_results_are_had_by_the_version_of_the_job_alone(leads: World) -> None:
    """Any other is a 409: after a change of `version` a new job is made."""
    read = Read(window=Window(start=None, end=NOON), fields=ANYBODY)
    begun, *_ = leads.connect(bulk_above=0).leads(read)
    other = leads.connect(bulk_above=0, version="66.0")
    with pytest.raises(RefusedError) as caught:
        list(other.leads(replace(read, checkpoint=begun.checkpoint)))
    assert caught.value.status == 409
    assert len([*other.leads(read)]) > 1


def test_no_retry_after_comes_with_a_503(connect: Connect) -> None:
    """How long to wait is ours to choose, and it is not for ever."""
    granted = answer({"access_token": "x"})
    busy = answer([{"message": "busy", "errorCode": "SERVER_UNAVAILABLE"}], status=503)
    clock = ManualClock(NOON)
    with FaultServer([granted, busy]) as server:
        with pytest.raises(UnavailableError):
            connect(base_url=server.base_url, clock=clock).api.get(LIMITS)
        assert not [each for each in server.received[1:] if each.path != LIMITS]
    assert 1 <= clock.monotonic() <= 300


def test_external_client_apps_refuse_the_common_audiences(sandbox: SalesforceSandbox) -> None:
    """So that `aud` is My Domain, for sandboxes of Salesforce's own too."""
    for common in ("https://login.salesforce.com", "https://test.salesforce.com"):
        claims = {
            "iss": sandbox.options.client.client_id,
            "sub": sandbox.options.client.username,
            "aud": common,
            "exp": int(sandbox.org.now()) + 180,
        }
        body = urlsafe_b64encode(json.dumps(claims).encode()).decode().rstrip("=")
        form = {"grant_type": GRANT, "assertion": f"e30.{body}.c2ln"}
        with (
            Api(sandbox.base_url, system="salesforce", auth=NoAuth()) as api,
            pytest.raises(RefusedError, match="audience"),
        ):
            api.request("POST", TOKEN, form=form)
