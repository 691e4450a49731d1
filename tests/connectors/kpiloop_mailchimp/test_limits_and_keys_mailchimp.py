"""Keys, data centers, the limit of connections, and how Mailchimp says no."""

from base64 import b64decode
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import Lock

import pytest
from pydantic import SecretStr

from kpiloop import (
    CheckStatus,
    CredentialError,
    ManualClock,
    RefusedError,
    ScopeError,
    Source,
)
from kpiloop.testing import FaultServer, Received, Reply, answer, too_many
from kpiloop_mailchimp.client import connect as client
from kpiloop_mailchimp.reads import Mailchimp
from kpiloop_mailchimp.settings import MailchimpSettings
from kpiloop_sandbox.mailchimp.options import OAuthApp
from kpiloop_sandbox.mailchimp.server import MailchimpSandbox
from kpiloop_sandbox.mailchimp.store import Store
from support.mailchimp import KEY, NOON, Account, Connect, pages_of, problem

CAMPAIGNS = answer({"campaigns": []})
SOURCE = Source(name="mailchimp")


def test_the_key_is_the_password_of_any_user(server: FaultServer, mailchimp: Mailchimp) -> None:
    """Basic authentication, in which Mailchimp looks at the password alone."""
    pages_of(mailchimp, "campaigns")
    kind, _, pair = server.received[0].headers["authorization"].partition(" ")
    assert (kind, b64decode(pair).decode().partition(":")[2]) == ("Basic", KEY)


def test_a_token_of_an_oauth_app_is_a_bearer(server: FaultServer, connect: Connect) -> None:
    """It never runs out, so nothing renews it."""
    token = {"api_key": None, "token": SecretStr("granted"), "data_center": "us6"}
    pages_of(connect(**token), "campaigns")
    assert server.received[0].headers["authorization"] == "Bearer granted"


@pytest.mark.parametrize(
    "settings",
    [
        MailchimpSettings(api_key=SecretStr(KEY)),
        MailchimpSettings(token=SecretStr("granted"), data_center="us6"),
    ],
)
def test_the_data_center_is_in_the_key_or_the_settings(settings: MailchimpSettings) -> None:
    """It is the first part of the API's address."""
    with client(settings, SOURCE) as api:
        assert "https://us6.api.mailchimp.com/3.0" in repr(api)


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        (MailchimpSettings(), "there is no key"),
        (MailchimpSettings(api_key=SecretStr("cut-off-")), "data center"),
    ],
)
def test_what_is_missing_is_said(settings: MailchimpSettings, words: str) -> None:
    """Without showing what is there."""
    with pytest.raises(CredentialError, match=words) as caught:
        client(settings, SOURCE)
    assert "cut-off" not in str(caught.value)


def test_a_token_without_data_center_asks_the_login_server_once() -> None:
    """It tells where the account is; the simulated one sends back to itself."""
    with Store() as store, MailchimpSandbox(store) as sandbox:
        token = SecretStr(OAuthApp().token)
        settings = MailchimpSettings(token=token, login_url=sandbox.base_url)
        with client(settings, SOURCE) as api:
            assert sandbox.base_url in repr(api)
            assert api.get("/").find("account_name") == "Acme"


def test_a_token_is_shown_to_the_login_server_as_it_asks_for_it() -> None:
    """`OAuth` stands before it there, and `Bearer` everywhere else."""
    with FaultServer([answer({"dc": "us6", "api_endpoint": "https://us6.acme.example"})]) as login:
        settings = MailchimpSettings(token=SecretStr("granted"), login_url=login.base_url)
        with client(settings, SOURCE) as api:
            assert "https://us6.acme.example/3.0" in repr(api)
    [asked] = login.received
    assert (asked.path, asked.headers["authorization"]) == ("/oauth2/metadata", "OAuth granted")


def test_a_token_that_the_login_server_does_not_know_is_refused() -> None:
    """It says so with 200; the token is not shown."""
    with Store() as store, MailchimpSandbox(store) as sandbox:
        settings = MailchimpSettings(token=SecretStr("forged"), login_url=sandbox.base_url)
        with pytest.raises(CredentialError, match="KPILOOP_MAILCHIMP_TOKEN") as caught:
            client(settings, SOURCE)
    assert "forged" not in str(caught.value)


