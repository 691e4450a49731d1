"""Odoo for kpiloop: pulls CRM, sales and e-mail marketing, writes KPIs into custom fields."""

from kpiloop import Connectors, hookimpl

from kpiloop_odoo.reads import Odoo


@hookimpl
def kpiloop_connectors() -> Connectors:
    """The connector."""
    return [Odoo]
