"""The program with the simulated account, in a folder of the test's own."""

from pathlib import Path

import pytest

from support.program import Program
from support.sandbox_program import program_in


@pytest.fixture
def program(tmp_path: Path) -> Program:
    """The program in an empty folder."""
    return program_in(tmp_path)