def test_a_wrong_key_says_where_to_get_the_right_one(connect: Connect) -> None:
    """401 is final."""
    with FaultServer([problem(401, "Your API key may be invalid")]) as server:
        with pytest.raises(CredentialError, match="KPILOOP_MAILCHIMP_API_KEY"):
            pages_of(connect(base_url=server.base_url), "campaigns")
        assert len(server.received) == 1


def test_a_bare_403_means_slower_and_one_with_a_problem_means_no(connect: Connect) -> None:
    """Under very high volume the gate before the API answers, with a page instead of JSON."""
    bare = answer(b"<html>Forbidden</html>", status=403, kind="text/html")
    with FaultServer([bare, CAMPAIGNS]) as server:
        mailchimp = connect(base_url=server.base_url, clock=ManualClock(NOON))
        assert len(pages_of(mailchimp, "campaigns")) == 2
        assert len(server.received) == 2
    with FaultServer([problem(403, "The API key has no access")]) as server:
        with pytest.raises(ScopeError, match="may not do this"):
            pages_of(connect(base_url=server.base_url), "campaigns")
        assert len(server.received) == 1


def test_a_429_comes_without_retry_after_and_is_tried_again(connect: Connect) -> None:
    """How long to wait is ours to choose."""
    with FaultServer([too_many(), too_many(), CAMPAIGNS]) as server:
        mailchimp = connect(base_url=server.base_url, clock=ManualClock(NOON))
        assert len(pages_of(mailchimp, "campaigns")) == 2


def test_a_problem_is_told_in_mailchimps_own_words(connect: Connect) -> None:
    """Its `detail` says what is wrong; other refusals are final."""
    with (
        FaultServer([problem(400, "The offset is too large")]) as server,
        pytest.raises(RefusedError, match="The offset is too large"),
    ):
        pages_of(connect(base_url=server.base_url), "campaigns")


@pytest.mark.parametrize(("share", "most"), [(1.0, 10), (0.5, 5)])
def test_no_more_connections_than_the_user_may_have(
    connect: Connect, share: float, most: int
) -> None:
    """Ten over all keys, of which the others keep their share."""
    under_way, peak, lock = 0, 0, Lock()

    def pieces() -> Iterator[bytes]:
        nonlocal under_way, peak
        with lock:
            under_way += 1
            peak = max(peak, under_way)
        yield from CAMPAIGNS.pieces
        with lock:
            under_way -= 1

    def slow(_request: Received) -> Reply:
        return Reply(pieces=pieces(), pause=0.02)

    with FaultServer(slow) as server:
        mailchimp = connect(base_url=server.base_url, share=share)
        with ThreadPoolExecutor(20) as threads:
            list(threads.map(lambda _: pages_of(mailchimp, "campaigns"), range(40)))
    assert 1 < peak <= most


def test_doctor_finds_nothing_wrong_and_tells_the_account(mailchimp: Mailchimp) -> None:
    """Every part that is read is looked at."""
    checks = list(mailchimp.checks())
    assert {check.status for check in checks} == {CheckStatus.OK}
    assert checks[0].found == "Acme, Europe/Berlin, owner"
    assert len(checks) == 9
    assert mailchimp.account().timezone == "Europe/Berlin"


def test_doctor_warns_of_parts_that_the_account_lacks(
    mailchimp: Mailchimp, account: Account
) -> None:
    """A pull goes on without them; without campaigns it does not."""
    del account.lists["/reporting/surveys"], account.lists["/campaigns"]
    found = {check.what: check.status for check in mailchimp.checks()}
    assert found["reading surveys"] is CheckStatus.WARNING
    assert found["reading campaigns"] is CheckStatus.FAILED


def test_doctor_stops_at_a_wrong_key(connect: Connect) -> None:
    """Nothing else could be found out."""
    with FaultServer([problem(401, "Your API key may be invalid")]) as server:
        [check] = connect(base_url=server.base_url).checks()
    assert (check.what, check.status) == ("key", CheckStatus.FAILED)
