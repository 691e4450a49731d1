"""The sandbox as a running server: `with HubspotSandbox(store) as sandbox: sandbox.base_url`."""

import socket
import threading
import time
from collections.abc import Callable
from types import TracebackType
from typing import Self

import uvicorn

from kpiloop_sandbox.hubspot.account import Account, Counters
from kpiloop_sandbox.hubspot.app import application
from kpiloop_sandbox.hubspot.options import SandboxOptions
from kpiloop_sandbox.hubspot.store import Store

HOST = "127.0.0.1"
_POLL_SECONDS = 0.005
_START_SECONDS = 20


class HubspotSandbox:
    """A simulated HubSpot account over a store, served from a thread of its own.

    The store stays the caller's: it may be read and changed while the server runs, and is closed
    by whoever opened it. Port 0 takes any free port.
    """

    def __init__(
        self,
        store: Store,
        options: SandboxOptions | None = None,
        *,
        port: int = 0,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self.store = store
        self.account = Account(store, options or SandboxOptions(), clock)
        self.app = application(self.account)
        self._port = port
        self._server: uvicorn.Server | None = None
        self._thread: threading.Thread | None = None

    @property
    def options(self) -> SandboxOptions:
        """How the account behaves now."""
        return self.account.options

    @options.setter
    def options(self, options: SandboxOptions) -> None:
        self.account.set_options(options)

    @property
    def counters(self) -> Counters:
        """What happened since the last reset."""
        return self.account.counters

    @property
    def base_url(self) -> str:
        """Where the API is, without a slash at the end."""
        return f"http://{HOST}:{self._port}"

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()

    def start(self) -> None:
        """Serve in the background; returns when requests are answered.

        Raises:
            OSError: the port is taken.
            RuntimeError: the server did not come up.
        """
        listener = _listen(self._port)
        self._port = listener.getsockname()[1]
        self._server = uvicorn.Server(_config(self))
        self._thread = threading.Thread(
            target=self._server.run, kwargs={"sockets": [listener]}, name="hubspot-sandbox"
        )
        self._thread.start()
        deadline = time.monotonic() + _START_SECONDS
        while not self._server.started:
            if time.monotonic() > deadline or not self._thread.is_alive():
                self.stop()
                raise RuntimeError("The sandbox did not start")
            time.sleep(_POLL_SECONDS)

    def stop(self) -> None:
        """Answer what is under way, then close every connection."""
        if self._server is None or self._thread is None:
            return
        self._server.should_exit = True
        self._thread.join()
        self._server = self._thread = None


def _config(sandbox: HubspotSandbox) -> uvicorn.Config:
    return uvicorn.Config(
        sandbox.app,
        lifespan="off",
        access_log=False,
        log_config=None,
        log_level="error",
        server_header=False,
        timeout_graceful_shutdown=2,
    )


def _listen(port: int) -> socket.socket:
    # Named as TCP, because asyncio sends small answers at once only on such sockets.
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((HOST, port))
    except OSError:
        listener.close()
        raise
    return listener
