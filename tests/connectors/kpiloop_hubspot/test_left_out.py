"""What an account does not have is left out of a pull, with HubSpot's reason."""

from dataclasses import replace

import pytest
from pydantic import SecretStr

from kpiloop.engine.pull.run import PullRequest, pull
from kpiloop_hubspot.extras import EXTRAS, Extra
from kpiloop_sandbox.hubspot.objects import StoredForm, StoredLink
from kpiloop_sandbox.hubspot.options import ALL_SCOPES
from kpiloop_sandbox.hubspot.server import HubspotSandbox
from support.hubspot import NOON, Connect, stored
from support.hubspot_home import Home

OWN_SCOPE = [each for each in EXTRAS if each.scope != "crm.objects.contacts.read"]


LINE = StoredLink(from_type="orders", from_id="1", to_type="line_items", to_id="2", type_id=513)


def streams_of(extra: Extra) -> set[str]:
    """The streams that read something."""
    return {*extra.streams.split(", ")}


def streams_by(scope: str) -> set[str]:
    """The streams that need a scope."""
    return set().union(*(streams_of(each) for each in EXTRAS if each.scope == scope))


@pytest.fixture
def home(empty_home: Home) -> Home:
    """An account that has something for whatever follows another stream."""
    empty_home.store.load([stored("orders", 1), stored("line_items", 2)])
    empty_home.store.load_links([LINE])
    empty_home.store.load_forms([StoredForm(id="f", name="Form", created_at=NOON)])
    return empty_home


@pytest.mark.parametrize("scope", sorted({each.scope for each in OWN_SCOPE}))
def test_a_missing_scope_leaves_its_streams_out_with_a_reason(
    home: Home, sandbox: HubspotSandbox, connect: Connect, scope: str
) -> None:
    """The reason names the scope, and contacts are read as ever."""
    sandbox.options = replace(sandbox.options, tokens={"narrow": ALL_SCOPES - {scope}})
    asked = ("contacts", "orders", *streams_by(scope))
    hubspot = connect(token=SecretStr("narrow"))
    report = pull(home.warehouse, hubspot, PullRequest(streams=tuple(dict.fromkeys(asked))))
    assert report.is_green
    left_out = {each.stream: each.unavailable for each in report.streams if each.unavailable}
    assert left_out.keys() == streams_by(scope)
    assert all(scope in reason for reason in left_out.values())


def test_a_key_for_the_crm_alone_pulls_the_crm(
    home: Home, sandbox: HubspotSandbox, connect: Connect
) -> None:
    """Doctor and pull name the same streams, and the pull is green."""
    sandbox.options = replace(
        sandbox.options, tokens={"narrow": ALL_SCOPES - {each.scope for each in OWN_SCOPE}}
    )
    report = pull(home.warehouse, connect(token=SecretStr("narrow")), PullRequest())
    assert report.is_green
    left_out = {each.stream for each in report.streams if each.unavailable}
    assert left_out == set().union(*(streams_of(each) for each in OWN_SCOPE))


@pytest.mark.parametrize(
    ("path", "stream"),
    [
        ("/analytics", "traffic"),
        ("/email/public", "email_events"),
        ("/events", "page_views"),
        ("/form-integrations", "form_submissions"),
        ("/settings/currencies", "exchange_rates"),
    ],
)
def test_what_hubspot_retired_is_left_out(
    home: Home, sandbox: HubspotSandbox, path: str, stream: str
) -> None:
    """The old endpoints end in 2027; the pull goes on without them."""
    sandbox.options = replace(sandbox.options, retired=frozenset({path}))
    [report] = home.pull(stream).streams
    assert report.unavailable
