"""A key opens the account, and is found nowhere else."""

import os
import ssl
import stat
import traceback
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from kpiloop import ManualClock
from kpiloop.cli.program import program
from kpiloop.plugin_host.host import PluginHost
from kpiloop.testing.fault_server import FaultServer, Received, Reply, answer, redirect
from kpiloop_sandbox.hubspot.options import ALL_SCOPES, DEFAULT_TOKEN
from kpiloop_sandbox.project_file import demo_project
from kpiloop_sandbox.vendors import HUBSPOT
from support.home import FAST, Home
from support.living_account import MORNING, LivingAccount

CANARY = "pat-eu1-canary-0f2d9c77-never-to-be-seen"
CERTIFICATE = Path(__file__).parents[1] / "core/web_api/certificates/for_tests_only.pem"
VERBS = (
    ("doctor",),
    ("run", "--no-write", "--debug"),
    ("plan", "--json"),
    ("apply", "--yes", "--debug"),
    ("pull", "--json", "--debug"),
    ("show",),
    ("explain", "cac"),
    ("runs", "--json"),
    ("quarantine",),
    ("plugins",),
)
Say = Callable[..., tuple[int, str]]


@pytest.fixture
def say(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> Iterator[Say]:
    """Run a verb as it is typed, with the key in the environment; its exit code and all it says."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("KPILOOP_SANDBOX_HUBSPOT_TOKEN", CANARY)
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    before = os.umask(0o022)

    def run(*line: str) -> tuple[int, str]:
        code = program().main(list(line), prog_name="kpiloop", standalone_mode=False)
        said = capfd.readouterr()
        return code or 0, said.out + said.err

    yield run
    os.umask(before)


def write_project(folder: Path, base_url: str) -> None:
    """A project whose key is not in its file."""
    lines = demo_project({HUBSPOT: base_url}).splitlines(keepends=True)
    text = "".join(FAST if line.startswith("token =") else line for line in lines)
    text = text.replace("[project]\n", '[project]\nhome = "home"\n')
    (folder / "kpiloop.toml").write_text(text, encoding="utf-8")


def files_below(folder: Path) -> list[Path]:
    """Every file and folder."""
    return [folder, *folder.rglob("*")]


def holding(folder: Path, secret: str) -> list[Path]:
    """The files that hold a secret."""
    files = [each for each in files_below(folder) if each.is_file()]
    return [each for each in files if secret.encode() in each.read_bytes()]


def test_a_key_is_in_no_file_and_no_output_of_any_verb(
    account: LivingAccount, say: Say, tmp_path: Path
) -> None:
    """Not in the warehouse, the ledger, a report, a log or on the screen; all is its owner's."""
    account.sandbox.options = replace(account.sandbox.options, tokens={CANARY: ALL_SCOPES})
    write_project(tmp_path, account.base_url)
    for line in VERBS:
        code, said = say(*line)
        assert code == 0, (line, said)
        assert said.strip()
        assert CANARY not in said
    assert account.sandbox.counters.records_written > 50
    assert holding(tmp_path, CANARY) == []
    home = tmp_path / "home"
    assert {each.name for each in home.iterdir()} >= {"warehouse.duckdb", "ledger.sqlite"}
    for each in files_below(home):
        wanted = 0o700 if each.is_dir() else 0o600
        assert stat.S_IMODE(each.stat().st_mode) == wanted, each


def test_a_wrong_key_is_not_quoted(account: LivingAccount, say: Say, tmp_path: Path) -> None:
    """Whoever made a mistake in the key learns which key it is, by its name."""
    write_project(tmp_path, account.base_url)
    for line in (("doctor", "--debug"), ("pull", "--debug"), ("run", "--json"), ("runs",)):
        code, said = say(*line)
        assert (code == 0) == (line == ("runs",)), said
        assert CANARY not in said
    assert say("pull")[0] == 2
    assert "sandbox" in say("pull")[1]
    assert holding(tmp_path, CANARY) == []


def quoting(request: Received) -> Reply:
    """A vendor that repeats in its error what it was sent."""
    return answer({"message": f"bad {dict(request.headers)}"}, status=400)


def away(request: Received) -> Reply:
    """A vendor that sends its callers to another host, with their key in the address."""
    key = request.headers["authorization"].removeprefix("Bearer ")
    return redirect(f"http://localhost:9/elsewhere?key={key}")


def broken(request: Received) -> Reply:
    """A proxy that answers with its own page, which shows what it was sent."""
    return answer({"echo": dict(request.headers)}, status=502)


def nonsense(request: Received) -> Reply:
    """A vendor whose answer has not the promised form, and shows what it was sent."""
    return answer({"results": str(request.headers), "total": "many"})


@pytest.fixture
def tls() -> ssl.SSLContext:
    """A server's side of TLS, with a certificate that nobody has signed."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(CERTIFICATE)
    return context


def assert_untold(tmp_path: Path, host: PluginHost, base_url: str) -> None:
    """A pull from there fails, and neither its errors nor its files tell the key."""
    home = Home(folder=tmp_path, base_url=base_url, clock=ManualClock(MORNING), host=host)
    home.text = home.text.replace(DEFAULT_TOKEN, CANARY)
    failed = home.pull().failed
    assert failed
    for error in failed.values():
        told = "".join(traceback.format_exception(error))
        assert CANARY not in told + repr(error) + repr(vars(error))
    assert holding(tmp_path, CANARY) == []


@pytest.mark.parametrize("vendor", [quoting, away, broken, nonsense])
def test_no_failure_tells_the_key(
    tmp_path: Path, host: PluginHost, vendor: Callable[[Received], Reply]
) -> None:
    """Not in the error, its causes or its traceback, and not in the stores that remember it."""
    with FaultServer(vendor) as server:
        assert_untold(tmp_path, host, server.base_url)


def test_neither_a_wrong_address_nor_a_false_certificate_tells_the_key(
    tmp_path: Path, host: PluginHost, tls: ssl.SSLContext
) -> None:
    """Nobody is there, or somebody who is not the vendor: the key does not even leave."""
    with FaultServer([answer({})], tls=tls) as server:
        assert_untold(tmp_path, host, server.base_url)
        assert server.received == []
    assert_untold(tmp_path, host, server.base_url)
