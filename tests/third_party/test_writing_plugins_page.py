"""docs/writing_plugins.md shows the stranger's package as it is, and every hook."""

import re
from pathlib import Path

from kpiloop import hookspecs
from kpiloop.plugin_host.asking import HOOKS

PACKAGE = Path(__file__).parent / "kpiloop_acme"
PAGE = (Path(__file__).parents[2] / "docs" / "writing_plugins.md").read_text(encoding="utf-8")


def test_every_piece_of_code_is_a_file_of_the_package() -> None:
    """What the page shows is built, installed and used, file by file."""
    files = {
        path.read_text(encoding="utf-8").rstrip()
        for path in PACKAGE.rglob("*")
        if path.suffix in {".py", ".toml"}
    }
    shown = re.findall(r"```(?:python|toml)\n(.*?)\n```", PAGE, flags=re.DOTALL)
    assert len(shown) == 8
    assert [piece for piece in shown if piece not in files] == []


def test_every_hook_is_told_in_its_own_words() -> None:
    """The table of hooks is the page of hooks."""
    rows = re.findall(r"^\| `(kpiloop_\w+)` \| (.+) \|$", PAGE, flags=re.MULTILINE)
    assert rows == [(name, (getattr(hookspecs, name).__doc__ or "").strip()) for name in HOOKS]
