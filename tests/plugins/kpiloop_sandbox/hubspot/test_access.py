"""Tokens, scopes, versions of paths, and rate limits."""

from collections.abc import Callable, Iterator

import pytest
import requests

from kpiloop_sandbox.hubspot.account import Account, Caller
from kpiloop_sandbox.hubspot.errors import ApiError
from kpiloop_sandbox.hubspot.options import ALL_SCOPES, DEFAULT_TOKEN, OAuthApp, SandboxOptions
from kpiloop_sandbox.hubspot.server import HubspotSandbox
from kpiloop_sandbox.hubspot.store import Store

Ask = Callable[..., requests.Response]
CONTACTS = "/crm/objects/2026-09/contacts"


@pytest.mark.parametrize("token", ["", "wrong"])
def test_without_a_known_token_nothing_is_told(look: Ask, token: str) -> None:
    """401 with the vendor's own words."""
    answer = look("GET", CONTACTS, token=token)
    assert answer.status_code == 401
    assert answer.json()["category"] == "INVALID_AUTHENTICATION"
    assert answer.json()["message"].startswith("Authentication credentials not found.")


def test_reading_does_not_allow_writing(ask: Ask, sandbox: HubspotSandbox) -> None:
    """Each right is a scope of its own, and a refusal comes before the body is read."""
    reader = frozenset({"crm.objects.contacts.read"})
    sandbox.options = SandboxOptions(tokens={"reader": reader})
    assert ask("GET", CONTACTS, token="reader").status_code == 200
    answer = ask("POST", f"{CONTACTS}/batch/update", token="reader", data=b"{")
    assert answer.status_code == 403
    assert answer.json()["context"]["requiredGranularScopes"] == ["crm.objects.contacts.write"]


@pytest.mark.parametrize(
    "path",
    [
        "/crm/v3/objects/contacts",
        "/crm/objects/2026-03/contacts",
        "/crm/objects/2026-09-beta/contacts",
        "/crm/v3/owners/",
        "/crm/owners/2026-09",
        "/crm/v3/properties/contacts",
        "/crm/v3/pipelines/deals",
        "/marketing/v3/campaigns",
        "/account-info/v3/details",
        "/account-info/2026-09/details",
        "/crm/v3/limits/custom-properties",
        "/crm/v4/objects/contacts/201/associations/companies",
        "/crm/associations/2026-09/contacts/companies/labels",
    ],
)
def test_dated_and_legacy_paths_both_answer(look: Ask, path: str) -> None:
    """Any dated version, and the version that the SDK uses."""
    assert look("GET", path).status_code == 200


@pytest.mark.parametrize("path", ["/crm/objects/contacts", "/crm/v3/nothing", "/", "/_sandbox/x"])
def test_other_paths_do_not_exist(look: Ask, path: str) -> None:
    """404 in JSON."""
    answer = look("GET", path)
    assert (answer.status_code, answer.json()["status"]) == (404, "error")


def test_the_account_tells_its_zone_and_currency(look: Ask) -> None:
    """What a connector needs to know of the account itself."""
    details = look("GET", "/account-info/2026-09/details").json()
    assert (details["timeZone"], details["companyCurrency"]) == ("Europe/Berlin", "EUR")
    assert details["portalId"] == SandboxOptions().portal_id


def test_every_answer_but_a_search_tells_the_limits(look: Ask) -> None:
    """Rate headers come with lists and errors, and are missing from searches."""
    listed = look("GET", f"{CONTACTS}/999").headers
    assert listed["X-HubSpot-RateLimit-Max"] == "190"
    assert listed["X-HubSpot-RateLimit-Interval-Milliseconds"] == "10000"
    assert int(listed["X-HubSpot-RateLimit-Remaining"]) < 190
    assert int(listed["X-HubSpot-RateLimit-Daily-Remaining"]) < 650_000
    searched = look("POST", f"{CONTACTS}/search", json={}).headers
    assert not [name for name in searched if name.lower().startswith("x-hubspot-ratelimit")]


def test_beyond_the_limit_requests_are_refused(ask: Ask, sandbox: HubspotSandbox) -> None:
    """429 with the policy's name, counted, and only while limits are enforced."""
    sandbox.options = SandboxOptions(enforce_limits=True, burst=2, burst_seconds=600)
    statuses = [ask("GET", CONTACTS).status_code for _ in range(3)]
    assert statuses == [200, 200, 429]
    body = ask("GET", CONTACTS).json()
    assert body["errorType"] == "RATE_LIMIT"
    assert body["policyName"] == "TEN_SECONDLY_ROLLING"
    assert sandbox.counters.refused == {"TEN_SECONDLY_ROLLING": 2}
    sandbox.options = SandboxOptions(burst=2, burst_seconds=600)
    assert {ask("GET", CONTACTS).status_code for _ in range(4)} == {200}


