"""The demo company in all of its systems, and who is who in it by the generator alone."""

from collections.abc import Generator, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

from kpiloop import ManualClock
from kpiloop.plugin_host.host import PluginHost
from kpiloop_sandbox.company.generate import generate
from kpiloop_sandbox.company.mailings import plan_mailings
from kpiloop_sandbox.company.model import Company
from kpiloop_sandbox.company.options import CompanyOptions
from kpiloop_sandbox.company.subscribers import strangers, subscribers_of
from kpiloop_sandbox.files_seed.write import write_files
from kpiloop_sandbox.hubspot.server import HubspotSandbox
from kpiloop_sandbox.mailchimp.server import MailchimpSandbox
from kpiloop_sandbox.project_file import demo_project
from kpiloop_sandbox.salesforce.server import SalesforceSandbox
from kpiloop_sandbox.salesforce_seed.presence import (
    Known,
    has_cross_id,
    has_other_email,
    has_prospect,
)
from kpiloop_sandbox.vendors import HUBSPOT, MAILCHIMP, SALESFORCE
from support.home import FAST, Home
from support.living import MORNING, TODAY, Living

OPTIONS = CompanyOptions(until=TODAY, contacts=200, months=12)
_SANDBOXES: dict[Any, Any] = {
    HUBSPOT: HubspotSandbox,
    MAILCHIMP: MailchimpSandbox,
    SALESFORCE: SalesforceSandbox,
}


@dataclass(frozen=True, kw_only=True)
class WholeCompany:
    """The company, its three simulated systems with its files, and a project that reads them."""

    company: Company
    sandboxes: tuple[Any, ...]
    calls: dict[str, list[str]]
    clock: ManualClock
    home: Home

    def writes(self) -> list[int]:
        """How many records were written into each system through its API."""
        return [sandbox.counters.records_written for sandbox in self.sandboxes]

    def wait(self, span: timedelta) -> None:
        """Let time pass everywhere."""
        self.clock.advance(span.total_seconds())


@contextmanager
def whole_company(folder: Path, host: PluginHost) -> Generator[WholeCompany]:
    """All of it, served on sockets by a clock that only the test moves."""
    company, clock = generate(OPTIONS), ManualClock(MORNING)
    calls: dict[str, list[str]] = {}
    with ExitStack() as stack:
        served: dict[Any, Any] = {}
        for vendor, sandbox in _SANDBOXES.items():
            store = stack.enter_context(vendor.store(":memory:"))
            vendor.fill(store, OPTIONS)
            server = sandbox(store, clock=lambda: clock.now().timestamp())
            ear = Living(clock=clock)
            server.app = ear.heard(server.app)
            calls[vendor.name] = ear.calls
            served[vendor] = stack.enter_context(server)
        write_files(folder / "files", company)
        addresses = {vendor: server.base_url for vendor, server in served.items()}
        text = demo_project(addresses, "files").replace("token =", f"{FAST}token =", 1)
        home = Home(folder=folder, base_url="", clock=clock, host=host, text=text)
        yield WholeCompany(
            company=company,
            sandboxes=tuple(served.values()),
            calls=calls,
            clock=clock,
            home=home,
        )


class People:
    """Who is one and the same, told by what the generator put where, and nothing of kpiloop."""

    def __init__(self, company: Company) -> None:
        self._one: dict[str, str] = {}
        self._company = company
        for names in self._records():
            if not any(map(_is_excluded, names)):
                self._join(names)

    def count(self) -> int:
        """How many people the systems tell of together."""
        return len({self._root(name) for name in self._one})

    def _records(self) -> Iterator[tuple[str, ...]]:
        """Each living record as all that it is known by."""
        yield from self._of_crm()
        yield from self._of_sales()
        yield from self._of_newsletters()

    def _of_crm(self) -> Iterator[tuple[str, ...]]:
        for person in self._company.people:
            if person.deleted_at is None:
                yield f"crm {person.key}", (person.email or f"crm {person.key}").lower()

    def _of_sales(self) -> Iterator[tuple[str, ...]]:
        for known in map(Known, self._company.accounts):
            leads = [each for each in known.leads if each.deleted_at is None]
            for person in (*leads, *known.contacts):
                email = (person.email or f"sales {person.key}").lower()
                local, _, domain = email.partition("@")
                own = f"{local}.office@{domain}" if has_other_email(person) else email
                is_told = has_cross_id(person) and person.deleted_at is None
                told = (f"crm {person.key}",) if is_told else ()
                became = (f"sales {person.key}",) if known.converts(person) else ()
                yield (own, *told, *became)
            firm = known.account.firm
            if firm is not None and has_prospect(firm) and known.is_known:
                yield (f"purchasing@{firm.domain}",)

    def _of_newsletters(self) -> Iterator[tuple[str, ...]]:
        mailings = plan_mailings(OPTIONS, self._company.background.campaigns)
        readers = [
            each
            for person in self._company.people
            for each in subscribers_of(OPTIONS, mailings, person)
        ]
        for each in (*readers, *strangers(OPTIONS, mailings)):
            if each.archived_at is None:
                yield (each.email.lower(),)

    def _root(self, name: str) -> str:
        while self._one[name] != name:
            name = self._one[name]
        return name

    def _join(self, names: Sequence[str]) -> None:
        for name in names:
            self._one.setdefault(name, name)
            self._one[self._root(name)] = self._root(names[0])


def _is_excluded(name: str) -> bool:
    """Whether the demo's project leaves somebody out: staff, and tests."""
    return name.endswith("@acme.example") or name.startswith("test+")
