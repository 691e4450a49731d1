"""The program `kpiloop`, in a project that reads and writes one Odoo."""

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from odoo_server.server import Odoo

START = "from kpiloop.cli import main; main()"
SECONDS = 300
NOON = 12

PUBLISHED = (
    ("open_rate", "campaign"),
    ("click_rate", "campaign"),
    ("bounce_rate", "campaign"),
    ("revenue", "campaign"),
    ("revenue", "company"),
    ("open_rate", "person"),
    ("ordered_revenue", "campaign"),
)
"""What is written back: a KPI, and by what."""

OWN_MEASURES = """
[measures.ordered_revenue]
title = "Ordered"
on = "orders"
aggregate = "sum(amount_home)"
where = "is_paid"
when = "ordered_at"

[measures.units_sold]
title = "Units sold"
on = "order_lines"
aggregate = "sum(quantity)"
where = "is_paid"
when = "ordered_at"
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """How a call of the program ended."""

    exit_code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """What a program reads."""
        return json.loads(self.out)


@dataclass(frozen=True, slots=True, kw_only=True)
class Project:
    """A project's folder, and the key that it is used with."""

    folder: Path
    key: str

    def __call__(self, *arguments: str) -> Answer:
        """Run the program to its end."""
        done = subprocess.run(
            [sys.executable, "-c", START, *arguments],
            cwd=self.folder,
            env={**os.environ, "KPILOOP_ODOO_API_KEY": self.key},
            capture_output=True,
            text=True,
            check=False,
            timeout=SECONDS,
        )
        return Answer(exit_code=done.returncode, out=done.stdout, err=done.stderr)


def project(folder: Path, odoo: Odoo) -> Project:
    """A new project for an Odoo."""
    published = "".join(
        f'[[publish]]\nkpi = "{kpi}"\nby = "{by}"\nto = "odoo"\ndecimals = 4\nauto = true\n'
        for kpi, by in PUBLISHED
    )
    text = (
        f'[project]\nhome = "home"\ntimezone = "{_where_it_is_noon()}"\ncurrency = "USD"\n'
        f'[sources.odoo]\nbase_url = "{odoo.base_url}"\ndatabase = "{odoo.database}"\n'
        f"{OWN_MEASURES}{published}"
    )
    (folder / "kpiloop.toml").write_text(text, encoding="utf-8")
    return Project(folder=folder, key=odoo.key)


def _where_it_is_noon() -> str:
    """A time zone in which no test sees the day end: what has just happened is of today."""
    west_of_greenwich = datetime.now(UTC).hour - NOON
    return f"Etc/GMT{west_of_greenwich:+d}"
