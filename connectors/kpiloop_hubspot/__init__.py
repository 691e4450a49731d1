"""HubSpot for kpiloop: pulls the CRM and the campaigns, writes KPIs into custom properties."""

from collections.abc import Sequence
from typing import Any

from kpiloop import Connector, hookimpl
from kpiloop_hubspot.reads import Hubspot


@hookimpl
def kpiloop_connectors() -> Sequence[type[Connector[Any]]]:
    """The connector."""
    return [Hubspot]
