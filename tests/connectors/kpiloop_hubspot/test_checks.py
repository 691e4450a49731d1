"""What doctor finds out about an account, without changing it."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from pydantic import SecretStr

from kpiloop import Check, CheckStatus, UntrustedAnswerError
from kpiloop.testing.fault_server import FaultServer, answer
from kpiloop_hubspot.extras import EXTRAS, Extra
from kpiloop_hubspot.reads import Hubspot
from kpiloop_sandbox.hubspot.options import ALL_SCOPES
from kpiloop_sandbox.hubspot.server import HubspotSandbox
from support.hubspot import Connect, pages_of


@pytest.fixture
def hubspot(connect: Connect) -> Hubspot:
    """A connector that counts on the limits that the account has."""
    return connect(calls_per_10_seconds=None)


def narrow(sandbox: HubspotSandbox, connect: Connect, *missing: str) -> Hubspot:
    """A connector whose key lacks some scopes."""
    sandbox.options = replace(sandbox.options, tokens={"narrow": ALL_SCOPES - {*missing}})
    return connect(token=SecretStr("narrow"), calls_per_10_seconds=None)


def failing(hubspot: Hubspot) -> list[Check]:
    """The checks that found something."""
    return [check for check in hubspot.checks() if check.status is not CheckStatus.OK]


def test_a_key_with_all_rights_passes(sandbox: HubspotSandbox, hubspot: Hubspot) -> None:
    """Everything is looked at, nothing is found, and nothing is written."""
    checks = list(hubspot.checks())
    assert {check.status for check in checks} == {CheckStatus.OK}
    assert sandbox.counters.records_written == 0
    assert len(checks) > 10


def test_the_account_tells_its_time_zone_currency_and_clock(hubspot: Hubspot) -> None:
    """HubSpot's own reports use them: numbers differ where the project uses others."""
    account = hubspot.account()
    assert (account.timezone, account.currency) == ("Europe/Berlin", "EUR")
    assert account.now is not None
    assert abs(account.now - datetime.now(UTC)) < timedelta(minutes=5)
    assert next(iter(hubspot.checks())).found == "50117001, Europe/Berlin, EUR"


@pytest.mark.parametrize(
    "scope",
    [
        "crm.objects.contacts.read",
        "crm.objects.companies.read",
        "crm.objects.deals.read",
        "crm.objects.owners.read",
        "crm.schemas.deals.read",
        "marketing.campaigns.read",
    ],
)
def test_a_scope_that_a_stream_needs_is_missing(
    sandbox: HubspotSandbox, connect: Connect, scope: str
) -> None:
    """It is named, with the place where it is given; the other checks go on."""
    found = failing(narrow(sandbox, connect, scope))
    [must] = [check for check in found if check.status is CheckStatus.FAILED]
    assert scope in must.what
    assert must.todo.startswith(f"add {scope} to the key under Development > Keys > Service ")


@pytest.mark.parametrize("extra", EXTRAS, ids=lambda extra: extra.what)
def test_an_extra_that_the_key_may_not_read_is_a_warning(
    sandbox: HubspotSandbox, connect: Connect, extra: Extra
) -> None:
    """It says which streams are left out: an account may well do without them."""
    found = failing(narrow(sandbox, connect, extra.scope))
    [check] = [each for each in found if f"reading {extra.what} " in each.what]
    assert check.status is CheckStatus.WARNING
    assert extra.streams in check.todo


def test_what_hubspot_retired_is_a_warning_without_anything_to_do(
    sandbox: HubspotSandbox, hubspot: Hubspot
) -> None:
    """No scope would bring it back."""
    sandbox.options = replace(sandbox.options, retired=frozenset({"/analytics"}))
    [check] = failing(hubspot)
    assert check.what == "reading traffic (business-intelligence)"
    assert check.status is CheckStatus.WARNING
    assert check.todo.startswith("nothing")


@pytest.mark.parametrize("scope", ["crm.objects.deals.write", "crm.schemas.companies.write"])
def test_a_scope_for_writing_may_be_missing(
    sandbox: HubspotSandbox, connect: Connect, scope: str
) -> None:
    """Whoever only reads needs none: it is a warning."""
    found = failing(narrow(sandbox, connect, scope))
    assert [check.status for check in found] == [CheckStatus.WARNING]
    assert scope in found[0].todo


def test_a_wrong_key_fails_at_once(connect: Connect) -> None:
    """Without a key there is nothing else to look at."""
    [check] = connect(token=SecretStr("nobody's")).checks()
    assert (check.what, check.status) == ("key", CheckStatus.FAILED)


def test_a_smaller_plan_than_the_settings_think_is_a_warning(
    sandbox: HubspotSandbox, connect: Connect
) -> None:
    """HubSpot tells the key's limit in its answers: too many calls would be refused."""
    sandbox.options = replace(sandbox.options, burst=100)
    [check] = failing(connect(calls_per_10_seconds=None))
    assert check.todo == "set calls_per_10_seconds = 100"


def test_few_calls_left_today_are_a_warning(sandbox: HubspotSandbox, hubspot: Hubspot) -> None:
    """A first full pull would stop in the middle."""
    sandbox.options = replace(sandbox.options, daily=5_000)
    [check] = failing(hubspot)
    assert check.what == "calls left today"


def test_an_account_without_marketing_hub_can_leave_campaigns_out(
    sandbox: HubspotSandbox, connect: Connect
) -> None:
    """The scope cannot be had there; then nothing is asked for, and doctor is content."""
    lacking = narrow(sandbox, connect, "marketing.campaigns.read")
    assert "campaigns = false" in failing(lacking)[0].todo
    without = connect(token=SecretStr("narrow"), campaigns=False, calls_per_10_seconds=None)
    assert failing(without) == []
    assert pages_of(without, "campaigns") == []


def test_an_answer_that_is_no_account_is_told_in_plain_words(connect: Connect) -> None:
    """Something else listens at the address of the settings."""
    with (
        FaultServer([answer({"hello": "world"})]) as server,
        pytest.raises(UntrustedAnswerError, match="form"),
    ):
        list(connect(base_url=server.base_url).checks())
