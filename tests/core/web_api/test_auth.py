"""Keys, and how they are renewed."""

from base64 import b64decode
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from pydantic import SecretStr

from kpiloop.clock import ManualClock
from kpiloop.errors import CredentialError, UnavailableError
from kpiloop.testing.fault_server import FaultServer, Received, Reply, answer
from kpiloop.web_api import Api, BasicAuth, BearerToken, KeyHeader, NoAuth, OAuthRefresh

MakeApi = Callable[..., Api]
MakeAuth = Callable[..., OAuthRefresh]


class _Vendor:
    """A vendor with a token endpoint; each new token makes the older ones worthless."""

    def __init__(self, *, lasts: int | None = 1800) -> None:
        self.granted = 0
        self.lasts = lasts
        self.forms: list[bytes] = []

    def __call__(self, request: Received) -> Reply:
        if request.path == "/oauth/token":
            self.granted += 1
            self.forms.append(request.body)
            lasting = {} if self.lasts is None else {"expires_in": self.lasts}
            return answer({"access_token": f"token-{self.granted}", **lasting})
        good = request.headers.get("authorization") == f"Bearer token-{self.granted}"
        return answer({"ok": True}) if good else answer({"message": "run out"}, status=401)


@pytest.fixture
def make_auth(clock: ManualClock) -> MakeAuth:
    """Makes OAuth against a server's token endpoint."""

    def make(server: FaultServer, **options: Any) -> OAuthRefresh:
        given: dict[str, Any] = {
            "client_id": "app",
            "client_secret": SecretStr("client-secret"),
            "refresh_token": SecretStr("refresh-token"),
            "system": "acme",
            "clock": clock,
        }
        return OAuthRefresh(f"{server.base_url}/oauth/token", **{**given, **options})

    return make


def test_a_bearer_token_is_sent_and_shown_nowhere(make_api: MakeApi) -> None:
    """Its repr tells nothing."""
    auth = BearerToken(SecretStr("abc"))
    with FaultServer([answer({})]) as server:
        make_api(server, auth=auth).get("/x")
        assert server.received[0].headers["authorization"] == "Bearer abc"
    assert "abc" not in repr(auth)


def test_a_user_and_password_are_sent_as_the_standard_says(make_api: MakeApi) -> None:
    """Encoded together."""
    with FaultServer([answer({})]) as server:
        make_api(server, auth=BasicAuth("ada", SecretStr("pass:word"))).get("/x")
        kind, _, pair = server.received[0].headers["authorization"].partition(" ")
    assert (kind, b64decode(pair)) == ("Basic", b"ada:pass:word")


def test_a_key_may_be_sent_in_any_header_and_no_key_in_none(make_api: MakeApi) -> None:
    """Some vendors have a header of their own, some ask for nothing."""
    with FaultServer([answer({})]) as server:
        make_api(server, auth=KeyHeader("X-Api-Key", SecretStr("abc"))).get("/x")
        make_api(server, auth=NoAuth()).get("/x")
        first, second = server.received
    assert first.headers["x-api-key"] == "abc"
    assert "authorization" not in second.headers


@pytest.mark.parametrize("auth", [NoAuth(), BearerToken(SecretStr("abc"))])
def test_a_fixed_key_that_is_refused_is_not_tried_again(auth: object, make_api: MakeApi) -> None:
    """The person has to make a new one."""
    with FaultServer([answer({}, status=401)]) as server:
        with pytest.raises(CredentialError):
            make_api(server, auth=auth).get("/x")
        assert len(server.received) == 1


def test_a_token_is_renewed_shortly_before_it_runs_out(
    make_api: MakeApi, make_auth: MakeAuth, clock: ManualClock
) -> None:
    """A minute before, and not earlier; no request ever fails for it."""
    vendor = _Vendor()
    with FaultServer(vendor) as server:
        api = make_api(server, auth=make_auth(server))
        for seconds, granted in ((0, 1), (1739, 1), (2, 2), (1700, 2), (50, 3)):
            clock.advance(seconds)
            assert api.get("/x").status == 200
            assert vendor.granted == granted
    assert vendor.forms[0] == (
        b"grant_type=refresh_token&client_id=app"
        b"&client_secret=client-secret&refresh_token=refresh-token"
    )


