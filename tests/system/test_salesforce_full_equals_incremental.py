"""Salesforce: reading what changed, time and again, leaves the same as reading everything once."""

from collections.abc import Sequence

import pytest
from hypothesis import given

from kpiloop import Contact, Deal
from kpiloop.plugin_host.host import PluginHost
from kpiloop_sandbox.salesforce.options import SandboxOptions
from kpiloop_sandbox.vendors import SALESFORCE
from support.histories import assert_alike, few, histories, seeds
from support.living_org import LivingOrg, Sellers, living_org, seed_org
from support.rest import Rest

FORGETFUL = SandboxOptions(page_size=25, locator_seconds=1)
"""The rest of a query is soon gone where somebody works meanwhile: INVALID_QUERY_LOCATOR."""


@pytest.fixture(scope="module")
def pulled(tmp_path_factory: pytest.TempPathFactory, host: PluginHost) -> Rest[LivingOrg]:
    """A small company's account, which "ours" has read."""
    folder = tmp_path_factory.mktemp("salesforce")
    rest = Rest(folder=folder, host=host, vendor=SALESFORCE, served=living_org)
    seed_org(rest.file, contacts=40)
    return rest.read_by("ours")


@given(rounds=histories(Sellers), seed=seeds)
@few
def test_salesforce_changes_end_where_a_whole_read_does(
    pulled: Rest[LivingOrg], rounds: Sequence[Sequence[str]], seed: int
) -> None:
    """Whatever people do between the pulls and during them, records, tables and KPIs are alike."""
    with pulled.after(Sellers, rounds, seed) as (ours, fresh):
        assert len(ours.living(Contact)) > 20
        assert len(ours.living(Deal)) > 10
        assert_alike(ours, fresh)
