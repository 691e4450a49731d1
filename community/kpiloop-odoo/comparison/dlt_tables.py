"""The tables of Odoo that dlt reads, column by column."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Table:
    """A model of Odoo, with the fields that are read: name → type of the column."""

    name: str
    model: str
    fields: Mapping[str, str]
    where: Sequence[Any] = ()
    is_small: bool = False
    needs_ids: bool = True


MAPPABLE = {"contacts": "leads", "companies": "partners", "deals": "leads", "orders": "orders"}
"""Entity → the table whose fields odoo.toml may name: `[deals] product = "x_line"`."""
TIMES = {"create_date": "timestamp", "write_date": "timestamp"}
TABLES = (
    Table(
        "users",
        "res.users",
        {"name": "text", "email": "text", "sale_team_id.name": "text", "active": "bool"},
        [["share", "=", False]],
        is_small=True,
    ),
    Table(
        "stages",
        "crm.stage",
        {"name": "text", "sequence": "bigint", "is_won": "bool"},
        is_small=True,
    ),
    Table(
        "campaigns",
        "utm.campaign",
        {"title": "text", "name": "text", "stage_id.name": "text", "user_id": "bigint", **TIMES},
        is_small=True,
    ),
    Table(
        "leads",
        "crm.lead",
        {
            "name": "text",
            "type": "text",
            "email_from": "text",
            "email_normalized": "text",
            "contact_name": "text",
            "function": "text",
            "country_id.code": "text",
            "partner_id.id": "bigint",
            "partner_id.commercial_partner_id": "bigint",
            "user_id": "bigint",
            "stage_id": "bigint",
            "source_id.name": "text",
            "medium_id.name": "text",
            "campaign_id.id": "bigint",
            "campaign_id.name": "text",
            "is_blacklisted": "bool",
            "expected_revenue": "double",
            "company_currency.name": "text",
            "date_conversion": "timestamp",
            "date_closed": "timestamp",
            "date_deadline": "date",
            "won_status": "text",
            **TIMES,
        },
    ),
    Table(
        "partners",
        "res.partner",
        {
            "name": "text",
            "is_company": "bool",
            "email": "text",
            "email_normalized": "text",
            "function": "text",
            "country_id.code": "text",
            "industry_id.name": "text",
            "website": "text",
            "parent_id": "bigint",
            "user_id": "bigint",
            "is_blacklisted": "bool",
            **TIMES,
        },
        [
            "|",
            ["is_company", "=", True],
            "&",
            ["type", "=", "contact"],
            ["partner_share", "=", True],
        ],
    ),
    Table(
        "blacklist",
        "mail.blacklist",
        {"email": "text", "active": "bool", "write_date": "timestamp"},
        is_small=True,
    ),
    Table(
        "orders",
        "sale.order",
        {
            "partner_id.id": "bigint",
            "partner_id.commercial_partner_id": "bigint",
            "opportunity_id": "bigint",
            "campaign_id": "bigint",
            "state": "text",
            "amount_total": "double",
            "currency_id.name": "text",
            "date_order": "timestamp",
            **TIMES,
        },
    ),
    Table(
        "order_lines",
        "sale.order.line",
        {
            "order_id": "bigint",
            "product_id.name": "text",
            "product_uom_qty": "double",
            "price_total": "double",
            "currency_id.name": "text",
            **TIMES,
        },
        [["display_type", "=", False]],
    ),
    Table(
        "meetings",
        "calendar.event",
        {
            "user_id": "bigint",
            "opportunity_id": "bigint",
            "duration": "double",
            "start": "timestamp",
            **TIMES,
        },
    ),
    Table(
        "tasks",
        "mail.activity",
        {
            "activity_type_id.category": "text",
            "user_id": "bigint",
            "res_model": "text",
            "res_id": "bigint",
            "date_done": "date",
            **TIMES,
        },
        [["date_done", "!=", False], ["activity_type_id.category", "!=", "meeting"]],
    ),
    Table(
        "mailings",
        "mailing.mailing",
        {
            "name": "text",
            "subject": "text",
            "state": "text",
            "campaign_id": "bigint",
            "sent_date": "timestamp",
            **TIMES,
        },
        [["mailing_type", "=", "mail"]],
        is_small=True,
    ),
    Table(
        "traces",
        "mailing.trace",
        {
            "mass_mailing_id": "bigint",
            "campaign_id": "bigint",
            "email": "text",
            "trace_status": "text",
            "sent_datetime": "timestamp",
            "open_datetime": "timestamp",
            **TIMES,
        },
        [["trace_type", "=", "mail"], ["is_test_trace", "=", False]],
        needs_ids=False,
    ),
    Table(
        "clicks",
        "link.tracker.click",
        {
            "mass_mailing_id": "bigint",
            "campaign_id": "bigint",
            "mailing_trace_id.email": "text",
            "link_id.url": "text",
            **TIMES,
        },
        [["mailing_trace_id", "!=", False]],
        needs_ids=False,
    ),
)
