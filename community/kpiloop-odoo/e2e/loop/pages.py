"""Kpiloop's fields on Odoo's pages, put there as an administrator does."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from browser import Desk
from company.acme import Acme
from company.sales import LEAD

CAMPAIGN = "utm.campaign"
CAMPAIGNS_PAGE = "/odoo/action-mass_mailing.action_view_utm_campaigns?view_type=list"
ON_CAMPAIGNS = ("open_rate", "click_rate", "revenue")
ON_LEADS = "open_rate"


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """What a person sees.

    Attributes:
        campaigns: A row per campaign of Odoo's list, a text per column.
        open_rate: What stands in the field on the page of a lead.
    """

    campaigns: Sequence[Mapping[str, str]]
    open_rate: str


def show_fields(acme: Acme) -> None:
    """Add the fields to the list of campaigns and to the page of a lead."""
    columns = "".join(map(_field, ON_CAMPAIGNS))
    _extend(acme, "utm.utm_campaign_view_tree", CAMPAIGN, "title", columns)
    _extend(acme, "crm.crm_lead_view_form", LEAD, "tag_ids", _field(ON_LEADS))


def look(desk: Desk, lead: int) -> Seen:
    """Open both pages, and keep a picture of each."""
    desk.open(CAMPAIGNS_PAGE, ".o_data_row")
    columns = {name: desk.texts(f".o_data_row td[name=x_kpiloop_{name}]") for name in ON_CAMPAIGNS}
    titles = desk.texts(".o_data_row td[name=title]")
    desk.screenshot("campaigns")
    desk.open(f"/odoo/crm/{lead}", ".o_form_view")
    open_rate = desk.value(f"[name=x_kpiloop_{ON_LEADS}] input")
    desk.screenshot("lead")
    rows = zip(titles, *columns.values(), strict=True)
    return Seen(
        campaigns=[dict(zip(("title", *columns), row, strict=True)) for row in rows],
        open_rate=open_rate,
    )


def _field(name: str) -> str:
    widget = "percentage" if name.endswith("_rate") else "float"
    return f'<field name="x_kpiloop_{name}" widget="{widget}"/>'


def _extend(acme: Acme, view: str, model: str, after: str, fields: str) -> None:
    module, _, name = view.partition(".")
    where = [("module", "=", module), ("name", "=", name)]
    (found,) = acme.api.read("ir.model.data", where, "res_id")
    arch = f'<field name="{after}" position="after">{fields}</field>'
    chosen = {"name": "kpiloop", "model": model, "inherit_id": found["res_id"], "arch": arch}
    acme.api.create("ir.ui.view", chosen)
