"""What tests of several parts of the core need."""

import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from textwrap import dedent

import pytest

from kpiloop.project.loading import read_project
from kpiloop.project.project import Project
from support.acme import HEAD, Load, acme_host
from support.plugin_workshop import Workshop


@pytest.fixture
def workshop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Workshop]:
    """A place to make plugins in; what it made is gone from the interpreter afterwards."""
    before = set(sys.modules)
    folder = tmp_path / "plugins"
    folder.mkdir()
    monkeypatch.syspath_prepend(folder)
    yield Workshop(folder)
    for name in set(sys.modules) - before:
        if name.startswith(("kpiloop_", "acme_", "other_")):
            del sys.modules[name]


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
