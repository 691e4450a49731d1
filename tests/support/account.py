"""A simulated HubSpot account in a process of its own, which outlives whoever talks to it."""

import multiprocessing
from collections.abc import Generator
from contextlib import contextmanager
from datetime import UTC, datetime
from multiprocessing.connection import Connection

from kpiloop_sandbox.hubspot.objects import StoredObject
from kpiloop_sandbox.hubspot.options import SandboxOptions
from kpiloop_sandbox.hubspot.server import HubspotSandbox
from kpiloop_sandbox.hubspot.store import Store

MADE = datetime(2026, 6, 1, tzinfo=UTC)


@contextmanager
def account_of_companies(count: int) -> Generator[str]:
    """The base address of an account with companies of the ids 1 to `count`, slow on purpose."""
    context = multiprocessing.get_context("spawn")
    here, there = context.Pipe()
    process = context.Process(target=_serve, args=(there, count), daemon=True)
    process.start()
    try:
        yield here.recv()
    finally:
        here.send("stop")
        process.join()
        here.close()
        there.close()


def _serve(pipe: Connection, count: int) -> None:
    with Store() as store:
        store.load(
            StoredObject(
                object_type="companies",
                id=str(number),
                properties={"name": f"Company {number}"},
                created_at=MADE,
                updated_at=MADE,
            )
            for number in range(1, count + 1)
        )
        options = SandboxOptions(latency_ms=4, enforce_limits=False)
        with HubspotSandbox(store, options) as sandbox:
            pipe.send(sandbox.base_url)
            pipe.recv()
