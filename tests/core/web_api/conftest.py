"""What the tests of the client share: an API that asks a server of faults, and never waits."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import UTC, datetime
from typing import Any

import pytest
from pydantic import SecretStr

from kpiloop.clock import ManualClock
from kpiloop.testing.fault_server import FaultServer
from kpiloop.web_api import Api, BearerToken

CANARY = "canary-7c1e/42+secret"

MakeApi = Callable[..., Api]


@pytest.fixture
def clock() -> ManualClock:
    """A clock on which waiting takes no time."""
    return ManualClock(datetime(2026, 3, 1, 12, 0, tzinfo=UTC))


@pytest.fixture
def make_api(clock: ManualClock) -> Iterator[MakeApi]:
    """Makes APIs that ask a server; all are closed at the end."""
    with ExitStack() as stack:

        def make(server: FaultServer, path: str = "", **options: Any) -> Api:
            given = {"auth": BearerToken(SecretStr(CANARY)), "clock": clock, **options}
            return stack.enter_context(Api(server.base_url + path, system="acme", **given))

        yield make
