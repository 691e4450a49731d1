"""Facts about HubSpot's calls, whatever they read or write: keys, limits, errors and retries."""

import json
from urllib.parse import parse_qs

import pytest
from pydantic import SecretStr

from kpiloop import (
    Change,
    CredentialError,
    Definition,
    Kind,
    ManualClock,
    QuotaError,
    RefusedError,
    Status,
)
from kpiloop.testing.fault_server import FaultServer, Received, Reply, answer, too_many
from kpiloop_hubspot.paths import ACCOUNT
from kpiloop_sandbox.hubspot.options import OAuthApp
from support.hubspot import NOON, Connect, records_of

KEY = SecretStr("s3cr3t-of-the-account")
APP = OAuthApp()
OAUTH = {
    "token": None,
    "client_id": APP.client_id,
    "client_secret": SecretStr(APP.client_secret),
    "refresh_token": SecretStr(APP.refresh_token),
}
GRANTED = answer({"access_token": "granted", "expires_in": 1_800, "refresh_token": "r"})
NOTHING = answer({"results": []})
DAYS = Definition(entity="contacts", field="kpiloop_days", title="Days", kind=Kind.NUMBER)


def test_a_service_key_is_sent_as_a_bearer(connect: Connect) -> None:
    """As a private app's token is, which looks no different."""
    with FaultServer([NOTHING]) as server:
        records_of(connect(base_url=server.base_url, token=KEY), "pipelines")
    [request] = server.received
    assert request.headers["authorization"] == f"Bearer {KEY.get_secret_value()}"


def test_oauth_2026_09_takes_its_parameters_in_the_body(connect: Connect) -> None:
    """None stands in the address, where a log would keep the secret."""
    with FaultServer([GRANTED, NOTHING]) as server:
        records_of(connect(base_url=server.base_url, **OAUTH), "pipelines")
    renewal, request = server.received
    assert (renewal.method, renewal.path, renewal.query) == ("POST", "/oauth/2026-09/token", "")
    assert parse_qs(renewal.body.decode()) == {
        "grant_type": ["refresh_token"],
        "client_id": [APP.client_id],
        "client_secret": [APP.client_secret],
        "refresh_token": [APP.refresh_token],
    }
    assert request.headers["authorization"] == "Bearer granted"


def test_a_401_never_renews_an_oauth_token(connect: Connect) -> None:
    """A token is renewed by its `expires_in`: one that is refused before has lost its access."""
    with FaultServer([GRANTED, answer({}, status=401)]) as server:
        with pytest.raises(CredentialError):
            records_of(connect(base_url=server.base_url, **OAUTH), "pipelines")
        assert len(server.received) == 2


def test_the_daily_headers_are_absent_for_oauth(connect: Connect) -> None:
    """There, the day is counted by what the settings say that it holds."""
    hubspot = connect(calls_per_day=3, **OAUTH)
    headers = hubspot.api.get(ACCOUNT.at("details")).headers
    assert headers["X-HubSpot-RateLimit-Max"] == "110"
    assert not [name for name in headers if "daily" in name.lower()]
    for _ in range(2):
        hubspot.api.get(ACCOUNT.at("details"))
    with pytest.raises(QuotaError):
        hubspot.api.get(ACCOUNT.at("details"))


@pytest.mark.parametrize(
    "body",
    [{}, {"message": "No."}, {"category": "VALIDATION_ERROR"}, {"status": "error", "errors": []}],
)
def test_every_member_of_an_error_body_is_optional(connect: Connect, body: object) -> None:
    """The status alone says that it is a refusal, and that nothing is to be tried again."""
    with FaultServer([answer(body, status=400)]) as server:
        with pytest.raises(RefusedError):
            records_of(connect(base_url=server.base_url), "pipelines")
        assert len(server.received) == 1


@pytest.mark.parametrize("status", [423, 429, 477, 502, 503, 504, 521, 522, 523, 524])
def test_423_429_477_and_these_5xx_are_tried_again(connect: Connect, status: int) -> None:
    """None of them promises a Retry-After; a locked record needs two seconds."""
    clock = ManualClock(NOON)
    with FaultServer([answer({}, status=status), NOTHING]) as server:
        records_of(connect(base_url=server.base_url, clock=clock), "pipelines")
        assert len(server.received) == 2
    assert clock.monotonic() >= (2 if status == 423 else 0.25)


def test_a_477_says_in_seconds_how_long_to_wait(connect: Connect) -> None:
    """An account that moves to another data center asks for a while."""
    clock = ManualClock(NOON)
    moving = answer({}, status=477, headers={"Retry-After": "30"})
    with FaultServer([moving, NOTHING]) as server:
        records_of(connect(base_url=server.base_url, clock=clock), "pipelines")
    assert 30 <= clock.monotonic() < 32


def test_a_retry_after_in_milliseconds_is_clamped(connect: Connect) -> None:
    """Ten seconds that are told as 10000 hold nobody up for hours."""
    clock = ManualClock(NOON)
    with FaultServer([too_many("10000"), NOTHING]) as server:
        records_of(connect(base_url=server.base_url, clock=clock), "pipelines")
    assert clock.monotonic() <= 61


@pytest.mark.parametrize(
    "rule", ["MISSING_CONDITIONAL_REQUIRED_PROPERTY", "MISSING_REQUIRED_PROPERTY"]
)
def test_an_admins_rule_refuses_a_write_with_missing_required_property(
    connect: Connect, rule: str
) -> None:
    """The 400 is of the whole batch: the row is found, told, final, and costs no other."""

    def judged(request: Received) -> Reply:
        ids = [row["id"] for row in json.loads(request.body)["inputs"]]
        if "2" in ids:
            return answer(
                {"category": "VALIDATION_ERROR", "message": f"{rule}: budget"}, status=400
            )
        return answer({"status": "COMPLETE", "results": [{"id": each} for each in ids]})

    changes = [Change(entity="contacts", id=each, values={DAYS.field: None}) for each in "123"]
    with FaultServer(judged) as server:
        writer = connect(base_url=server.base_url).writer()
        outcomes = {each.id: each for each in writer.write(changes, [DAYS])}
    assert [outcomes[each].status for each in "123"] == [
        Status.CONFIRMED,
        Status.REJECTED,
        Status.CONFIRMED,
    ]
    assert rule in outcomes["2"].reason
    assert outcomes["2"].is_final
