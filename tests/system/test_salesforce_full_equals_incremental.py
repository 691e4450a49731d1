"""Salesforce: reading what changed, time and again, leaves the same as reading everything once."""

import random
import shutil
from collections.abc import Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, note

from kpiloop import Contact, Deal
from kpiloop.plugin_host.host import PluginHost
from kpiloop_sandbox.project_file import plain_project
from kpiloop_sandbox.salesforce.options import SandboxOptions
from kpiloop_sandbox.vendors import SALESFORCE
from support.histories import assert_alike, few, histories, live, seeds
from support.home import Home
from support.living_org import LivingOrg, Sellers, living_org, seed_org

FORGETFUL = SandboxOptions(page_size=25, locator_seconds=1)
"""The rest of a query is soon gone where somebody works meanwhile: INVALID_QUERY_LOCATOR."""


@dataclass(frozen=True, repr=False)
class Rest:
    """An account, and the home of a project that has read it; both at rest."""

    folder: Path
    host: PluginHost

    def copied(self, to: Path) -> "Rest":
        """The same once more."""
        return Rest(Path(shutil.copytree(self.folder, to / "copy")), self.host)

    def account(self) -> AbstractContextManager[LivingOrg]:
        """The account, alive."""
        return living_org(self.folder / "salesforce.sqlite", FORGETFUL)

    def home(self, name: str, account: LivingOrg) -> Home:
        """A project of this name that reads the account."""
        (self.folder / name).mkdir(exist_ok=True)
        return Home(
            folder=self.folder / name,
            base_url=account.base_url,
            clock=account.clock,
            host=self.host,
            text=plain_project({SALESFORCE: account.base_url}),
        )


@pytest.fixture(scope="module")
def pulled(tmp_path_factory: pytest.TempPathFactory, host: PluginHost) -> Rest:
    """A small company's account, which "ours" has read."""
    rest = Rest(tmp_path_factory.mktemp("salesforce"), host)
    seed_org(rest.folder / "salesforce.sqlite", contacts=40)
    with rest.account() as account:
        rest.home("ours", account).green_pull()
    return rest


@given(rounds=histories(Sellers), seed=seeds)
@few
def test_salesforce_changes_end_where_a_whole_read_does(
    pulled: Rest, rounds: Sequence[Sequence[str]], seed: int
) -> None:
    """Whatever people do between the pulls and during them, records, tables and KPIs are alike."""
    with TemporaryDirectory() as name:
        rest = pulled.copied(Path(name))
        with rest.account() as account:
            ours = rest.home("ours", account)
            crew = Sellers(living=account, dice=random.Random(seed))  # noqa: S311 - chance, no secret
            note("\n".join(live(crew, ours, rounds)))
            ours.green_pull()
            fresh = rest.home("fresh", account)
            fresh.green_pull()
            assert len(ours.living(Contact)) > 20
            assert len(ours.living(Deal)) > 10
            assert_alike(ours, fresh)
