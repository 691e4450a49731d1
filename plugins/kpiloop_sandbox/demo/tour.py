"""The steps of the demo: kpiloop's own verbs, as if they were typed, with a word before each."""

import shlex
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import typer
from rich.text import Text

from kpiloop import Application
from kpiloop_sandbox.demo.company import Written, best_customer
from kpiloop_sandbox.hubspot.kinds import COMPANIES, CONTACTS, DEALS
from kpiloop_sandbox.hubspot.server import HubspotSandbox
from kpiloop_sandbox.serving.server import SandboxServer
from kpiloop_sandbox.vendors import HUBSPOT, Vendor

Served = Mapping[Vendor[Any], SandboxServer]


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """What the demo plays on: an application on its project, and the accounts that serve."""

    app: Application
    caller: Application
    """The application as it was called, which may be asked to answer in JSON."""
    served: Served
    kept: Path | None
    """The folder that stays, as the user named it."""

    @property
    def hubspot(self) -> HubspotSandbox:
        """The account that is written to."""
        server = self.served[HUBSPOT]
        assert isinstance(server, HubspotSandbox)
        return server

    def step(self, *line: str, why: str) -> None:
        """Say why, show the line as one would type it, and run it; one that fails is the last."""
        self.say("")
        self.say(why)
        if self.app.output.is_plain:
            self.app.output.console.print(Text(f"$ kpiloop {shlex.join(line)}", style="bold"))
        code = self.app.run(*line)
        if code:
            raise typer.Exit(code)

    def say(self, text: str) -> None:
        """A word to whoever watches."""
        self.app.output.say(text)


def tour(stage: Stage) -> None:
    """Play all of it."""
    _welcome(stage)
    stage.step(
        "run",
        "--no-write",
        why="1. Pull, compute each KPI once, and plan what to write.",
    )
    stage.step("show", why="2. Look at the KPIs.")
    stage.step("apply", "--yes", why="3. Write what was planned, where people work.")
    company = best_customer(stage.hubspot.base_url)
    if company is not None:
        _show_company(stage, company)
    stage.step("run", why="5. Once more: nothing has changed, so nothing is written.")
    _say_what_next(stage)
    stage.caller.output.data(
        {
            "home": stage.kept,
            "base_urls": {each.name: server.base_url for each, server in stage.served.items()},
            "records_written": stage.hubspot.counters.records_written,
            "company": None if company is None else asdict(company),
        }
    )


def _welcome(stage: Stage) -> None:
    store = stage.hubspot.store
    stage.say(
        "One turn of the loop, on a company that is made up.\n\n"
        f"{store.count(CONTACTS):,} contacts, {store.count(COMPANIES):,} companies and "
        f"{store.count(DEALS):,} deals of two years are in a simulated HubSpot on this machine. "
        "A simulated Mailchimp has its newsletters, a simulated Salesforce what sales did, and a "
        "folder its cost ledger, surveys and web log. Nothing leaves the machine."
    )


def _show_company(stage: Stage, company: Written) -> None:
    stage.say("\n4. Read a company back from HubSpot.")
    stage.app.output.table(
        ("property", "value", "internal name"),
        [(label, value, name) for label, name, value in company.properties],
        title=company.name,
        right=("value",),
    )


def _say_what_next(stage: Stage) -> None:
    if stage.kept is None:
        stage.say(
            "\nThat was the loop. The demo has tidied up after itself; to keep it and look around:"
            "\n\n  kpiloop demo --home acme\n"
        )
    else:
        stage.say("\nThat was the loop. Now look around:\n")
        stage.say("\n".join(f"  {line}" for line in _lines(stage, stage.kept)) + "\n")
    stage.say("With your own HubSpot: `kpiloop init`, then `kpiloop doctor`.")


def _lines(stage: Stage, folder: Path) -> list[str]:
    names = " ".join(vendor.name for vendor in stage.served)
    return [
        f"cd {shlex.quote(str(folder))}",
        "kpiloop show new_leads --by channel",
        "kpiloop explain cac",
        "less kpiloop.toml",
        f"kpiloop sandbox {names} --keep .{_port(stage.hubspot)}",
    ]


def _port(server: HubspotSandbox) -> str:
    port = server.base_url.rpartition(":")[2]
    return "" if int(port) == HUBSPOT.port else f" --port {port}"
