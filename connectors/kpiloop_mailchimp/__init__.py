"""Mailchimp for kpiloop: pulls audiences, campaigns, and what became of them."""

from collections.abc import Sequence
from typing import Any

from kpiloop import Connector, hookimpl
from kpiloop_mailchimp.reads import Mailchimp


@hookimpl
def kpiloop_connectors() -> Sequence[type[Connector[Any]]]:
    """The connector."""
    return [Mailchimp]
