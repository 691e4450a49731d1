"""Property definitions: what is legal, what is taken, what comes back."""

from collections.abc import Callable
from typing import Any

import pytest
import requests

Ask = Callable[..., requests.Response]
PATH = "/crm/properties/2026-09/deals"
NUMBER = {
    "name": "kpi_days",
    "label": "Days",
    "type": "number",
    "fieldType": "number",
    "groupName": "dealinformation",
}


def test_a_new_property_can_be_written_and_read(ask: Ask) -> None:
    """It takes values at once, and the account's capacity shrinks."""
    assert ask("POST", PATH, json=NUMBER).status_code == 201
    deal = "/crm/objects/2026-09/deals/701"
    assert ask("PATCH", deal, json={"properties": {"kpi_days": "12.5"}}).status_code == 200
    read = ask("GET", deal, params={"properties": "kpi_days"}).json()
    assert read["properties"]["kpi_days"] == "12.5"
    limits = ask("GET", "/crm/limits/2026-09/custom-properties").json()["byObjectType"]
    assert {each["objectTypeId"]: each["usage"] for each in limits if each["usage"]} == {"0-3": 1}


def test_a_taken_name_is_refused_until_it_is_archived(ask: Ask) -> None:
    """409 while it lives; after archiving, the same call restores it with its values."""
    ask("POST", PATH, json=NUMBER)
    deal = "/crm/objects/2026-09/deals/701"
    ask("PATCH", deal, json={"properties": {"kpi_days": "7"}})
    taken = ask("POST", PATH, json=NUMBER)
    assert (taken.status_code, taken.json()["category"]) == (409, "OBJECT_ALREADY_EXISTS")
    assert ask("DELETE", f"{PATH}/kpi_days").status_code == 204
    assert (
        "kpi_days" not in ask("GET", deal, params={"properties": "kpi_days"}).json()["properties"]
    )
    assert ask("GET", f"{PATH}/kpi_days").status_code == 404
    assert ask("POST", PATH, json=NUMBER).status_code == 201
    read = ask("GET", deal, params={"properties": "kpi_days"}).json()
    assert read["properties"]["kpi_days"] == "7"


@pytest.mark.parametrize(
    "change",
    [
        {"type": "money"},
        {"fieldType": "checkbox"},
        {"groupName": "nowhere"},
        {"name": "Kpi Days"},
        {"type": "enumeration", "fieldType": "select"},
    ],
)
def test_an_illegal_definition_is_refused(look: Ask, change: dict[str, Any]) -> None:
    """Unknown type, wrong field type, missing group, illegal name, no options."""
    assert look("POST", PATH, json={**NUMBER, **change}).status_code == 400


def test_hubspots_own_properties_cannot_be_changed_or_archived(look: Ask) -> None:
    """They belong to the vendor."""
    assert look("PATCH", f"{PATH}/amount", json={"label": "Money"}).status_code == 400
    assert look("DELETE", f"{PATH}/amount").status_code == 400


def test_new_options_replace_all_options(ask: Ask) -> None:
    """A value that is no option any more is refused."""
    options = [{"label": name, "value": name} for name in ("a", "b")]
    band = {**NUMBER, "name": "band", "type": "enumeration", "fieldType": "select"}
    ask("POST", PATH, json={**band, "options": options})
    changed = ask("PATCH", f"{PATH}/band", json={"options": options[:1]}).json()
    assert [each["value"] for each in changed["options"]] == ["a"]
    deal = "/crm/objects/2026-09/deals/701"
    assert ask("PATCH", deal, json={"properties": {"band": "b"}}).status_code == 400
    assert ask("PATCH", deal, json={"properties": {"band": "a"}}).status_code == 200


def test_a_group_with_properties_stays(ask: Ask) -> None:
    """It can be renamed, and archived once it is empty."""
    ask("POST", f"{PATH}/groups", json={"name": "kpiloop", "label": "kpiloop"})
    ask("POST", PATH, json={**NUMBER, "groupName": "kpiloop"})
    group = f"{PATH}/groups/kpiloop"
    assert ask("PATCH", group, json={"label": "KPIs"}).json()["label"] == "KPIs"
    assert ask("DELETE", group).status_code == 400
    ask("DELETE", f"{PATH}/kpi_days")
    assert ask("DELETE", group).status_code == 204
    assert ask("GET", group).status_code == 404


def test_a_unique_property_finds_its_record(ask: Ask) -> None:
    """Upserts by it create one record, then change it."""
    key = {**NUMBER, "name": "crm_key", "type": "string", "fieldType": "text"}
    ask("POST", PATH, json={**key, "hasUniqueValue": True})
    row = {"id": "K-1", "idProperty": "crm_key", "properties": {"dealname": "One"}}
    made = [
        ask("POST", "/crm/objects/2026-09/deals/batch/upsert", json={"inputs": [row]}).json()
        for _ in range(2)
    ]
    assert [answer["results"][0]["new"] for answer in made] == [True, False]
    assert made[0]["results"][0]["id"] == made[1]["results"][0]["id"]


def test_definitions_say_what_may_be_written(look: Ask) -> None:
    """Types, options and read-only marks of HubSpot's own properties."""
    known = {each["name"]: each for each in look("GET", PATH).json()["results"]}
    assert known["amount"]["type"] == "number"
    assert known["amount"]["modificationMetadata"]["readOnlyValue"] is False
    assert known["hs_object_id"]["modificationMetadata"]["readOnlyValue"] is True
    assert [each["value"] for each in known["dealtype"]["options"]] == [
        "newbusiness",
        "existingbusiness",
    ]
