"""Campaigns with their budget and spend."""

from collections.abc import Callable

import pytest
import requests

Ask = Callable[..., requests.Response]
PATH = "/marketing/campaigns/2026-09"
FIRST = "430318c4-abb7-4bf7-a75e-9c5fa8f475a0"


def test_budget_and_spend_add_up(look: Ask) -> None:
    """Items with their sums, times in epoch milliseconds, in the campaign's currency."""
    totals = look("GET", f"{PATH}/{FIRST}/budget/totals").json()
    assert totals["currencyCode"] == "EUR"
    assert (totals["budgetTotal"], totals["spendTotal"]) == (100, 30.5)
    assert totals["remainingBudget"] == 69.5
    (spent,) = totals["spendItems"]
    assert (spent["id"], spent["amount"], spent["createdAt"]) == ("71", 30.5, 1735732800000)


def test_sums_are_properties_too(look: Ask) -> None:
    """A campaign without spend has no sum of it."""
    names = {"properties": "hs_spend_items_sum_amount,hs_name"}
    page = look("GET", PATH, params=names).json()["results"]
    sums = [each["properties"].get("hs_spend_items_sum_amount") for each in page]
    assert sums == ["30.5", None, None]


def test_campaigns_come_oldest_first_on_request(look: Ask) -> None:
    """Sorting by time in both directions."""
    orders = [
        [each["id"][-1] for each in look("GET", PATH, params={"sort": sort}).json()["results"]]
        for sort in ("createdAt", "-createdAt")
    ]
    assert orders == [["0", "1", "2"], ["2", "1", "0"]]


def test_a_changed_value_is_kept(ask: Ask) -> None:
    """A PATCH changes values and the modification time."""
    before = ask("GET", f"{PATH}/{FIRST}").json()["updatedAt"]
    answer = ask("PATCH", f"{PATH}/{FIRST}", json={"properties": {"hs_notes": "Good"}})
    assert answer.json()["updatedAt"] > before
    read = ask("GET", f"{PATH}/{FIRST}", params={"properties": "hs_notes"}).json()
    assert read["properties"] == {"hs_notes": "Good"}


@pytest.mark.parametrize(
    ("query", "status"),
    [({"properties": "nonsense"}, 400), ({"sort": "size"}, 400), ({"limit": "101"}, 400)],
)
def test_an_illegal_question_is_refused(look: Ask, query: dict[str, str], status: int) -> None:
    """Unknown properties are not left out silently here."""
    assert look("GET", PATH, params=query).status_code == status


@pytest.mark.parametrize(("guid", "status"), [(FIRST[:-1] + "9", 404), ("campaign-1", 400)])
def test_a_wrong_guid_is_told_from_an_unknown_one(look: Ask, guid: str, status: int) -> None:
    """Malformed is 400, unknown is 404."""
    assert look("GET", f"{PATH}/{guid}").status_code == status


def test_a_batch_has_fifty_campaigns_at_most(look: Ask) -> None:
    """51 are refused."""
    body = {"inputs": [{"id": FIRST}] * 51}
    assert look("POST", f"{PATH}/batch/read", json=body).status_code == 400
