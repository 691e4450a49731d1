"""What `kpiloop new` makes is green before the first change."""

import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from itertools import product
from pathlib import Path

import pytest

from docs.pages import PROJECT, blocks
from docs.reader import lines_of
from kpiloop.cli.scaffold.naming import Naming
from kpiloop.cli.scaffold.rendering import rendered, write_package
from scaffold.conftest import NAME, Made
from support.program import Program

NAMES = ("x", "zebra", "a-long-vendors-names")
OF_EACH_KIND = (
    "test_wire test_pack everything checkpoint two_windows next_pull one_time a_delete_is_read "
    "made_once read_back unknown_record lost_answers wrong_key missing_right no_check_shows"
).replace(" ", " or ")
"""All 55 take half a minute; those of bad lines and plans are run with every bundled connector."""

PAGE = PROJECT / "docs" / "writing_plugins.md"
PLUGIN = NAME.replace("-", "_")
KEY = "key-of-a-test"
LISTENS = re.compile(r"listens on (\S+), its key is (\S+)\. Enter")


@pytest.fixture(scope="session")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What mypy remembers of kpiloop from one package to the next."""
    return tmp_path_factory.mktemp("mypy")


@pytest.fixture
def small_account(package: Made) -> Iterator[str]:
    """The address of the small account that comes with the package, started as the page says."""
    with subprocess.Popen(
        [sys.executable, "-u", f"tests/small_{PLUGIN}.py"],
        cwd=package.folder,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as running:
        assert running.stdout is not None
        found = LISTENS.search(running.stdout.readline())
        assert found, "the account does not say where it listens"
        yield found[1]
        running.communicate("\n")


def test_its_own_tests_pass(package: Made) -> None:
    """Installed beside kpiloop, the package passes the tests that it was made with."""
    assert "passed" in package.run("pytest", "-q", "-p", "no:cacheprovider", "-k", OF_EACH_KIND)


def test_it_is_strictly_typed(package: Made, cache: Path) -> None:
    """Neither checker finds anything, by the settings that the package brings."""
    package.run("mypy", "--cache-dir", str(cache))
    package.run("pyright", "--pythonpath", sys.executable)


def test_they_are_linted_and_formatted_whatever_their_names(tmp_path: Path) -> None:
    """A short name leaves no line that could be joined, a long one none that is too long."""
    for kind, name in product(("connector", "pack"), NAMES):
        naming = Naming.of(name)
        write_package(rendered(kind, naming), tmp_path / kind / naming.distribution)
    packages = Made(folder=tmp_path, site=tmp_path)
    packages.run("ruff", "check", "--no-cache")
    packages.run("ruff", "format", "--check", "--no-cache")


@pytest.mark.parametrize("package", ["connector"], indirect=True)
def test_the_loop_can_be_seen_at_work(package: Made, small_account: str, tmp_path: Path) -> None:
    """The project of the page reads the account, computes, and writes the won deals back."""
    told = [each for each in blocks(PAGE) if each.language in {"toml", "console"}]
    config, console = told[1].text, told[2]
    (tmp_path / "kpiloop.toml").write_text(
        config.replace("acme", PLUGIN).replace("http://127.0.0.1:8000", small_account),
        encoding="utf-8",
    )
    program = Program(folder=tmp_path, environment={"PYTHONPATH": str(package.site)})
    export, *lines = [each.typed.replace("ACME", PLUGIN.upper()) for each in lines_of(console)]
    key, _, value = export.removeprefix("export ").partition("=")
    for line in lines:
        answer = program(*line.split()[1:], **{key: value})
        assert answer.exit_code == 0, f"{line}: {answer.out}{answer.err}"
    assert "3 are confirmed, 0 rejected" in answer.out


@pytest.mark.parametrize("package", ["connector"], indirect=True)
def test_an_account_is_recorded_and_replayed(
    package: Made, small_account: str, cache: Path, tmp_path: Path
) -> None:
    """The file that the page adds records the account without its key, and reads the recording."""
    copy = shutil.copytree(package.folder, tmp_path / "package")
    (piece,) = (each for each in blocks(PAGE) if each.file == "tests/test_recorded.py")
    text = piece.text.replace("acme", PLUGIN).replace("Acme", "BigCrm").replace("ACME", "BIG_CRM")
    (copy / piece.file).write_text(text, encoding="utf-8")
    made = Made(folder=copy, site=package.site)
    made.run("tests.test_recorded", small_account, BIG_CRM_KEY=KEY)
    recording = (copy / "tests" / "recordings" / "account.json").read_text(encoding="utf-8")
    assert "Deal 3" in recording
    assert KEY not in recording
    assert "1 passed" in made.run("pytest", "-q", piece.file)
    made.run("ruff", "check")
    made.run("mypy", "--cache-dir", str(cache))