class Moved:
    """An account whose time stands still until a test moves it."""

    def __init__(self, store: Store, options: SandboxOptions) -> None:
        self.seconds = 1_750_000_000.0
        self.account = Account(store, options, lambda: self.seconds)

    def admitted(self, *, search: bool = False, token: str = "a", oauth: bool = False) -> str:
        """The policy that refuses a request now, if any."""
        caller = Caller(token=token, scopes=ALL_SCOPES, oauth=oauth)
        try:
            self.account.admit(caller, search=search)
        except ApiError as error:
            return str(error.more["policyName"])
        return ""


@pytest.fixture
def empty() -> Iterator[Store]:
    """An account without records."""
    with Store() as store:
        yield store


def test_the_burst_limit_rolls_and_is_per_token(empty: Store) -> None:
    """A request is free again ten seconds after it was made, and another token has its own."""
    moved = Moved(empty, SandboxOptions(enforce_limits=True, burst=3))
    outcomes = []
    for _ in range(4):
        outcomes.append(moved.admitted())
        moved.seconds += 3
    assert outcomes == ["", "", "", "TEN_SECONDLY_ROLLING"]
    assert moved.admitted() == ""
    assert [moved.admitted(), moved.admitted(token="b")] == ["TEN_SECONDLY_ROLLING", ""]


def test_searches_have_a_limit_of_the_account(empty: Store) -> None:
    """Five a second whatever the token, beside the burst limit."""
    moved = Moved(empty, SandboxOptions(enforce_limits=True))
    outcomes = [moved.admitted(search=True, token=str(number)) for number in range(6)]
    assert outcomes == ["", "", "", "", "", "SECONDLY"]
    assert moved.admitted() == ""
    moved.seconds += 1
    assert moved.admitted(search=True) == ""


def test_the_daily_limit_counts_everything(empty: Store) -> None:
    """Searches and other calls of all tokens together."""
    moved = Moved(empty, SandboxOptions(enforce_limits=True, daily=2))
    outcomes = [moved.admitted(), moved.admitted(search=True), moved.admitted(token="b")]
    assert outcomes == ["", "", "DAILY"]


def test_renewed_tokens_run_out_and_share_one_smaller_limit(empty: Store) -> None:
    """An OAuth token is good for its time, tells no daily limit, and then says it expired."""
    moved = Moved(empty, SandboxOptions(oauth=OAuthApp(expires_in=60)))
    caller = moved.account.caller(f"Bearer {moved.account.renew()}")
    headers = moved.account.admit(caller, search=False)
    assert headers["X-HubSpot-RateLimit-Max"] == "110"
    assert not [name for name in headers if "Daily" in name]
    moved.seconds += 61
    with pytest.raises(ApiError) as caught:
        moved.account.caller(f"Bearer {caller.token}")
    assert (caught.value.status, caught.value.category) == (401, "EXPIRED_AUTHENTICATION")


@pytest.mark.parametrize(
    ("change", "status"),
    [
        ({}, ""),
        ({"grant_type": "password"}, "BAD_GRANT_TYPE"),
        ({"client_secret": "x"}, "BAD_CLIENT_ID"),
        ({"refresh_token": "x"}, "BAD_REFRESH_TOKEN"),
    ],
)
def test_a_renewal_needs_the_right_form(look: Ask, change: dict[str, str], status: str) -> None:
    """Grant type, client and refresh token are all checked."""
    form = {
        "grant_type": "refresh_token",
        "client_id": "sandbox-client",
        "client_secret": "sandbox-secret",
        "refresh_token": "sandbox-refresh",
    }
    answer = look("POST", "/oauth/2026-09/token", token="", data={**form, **change})
    assert answer.json().get("status", "") == status
    assert (answer.status_code == 200) is not bool(status)


def test_secrets_do_not_show(empty: Store) -> None:
    """Neither options nor callers print a token."""
    account = Moved(empty, SandboxOptions()).account
    caller = account.caller(f"Bearer {DEFAULT_TOKEN}")
    shown = repr(account.options) + repr(caller)
    for secret in (DEFAULT_TOKEN, "sandbox-secret", "sandbox-refresh"):
        assert secret not in shown
