"""The connector keeps the contracts of reading, settings and secrets on an org that lives."""

import shutil
from collections.abc import Iterator, Sequence
from datetime import timedelta
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr

from kpiloop import Connector, Source
from kpiloop.testing import ReadContract, SecretsContract, SettingsContract, VendorAccount
from kpiloop_salesforce.reads import Salesforce
from kpiloop_salesforce.settings import SalesforceSettings
from kpiloop_sandbox.salesforce.options import ClientApp, SandboxOptions
from support.living_org import LivingOrg, living_org, seed_org

ROWS_A_PAGE = 15


class SalesforceAccount(VendorAccount):
    """A small company's org, whose clock only the tests move."""

    streams = ("leads", "opportunities", "deleted")

    def __init__(self, living: LivingOrg) -> None:
        self.living = living
        self._numbers = count(1)

    @property
    def base_url(self) -> str:
        """Where the simulated org is."""
        return self.living.base_url

    def make_connector(self, base_url: str) -> Connector[Any]:
        """The connector as an app of its own, by the org's own clock."""
        app = ClientApp()
        settings = SalesforceSettings(
            base_url=base_url,
            client_id=app.client_id,
            client_secret=SecretStr(app.client_secret),
        )
        return Salesforce(settings, Source(name="salesforce", share=1.0, clock=self.living.clock))

    def settle(self) -> None:
        """Longer than any transaction stays open."""
        self.living.wait(timedelta(minutes=10))

    def edit_one(self) -> str:
        """Another title for a lead."""
        self.living.clock.advance(1)
        number = next(self._numbers)
        lead = self.living.ids("Lead")[number]
        values = {"Email": f"other{number}@client.example"}
        self.living.edit().update(self.living.entity("Lead"), lead, values)
        return lead

    def delete_one(self) -> str:
        """A deal into the recycle bin."""
        self.living.clock.advance(1)
        deal = self.living.ids("Opportunity")[0]
        self.living.edit().delete(self.living.entity("Opportunity"), deal)
        return deal

    def add_at_one_time(self, count: int) -> Sequence[str]:
        """New leads, as an import makes them."""
        edit, entity = self.living.edit(), self.living.entity("Lead")
        rows = [{"LastName": f"Import {each}", "Company": "Client"} for each in range(count)]
        return [edit.create(entity, row) for row in rows]


@pytest.fixture(scope="module")
def seeded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The file of the org, as every test finds it."""
    path = tmp_path_factory.mktemp("salesforce") / "org.sqlite"
    seed_org(path, 60)
    return path


@pytest.fixture
def account(seeded: Path, tmp_path: Path) -> Iterator[SalesforceAccount]:
    """The org, served."""
    own = Path(shutil.copy(seeded, tmp_path / "org.sqlite"))
    with living_org(own, SandboxOptions(page_size=ROWS_A_PAGE)) as living:
        yield SalesforceAccount(living)


class TestReads(ReadContract):
    """Salesforce is read as kpiloop expects it of any system."""


class TestSettings(SettingsContract):
    """Salesforce's settings explain themselves."""


class TestSecrets(SecretsContract):
    """Salesforce's secret is shown to nobody."""
