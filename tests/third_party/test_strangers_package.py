"""A stranger's package: built, installed beside kpiloop, found and used."""

import ast
import json
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from support.acme_server import TOKEN, AcmeServer, acme_server, contact
from support.program import Program

PACKAGE = Path(__file__).parent / "kpiloop_acme"
PULL = """
import json
import sys

from kpiloop.cli.application import Application
from kpiloop.cli.options import Options
from kpiloop.engine.pull.run import pull
from kpiloop.warehouse.store import Warehouse

app = Application(Options())
connector = app.connect("acme")
app.project.home.mkdir(exist_ok=True)
with Warehouse.open(app.project.warehouse) as warehouse:
    report = pull(warehouse, connector)
    with warehouse.cursor() as cursor:
        rows = cursor.execute(
            "SELECT id, email, stage, opted_out, deleted_at IS NOT NULL FROM pulled.contacts "
            "ORDER BY created_at"
        ).fetchall()
connector.close()
failed = {stream: type(error).__name__ for stream, error in report.failed.items()}
json.dump({"new": report.counts.new, "rows": rows, "failed": failed}, sys.stdout)
"""

CATALOG = """
import json
import sys

from kpiloop.cli.application import Application
from kpiloop.cli.options import Options

catalog = Application(Options()).catalog
measures = [measure.name for measure in catalog.measures_of("acme_reach")]
json.dump({"title": catalog.kpi("acme_reach").title, "measures": measures}, sys.stdout)
"""


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
        server.contacts += [contact(1), contact(2, stage="buyer"), contact(3, no_mail=True)]
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


def pulled(program: Program) -> Any:
    """What a pull of the account brought, and what is stored after it."""
    answer = program.script(PULL)
    assert answer.exit_code == 0, answer.err
    return json.loads(answer.out)


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
        "commands": ["acme"],
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
    """The first pull reads all pages, the next one only changes, deletes included."""
    assert pulled(program) == {
        "new": 3,
        "failed": {},
        "rows": [
            ["1", "person1@customer.example", "prospect", False, False],
            ["2", "person2@customer.example", "buyer", False, False],
            ["3", "person3@customer.example", "prospect", True, False],
        ],
    }
    account.asked.clear()
    account.contacts[0] |= {
        "updatedAt": "2099-01-01T08:00:00Z",
        "deletedAt": "2026-06-20T00:00:00Z",
    }
    again = pulled(program)
    assert again["new"] == 0
    assert [row[4] for row in again["rows"]] == [True, False, False]
    assert all("updated_after" in path for path in account.asked)


def test_its_kpi_stands_in_the_catalog(program: Program) -> None:
    """The pack of the package is checked against the schema and asked like a bundled one."""
    answer = program.script(CATALOG)
    assert answer.exit_code == 0, answer.err
    assert answer.json == {"title": "Reach", "measures": ["acme_reachable", "acme_people"]}


def test_a_wrong_key_is_kpiloops_to_explain(program: Program) -> None:
    """The package writes no word about errors: a refused key ends its stream by kpiloop's rules."""
    (program.folder / "acme.token").write_text("wrong", encoding="utf-8")
    assert pulled(program) == {"new": 0, "failed": {"contacts": "CredentialError"}, "rows": []}


def test_a_missing_key_is_told_with_where_to_get_it(program: Program) -> None:
    """The hint that the package's author wrote beside the setting reaches the user."""
    config = program.folder / "kpiloop.toml"
    text = config.read_text(encoding="utf-8").replace('token_file = "acme.token"', "")
    config.write_text(text, encoding="utf-8")
    answer = program("acme")
    assert answer.exit_code == 2
    assert "source 'acme': token is missing" in answer.err
    assert "Acme shows it under Profile > API." in answer.err
