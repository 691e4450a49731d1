"""What `kpiloop new` makes is green before the first change."""

import sys
from itertools import product
from pathlib import Path

import pytest

from kpiloop.cli.scaffold.naming import Naming
from kpiloop.cli.scaffold.rendering import rendered, write_package
from scaffold.conftest import Made

NAMES = ("x", "zebra", "a-long-vendors-names")


@pytest.fixture(scope="session")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What mypy remembers of kpiloop from one package to the next."""
    return tmp_path_factory.mktemp("mypy")


def test_its_own_tests_pass(package: Made) -> None:
    """Installed beside kpiloop, the package passes the tests that it was made with."""
    assert "passed" in package.run("pytest", "-q", "-p", "no:cacheprovider")


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
