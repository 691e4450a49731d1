"""An account and the home of a project that has read it, at rest: tests start from copies."""

import random
import shutil
from collections.abc import Callable, Generator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Generic, Protocol, TypeVar

from hypothesis import note

from kpiloop import ManualClock
from kpiloop.plugin_host.host import PluginHost
from kpiloop_sandbox.project_file import plain_project
from kpiloop_sandbox.vendors import Vendor
from support.histories import live
from support.home import Home


class Served(Protocol):
    """An account that is alive."""

    clock: ManualClock

    @property
    def base_url(self) -> str:
        """Where its API is."""
        ...


Account = TypeVar("Account", bound=Served)


@dataclass(frozen=True, repr=False, kw_only=True)
class Rest(Generic[Account]):
    """An account in a file, and the homes of the projects that have read it."""

    folder: Path
    host: PluginHost
    vendor: Vendor[Any]
    served: Callable[[Path], AbstractContextManager[Account]]

    @property
    def file(self) -> Path:
        """Where the account is kept."""
        return self.folder / "account.sqlite"

    def copied(self, to: Path) -> "Rest[Account]":
        """The same once more."""
        return replace(self, folder=Path(shutil.copytree(self.folder, to / "copy")))

    def account(self) -> AbstractContextManager[Account]:
        """The account, alive."""
        return self.served(self.file)

    def home(self, name: str, account: Account) -> Home:
        """A project of this name that reads the account."""
        (self.folder / name).mkdir(exist_ok=True)
        return Home(
            folder=self.folder / name,
            base_url=account.base_url,
            clock=account.clock,
            host=self.host,
            text=plain_project({self.vendor: account.base_url}),
        )

    def read_by(self, name: str) -> "Rest[Account]":
        """The same, after the project of this name has read the account."""
        with self.account() as account:
            self.home(name, account).green_pull()
        return self

    @contextmanager
    def after(
        self, crew: Callable[..., Any], rounds: Sequence[Sequence[str]], seed: int
    ) -> Generator[tuple[Home, Home]]:
        """What "ours" read in the course of a history, and what a new project reads in its end."""
        with TemporaryDirectory() as name:
            rest = self.copied(Path(name))
            with rest.account() as account:
                ours = rest.home("ours", account)
                people = crew(living=account, dice=random.Random(seed))  # noqa: S311 - chance, no secret
                note("\n".join(live(people, ours, rounds)))
                ours.green_pull()
                fresh = rest.home("fresh", account)
                fresh.green_pull()
                yield ours, fresh
