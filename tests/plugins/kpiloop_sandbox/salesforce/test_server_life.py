"""The sandbox as a server: its options, its counters, and an org that outlives it in a file."""

from pathlib import Path

import pytest

from kpiloop_sandbox.salesforce.options import SandboxOptions
from kpiloop_sandbox.salesforce.server import SalesforceSandbox
from kpiloop_sandbox.salesforce.store import Store
from support.salesforce_org import LEADS, ROOT, Ask, asking, querying, seed


def test_an_org_in_a_file_outlives_its_server(tmp_path: Path) -> None:
    """What was written to one server is there on the next one."""
    path = str(tmp_path / "org.sqlite")
    with Store(path) as store:
        seed(store)
        with SalesforceSandbox(store) as sandbox, asking(sandbox) as ask:
            made = ask("POST", f"{ROOT}/sobjects/Account", json={"Name": "Kept"}).json()
    with Store(path) as store, SalesforceSandbox(store) as sandbox, asking(sandbox) as ask:
        assert ask("GET", f"{ROOT}/sobjects/Account/{made['id']}").json()["Name"] == "Kept"
        assert store.count("Lead") == LEADS


def test_a_stopped_server_answers_again_when_it_is_started(sandbox: SalesforceSandbox) -> None:
    """On the same port, without the jobs of before."""
    before = sandbox.base_url
    sandbox.stop()
    sandbox.start()
    assert sandbox.base_url == before
    with asking(sandbox) as ask:
        assert ask("GET", f"{ROOT}/jobs/query").json()["records"] == []


def test_options_are_changed_while_it_runs(ask: Ask, sandbox: SalesforceSandbox) -> None:
    """By the back door; what is no option is refused by name."""
    told = ask("PATCH", "/_sandbox/options", json={"page_size": 7, "latency_ms": 1})
    assert told.json() == {"page_size": 7, "latency_ms": 1}
    assert sandbox.options == SandboxOptions(page_size=7, latency_ms=1)
    assert len(querying(ask)("SELECT Id FROM Lead")) == 7
    refused = ask("PATCH", "/_sandbox/options", json={"pages": 7})
    assert refused.status_code == 400
    assert "page_size" in refused.text


def test_counters_tell_calls_and_writes_since_the_reset(ask: Ask) -> None:
    """By method and path; the back door does not count."""
    ask("POST", f"{ROOT}/sobjects/Account", json={"Name": "A"})
    ask("GET", f"{ROOT}/limits")
    told = ask("GET", "/_sandbox/stats").json()
    assert told["requests"] == {"POST /sobjects/{object}": 1, "GET /limits": 1}
    assert (told["total"], told["recordsWritten"], told["refused"]) == (2, 1, {})
    assert ask("POST", "/_sandbox/reset").json()["total"] == 0


@pytest.mark.parametrize("path", ["/_sandbox/records/Leed/x", "/_sandbox/nonsense"])
def test_the_back_door_does_not_know_everything(ask: Ask, path: str) -> None:
    """HTTP 404, as everywhere."""
    assert ask("PATCH", path, json={}).status_code == 404


@pytest.mark.parametrize("body", ["", "[]", "{", '{"records": 5}'])
def test_a_body_that_cannot_be_read_is_refused(ask: Ask, body: str) -> None:
    """HTTP 400 JSON_PARSER_ERROR, from every endpoint that takes one."""
    for method, path in (
        ("POST", "/sobjects/Lead"),
        ("PATCH", "/composite/sobjects"),
        ("POST", "/jobs/query"),
    ):
        answer = ask(method, ROOT + path, data=body)
        assert answer.status_code == 400
        assert answer.json()[0]["errorCode"] in {"JSON_PARSER_ERROR", "INVALID_FIELD"}
