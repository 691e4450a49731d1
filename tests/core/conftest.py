"""What tests of several parts of the core need."""

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

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
