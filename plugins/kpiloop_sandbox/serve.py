"""`kpiloop sandbox`: a simulated HubSpot that stays until it is stopped."""

import signal
import socket
import sys
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from threading import Event
from typing import Annotated

import typer

from kpiloop import Application, BusyError
from kpiloop_sandbox.account_file import opened
from kpiloop_sandbox.company.options import MOST_CONTACTS, CompanyOptions
from kpiloop_sandbox.hubspot.kinds import CONTACTS
from kpiloop_sandbox.hubspot.options import DEFAULT_TOKEN, SandboxOptions
from kpiloop_sandbox.hubspot.server import HubspotSandbox
from kpiloop_sandbox.project_file import plain_project
from kpiloop_sandbox.serving.server import HOST

PORT = 8701
"""HubSpot's; the next two are kept for Mailchimp and Salesforce."""


def sandbox(  # noqa: PLR0913 - each option is one trait of the account
    context: typer.Context,
    *,
    port: Annotated[int, typer.Option(help="0 takes any free one.", min=0, max=65_535)] = PORT,
    contacts: Annotated[
        int, typer.Option(help="How large the company is.", min=1, max=MOST_CONTACTS)
    ] = 2_000,
    seed: Annotated[int, typer.Option(help="Another number, another company.")] = 7,
    file: Annotated[
        Path | None,
        typer.Option(help="Keep the account in this file, and go on with it next time."),
    ] = None,
    latency_ms: Annotated[
        float, typer.Option(help="How long each answer is held back.", min=0)
    ] = 0,
    index_lag: Annotated[
        float, typer.Option(help="Seconds until searches see a change.", min=0)
    ] = 0,
    limits: Annotated[bool, typer.Option(help="Turn down too many calls, as HubSpot does.")] = True,
) -> None:
    """Serve a simulated HubSpot with a made-up company, until Ctrl-C.

    It listens on this machine only. What is written to it is forgotten, unless --file keeps it.
    """
    app = Application.of(context)
    company = CompanyOptions(until=app.clock.now().date(), contacts=contacts, seed=seed)
    options = SandboxOptions(
        latency_ms=latency_ms, index_lag_seconds=index_lag, enforce_limits=limits
    )
    _require_free(port)
    app.output.notice("Getting the company ready …")
    with opened(file, company) as store, started(HubspotSandbox(store, options, port=port)) as up:
        stop = _stop_event()
        _introduce(app, up)
        stop.wait()
    app.output.notice("\nThe sandbox has stopped." + (f" {file} keeps it." if file else ""))


@contextmanager
def started(server: HubspotSandbox) -> Generator[HubspotSandbox]:
    """The server while it runs; BusyError where its port is taken."""
    try:
        server.start()
    except OSError as error:
        raise _taken(server.base_url, error) from None
    try:
        yield server
    finally:
        server.stop()


def _require_free(port: int) -> None:
    """Raise BusyError now, not after a large company is made, where the port is taken."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError as error:
            raise _taken(f"http://{HOST}:{port}", error) from None


def _taken(address: str, error: OSError) -> BusyError:
    return BusyError(
        f"the sandbox cannot listen there ({error.strerror})",
        where=address,
        todo="Stop what uses the port, or take another: --port 8711; --port 0 finds one.",
    )


def _stop_event() -> Event:
    """What Ctrl-C and a polite `kill` set from now on: here they are no interruption."""
    stop = Event()
    for each in (signal.SIGINT, signal.SIGTERM):
        signal.signal(each, lambda _number, _frame: stop.set())
    return stop


def _introduce(app: Application, server: HubspotSandbox) -> None:
    contacts = server.store.count(CONTACTS)
    app.output.data({"base_url": server.base_url, "token": DEFAULT_TOKEN, "contacts": contacts})
    app.output.say(f"A simulated HubSpot with {contacts:,} contacts is up. Ctrl-C stops it.\n")
    app.output.say(f"  Address  {server.base_url}\n  Key      {DEFAULT_TOKEN}\n")
    app.output.say(f"A kpiloop.toml for it:\n\n{plain_project(server.base_url)}")
    sys.stdout.flush()  # whoever started it through a pipe waits for these lines
