"""Projects that read and write a living account."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from kpiloop.plugin_host.host import PluginHost
from support.home import Home
from support.living_account import LivingAccount, living_account, seed_account

NewHome = Callable[..., Home]
_ACCOUNT, _HOME = "hubspot.sqlite", "home"


@pytest.fixture(scope="session")
def host() -> PluginHost:
    """The installed plugins."""
    return PluginHost.load()


@pytest.fixture
def new_home(tmp_path: Path, host: PluginHost) -> NewHome:
    """Make a project of a name that reads an account."""

    def make(name: str, account: LivingAccount) -> Home:
        folder = tmp_path / name
        folder.mkdir(exist_ok=True)
        return Home(folder=folder, base_url=account.base_url, clock=account.clock, host=host)

    return make


@pytest.fixture(scope="session")
def after_first_pull(tmp_path_factory: pytest.TempPathFactory, host: PluginHost) -> Path:
    """An account in a file, and the home of a project that has read it and planned; both at rest.

    Tests start from copies: reading and computing once for all of them keeps them quick.
    """
    folder = tmp_path_factory.mktemp("first")
    seed_account(folder / _ACCOUNT, contacts=300)
    (folder / _HOME).mkdir()
    with living_account(folder / _ACCOUNT) as account:
        home = Home(
            folder=folder / _HOME, base_url=account.base_url, clock=account.clock, host=host
        )
        home.green_pull()
        home.plan()
    return folder


@pytest.fixture
def account(after_first_pull: Path, tmp_path: Path) -> Iterator[LivingAccount]:
    """The account that was read, alive again."""
    shutil.copy(after_first_pull / _ACCOUNT, tmp_path)
    with living_account(tmp_path / _ACCOUNT) as account:
        yield account


@pytest.fixture
def home(after_first_pull: Path, tmp_path: Path, new_home: NewHome, account: LivingAccount) -> Home:
    """The home that has read it and planned what to write."""
    shutil.copytree(after_first_pull / _HOME, tmp_path / _HOME)
    return new_home(_HOME, account)
