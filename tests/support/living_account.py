"""A simulated HubSpot account that lives: a company whose records change while it is served."""

import random
from collections.abc import Callable, Generator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from starlette.types import ASGIApp, Receive, Scope, Send

from kpiloop import ManualClock
from kpiloop_sandbox.company.options import CompanyOptions
from kpiloop_sandbox.hubspot.edits import Editor
from kpiloop_sandbox.hubspot.kinds import COMPANIES, CONTACTS, DEALS, Kind
from kpiloop_sandbox.hubspot.links import PRIMARY, UNLABELED
from kpiloop_sandbox.hubspot.objects import StoredLink
from kpiloop_sandbox.hubspot.options import SandboxOptions
from kpiloop_sandbox.hubspot.server import HubspotSandbox
from kpiloop_sandbox.hubspot.store import Store
from kpiloop_sandbox.hubspot_seed.load import load_stream

TODAY = date(2026, 6, 15)
MORNING = datetime(2026, 6, 15, 6, tzinfo=UTC)
"""When a test begins: everything in the seeded company has happened before."""

INDEX_LAG = timedelta(seconds=30)
SETTLED = timedelta(hours=2)
"""After so long no search lags behind any more."""

_STAGES = ("lead", "marketingqualifiedlead", "salesqualifiedlead", "opportunity", "customer", "")
_DEAL_STAGES = ("qualifiedtobuy", "contractsent", "closedwon", "closedlost")
_SOURCES = ("PAID_SEARCH", "ORGANIC_SEARCH", "REFERRALS", "OFFLINE")

Before = Callable[[str], None]
"""Told the path of each call before it is answered."""


def undisturbed(path: str) -> None:
    """Nobody works in the account while it is read."""
    del path


@dataclass(kw_only=True)
class LivingAccount:
    """The account, its clock and the people who work in it."""

    store: Store
    sandbox: HubspotSandbox
    clock: ManualClock
    before: Before = undisturbed
    calls: list[str] = field(default_factory=list[str])

    @property
    def base_url(self) -> str:
        """Where its API is."""
        return self.sandbox.base_url

    def wait(self, span: timedelta) -> None:
        """Let time pass, for the account and for whoever reads it."""
        self.clock.advance(span.total_seconds())

    def edit(self, kind: Kind) -> Editor:
        """What a person in the browser does to records of a type, now."""
        return Editor(
            store=self.store, kind=kind, now=self.sandbox.account.now_ms(), source="CRM_UI"
        )

    def ids(self, kind: Kind, *, archived: bool = False) -> list[int]:
        """The ids of all records that live, or that lie in the recycling bin."""
        records = self.store.page(kind, start=0, limit=100_000, archived=archived)
        return [each.id for each in records]

    def link(self, deal: int, to: Kind, other: int, *, primary: bool = False) -> None:
        """Associate a deal with a contact or company; no modification time tells of it."""
        pair = (DEALS.name, to.name)
        self.store.load_links(
            [
                StoredLink(
                    from_type=DEALS.name,
                    from_id=str(deal),
                    to_type=to.name,
                    to_id=str(other),
                    type_id=PRIMARY[pair] if primary and pair in PRIMARY else UNLABELED[pair],
                )
            ]
        )

    def unlink(self, deal: int, to: Kind) -> None:
        """End all associations of a deal with contacts or companies."""
        for links in self.store.links.of(DEALS, [deal], to).values():
            for each in links:
                self.store.links.remove(DEALS, deal, to, each.to_id)

    def writes(self) -> int:
        """How many records were written through the API since the counters were last reset."""
        return self.sandbox.counters.records_written


def seed_account(path: Path, contacts: int, *, seed: int = 7) -> None:
    """Fill a new file with the account of a small company."""
    with Store(str(path)) as store:
        options = CompanyOptions(until=TODAY, contacts=contacts, seed=seed, months=12)
        load_stream(store, options)


@contextmanager
def living_account(path: Path, options: SandboxOptions | None = None) -> Generator[LivingAccount]:
    """Serve the account of a file on a socket, by a clock that only the test moves."""
    clock = ManualClock(MORNING)
    with Store(str(path)) as store:
        sandbox = HubspotSandbox(store, options, clock=lambda: clock.now().timestamp())
        account = LivingAccount(store=store, sandbox=sandbox, clock=clock)
        sandbox.app = _listening(sandbox.app, account)
        with sandbox:
            yield account


def _listening(app: ASGIApp, account: LivingAccount) -> ASGIApp:
    async def listen(scope: Scope, receive: Receive, send: Send) -> None:
        account.calls.append(f"{scope['method']} {scope['path']}")
        account.before(scope["path"])
        await app(scope, receive, send)

    return listen


