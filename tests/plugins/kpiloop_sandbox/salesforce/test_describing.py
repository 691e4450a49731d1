"""Describe: objects, fields, what the running user sees, and when it changed."""

from typing import Any

import pytest

from kpiloop_sandbox.salesforce.options import SandboxOptions
from kpiloop_sandbox.salesforce.server import SalesforceSandbox
from support.salesforce_org import ROOT, Ask, Clock

LEAD = f"{ROOT}/sobjects/Lead/describe"


def fields(ask: Ask, entity: str = "Lead") -> dict[str, dict[str, Any]]:
    """The fields of an object by name."""
    described = ask("GET", f"{ROOT}/sobjects/{entity}/describe").json()
    return {field["name"]: field for field in described["fields"]}


def test_describe_says_what_each_field_is(browse: Ask) -> None:
    """Types, whether they can be filtered, written or are formulas, and whose ids they are."""
    lead = fields(browse)
    assert lead["SystemModstamp"]["type"] == "datetime"
    assert lead["SystemModstamp"]["filterable"] is True
    assert lead["SystemModstamp"]["updateable"] is False
    assert lead["Description"]["filterable"] is False
    assert lead["ConvertedContactId"]["referenceTo"] == ["Contact"]
    assert lead["ConvertedContactId"]["relationshipName"] == "ConvertedContact"
    assert lead["Utm_Source__c"]["custom"] is True
    formula = fields(browse, "Opportunity")["Account_Industry__c"]
    assert formula["calculated"] is True
    assert formula["calculatedFormula"] == "Account.Industry"


@pytest.mark.parametrize("entity", ["LeadHistory", "OpportunityFieldHistory"])
def test_history_has_no_system_modstamp(browse: Ask, entity: str) -> None:
    """It is read by the time of its making."""
    described = fields(browse, entity)
    assert "SystemModstamp" not in described
    assert described["CreatedDate"]["filterable"] is True


def test_every_listed_object_can_be_described_and_counted(browse: Ask) -> None:
    """Each has a prefix of its own for its ids, but for the histories."""
    listed = browse("GET", f"{ROOT}/sobjects").json()["sobjects"]
    for each in listed:
        described = browse("GET", each["urls"]["describe"]).json()
        assert described["name"] == each["name"]
        query = {"q": f"SELECT COUNT() FROM {each['name']}"}
        assert browse("GET", f"{ROOT}/query", params=query).status_code == 200
    assert len({each["name"] for each in listed}) == len(listed) > 15


def test_describe_is_not_modified_until_the_schema_is(
    ask: Ask, sandbox: SalesforceSandbox, clock: Clock
) -> None:
    """HTTP 304 without a body after If-Modified-Since, until a field was hidden."""
    first = ask("GET", LEAD)
    since = {"If-Modified-Since": first.headers["Last-Modified"]}
    again = ask("GET", LEAD, headers=since)
    assert (again.status_code, again.content) == (304, b"")
    clock.seconds += 60
    sandbox.options = SandboxOptions(hidden_fields={"Lead": ["Email"]})
    changed = ask("GET", LEAD, headers=since)
    assert changed.status_code == 200
    assert "Email" not in {field["name"] for field in changed.json()["fields"]}


def test_an_unknown_object_cannot_be_described(browse: Ask) -> None:
    """HTTP 404 NOT_FOUND."""
    answer = browse("GET", f"{ROOT}/sobjects/Leed/describe")
    assert answer.status_code == 404
    assert answer.json()[0]["errorCode"] == "NOT_FOUND"
