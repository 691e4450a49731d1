"""A project of a few lines, in which tests plant breaches."""

from pathlib import Path

import pytest

from architecture.source_tree import Plant, SourceTree, read_tree


@pytest.fixture
def plant(tmp_path: Path) -> Plant:
    """Write files (path below the project → text) and read the tree that they make."""

    def write(files: dict[str, str]) -> SourceTree:
        for name, text in files.items():
            path = tmp_path / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        return read_tree(tmp_path)

    return write
