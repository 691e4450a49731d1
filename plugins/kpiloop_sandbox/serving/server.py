"""A simulated vendor as a running server, on a thread of its own."""

import socket
import threading
import time
from typing import Generic, Self

import uvicorn
from starlette.types import ASGIApp

from kpiloop_sandbox.serving.account import CountersType, OptionsType, SimulatedAccount

HOST = "127.0.0.1"
_POLL_SECONDS = 0.005
_START_SECONDS = 20
_KEEP_ALIVE_SECONDS = 75


class SandboxServer:
    """Serves an application on this machine alone: `with server: server.base_url`.

    Port 0 takes any free port.
    """

    def __init__(self, app: ASGIApp, *, name: str, port: int = 0) -> None:
        self.app = app
        self._name = name
        self._port = port
        self._server: uvicorn.Server | None = None
        self._thread: threading.Thread | None = None

    @property
    def base_url(self) -> str:
        """Where the API is, without a slash at the end."""
        return f"http://{HOST}:{self._port}"

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def start(self) -> None:
        """Serve in the background; returns when requests are answered.

        Raises:
            OSError: the port is taken.
            RuntimeError: the server did not come up.
        """
        listener = _listen(self._port)
        self._port = listener.getsockname()[1]
        self._server = uvicorn.Server(_config(self.app))
        self._thread = threading.Thread(
            target=self._server.run, kwargs={"sockets": [listener]}, name=f"{self._name}-sandbox"
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


class AccountServer(SandboxServer, Generic[OptionsType, CountersType]):
    """Serves a simulated account."""

    def __init__(
        self,
        account: SimulatedAccount[OptionsType, CountersType],
        app: ASGIApp,
        *,
        name: str,
        port: int = 0,
    ) -> None:
        self._account = account
        super().__init__(app, name=name, port=port)

    @property
    def options(self) -> OptionsType:
        """How the account behaves now."""
        return self._account.options

    @options.setter
    def options(self, options: OptionsType) -> None:
        self._account.set_options(options)

    @property
    def counters(self) -> CountersType:
        """What happened since the last reset."""
        return self._account.counters


def _config(app: ASGIApp) -> uvicorn.Config:
    return uvicorn.Config(
        app,
        lifespan="off",
        access_log=False,
        log_config=None,
        log_level="error",
        server_header=False,
        # As vendors do: a client that waits between two questions finds its connection again.
        timeout_keep_alive=_KEEP_ALIVE_SECONDS,
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
