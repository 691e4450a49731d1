"""A key never leaves for another host, and never shows in an error, repr or log."""

import logging
import traceback
from collections.abc import Callable, Iterator

import pytest
from pydantic import SecretStr

from kpiloop.clock import ManualClock
from kpiloop.errors import KpiloopError, UntrustedAnswerError
from kpiloop.testing.fault_server import (
    FaultServer,
    Reply,
    answer,
    cut_off,
    dripping_headers,
    gzip_bomb,
    redirect,
    reset,
    too_many,
    web_page,
)
from kpiloop.web_api import Api, Auth, BasicAuth, BearerToken, KeyHeader, RetryPolicy

MakeApi = Callable[..., Api]

CANARY = "canary-7c1e/42+secret"
_ECHO = {"message": f"bad header: Bearer {CANARY}", "errors": [{"message": CANARY}]}


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    """An error with everything that it was raised from or while handling."""
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__


@pytest.mark.parametrize(
    "reply",
    [
        pytest.param(reset(), id="reset"),
        pytest.param(cut_off(), id="cut off"),
        pytest.param(web_page(CANARY), id="web page"),
        pytest.param(too_many(), id="429"),
        pytest.param(dripping_headers(every=0.02), id="drip"),
        pytest.param(gzip_bomb(3), id="bomb"),
        pytest.param(redirect("https://evil.example/"), id="redirect"),
        pytest.param(answer(b"{", status=200), id="cut JSON"),
        *(
            pytest.param(answer(_ECHO, status=status), id=str(status))
            for status in (400, 401, 403, 404, 503)
        ),
    ],
)
@pytest.mark.parametrize(
    "auth",
    [
        BearerToken(SecretStr(CANARY)),
        BasicAuth("ada", SecretStr(CANARY)),
        KeyHeader("X-Api-Key", SecretStr(CANARY)),
    ],
    ids=["bearer", "basic", "key"],
)
def test_no_error_repr_or_log_shows_the_key(
    reply: Reply, auth: Auth, make_api: MakeApi, caplog: pytest.LogCaptureFixture
) -> None:
    """Not even where the vendor quotes it, and nowhere in the chain of causes."""
    caplog.set_level(logging.DEBUG)
    with FaultServer([reply]) as server:
        api = make_api(server, auth=auth, json_limit=2**21, retry=RetryPolicy(total_deadline=0.3))
        with pytest.raises(KpiloopError) as caught:
            api.get("/things", {"limit": "1"}).json()
    secret = next(iter(auth.headers().values())).split()[-1]
    chain = list(_chain(caught.value))
    assert len(chain) == 1
    shown = [
        *(f"{error} {error!r} {vars(error)}" for error in chain),
        "".join(traceback.format_exception(caught.value)),
        caplog.text,
        repr(api),
        repr(auth),
        str(vars(auth)),
    ]
    for text in shown:
        assert CANARY not in text
        assert secret not in text


def test_a_connectors_own_rule_does_not_see_the_key_that_a_vendor_quotes(
    make_api: MakeApi,
) -> None:
    """So that no message of its own can show it."""
    seen: list[bytes] = []
    escaped = answer(b'{"message": "' + CANARY.replace("/", "\\/").encode() + b'"}', status=400)
    with FaultServer([escaped]) as server, pytest.raises(KpiloopError, match=r"\*\*\*"):
        make_api(server, refusals=lambda got: seen.append(got.body)).get("/things")
    assert seen == [b'{"message": "***"}']


def test_a_redirect_within_the_origin_is_followed_with_the_key(make_api: MakeApi) -> None:
    """The vendor has only moved a path."""
    with FaultServer([redirect("/v3/thïngs and more?page=1"), answer({"ok": 1})]) as server:
        assert make_api(server).get("/v2/things").path == "/v3/th%C3%AFngs%20and%20more"
        second = server.received[1]
    assert (second.path, second.query) == ("/v3/th%C3%AFngs%20and%20more", "page=1")
    assert second.headers["authorization"] == f"Bearer {CANARY}"


def test_a_redirect_to_another_port_is_not_followed_and_no_key_leaves(make_api: MakeApi) -> None:
    """The same host on another port is another origin."""
    with FaultServer([answer({})]) as other, FaultServer([redirect(other.base_url)]) as server:
        with pytest.raises(UntrustedAnswerError, match="not followed"):
            make_api(server).get("/things")
        assert other.received == []


def test_a_redirect_of_a_change_is_not_turned_into_a_read(make_api: MakeApi) -> None:
    """A POST that becomes a GET would seem to have worked."""
    with FaultServer([redirect("/other"), answer({})]) as server:
        with pytest.raises(UntrustedAnswerError, match="redirects this POST"):
            make_api(server).post("/things", {})
        assert len(server.received) == 1


def test_a_redirect_that_keeps_the_method_keeps_the_body(make_api: MakeApi) -> None:
    """As status 307 and 308 promise."""
    with FaultServer([redirect("/other", status=308), answer({})]) as server:
        make_api(server).post("/things", {"a": 1})
        assert [request.json() for request in server.received] == [{"a": 1}, {"a": 1}]


def test_redirects_without_end_stop(make_api: MakeApi) -> None:
    """A loop is an error of the vendor, not of patience."""
    with FaultServer([redirect("/again")]) as server:
        with pytest.raises(UntrustedAnswerError, match="without end"):
            make_api(server).get("/things")
        assert len(server.received) < 10


def test_a_next_link_to_another_origin_is_not_followed_and_no_key_leaves(
    make_api: MakeApi,
) -> None:
    """A vendor's body must not decide where our key goes."""
    with FaultServer([answer({})]) as other:
        first = answer({"results": [{"id": 1}], "next": f"{other.base_url}/v2?page=2"})
        with FaultServer([first]) as server:
            pages = make_api(server).pages("/things", rows="results", cursor="next")
            assert next(pages).checkpoint == f"{other.base_url}/v2?page=2"
            with pytest.raises(UntrustedAnswerError, match="no key was sent"):
                next(pages)
        assert other.received == []


def test_proxies_and_netrc_of_the_environment_are_not_used(
    make_api: MakeApi, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Somebody else's settings must not reroute a key."""
    with FaultServer([answer({})]) as proxy, FaultServer([answer({"ok": 1})]) as server:
        monkeypatch.setenv("http_proxy", proxy.base_url)
        monkeypatch.setenv("HTTP_PROXY", proxy.base_url)
        monkeypatch.setenv("ALL_PROXY", proxy.base_url)
        assert make_api(server).get("/things").json() == {"ok": 1}
        assert proxy.received == []


def test_cookies_are_neither_kept_nor_sent(make_api: MakeApi) -> None:
    """Every request stands for itself."""
    with FaultServer([answer({}, headers={"Set-Cookie": "session=1; Path=/"})]) as server:
        api = make_api(server)
        api.get("/things")
        api.get("/things")
        assert "cookie" not in server.received[1].headers


def test_personal_data_of_an_answer_stays_out_of_its_repr(
    make_api: MakeApi, clock: ManualClock
) -> None:
    """An answer in a log line shows where it came from, and no more."""
    with FaultServer([answer({"email": "ada@acme.example"})]) as server:
        got = make_api(server, clock=clock).get("/things", {"email": "ada@acme.example"})
    assert "acme.example" not in repr(got)
    assert repr(got).startswith("Answer(system='acme', method='GET', path='/things', status=200")
