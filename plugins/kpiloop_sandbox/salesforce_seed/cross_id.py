"""By which id Salesforce knows a person, for other systems to note."""

from kpiloop_sandbox.company.model import Account, Person
from kpiloop_sandbox.salesforce_seed.ids import contact_id, lead_id
from kpiloop_sandbox.salesforce_seed.presence import Known


def salesforce_id(person: Person, account: Account) -> str:
    """The id of a person's contact, else of their lead; empty: sales does not know them."""
    known = Known(account)
    if person in known.contacts:
        return contact_id(person.key)
    return lead_id(person.key) if person in known.leads else ""