@dataclass(kw_only=True)
class Staff:
    """People who work in the account all day; the same seed gives the same day."""

    account: LivingAccount
    dice: random.Random

    @classmethod
    def of(cls, account: LivingAccount, seed: int) -> "Staff":
        """Staff who roll their own dice."""
        return cls(account=account, dice=random.Random(seed))  # noqa: S311 - chance, no secret

    def work(self, deeds: int) -> list[str]:
        """Do so many things; their names, for the message of a test that fails."""
        return [self._do(self.dice.choice(_DEEDS)) for _ in range(deeds)]

    def _do(self, deed: "Callable[[Staff], str]") -> str:
        if self.dice.random() < 0.5:  # else in the same millisecond as the deed before
            self.account.clock.advance(self.dice.choice((0.001, 1, 20)))
        return deed(self)

    def add_contact(self) -> str:
        """A new person, often at a company."""
        values = {
            "email": f"new{self.dice.randrange(10**9)}@client.example",
            "lifecyclestage": "lead",
            "hs_analytics_source": self.dice.choice(_SOURCES),
        }
        if self.dice.random() < 0.5:
            values["associatedcompanyid"] = str(self._one(COMPANIES))
        return self._made(CONTACTS, values)

    def add_company(self) -> str:
        """A new company."""
        number = self.dice.randrange(10**9)
        return self._made(COMPANIES, {"name": f"Client {number}", "domain": f"{number}.example"})

    def add_deal(self) -> str:
        """A new deal, with a person and a company."""
        values = {
            "dealname": "New business",
            "pipeline": "default",
            "dealstage": "qualifiedtobuy",
            "amount": str(self.dice.randrange(100, 90_000)),
        }
        deal = self.account.edit(DEALS).create(values).id
        self.account.link(deal, CONTACTS, self._one(CONTACTS))
        self.account.link(deal, COMPANIES, self._one(COMPANIES), primary=True)
        return f"deals {deal} made"

    def edit_contact(self) -> str:
        """Another address, source, country, owner or opt-out; or none any more."""
        values = {
            "email": f"other{self.dice.randrange(10**9)}@client.example",
            "hs_analytics_source": self.dice.choice(_SOURCES),
            "country": self.dice.choice(("Germany", "France", "")),
            "hubspot_owner_id": self.dice.choice(("4711", "")),
            "hs_email_optout": self.dice.choice(("true", "false")),
            "associatedcompanyid": str(self._one(COMPANIES)),
        }
        name = self.dice.choice(sorted(values))
        return self._changed(CONTACTS, {name: values[name]})

    def move_contact(self) -> str:
        """A step along the lifecycle, or back, or out of it."""
        return self._changed(CONTACTS, {"lifecyclestage": self.dice.choice(_STAGES)})

    def edit_company(self) -> str:
        """Another country, or none."""
        return self._changed(COMPANIES, {"country": self.dice.choice(("Spain", "Austria", ""))})

    def edit_deal(self) -> str:
        """Another amount, or none."""
        return self._changed(DEALS, {"amount": self.dice.choice(("", "0", "1234.56", "99000"))})

    def move_deal(self) -> str:
        """Another stage; one that closes the deal gives it a date."""
        stage = self.dice.choice(_DEAL_STAGES)
        values = {"dealstage": stage, "pipeline": "default"}
        if stage.startswith("closed"):
            values["closedate"] = f"{self.account.clock.now():%Y-%m-%dT%H:%M:%SZ}"
        return self._changed(DEALS, values)

    def associate(self) -> str:
        """A person or company more on a deal."""
        deal, kind = self._one(DEALS), self.dice.choice((CONTACTS, COMPANIES))
        self.account.link(deal, kind, self._one(kind), primary=self.dice.random() < 0.3)
        return f"deals {deal} linked to {kind.name}"

    def part(self) -> str:
        """A deal loses its people or its companies."""
        deal, kind = self._one(DEALS), self.dice.choice((CONTACTS, COMPANIES))
        self.account.unlink(deal, kind)
        return f"deals {deal} without {kind.name}"

    def archive(self) -> str:
        """A record into the recycling bin."""
        kind = self.dice.choice((CONTACTS, COMPANIES, DEALS))
        record = self._one(kind)
        self.account.edit(kind).archive(record)
        return f"{kind.name} {record} archived"

    def restore(self) -> str:
        """A record out of the recycling bin."""
        kind = self.dice.choice((CONTACTS, COMPANIES, DEALS))
        bin_ = self.account.ids(kind, archived=True)
        if not bin_:
            return "nothing to restore"
        record = self.dice.choice(bin_)
        self.account.edit(kind).restore(record)
        return f"{kind.name} {record} restored"

    def merge(self) -> str:
        """Two records become one, which may have been two before as well."""
        kind = self.dice.choice((CONTACTS, CONTACTS, COMPANIES, DEALS))
        primary, other = self.dice.sample(self.account.ids(kind), 2)
        merged = [each for each in self.account.ids(kind) if each > max(primary, other)][-1:]
        if merged and self.dice.random() < 0.5:
            primary = merged[0]
        record = self.account.edit(kind).merge(primary, other)
        return f"{kind.name} {primary} and {other} merged into {record.id}"

    def _made(self, kind: Kind, values: Mapping[str, str]) -> str:
        return f"{kind.name} {self.account.edit(kind).create(values).id} made"

    def _changed(self, kind: Kind, values: Mapping[str, str]) -> str:
        record = self._one(kind)
        self.account.edit(kind).update(record, values)
        return f"{kind.name} {record}: {values}"

    def _one(self, kind: Kind) -> int:
        return self.dice.choice(self.account.ids(kind))


_DEEDS: Sequence[Callable[[Staff], str]] = (
    Staff.add_contact,
    Staff.add_company,
    Staff.add_deal,
    Staff.edit_contact,
    Staff.move_contact,
    Staff.edit_company,
    Staff.edit_deal,
    Staff.move_deal,
    Staff.associate,
    Staff.part,
    Staff.archive,
    Staff.restore,
    Staff.merge,
)
