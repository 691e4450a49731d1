"""Fields of an org's own that the settings map."""

import pytest

from kpiloop.errors import ConfigError
from support.salesforce_connector import World, key

STREAMS = ("leads", "contacts")


def test_a_mapped_field_that_the_org_lacks_is_told(leads: World) -> None:
    """A misspelled path is an error with the org's own fields; the other streams are read."""
    leads.put("Contact", 1, LastName="C")
    mapped = {"leads": {"segment": "Account_Industri__c"}}
    report = leads.pull(streams=STREAMS, mapped_fields=mapped)
    assert [*report.failed] == ["leads"]
    error = report.failed["leads"]
    assert isinstance(error, ConfigError)
    assert "Lead has no field Account_Industri__c" in error.what
    assert "[sources.<name>.fields]" in error.todo


def test_a_field_of_contacts_alone_is_no_fault_of_leads(leads: World) -> None:
    """What is mapped for the entity need be in one of the objects that fill it."""
    account = leads.put("Account", 1, Name="Acme", Industry="Tools")
    leads.put("Contact", 1, LastName="C", AccountId=account)
    mapped = {"contacts": {"segment": "Account_Industry__c"}}
    leads.green(streams=STREAMS, mapped_fields=mapped)
    segment = f"SELECT segment FROM pulled.contacts WHERE id = '{key('Contact', 1)}'"
    assert leads.rows(segment) == [("Tools",)]


@pytest.mark.parametrize(("stream", "expected"), [("contacts", "CEO"), ("leads", None)])
def test_a_field_is_mapped_for_the_entity_or_one_stream(
    leads: World, stream: str, expected: str | None
) -> None:
    """`contacts` is an entity and a stream, and means the entity; `leads` is a stream alone."""
    leads.put("Contact", 1, LastName="C", Title="CEO")
    leads.green(streams=STREAMS, mapped_fields={stream: {"segment": "Title"}})
    segment = f"SELECT segment FROM pulled.contacts WHERE id = '{key('Contact', 1)}'"
    assert leads.rows(segment) == [(expected,)]
