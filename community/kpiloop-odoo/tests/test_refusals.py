"""What the connector makes of it when Odoo says no."""

from collections.abc import Iterator

import pytest
from acme_tables import acme
from kpiloop import (
    ConfigError,
    CredentialError,
    KpiloopError,
    NotFoundError,
    RefusedError,
    Source,
)
from pydantic import SecretStr
from small_odoo import DATABASE, KEY, SmallOdoo

from kpiloop_odoo.client import Client, connect
from kpiloop_odoo.settings import OdooSettings


@pytest.fixture
def server() -> Iterator[SmallOdoo]:
    """A small Odoo."""
    with SmallOdoo(acme()) as running:
        yield running


def refused(
    server: SmallOdoo, model: str, method: str, *, key: str = KEY, database: str = DATABASE
) -> KpiloopError:
    """The error that a call ends with."""
    settings = OdooSettings(base_url=server.base_url, api_key=SecretStr(key), database=database)
    with connect(settings, Source(name="odoo")) as api, pytest.raises(KpiloopError) as error:
        Client(api, 1).call(model, method, attributes=["type"])
    return error.value


def test_a_wrong_database_is_a_wrong_setting(server: SmallOdoo) -> None:
    """Odoo answers with a web page of 404, which must not be taken for a missing application."""
    error = refused(server, "crm.lead", "fields_get", database="other")
    assert isinstance(error, ConfigError)
    assert "database" in error.todo


def test_a_wrong_key_says_where_keys_are_made(server: SmallOdoo) -> None:
    """Keys of Odoo run out, so that everybody meets this one day."""
    error = refused(server, "crm.lead", "fields_get", key="an old key")
    assert isinstance(error, CredentialError)
    assert "KPILOOP_ODOO_API_KEY" in error.todo


def test_a_missing_application_is_not_found(server: SmallOdoo) -> None:
    """So that streams of it are left out."""
    assert isinstance(refused(server, "sale.order", "fields_get"), NotFoundError)


def test_a_call_that_odoo_cannot_do_is_not_repeated(server: SmallOdoo) -> None:
    """A 500 that names a bug of the call would come again; nobody waits for it."""
    error = refused(server, "crm.lead", "create")
    assert isinstance(error, RefusedError)


def test_no_stack_trace_is_shown(server: SmallOdoo) -> None:
    """Odoo sends one with every refusal; the small one has put the key into it."""
    for model in ("sale.order", "crm.lead"):
        error = refused(server, model, "no_such_method")
        assert "Traceback" not in str(error)
        assert KEY not in str(error)
