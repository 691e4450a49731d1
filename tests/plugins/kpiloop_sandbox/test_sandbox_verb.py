"""`kpiloop sandbox`: simulated vendors that stay until they are stopped."""

import json
import re
import signal
import socket
import subprocess

import pytest
import requests

from kpiloop_sandbox.hubspot.kinds import CONTACTS
from kpiloop_sandbox.hubspot.store import Store
from support.program import Program
from support.sandbox_program import files_left, started

SMALL = ("sandbox", "--port", "0", "--contacts", "100")
KEY = {"Authorization": "Bearer sandbox-token"}


def address_in(process: subprocess.Popen[str]) -> str:
    """The address that the sandbox tells."""
    assert process.stdout is not None
    return next(found[1] for line in process.stdout if (found := re.search(r"(http://\S+)", line)))


def stop(process: subprocess.Popen[str], kind: signal.Signals = signal.SIGINT) -> tuple[str, str]:
    """Stop it, and give the rest of what it said."""
    process.send_signal(kind)
    return process.communicate(timeout=60)


@pytest.mark.parametrize("kind", [signal.SIGINT, signal.SIGTERM])
def test_it_serves_until_it_is_stopped(program: Program, kind: signal.Signals) -> None:
    """It answers with its company, and Ctrl-C is its proper end: exit code 0, nothing left."""
    with started(program, *SMALL) as process:
        address = address_in(process)
        answer = requests.get(f"{address}/crm/v3/objects/contacts", headers=KEY, timeout=10)
        _, err = stop(process, kind)
    assert len(answer.json()["results"]) > 0
    assert process.returncode == 0
    assert "The sandbox has stopped." in err
    assert files_left(program) == []


def test_what_it_proposes_is_a_project(program: Program) -> None:
    """The lines that it shows are a kpiloop.toml, with which doctor finds nothing wrong."""
    with started(program, *SMALL) as process:
        assert process.stdout is not None
        lines = iter(process.stdout)
        next(line for line in lines if line.startswith("A kpiloop.toml for it"))
        shown = [next(lines) for _ in range(9)]
        (program.folder / "kpiloop.toml").write_text("".join(shown), encoding="utf-8")
        (program.folder / "kpiloop.toml").chmod(0o600)
        answer = program("doctor", "--json", KPILOOP_SANDBOX_HUBSPOT_CALLS_PER_10_SECONDS="190")
        stop(process)
    assert answer.exit_code == 0
    assert [each for each in answer.json if each["status"] != "ok"] == []


def test_programs_learn_where_it_is(program: Program) -> None:
    """With --json the address and the key of each account are on stdout."""
    with started(program, *SMALL, "--json") as process:
        out, err = stop_when_up(process)
    (told,) = json.loads(out)
    assert told.keys() == {"vendor", "base_url", "token"}
    assert err == ""


def test_several_vendors_have_the_same_company(program: Program) -> None:
    """Each with its own address and keys, in the order of their ports."""
    with started(program, "sandbox", "salesforce", "mailchimp", *SMALL[1:], "--json") as process:
        out, _ = stop_when_up(process)
    told = json.loads(out)
    assert [each["vendor"] for each in told] == ["mailchimp", "salesforce"]
    assert [sorted(each.keys() - {"vendor", "base_url"}) for each in told] == [
        ["api_key"],
        ["client_id", "client_secret"],
    ]


def stop_when_up(process: subprocess.Popen[str]) -> tuple[str, str]:
    """Stop it as soon as its answer is complete."""
    assert process.stdout is not None
    out = ""
    while not out.endswith("]\n"):
        out += process.stdout.readline()
    return out, stop(process)[1]


def test_a_port_that_is_taken_is_told_before_anything_is_made(program: Program) -> None:
    """The address is named, with what to do; another try later may work, hence 75."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        answer = program("sandbox", "--port", str(port), "--keep", "kept")
    assert answer.exit_code == 75
    assert f"127.0.0.1:{port}" in answer.err
    assert "--port" in answer.err
    assert files_left(program) == []


def test_a_folder_keeps_the_accounts(program: Program) -> None:
    """What was changed is there next time, whatever size is asked for then."""
    folder = program.folder / "kept"
    with started(program, *SMALL, "--keep", str(folder)) as process:
        made = {"properties": {"email": "new@acme.example"}}
        url = f"{address_in(process)}/crm/v3/objects/contacts"
        answer = requests.post(url, json=made, headers=KEY, timeout=10)
        stop(process)
    with Store(str(folder / "hubspot.sqlite")) as store:
        before = store.count(CONTACTS)
        assert store.holder(CONTACTS, "email", ["new@acme.example"])
    with started(program, *SMALL, "--contacts", "300", "--keep", "kept") as process:
        search = f"{address_in(process)}/crm/v3/objects/contacts/search"
        found = requests.post(search, json={"limit": 1}, headers=KEY, timeout=10)
        stop(process)
    assert answer.status_code == 201
    assert found.json()["total"] == before


def test_a_file_that_holds_something_else_is_left_alone(program: Program) -> None:
    """It is named, and not overwritten."""
    file = program.folder / "hubspot.sqlite"
    file.write_text("mine " * 1_000, encoding="utf-8")
    answer = program(*SMALL, "--keep", ".")
    assert answer.exit_code == 2
    assert "holds no simulated account" in answer.err
    assert file.read_text(encoding="utf-8") == "mine " * 1_000


def test_it_is_as_slow_and_strict_as_asked(program: Program) -> None:
    """Latency holds answers back; limits refuse what HubSpot would refuse, unless switched off."""
    for line, refused in (((), True), (("--no-limits",), False)):
        with started(program, *SMALL, "--latency-ms", "5", *line) as process:
            url = f"{address_in(process)}/crm/v3/objects/contacts/search"
            statuses = set[int]()
            with requests.Session() as session:
                for _ in range(12):
                    answer = session.post(url, json={"limit": 1}, headers=KEY, timeout=10)
                    statuses.add(answer.status_code)
                    assert answer.elapsed.total_seconds() >= 0.005
            stop(process)
        assert (429 in statuses) is refused


def test_accounts_cannot_be_kept_in_a_file(program: Program) -> None:
    """Whatever cannot be opened is told in words."""
    (program.folder / "notes.txt").write_text("mine", encoding="utf-8")
    answer = program(*SMALL, "--keep", "notes.txt")
    assert answer.exit_code == 2
    assert "Traceback" not in answer.err
