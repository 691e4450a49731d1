"""A simulated Salesforce org that lives: people in sales make, change, merge and delete records."""

from collections.abc import Generator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

from kpiloop_sandbox.company.options import CompanyOptions
from kpiloop_sandbox.salesforce.catalogue.sobject import SObject
from kpiloop_sandbox.salesforce.edits import Editor
from kpiloop_sandbox.salesforce.options import SandboxOptions
from kpiloop_sandbox.salesforce.server import SalesforceSandbox
from kpiloop_sandbox.salesforce.store import Store, Value
from kpiloop_sandbox.salesforce_seed.load import load_stream
from support.living import TODAY, Crew, Deed, Living, named

_EVER = 2**40
_LATE = 90
_MERGED = ("Lead", "Contact", "Account")
_DELETED = (*_MERGED, "Opportunity", "CampaignMember", "Task", "Order")
_STAGES = ("Qualification", "Proposal/Price Quote", "Closed Won", "Closed Lost")


@dataclass(kw_only=True)
class LivingOrg(Living):
    """The org and its records."""

    store: Store
    sandbox: SalesforceSandbox

    @property
    def base_url(self) -> str:
        """Where its API is."""
        return self.sandbox.base_url

    def entity(self, name: str) -> SObject:
        """An object."""
        return self.sandbox.org.entity(name)

    def edit(self, *, late: int = 0) -> Editor:
        """What a user does now; a late transaction has been open for so many seconds."""
        now = self.now()
        objects = self.sandbox.org.objects
        return Editor(store=self.store, objects=objects, now=now, stamp=now - late)

    def ids(self, name: str, *, deleted: bool = False) -> list[str]:
        """The ids of all records of an object that live, or that lie in the recycle bin."""
        found = self.store.changed(self.entity(name), 0, _EVER, deleted=deleted)
        return sorted(key for key, _ in found)

    def record(self, name: str, key: str) -> Mapping[str, Value]:
        """One record."""
        found = self.store.find(self.entity(name), "Id", key)
        assert found is not None
        return found

    def writes(self) -> int:
        """How many records were written through the API since the counters were last reset."""
        return self.sandbox.counters.records_written


def seed_org(path: Path, contacts: int, *, seed: int = 7) -> None:
    """Fill a new file with the org of a small company."""
    with Store(str(path)) as store:
        load_stream(store, CompanyOptions(until=TODAY, contacts=contacts, seed=seed, months=12))


@contextmanager
def living_org(path: Path, options: SandboxOptions | None = None) -> Generator[LivingOrg]:
    """Serve the org of a file on a socket, by a clock that only the test moves."""
    with Store(str(path)) as store:
        time = Living().clock
        sandbox = SalesforceSandbox(store, options, clock=lambda: time.now().timestamp())
        living = LivingOrg(store=store, sandbox=sandbox, clock=time)
        sandbox.app = living.heard(sandbox.app)
        with sandbox:
            yield living


