"""`kpiloop sandbox`: simulated vendors that stay until they are stopped."""

import signal
import socket
import sys
from collections.abc import Generator, Sequence
from contextlib import ExitStack, contextmanager
from enum import StrEnum
from pathlib import Path
from threading import Event
from typing import Annotated, Any

import typer

from kpiloop import Application, BusyError
from kpiloop_sandbox.account_file import opened
from kpiloop_sandbox.company.options import MOST_CONTACTS, CompanyOptions
from kpiloop_sandbox.project_file import plain_project
from kpiloop_sandbox.serving.server import HOST, SandboxServer
from kpiloop_sandbox.vendors import HUBSPOT, VENDORS, Behaviour, Vendor


class VendorName(StrEnum):
    """Who is simulated."""

    HUBSPOT = "hubspot"
    MAILCHIMP = "mailchimp"
    SALESFORCE = "salesforce"


Vendors = Annotated[
    list[VendorName] | None,
    typer.Argument(help="Whom to simulate.", show_default="hubspot"),
]
Port = Annotated[
    int,
    typer.Option(
        help="The first vendor's; others take the next ones. 0 takes any free ones.",
        min=0,
        max=65_000,
    ),
]
Contacts = Annotated[int, typer.Option(help="How large the company is.", min=1, max=MOST_CONTACTS)]
Seed = Annotated[int, typer.Option(help="Another number, another company.")]
Keep = Annotated[
    Path | None,
    typer.Option(metavar="FOLDER", help="Keep the accounts there, and go on with them next time."),
]
Latency = Annotated[float, typer.Option(help="How long each answer is held back.", min=0)]
IndexLag = Annotated[
    float, typer.Option(help="Seconds until HubSpot's searches see a change.", min=0)
]
Limits = Annotated[bool, typer.Option(help="Turn down too many calls, as the vendor does.")]


def sandbox(  # noqa: PLR0913 - each option is one trait of the accounts
    context: typer.Context,
    vendors: Vendors = None,
    *,
    port: Port = HUBSPOT.port,
    contacts: Contacts = 2_000,
    seed: Seed = 7,
    keep: Keep = None,
    latency_ms: Latency = 0,
    index_lag: IndexLag = 0,
    limits: Limits = True,
) -> None:
    """Serve simulated vendors with one made-up company, until Ctrl-C.

    They listen on this machine only. What is written to them is forgotten, unless --keep keeps it.
    HubSpot is at port 8701, Mailchimp at 8702, Salesforce at 8703.
    """
    app = Application.of(context)
    company = CompanyOptions(until=app.clock.now().date(), contacts=contacts, seed=seed)
    behaviour = Behaviour(latency_ms=latency_ms, index_lag_seconds=index_lag, limits=limits)
    wanted = [each for each in VENDORS if each.name in (vendors or [VendorName.HUBSPOT])]
    ports = {each.name: port_of(each, port) for each in wanted}
    for each in ports.values():
        if not is_free(each):
            raise _taken(each)
    app.output.notice("Getting the company ready …")
    with ExitStack() as stack:
        served = {
            each: stack.enter_context(
                serving(each, keep, company, behaviour=behaviour, port=ports[each.name])
            )
            for each in wanted
        }
        stop = _stop_event()
        _introduce(app, served)
        stop.wait()
    app.output.notice("\nThe sandbox has stopped." + (f" {keep} keeps it." if keep else ""))


def port_of(vendor: Vendor[Any], first: int) -> int:
    """HubSpot's port is the first, and each vendor keeps its distance from it."""
    return first + vendor.port - HUBSPOT.port if first else 0


@contextmanager
def serving(
    vendor: Vendor[Any],
    folder: Path | None,
    company: CompanyOptions,
    *,
    behaviour: Behaviour,
    port: int,
) -> Generator[SandboxServer]:
    """A vendor's account while it is served; BusyError where its port is taken."""
    with opened(vendor, folder, company) as store:
        server = vendor.server(store, behaviour, port)
        try:
            server.start()
        except OSError:
            raise _taken(port) from None
        try:
            yield server
        finally:
            server.stop()


def is_free(port: int) -> bool:
    """Whether one could listen there; 0 always is."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError:
            return False
    return True


def _taken(port: int) -> BusyError:
    return BusyError(
        "the sandbox cannot listen there: the port is taken",
        where=f"http://{HOST}:{port}",
        todo="Stop what uses the port, or take others: --port 8711; --port 0 finds some.",
    )


def _stop_event() -> Event:
    """What Ctrl-C and a polite `kill` set from now on: here they are no interruption."""
    stop = Event()
    for each in (signal.SIGINT, signal.SIGTERM):
        signal.signal(each, lambda _number, _frame: stop.set())
    return stop


def _introduce(app: Application, served: dict[Vendor[Any], SandboxServer]) -> None:
    addresses = {vendor: server.base_url for vendor, server in served.items()}
    app.output.data(
        [
            {"vendor": vendor.name, "base_url": address, **vendor.keys}
            for vendor, address in addresses.items()
        ]
    )
    app.output.say(f"{_listed([each.title for each in addresses])} simulated. Ctrl-C stops it.\n")
    for vendor, address in addresses.items():
        app.output.say(f"  {vendor.title:<12}{address}")
        for name, value in vendor.keys.items():
            app.output.say(f"    {name:<14}{value}")
    app.output.say(f"\nA kpiloop.toml for it:\n\n{plain_project(addresses)}")
    sys.stdout.flush()  # whoever started it through a pipe waits for these lines


def _listed(titles: Sequence[str]) -> str:
    if len(titles) == 1:
        return f"A {titles[0]} account is"
    return f"{', '.join(titles[:-1])} and {titles[-1]} are"
