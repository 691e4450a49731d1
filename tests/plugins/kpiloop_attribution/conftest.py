"""A shop that keeps its people, forms and orders in files, and the program in its folder."""

from collections.abc import Callable
from pathlib import Path

import pytest

from support.plugin_workshop import Workshop
from support.program import Program

PROJECT = """
[project]
timezone = "Europe/Berlin"
currency = "EUR"

[sources.files]
folder = "files"
[[sources.files.tables]]
file = "contacts.csv"
entity = "contacts"
id = "id"
columns.email = "email"
columns.original_source = "source"
columns.created_at = "created"
[[sources.files.tables]]
file = "forms.csv"
entity = "form_submissions"
id = "id"
columns.contact_id = "contact"
columns.original_source = "source"
columns.submitted_at = "sent"
[[sources.files.tables]]
file = "orders.csv"
entity = "orders"
id = "id"
columns.contact_id = "contact"
columns.amount = "amount"
columns.ordered_at = "ordered"
constants.status = "paid"
"""
FILES = {
    "contacts.csv": """id,email,source,created
1,ann@buyer.example,paid_search,2026-03-01T09:00:00Z
2,bob@other.example,,2026-01-01T09:00:00Z
""",
    "forms.csv": """id,contact,source,sent
f1,1,email,2026-03-02T09:00:00Z
f2,1,organic_search,2026-03-03T09:00:00Z
""",
    "orders.csv": """id,contact,amount,ordered
o1,1,100.00,2026-03-04T09:00:00Z
o2,2,50.00,2026-03-05T09:00:00Z
""",
}

Shop = Callable[[str], Program]


@pytest.fixture
def workshop(tmp_path: Path) -> Workshop:
    """A folder for plugins of a test's own."""
    folder = tmp_path / "plugins"
    folder.mkdir()
    return Workshop(folder)


@pytest.fixture
def shop(tmp_path: Path, workshop: Workshop) -> Shop:
    """Makes the shop's project, with more settings."""
    return lambda settings: _made(tmp_path / "shop", settings, plugins=workshop.folder)


@pytest.fixture(scope="module")
def ran(tmp_path_factory: pytest.TempPathFactory) -> Program:
    """The shop after its first cycle, for tests that only look."""
    program = _made(tmp_path_factory.mktemp("shop"), "")
    assert program("run", "--quiet").exit_code == 0
    return program


def _made(folder: Path, settings: str, *, plugins: Path | None = None) -> Program:
    (folder / "files").mkdir(parents=True, exist_ok=True)
    (folder / "kpiloop.toml").write_text(PROJECT + settings, encoding="utf-8")
    for name, text in FILES.items():
        (folder / "files" / name).write_text(text, encoding="utf-8")
    more = {"PYTHONPATH": str(plugins)} if plugins else {}
    return Program(folder=folder, environment={"COLUMNS": "200", **more})