def test_a_401_is_final_where_tokens_are_renewed_by_their_time(
    make_api: MakeApi, make_auth: MakeAuth
) -> None:
    """Then it means that access was withdrawn."""
    vendor = _Vendor()
    with FaultServer(vendor) as server:
        api = make_api(server, auth=make_auth(server))
        api.get("/x")
        vendor.granted += 1
        with pytest.raises(CredentialError):
            api.get("/x")
    assert len(vendor.forms) == 1


def test_a_401_renews_the_token_once_where_that_is_the_vendors_way(
    make_api: MakeApi, make_auth: MakeAuth
) -> None:
    """Where it is refused again, no third token is asked for."""
    vendor = _Vendor(lasts=None)
    with FaultServer(vendor) as server:
        api = make_api(server, auth=make_auth(server, renew="on_401"))
        assert api.get("/x").status == 200
        vendor.granted = 7
        assert api.get("/x").status == 200
        assert len(vendor.forms) == 2
    with FaultServer(lambda got: vendor(got) if "token" in got.path else refused) as server:
        with pytest.raises(CredentialError):
            make_api(server, auth=make_auth(server, renew="on_401")).get("/x")
        assert [request.path for request in server.received] == ["/oauth/token", "/x"] * 2


refused = answer({}, status=401)


def test_many_threads_with_a_token_that_has_run_out_renew_it_once(
    make_api: MakeApi, make_auth: MakeAuth
) -> None:
    """Some vendors withdraw all tokens when two are asked for at once."""
    vendor = _Vendor(lasts=None)
    together = Barrier(8)

    def reply(request: Received) -> Reply:
        if request.headers.get("authorization") == "Bearer token-1" and vendor.granted == 1:
            together.wait(timeout=20)
            return refused
        return vendor(request)

    with FaultServer(reply) as server, ThreadPoolExecutor(8) as threads:
        api = make_api(server, auth=make_auth(server, renew="on_401"))
        statuses = list(threads.map(lambda _: api.get("/x").status, range(8)))
    assert statuses == [200] * 8
    assert vendor.granted == 2


def test_a_refresh_token_that_the_vendor_changes_is_used_and_kept(
    make_api: MakeApi, make_auth: MakeAuth, clock: ManualClock
) -> None:
    """Else the next start would find a worthless one."""
    kept: list[SecretStr] = []
    grant = {"access_token": "a", "refresh_token": "changed", "expires_in": 100}
    with FaultServer(lambda got: answer(grant if "token" in got.path else {})) as server:
        api = make_api(server, auth=make_auth(server, keep=kept.append))
        api.get("/x")
        clock.advance(100)
        api.get("/x")
        second = [request for request in server.received if "token" in request.path][1]
    assert [token.get_secret_value() for token in kept] == ["changed"]
    assert second.body.endswith(b"refresh_token=changed")


@pytest.mark.parametrize(
    "reply",
    [
        answer({"error": "invalid_grant", "error_description": "refresh-token?"}, status=400),
        answer({"message": "client-secret is wrong"}, status=401),
        answer({"error": "invalid_token"}),
        answer({"access_token": 7}),
    ],
)
def test_a_token_that_is_not_granted_says_to_connect_again(
    reply: Reply, make_api: MakeApi, make_auth: MakeAuth
) -> None:
    """And shows no secret, though the vendor quotes it."""
    with FaultServer([reply]) as server, pytest.raises(CredentialError) as caught:
        make_api(server, auth=make_auth(server)).get("/x")
    assert "acme" in str(caught.value)
    for secret in ("client-secret", "refresh-token"):
        assert secret not in str(caught.value)
    assert caught.value.__context__ is None


def test_a_token_endpoint_that_is_down_is_not_taken_for_a_wrong_key(
    make_api: MakeApi, make_auth: MakeAuth
) -> None:
    """Nobody needs to connect again for that."""
    with FaultServer([answer({}, status=503)]) as server, pytest.raises(UnavailableError):
        make_api(server, auth=make_auth(server)).get("/x")
