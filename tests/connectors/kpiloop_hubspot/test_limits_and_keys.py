"""Keys and limits: what is sent, how fast, and what a refusal means."""

import re
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from pydantic import SecretStr, ValidationError

from kpiloop import CredentialError, ManualClock, QuotaError, ScopeError, Window
from kpiloop.testing.fault_server import FaultServer, answer, too_many
from kpiloop.web_api import DailyLimit, Limit
from kpiloop_hubspot import paths
from kpiloop_hubspot.client import limits
from kpiloop_hubspot.paths import Endpoint
from kpiloop_hubspot.settings import HubspotSettings
from kpiloop_sandbox.hubspot.options import OAuthApp
from kpiloop_sandbox.hubspot.server import HubspotSandbox
from kpiloop_sandbox.hubspot.store import Store
from support.hubspot import NOON, Connect, records_of, stored

SECRET = SecretStr("s3cr3t-of-the-account")
DATED = re.compile(r"20\d\d-0[39]")
APP = OAuthApp()
OAUTH = {
    "token": None,
    "client_id": APP.client_id,
    "client_secret": SecretStr(APP.client_secret),
    "refresh_token": SecretStr(APP.refresh_token),
}


def limit_of(settings: HubspotSettings, name: str) -> int:
    """The calls of one limit."""
    found: dict[str, Limit | DailyLimit] = {each.name: each for each in limits(settings)}
    return found[name].calls


def test_a_private_key_has_190_calls_in_10_seconds_and_an_app_110() -> None:
    """What HubSpot grants the usual plans, unless the settings say otherwise."""
    assert limit_of(HubspotSettings(token=SECRET), "burst") == 190
    assert limit_of(HubspotSettings(refresh_token=SECRET), "burst") == 110
    assert limit_of(HubspotSettings(token=SECRET, calls_per_10_seconds=100), "burst") == 100


def test_searches_have_a_limit_of_their_own() -> None:
    """Five a second over the whole account, which only searches fall under."""
    [search] = [each for each in limits(HubspotSettings()) if each.name == "search"]
    assert search == Limit("search", calls=5, per=1, always=False)


def test_a_read_at_the_limits_is_never_refused(
    store: Store, sandbox: HubspotSandbox, connect: Connect
) -> None:
    """Searches, one after the other as fast as they may, meet no 429."""
    store.load(stored("contacts", key) for key in range(1, 1_401))
    sandbox.options = replace(sandbox.options, enforce_limits=True)
    hubspot = connect(calls_per_10_seconds=None, searches_per_second=5)
    assert len(records_of(hubspot, "contacts")) == 1_400
    assert sandbox.counters.refused == {}
    assert hubspot.api.usage.throttled == 0


def test_all_threads_share_one_client(connect: Connect) -> None:
    """Two would count the limits apart, and together send twice as much."""
    hubspot = connect()
    with ThreadPoolExecutor(8) as threads:
        clients = list(threads.map(lambda _: hubspot.api, range(64)))
    assert {id(each) for each in clients} == {id(hubspot.api)}


def test_a_missing_key_is_told_with_the_place_where_to_get_one(connect: Connect) -> None:
    """Which source, what is legal, and where HubSpot makes keys."""
    with pytest.raises(CredentialError) as caught:
        _ = connect(token=None, client_id="half an app").api
    assert caught.value.where == "[sources.hubspot]"
    assert "token, or client_id with client_secret and refresh_token" in caught.value.legal
    assert "Service keys" in caught.value.todo
    assert "KPILOOP_HUBSPOT_TOKEN" in caught.value.todo


def test_a_wrong_key_is_refused_and_never_told(connect: Connect) -> None:
    """The error says that the key is not accepted, but not what it is."""
    hubspot = connect(token=SECRET)
    with pytest.raises(CredentialError) as caught:
        records_of(hubspot, "pipelines")
    said = f"{caught.value!r} {caught.value} {hubspot.settings!r} {hubspot.api!r}"
    assert SECRET.get_secret_value() not in said


