"""A project that is made of a text."""

from collections.abc import Mapping
from pathlib import Path
from textwrap import dedent

import pytest

from kpiloop.project.loading import read_project
from kpiloop.project.project import Project
from support.acme import HEAD, Load, acme_host


@pytest.fixture
def load(tmp_path: Path) -> Load:
    """Reads a project from a text, after the section [project] unless it has one."""

    def read(text: str, environment: Mapping[str, str] | None = None) -> Project:
        text = dedent(text)
        return read_project(
            text if "[project]" in text else HEAD + text,
            path=tmp_path / "kpiloop.toml",
            host=acme_host(),
            environment=environment or {},
        )

    return read
