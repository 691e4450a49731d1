"""Who may call, how many at once, and how the account says no."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from typing import Any

import pytest
import requests

from kpiloop_sandbox.company.options import CompanyOptions
from kpiloop_sandbox.mailchimp.options import DEFAULT_KEY, SandboxOptions
from kpiloop_sandbox.mailchimp.server import MailchimpSandbox
from kpiloop_sandbox.mailchimp.store import Store
from kpiloop_sandbox.mailchimp_seed.load import load_stream

WRONG = "ffffffffffffffffffffffffffffffff-us6"


@pytest.fixture
def crowd(store: Store) -> Iterator[MailchimpSandbox]:
    """An account that is slow and minds its limit of connections."""
    with MailchimpSandbox(store, SandboxOptions(latency_ms=250, enforce_limits=True)) as sandbox:
        yield sandbox


def ping(sandbox: MailchimpSandbox) -> requests.Response:
    """A call of its own connection."""
    return requests.get(f"{sandbox.api_url}/ping", auth=("any", DEFAULT_KEY), timeout=10)


def statuses_of(sandbox: MailchimpSandbox, calls: int) -> list[int]:
    """What so many calls at once are answered with."""
    with ThreadPoolExecutor(calls) as pool:
        return [each.status_code for each in pool.map(lambda _: ping(sandbox), range(calls))]


@pytest.mark.parametrize("scheme", ["basic", "bearer"])
def test_a_key_is_taken_with_any_name_and_as_a_bearer(
    library: MailchimpSandbox, scheme: str
) -> None:
    """The name before the colon says nothing."""
    url = f"{library.api_url}/ping"
    basic: Any = {"auth": ("nobody", DEFAULT_KEY)}
    bearer: Any = {"headers": {"Authorization": f"Bearer {DEFAULT_KEY}"}}
    answer = requests.get(url, timeout=10, **(basic if scheme == "basic" else bearer))
    assert answer.json() == {"health_status": "Everything's Chimpy!"}


@pytest.mark.parametrize(("key", "title"), [("", "API Key Missing"), (WRONG, "API Key Invalid")])
def test_whoever_has_no_key_gets_a_problem_document(look: Any, key: str, title: str) -> None:
    """401, with a title that says which it is."""
    answer = look("GET", "/lists", key=key)
    assert (answer.status_code, answer.json()["title"]) == (401, title)
    assert answer.headers["content-type"].startswith("application/problem+json")


def test_a_problem_document_has_its_five_members(look: Any) -> None:
    """An unknown path and an unknown method are told in the same way."""
    for method, path, status in (("GET", "/nowhere", 404), ("PUT", "/ping", 405)):
        answer = look(method, path)
        assert answer.status_code == status
        assert answer.json().keys() == {"type", "title", "status", "detail", "instance"}


def test_ten_calls_at_once_are_served(crowd: MailchimpSandbox) -> None:
    """The limit is that of connections, not of calls in a time."""
    assert statuses_of(crowd, 10) == [200] * 10
    assert statuses_of(crowd, 10) == [200] * 10
    assert crowd.counters.most_at_once <= 10


def test_the_eleventh_call_at_once_is_turned_down(crowd: MailchimpSandbox) -> None:
    """429, without a word on when to come back."""
    with ThreadPoolExecutor(20) as pool:
        answers = list(pool.map(lambda _: ping(crowd), range(20)))
    refused = [each for each in answers if each.status_code == 429]
    assert refused
    assert "Retry-After" not in refused[0].headers
    assert refused[0].json()["title"] == "Too Many Requests"
    assert crowd.counters.refused["connections"] == len(refused)


def test_answers_tell_nothing_of_limits(look: Any) -> None:
    """There are no headers to steer by."""
    names = {name.lower() for name in look("GET", "/ping").headers}
    assert not [name for name in names if "limit" in name or "retry" in name]


def test_a_very_busy_account_answers_with_a_bare_403(sandbox: MailchimpSandbox, ask: Any) -> None:
    """Every third call here: no JSON, and the next one is served."""
    sandbox.options = SandboxOptions(forbidden_every=3)
    answers = [ask("GET", "/ping") for _ in range(4)]
    assert [each.status_code for each in answers] == [200, 200, 403, 200]
    assert "json" not in answers[2].headers["content-type"]


def test_a_token_is_bought_with_a_code_and_never_runs_out(library: MailchimpSandbox) -> None:
    """No refresh token, no end; the token tells where its account is, and opens it."""
    code = {
        "grant_type": "authorization_code",
        "client_id": "sandbox-client",
        "client_secret": "sandbox-secret",
        "redirect_uri": "https://acme.example/back",
        "code": "sandbox-code",
    }
    base = library.base_url
    bought = requests.post(f"{base}/oauth2/token", data=code, timeout=10).json()
    assert bought["expires_in"] == 0
    headers = {"Authorization": f"OAuth {bought['access_token']}"}
    told = requests.get(f"{base}/oauth2/metadata", headers=headers, timeout=10).json()
    assert (told["dc"], told["api_endpoint"]) == ("us6", base)
    bearer = {"Authorization": f"Bearer {bought['access_token']}"}
    assert requests.get(f"{library.api_url}/lists", headers=bearer, timeout=10).status_code == 200


def test_a_bad_token_is_a_200_that_says_so(library: MailchimpSandbox) -> None:
    """The login server's status tells nothing; its body does."""
    headers = {"Authorization": "OAuth nonsense"}
    answer = requests.get(f"{library.base_url}/oauth2/metadata", headers=headers, timeout=10)
    assert (answer.status_code, answer.json()) == (200, {"error": "invalid_token"})
    wrong = requests.post(f"{library.base_url}/oauth2/token", data={"code": "no"}, timeout=10)
    assert wrong.status_code == 400


def test_no_secret_is_in_a_repr() -> None:
    """Keys and tokens stay out of logs."""
    shown = repr(SandboxOptions())
    for secret in (DEFAULT_KEY, "sandbox-secret", "sandbox-code", "sandbox-token"):
        assert secret not in shown


def test_the_back_door_counts_and_changes_options(sandbox: MailchimpSandbox, ask: Any) -> None:
    """Counters since the last reset; unknown options are refused by name."""
    base = f"{sandbox.base_url}/_sandbox"
    ask("GET", "/lists")
    stats = requests.get(f"{base}/stats", timeout=10).json()
    assert stats["requests"] == {"GET /lists": 1}
    assert requests.post(f"{base}/reset", timeout=10).json()["total"] == 0
    changed = requests.patch(f"{base}/options", json={"merge_fields": 5}, timeout=10)
    assert changed.json() == {"merge_fields": 5}
    refused = requests.patch(f"{base}/options", json={"no_such": 1}, timeout=10)
    assert "no_such" in refused.json()["detail"]


def test_an_account_in_a_file_outlives_its_server(tmp_path: Any) -> None:
    """Members, campaigns and deliveries are there when it is opened again."""
    file = str(tmp_path / "mailchimp.sqlite")
    with Store(file) as store:
        members = load_stream(store, CompanyOptions(until=date(2026, 11, 1), contacts=100))
    with Store(file) as store:
        kept = sum(sum(store.members.counts(each["id"]).values()) for each in store.all("lists"))
    assert kept == members > 30