def test_a_missing_scope_is_named_by_its_stream(sandbox: HubspotSandbox, connect: Connect) -> None:
    """A key that may not read contacts gets a ScopeError, and no empty company."""
    sandbox.options = replace(sandbox.options, tokens={"narrow": frozenset({"oauth"})})
    with pytest.raises(ScopeError):
        records_of(connect(token=SecretStr("narrow")), "contacts")


def test_an_app_gets_its_tokens_from_the_refresh_token(
    store: Store, sandbox: HubspotSandbox, connect: Connect
) -> None:
    """One renewal serves many calls."""
    store.load(stored("contacts", key) for key in range(1, 601))
    hubspot = connect(**OAUTH)
    assert len(records_of(hubspot, "contacts")) == 600
    renewals = [n for route, n in sandbox.counters.requests.items() if "token" in route]
    assert renewals == [1]


def test_a_token_is_renewed_before_it_runs_out(
    store: Store, sandbox: HubspotSandbox, connect: Connect
) -> None:
    """HubSpot's tokens live half an hour; an hour's read never meets a 401."""
    store.load([stored("contacts", 1)])
    clock = ManualClock(datetime.fromtimestamp(sandbox.account.now(), UTC))
    hubspot = connect(clock=clock, **OAUTH)
    for minutes in (0, 29, 31, 60):
        sandbox.options = replace(sandbox.options, clock_offset_seconds=60.0 * minutes)
        clock.advance(60.0 * minutes - clock.monotonic())
        assert len(records_of(hubspot, "contacts")) == 1


def test_a_used_up_day_is_a_quota_not_a_hurry(connect: Connect) -> None:
    """A 429 of the daily policy is not tried again: the next second would not help."""
    body = {"status": "error", "errorType": "RATE_LIMIT", "policyName": "DAILY"}
    with FaultServer([too_many("1", body=body)]) as server:
        hubspot = connect(base_url=server.base_url)
        with pytest.raises(QuotaError, match="today"):
            records_of(hubspot, "contacts")
        assert len(server.received) == 1


def test_a_429_of_the_burst_policy_is_waited_out(connect: Connect) -> None:
    """Other integrations of the company may have used the limit; then it goes on."""
    body = {"status": "error", "errorType": "RATE_LIMIT", "policyName": "TEN_SECONDLY_ROLLING"}
    nothing = {"total": 0, "results": []}
    with FaultServer([too_many("1", body=body), answer(nothing)]) as server:
        hubspot = connect(base_url=server.base_url, clock=ManualClock(NOON))
        window = Window(start=NOON, end=NOON)
        assert records_of(hubspot, "contacts", window=window) == []
        assert hubspot.api.usage.throttled == 1


def test_what_the_vendor_says_is_left_of_the_day_is_believed(connect: Connect) -> None:
    """Calls of the company's other integrations count against our share as well."""
    headers = {"X-HubSpot-RateLimit-Daily-Remaining": "400"}
    with FaultServer([answer({"results": []}, headers=headers)]) as server:
        hubspot = connect(base_url=server.base_url, share=0.5, calls_per_day=1_000)
        records_of(hubspot, "pipelines")
        with pytest.raises(QuotaError):
            records_of(hubspot, "pipelines")


def test_an_unknown_setting_is_an_error() -> None:
    """A misspelt setting would otherwise be a default that nobody chose."""
    with pytest.raises(ValidationError, match="tokn"):
        HubspotSettings.model_validate({"tokn": "x"})


def test_only_what_has_no_dated_successor_is_of_a_version_that_ends() -> None:
    """HubSpot ends v1 to v3 in 2027: every other path is dated, each for itself, in one place."""
    found = {name: each.version for name, each in vars(paths).items() if isinstance(each, Endpoint)}
    undated = {name for name, version in found.items() if not DATED.fullmatch(version)}
    assert undated == {"EMAIL_EVENTS", "FORMS", "SUBMISSIONS", "TRAFFIC"}
    sources = Path(limits.__code__.co_filename).parent.glob("*.py")
    text = "".join(each.read_text(encoding="utf-8") for each in sources)
    assert not re.search(r"/v[1-4]\b", text)
