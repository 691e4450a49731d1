"""Somebody who follows docs/writing_plugins.md sees the new connector at work before any change."""

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from docs.pages import PROJECT, blocks
from docs.reader import lines_of
from scaffold.conftest import NAME, Made
from support.program import Program

PAGE = PROJECT / "docs" / "writing_plugins.md"
PLUGIN = NAME.replace("-", "_")
LISTENS = re.compile(r"listens on (\S+), its key is (\S+)\. Enter")


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


@pytest.mark.parametrize("package", ["connector"], indirect=True)
def test_the_loop_can_be_seen_at_work(package: Made, small_account: str, tmp_path: Path) -> None:
    """The project of the page reads the account, computes, and plans to write deals back."""
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
    assert "deals" in answer.out
