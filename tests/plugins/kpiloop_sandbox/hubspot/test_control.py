"""The control endpoints, by which tests and demos act behind the API's back."""

from collections.abc import Callable

import pytest
import requests

from kpiloop_sandbox.hubspot.server import HubspotSandbox

Ask = Callable[..., requests.Response]
CONTACT = "/crm/objects/2026-09/contacts/201"
CONTROL = "/_sandbox/objects/contacts"


def test_a_users_edit_needs_no_token_and_leaves_a_trace(ask: Ask) -> None:
    """Read-only and odd values are taken, as the vendor's own screens and imports do."""
    ask("PATCH", f"{CONTROL}/201", token="", json={"properties": {"hs_email_optout": "true"}})
    read = ask("GET", CONTACT, params={"propertiesWithHistory": "hs_email_optout"}).json()
    (version,) = read["propertiesWithHistory"]["hs_email_optout"]
    assert (version["value"], version["sourceType"]) == ("true", "CRM_UI")


def test_a_record_goes_and_comes_back(ask: Ask) -> None:
    """Archive and restore."""
    ask("DELETE", f"{CONTROL}/201")
    assert ask("GET", CONTACT).status_code == 404
    ask("POST", f"{CONTROL}/201/restore")
    assert ask("GET", CONTACT).json()["archived"] is False


def test_two_records_are_merged(ask: Ask) -> None:
    """The answer names the survivor."""
    body = {"primaryObjectId": "201", "objectIdToMerge": "202"}
    survivor = ask("POST", f"{CONTROL}/merge", json=body).json()["id"]
    assert ask("GET", CONTACT).json()["id"] == survivor


def test_requests_are_counted_by_route_until_reset(ask: Ask) -> None:
    """Control requests do not count."""
    ask("GET", CONTACT)
    ask("GET", CONTACT)
    stats = ask("GET", "/_sandbox/stats").json()
    assert stats["requests"] == {"GET /crm/objects/{type}/{id}": 2}
    assert ask("POST", "/_sandbox/reset").json()["total"] == 0


def test_options_change_while_the_server_runs(ask: Ask, sandbox: HubspotSandbox) -> None:
    """Given members change, all others stay."""
    change = {"index_lag_seconds": 5, "enforce_limits": True}
    assert ask("PATCH", "/_sandbox/options", json=change).json() == change
    assert sandbox.options.index_lag_seconds == 5
    assert sandbox.options.enforce_limits is True
    assert sandbox.options.burst == 190


@pytest.mark.parametrize("change", [{"speed": 1}, {"burst": "many"}, [1]])
def test_a_wrong_option_is_refused(look: Ask, change: object) -> None:
    """The answer says what is legal, or what is wrong."""
    assert look("PATCH", "/_sandbox/options", json=change).status_code == 400
