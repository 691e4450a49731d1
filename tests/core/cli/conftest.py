"""The program, with plugins that are made for one test."""

from pathlib import Path

import pytest

from support.crm_desk import Desk
from support.crm_plugin import PLUGIN
from support.plugin_workshop import Workshop
from support.program import Program


@pytest.fixture
def program(tmp_path: Path, workshop: Workshop) -> Program:
    """The program in an empty folder; it finds the plugins of the workshop."""
    folder = tmp_path / "project"
    folder.mkdir()
    return Program(
        folder=folder,
        environment={
            "PYTHONPATH": str(workshop.folder),
            "XDG_STATE_HOME": str(tmp_path / "state"),
            "COLUMNS": "200",
            "NO_COLOR": "1",
        },
    )


@pytest.fixture
def desk(program: Program, workshop: Workshop, tmp_path: Path) -> Desk:
    """A project whose CRM holds three contacts."""
    workshop.make(PLUGIN, name="crm")
    crm = tmp_path / "crm"
    crm.mkdir()
    made = Desk(program, crm)
    made.set()
    return made
