"""Salesforce for kpiloop: pulls leads, contacts, accounts, campaigns, opportunities and orders."""

from collections.abc import Sequence
from typing import Any

from kpiloop import Connector, hookimpl
from kpiloop_salesforce.reads import Salesforce


@hookimpl
def kpiloop_connectors() -> Sequence[type[Connector[Any]]]:
    """The connector."""
    return [Salesforce]