@dataclass(kw_only=True)
class Sellers(Crew[LivingOrg]):
    """People who work in the org."""

    deeds: ClassVar[Mapping[str, Deed]]

    def add_lead(self) -> str:
        """A new lead."""
        number = self.dice.randrange(10**9)
        values = {
            "LastName": f"New {number}",
            "Company": f"Client {number}",
            "Email": f"new{number}@client.example",
            "LeadSource": self.dice.choice(("Web", "Trade Show")),
        }
        return self._made("Lead", values)

    def edit_lead(self) -> str:
        """Another address, title or opt-out; or none any more."""
        number = self.dice.randrange(10**9)
        values = {
            "Email": self.dice.choice((f"other{number}@client.example", None)),
            "Title": self.dice.choice(("CEO", "CTO", None)),
            "HasOptedOutOfEmail": self.dice.random() < 0.5,
        }
        name = self.dice.choice(sorted(values))
        return self._changed(self.dice.choice(("Lead", "Contact")), {name: values[name]})

    def edit_contact(self) -> str:
        """Another firm, or none."""
        firm = self.dice.choice((*self.living.ids("Account")[:5], None))
        return self._changed("Contact", {"AccountId": firm})

    def move_lead(self) -> str:
        """Another status."""
        status = self.dice.choice(("Working - Contacted", "Open - Not Contacted"))
        return self._changed("Lead", {"Status": status})

    def move_deal(self) -> str:
        """Another stage."""
        return self._changed("Opportunity", {"StageName": self.dice.choice(_STAGES)})

    def edit_deal(self) -> str:
        """Another amount, or none."""
        return self._changed("Opportunity", {"Amount": self.dice.choice((None, 0, 1234.5, 99_000))})

    def add_deal(self) -> str:
        """A new opportunity, with a person."""
        deal = self._deal(self._one("Account"), self._one("Contact"))
        return f"Opportunity {deal} made"

    def add_member(self) -> str:
        """A campaign reaches somebody."""
        person = self.dice.choice(("Lead", "Contact"))
        values = {"CampaignId": self._one("Campaign"), f"{person}Id": self._one(person)}
        return self._made("CampaignMember", {**values, "Status": "Sent"})

    def add_task(self) -> str:
        """Somebody was called."""
        values = {"WhoId": self._one("Contact"), "Subject": "Call", "Status": "Completed"}
        return self._made("Task", values)

    def convert(self) -> str:
        """A lead becomes a contact at an account, with an opportunity."""
        lead = self._unconverted()
        row, edit = self.living.record("Lead", lead), self.living.edit()
        account = edit.create(self.living.entity("Account"), {"Name": row["Company"]})
        person = {name: row[name] for name in ("FirstName", "LastName", "Email", "LeadSource")}
        contact = edit.create(self.living.entity("Contact"), {**person, "AccountId": account})
        deal = self._deal(account, contact)
        became: dict[str, Value] = {
            "IsConverted": 1,
            "ConvertedAccountId": account,
            "ConvertedContactId": contact,
            "ConvertedOpportunityId": deal,
        }
        self.living.store.set(self.living.entity("Lead"), lead, became)
        edit.update(self.living.entity("Lead"), lead, {"Status": "Closed - Converted"})
        return f"Lead {lead} converted to {contact}"

    def commit_late(self) -> str:
        """A change that was made a while ago, and becomes visible only now."""
        name = self.dice.choice(("Lead", "Contact", "Opportunity", "Account"))
        key = self._one(name)
        stamp = self.living.record(name, key)["SystemModstamp"]
        # While the transaction was open, nobody else could have changed the record.
        late = min(_LATE, self.living.now() - int(stamp or 0))
        values = {"Description": f"Note {self.dice.randrange(100)}", **self._visible(name)}
        self.living.edit(late=late).update(self.living.entity(name), key, values)
        return f"{name} {key} changed {late} seconds ago"

    def delete(self) -> str:
        """A record into the recycle bin."""
        name = self.dice.choice(_DELETED)
        key = self._one(name)
        self.living.edit().delete(self.living.entity(name), key)
        return f"{name} {key} deleted"

    def undelete(self) -> str:
        """A record out of the recycle bin."""
        found = self._in_bin()
        if found is None:
            return "nothing to undelete"
        name, key = found
        self.living.edit().undelete(self.living.entity(name), key)
        return f"{name} {key} undeleted"

    def purge(self) -> str:
        """A record is deleted for good; of a merged one no fresh read could tell whose it was."""
        found = self._in_bin(merged=False)
        if found is None:
            return "nothing to purge"
        name, key = found
        self.living.edit().purge(self.living.entity(name), key)
        return f"{name} {key} purged"

    def merge(self) -> str:
        """Two records become one."""
        name = self.dice.choice(_MERGED)
        master, loser = self.dice.sample(self.living.ids(name), 2)
        self.living.edit().merge(self.living.entity(name), master, [loser])
        return f"{name} {loser} merged into {master}"

    def _visible(self, name: str) -> Mapping[str, object]:
        number = self.dice.randrange(10**6)
        return {"NumberOfEmployees": number} if name == "Account" else {}

    def _deal(self, account: str, contact: str) -> str:
        edit = self.living.edit()
        values = {
            "Name": "New business",
            "StageName": "Qualification",
            "CloseDate": "2026-09-30",
            "Amount": self.dice.randrange(100, 90_000),
            "AccountId": account,
        }
        deal = edit.create(self.living.entity("Opportunity"), values)
        role = {"OpportunityId": deal, "ContactId": contact, "IsPrimary": True}
        edit.create(self.living.entity("OpportunityContactRole"), role)
        return deal

    def _unconverted(self) -> str:
        leads = [
            key
            for key in self.living.ids("Lead")
            if not self.living.record("Lead", key)["IsConverted"]
        ]
        return self.dice.choice(leads)

    def _in_bin(self, *, merged: bool = True) -> tuple[str, str] | None:
        """A deleted record, or one that was merged."""
        found = [
            (name, key)
            for name in _DELETED
            for key in self.living.ids(name, deleted=True)
            if merged or not self.living.record(name, key).get("MasterRecordId")
        ]
        return self.dice.choice(found) if found else None

    def _made(self, name: str, values: Mapping[str, object]) -> str:
        return f"{name} {self.living.edit().create(self.living.entity(name), values)} made"

    def _changed(self, name: str, values: Mapping[str, object]) -> str:
        key = self._one(name)
        self.living.edit().update(self.living.entity(name), key, values)
        return f"{name} {key}: {values}"

    def _one(self, name: str) -> str:
        return self.dice.choice(self.living.ids(name))


Sellers.deeds = named(
    Sellers.add_lead,
    Sellers.edit_lead,
    Sellers.edit_contact,
    Sellers.move_lead,
    Sellers.move_deal,
    Sellers.edit_deal,
    Sellers.add_deal,
    Sellers.add_member,
    Sellers.add_task,
    Sellers.convert,
    Sellers.commit_late,
    Sellers.delete,
    Sellers.undelete,
    Sellers.purge,
    Sellers.merge,
)
