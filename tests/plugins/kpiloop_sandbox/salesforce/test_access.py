"""Sessions, limits and versions: who may call, how often, and what they are told."""

import base64
import json
from typing import Any

import pytest
from simple_salesforce.api import Salesforce

from kpiloop_sandbox.salesforce.options import SandboxOptions
from kpiloop_sandbox.salesforce.server import SalesforceSandbox
from support.salesforce_org import ROOT, START, Ask, Clock

TOKEN = "/services/oauth2/token"
SECRETS = {"client_id": "sandbox-client", "client_secret": "sandbox-secret"}
CREDENTIALS = {"grant_type": "client_credentials", **SECRETS}
JWT = "urn:ietf:params:oauth:grant-type:jwt-bearer"
NOW = START + 86_400


def assertion(**claims: Any) -> str:
    """A JWT with a signature that nobody can check."""
    whole = {"iss": "sandbox-client", "sub": "kpiloop@acme.example", "exp": NOW + 180, **claims}
    body = base64.urlsafe_b64encode(json.dumps(whole).encode()).decode().rstrip("=")
    return f"e30.{body}.c2ln"


def opens(ask: Ask, token: str) -> bool:
    """Whether a token is a session's."""
    return ask("GET", f"{ROOT}/limits", token=token).status_code == 200


@pytest.mark.parametrize(
    "form",
    [
        CREDENTIALS,
        {"grant_type": "refresh_token", "refresh_token": "sandbox-refresh", **SECRETS},
        {"grant_type": JWT, "assertion": assertion()},
    ],
)
def test_a_grant_opens_a_session_of_untold_length(ask: Ask, form: dict[str, str]) -> None:
    """The answer has an instance_url and no expires_in."""
    answer = ask("POST", TOKEN, token="", data=form)
    assert answer.status_code == 200
    body = answer.json()
    assert body["token_type"] == "Bearer"
    assert answer.url.startswith(body["instance_url"])
    assert "expires_in" not in body
    assert opens(ask, body["access_token"])


@pytest.mark.parametrize(
    ("form", "error"),
    [
        ({**CREDENTIALS, "client_secret": "x"}, "invalid_client"),
        ({**CREDENTIALS, "client_id": "x"}, "invalid_client_id"),
        ({"grant_type": "refresh_token", "refresh_token": "x", **SECRETS}, "invalid_grant"),
        ({"grant_type": "password", **SECRETS}, "unsupported_grant_type"),
        ({"grant_type": JWT, "assertion": assertion(iss="x")}, "invalid_client_id"),
        ({"grant_type": JWT, "assertion": assertion(sub="x")}, "invalid_grant"),
        ({"grant_type": JWT, "assertion": assertion(exp=NOW - 1)}, "invalid_grant"),
        ({"grant_type": JWT, "assertion": assertion(exp=NOW + 3_600)}, "invalid_grant"),
        ({"grant_type": JWT, "assertion": "e30.!!.x"}, "invalid_grant"),
        ({"grant_type": JWT, "assertion": "nonsense"}, "invalid_grant"),
    ],
)
def test_what_opens_nothing_is_refused(ask: Ask, form: dict[str, str], error: str) -> None:
    """HTTP 400 with `error` and `error_description`, as RFC 6749 has it."""
    answer = ask("POST", TOKEN, token="", data=form)
    assert answer.status_code == 400
    assert answer.json()["error"] == error
    assert answer.json()["error_description"]


def test_an_ended_session_is_an_invalid_session_id(ask: Ask, clock: Clock) -> None:
    """HTTP 401 INVALID_SESSION_ID, after which a new session can be had."""
    old = ask("POST", TOKEN, token="", data=CREDENTIALS).json()["access_token"]
    clock.seconds += 7_200
    answer = ask("GET", f"{ROOT}/limits", token=old)
    assert answer.status_code == 401
    assert answer.json() == [
        {"message": "Session expired or invalid", "errorCode": "INVALID_SESSION_ID"}
    ]
    new = ask("POST", TOKEN, token="", data=CREDENTIALS).json()["access_token"]
    assert opens(ask, new)
    ask("POST", "/_sandbox/sessions/end")
    assert not opens(ask, new)


@pytest.mark.parametrize("token", ["", "wrong"])
def test_without_a_session_nothing_is_told(ask: Ask, token: str) -> None:
    """Neither data nor the number of calls."""
    answer = ask("GET", f"{ROOT}/query", params={"q": "SELECT Id FROM Lead"}, token=token)
    assert answer.status_code == 401
    assert "Sforce-Limit-Info" not in answer.headers


def test_every_answer_tells_how_many_calls_were_made(ask: Ask) -> None:
    """Sforce-Limit-Info counts up, also on calls that fail."""
    told = [
        ask("GET", f"{ROOT}/query", params={"q": text}).headers["Sforce-Limit-Info"]
        for text in ("SELECT Id FROM Lead", "SELECT Idd FROM Lead")
    ]
    assert told == ["api-usage=1/100000", "api-usage=2/100000"]
    left = ask("GET", f"{ROOT}/limits").json()["DailyApiRequests"]
    assert left == {"Max": 100_000, "Remaining": 99_997}


def test_the_calls_of_a_day_come_to_an_end(
    ask: Ask, sandbox: SalesforceSandbox, clock: Clock
) -> None:
    """HTTP 403 REQUEST_LIMIT_EXCEEDED without a Retry-After, until 24 hours are over."""
    sandbox.options = SandboxOptions(enforce_limits=True, daily=2)
    assert [ask("GET", f"{ROOT}/limits").status_code for _ in range(3)] == [200, 200, 403]
    refused = ask("GET", f"{ROOT}/limits")
    assert refused.json()[0]["errorCode"] == "REQUEST_LIMIT_EXCEEDED"
    assert "Retry-After" not in refused.headers
    clock.seconds += 86_400
    assert ask("GET", f"{ROOT}/limits").status_code == 200


def test_versions_are_told_to_anybody(browse: Ask) -> None:
    """The newest one is Summer '26."""
    versions = browse("GET", "/services/data", token="").json()
    assert versions[-1] == {
        "label": "Summer '26",
        "url": "/services/data/v67.0",
        "version": "67.0",
    }


@pytest.mark.parametrize(("version", "status"), [(66, 200), (30, 410), (99, 404)])
def test_an_old_version_is_gone(browse: Ask, version: int, status: int) -> None:
    """HTTP 410 for what was retired, 404 for what never was."""
    assert browse("GET", f"/services/data/v{version}.0/limits").status_code == status


def test_what_is_not_there_is_not_found(browse: Ask) -> None:
    """HTTP 404 with Salesforce's body."""
    answer = browse("GET", f"{ROOT}/nonsense")
    assert answer.status_code == 404
    assert answer.json()[0]["errorCode"] == "NOT_FOUND"


def test_simple_salesforce_reads_limits(sdk: Salesforce) -> None:
    """A client that knows the real API understands the answer and its header."""
    assert sdk.limits()["DailyApiRequests"]["Max"] == 100_000
    assert sdk.api_usage["api-usage"].used == 1
