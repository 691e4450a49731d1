"""What is wrong with a connector of the tests, and which test of the contracts catches it."""

import inspect
from collections.abc import Callable
from dataclasses import dataclass

from kpiloop.testing import ReadContract, SecretsContract, SettingsContract, WriteContract
from support import broken_reads, broken_settings, broken_writes
from support.broken_writes import connecting
from support.small_crm import SmallConnector


@dataclass(frozen=True, kw_only=True)
class Fault:
    """A wrong connector, the test that catches it, and what the author reads."""

    connector: type[SmallConnector]
    contract: type
    test: str
    told: str
    todo: str

    @property
    def name(self) -> str:
        """The connector's name, or its writer's."""
        return f"{self.connector.__name__}-{self.told[:20]}"


def reading(name: str, test: str, told: str, todo: str) -> Fault:
    """A connector that reads wrongly."""
    connector = getattr(broken_reads, name)
    return Fault(connector=connector, contract=ReadContract, test=test, told=told, todo=todo)


def writing(name: str, test: str, told: str, todo: str) -> Fault:
    """A connector that writes wrongly."""
    connector = connecting(getattr(broken_writes, name))
    return Fault(connector=connector, contract=WriteContract, test=test, told=told, todo=todo)


def setting(name: str, test: str, told: str, todo: str) -> Fault:
    """A connector whose settings, checks or errors are wrong."""
    connector = getattr(broken_settings, name)
    return Fault(connector=connector, contract=SettingsContract, test=test, told=told, todo=todo)


def telling(name: str, test: str, told: str) -> Fault:
    """A connector that lets its key out."""
    connector = getattr(broken_settings, name)
    return Fault(
        connector=connector,
        contract=SecretsContract,
        test=test,
        told=told,
        todo="keep keys as SecretStr",
    )


def the_test(fault: Fault) -> Callable[..., None]:
    """The one test of the contract whose name ends so."""
    (name,) = [
        each
        for each in dir(fault.contract)
        if each.startswith("test_") and each.endswith(fault.test)
    ]
    found: Callable[..., None] = getattr(fault.contract(), name)
    return found


def asked_by(fault: Fault) -> list[str]:
    """The fixtures that the test asks for."""
    return list(inspect.signature(the_test(fault)).parameters)
