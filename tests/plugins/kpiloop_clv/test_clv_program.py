"""Predicted value as one meets it: settings in kpiloop.toml, numbers in `kpiloop show`."""

from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

import pytest

from support.program import Program

PROJECT = """
[project]
timezone = "Europe/Berlin"
currency = "EUR"

[sources.files]
folder = "files"
[[sources.files.tables]]
file = "orders.csv"
entity = "orders"
id = "id"
columns.contact_id = "contact"
columns.amount = "amount"
columns.ordered_at = "ordered"
constants.status = "paid"
[[sources.files.tables]]
file = "contacts.csv"
entity = "contacts"
id = "id"
columns.email = "email"
columns.created_at = "created"
"""
Shop = Callable[[str], Program]


@pytest.fixture
def shop(tmp_path: Path) -> Shop:
    """Makes the project of a shop with 50 buyers, of whom 40 came again."""
    (tmp_path / "files").mkdir()
    contacts = [f"{buyer},b{buyer}@buyer.example,2025-12-01T09:00:00Z" for buyer in range(50)]
    _write(tmp_path / "files" / "contacts.csv", "id,email,created", contacts)
    orders = [
        f"{buyer}-{again},{buyer},{20 + (buyer * 7 + again * 13) % 60},{_day(buyer, again)}"
        for buyer in range(50)
        for again in range(1 + buyer % 5)
    ]
    _write(tmp_path / "files" / "orders.csv", "id,contact,amount,ordered", orders)

    def make(settings: str) -> Program:
        (tmp_path / "kpiloop.toml").write_text(PROJECT + settings, encoding="utf-8")
        return Program(folder=tmp_path, environment={"COLUMNS": "200"})

    return make


def _day(buyer: int, again: int) -> str:
    day = date(2026, 1, 1) + timedelta(days=buyer + again * (9 + buyer % 20))
    return f"{day.isoformat()}T09:00:00Z"


def _write(path: Path, heading: str, lines: list[str]) -> None:
    path.write_text("\n".join([heading, *lines, ""]), encoding="utf-8")


def predicted(program: Program) -> dict[str, str | None]:
    """The prediction over all customers, with its reason where it has none."""
    shown = program("show", "predicted_clv", "--grain", "ever", "--json")
    assert shown.exit_code == 0, shown.err
    (value,) = shown.json
    return {"value": value["value"], "reason": value["reason"]}


def test_a_longer_horizon_predicts_more(shop: Shop) -> None:
    """The horizon is read from the settings, and changes the prediction without pulling anew."""
    program = shop('[clv]\nhorizon = "30 days"\n')
    assert program("run", "--quiet").exit_code == 0
    month = predicted(program)
    program = shop("")
    assert program("run", "--no-pull", "--quiet").exit_code == 0
    year = predicted(program)
    assert month["value"], month["reason"]
    assert year["value"], year["reason"]
    assert 0 < float(month["value"]) < float(year["value"])


def test_too_few_repeat_buyers_give_a_reason_and_a_green_run(shop: Shop) -> None:
    """What is not known yet is no fault."""
    program = shop("[clv]\nrepeat_buyers = 41\n")
    assert program("run", "--quiet").exit_code == 0
    told = predicted(program)
    assert told["value"] is None
    assert "40 customers bought again on a later day, and predicting needs 41" in str(
        told["reason"]
    )


@pytest.mark.parametrize("setting", ['horizon = "a year"', "repeat_buyers = 3", "months = 12"])
def test_a_wrong_setting_is_told_with_its_place(shop: Shop, setting: str) -> None:
    """The section is checked as strictly as kpiloop's own."""
    refused = shop(f"[clv]\n{setting}\n")("run")
    assert refused.exit_code == 2
    assert f"clv.{setting.partition(' ')[0]}" in refused.err
