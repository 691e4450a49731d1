"""A stranger's package: built, installed beside kpiloop, found and used."""

import ast
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from support.acme_server import TOKEN, AcmeServer, acme_server, contact
from support.program import Program

PACKAGE = Path(__file__).parent / "kpiloop_acme"


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where pip installed the package, built from a copy of its sources."""
    folder = tmp_path_factory.mktemp("third_party")
    sources = shutil.copytree(PACKAGE, folder / "sources")
    offline = ["--quiet", "--no-deps", "--no-build-isolation", "--no-index"]
    subprocess.run(
        [
            sys.executable,
            "-m",
            "pip",
            "install",
            *offline,
            "--target",
            str(folder / "site"),
            sources,
        ],
        check=True,
    )
    return folder / "site"


@pytest.fixture
def account() -> Iterator[AcmeServer]:
    """An account of Acme with three contacts."""
    with acme_server() as server:
        server.contacts += [
            contact(1),
            contact(2, stage="buyer"),
            contact(3, no_mail_since="2026-06-01T00:00:00Z"),
        ]
        yield server


@pytest.fixture
def program(tmp_path: Path, site: Path, account: AcmeServer) -> Program:
    """The program in a project that reads the account."""
    (tmp_path / "acme.token").write_text(TOKEN, encoding="utf-8")
    (tmp_path / "kpiloop.toml").write_text(
        '[project]\ntimezone = "Europe/Berlin"\ncurrency = "EUR"\n'
        f'[sources.acme]\nbase_url = "{account.base_url}"\ntoken_file = "acme.token"\n',
        encoding="utf-8",
    )
    return Program(folder=tmp_path, environment={"PYTHONPATH": str(site)})


def test_the_package_is_found_with_all_that_it_brings(program: Program) -> None:
    """An installed package is a plugin like the bundled ones."""
    reports = {each["name"]: each for each in program("plugins", "--json").json}
    assert reports["acme"] == {
        "name": "acme",
        "distribution": "kpiloop-acme",
        "version": "2.0.0",
        "module": "kpiloop_acme",
        "status": "working",
        "problem": "",
        "todo": "",
        "connectors": ["acme"],
        "packs": ["acme/consent"],
        "entities": [],
        "derivations": ["opt_outs"],
        "models": [],
        "commands": ["acme"],
        "written_for": "<1,>=0.1",
        "deprecated": [],
    }


def test_it_is_written_with_the_public_door_alone() -> None:
    """The package imports nothing of kpiloop but what is open to strangers."""
    imported = {
        node.module
        for path in PACKAGE.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.ImportFrom) and node.module
    }
    of_kpiloop = {name for name in imported if name.partition(".")[0] == "kpiloop"}
    assert of_kpiloop <= {"kpiloop", "kpiloop.web_api", "kpiloop.testing"}


def test_its_verb_is_called_like_any_other(program: Program) -> None:
    """A verb of the package stands in the help, and works on the project."""
    assert "Say which Acme account a source reads." in program("--help", COLUMNS="120").out
    assert program("acme", "--json").json == {"source": "acme", "reads": "acme"}


def test_its_connector_pulls_what_changed(program: Program, account: AcmeServer) -> None:
    """The first pull reads all pages, the next one only what changed, deletes included."""
    assert program("pull", "--json").json["acme"]["contacts"] | {"calls": 2} == {
        "read": 3,
        "new": 3,
        "calls": 2,
    }
    account.asked.clear()
    gone = {"updatedAt": "2099-01-01T08:00:00Z", "deletedAt": "2026-06-20T00:00:00Z"}
    account.contacts[0] |= gone
    assert program("pull", "--json").json["acme"]["contacts"]["deleted"] == 1
    assert all("updated_after" in path for path in account.asked)


def test_its_kpi_is_computed_and_shown(program: Program) -> None:
    """The pack is checked and asked like a bundled one: two of three people may be written to."""
    assert program("run", "--json").json["green"] is True
    shown = program("show", "acme_reach", "--since", "2026-05", "--until", "2026-05", "--json").json
    assert [(each["period"]["key"], each["numerator"], each["denominator"]) for each in shown] == [
        ("2026-05", 2, 3)
    ]
    explained = program("explain", "acme_reach")
    assert "Share of the people of the period who may be written to." in explained.out


def test_its_table_is_derived_by_its_section_of_the_settings(program: Program) -> None:
    """A KPI stands on a table of the package's own, and follows what kpiloop.toml says to it."""
    assert program("run", "--quiet").exit_code == 0
    ever = ("show", "acme_early_opt_outs", "--grain", "ever", "--json")
    assert [each["value"] for each in program(*ever).json] == [1]
    config = program.folder / "kpiloop.toml"
    text = config.read_text(encoding="utf-8")
    config.write_text(f"{text}[reach]\nearly_days = 1\n", encoding="utf-8")
    assert program("run", "--no-pull", "--quiet").exit_code == 0
    assert [each["value"] for each in program(*ever).json] == [0]
    config.write_text(f"{text}[reach]\nearly = 1\n", encoding="utf-8")
    assert "reach.early is no key that kpiloop knows" in program("run").err


def test_what_it_knows_of_stages_holds(program: Program) -> None:
    """The connector's own map of stages makes leads of prospects and customers of buyers."""
    assert program("run", "--quiet").exit_code == 0
    shown = program("show", "acme_people", "--by", "stage", "--grain", "ever", "--json").json
    assert {each["dimensions"]["stage"]: each["value"] for each in shown} == {
        "lead": 2,
        "customer": 1,
    }


def test_a_wrong_key_is_kpiloops_to_explain(program: Program) -> None:
    """The package writes no word about errors: a refused key is told with its source and call."""
    (program.folder / "acme.token").write_text("wrong-key", encoding="utf-8")
    answer = program("pull")
    assert answer.exit_code == 2
    assert answer.err.startswith("Error: acme GET /contacts: acme does not accept the key")
    assert "wrong-key" not in answer.out + answer.err


def test_a_missing_key_is_told_with_where_to_get_it(program: Program) -> None:
    """The hint that the package's author wrote beside the setting reaches the user."""
    config = program.folder / "kpiloop.toml"
    text = config.read_text(encoding="utf-8").replace('token_file = "acme.token"', "")
    config.write_text(text, encoding="utf-8")
    answer = program("acme")
    assert answer.exit_code == 2
    assert "source 'acme': token is missing" in answer.err
    assert "Acme shows it under Profile > API." in answer.err


def test_its_own_tests_pass_where_it_is_installed(site: Path, tmp_path: Path) -> None:
    """The contract that kpiloop ships for authors holds for the installed connector."""
    tests = shutil.copytree(PACKAGE / "tests", tmp_path / "tests")
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-W", "error", "-p", "no:cacheprovider", tests],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(site)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout
    assert "6 passed" in done.stdout
