"""Quotations and orders, and what becomes of them."""

from collections.abc import Mapping
from dataclasses import dataclass

from company.api import OdooApi, Row

ORDER = "sale.order"
SOLD = ("state", "=", "sale")
"""What Odoo calls an order that is confirmed."""

PRICES = {"Tracker": 100, "Hour of help": 100}


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderDesk:
    """Those who take orders, and for what."""

    api: OdooApi
    partners: Mapping[str, int]
    campaigns: Mapping[str, int]

    def quote(self, who: str, campaign: str, *, trackers: float, hours: float) -> int:
        """Offer something, with a note to it, and say the quotation's id."""
        note = {"display_type": "line_note", "name": "Prices hold for a month."}
        lines = [self._line("Tracker", trackers), self._line("Hour of help", hours), note]
        offer = {
            "partner_id": self.partners[who],
            "campaign_id": self.campaigns[campaign],
            "order_line": [[0, 0, line] for line in lines],
        }
        (made,) = self.api.create(ORDER, offer)
        return made

    def order(self, who: str, campaign: str, *, trackers: float, hours: float) -> int:
        """Offer something that is ordered at once."""
        made = self.quote(who, campaign, trackers=trackers, hours=hours)
        self.confirm(made)
        return made

    def confirm(self, order: int) -> None:
        """Press "Confirm"."""
        self.api(ORDER, "action_confirm", ids=[order])

    def cancel(self, order: int) -> None:
        """Press "Cancel"."""
        self.api(ORDER, "action_cancel", ids=[order])

    def add_to(self, order: int, *, trackers: float) -> None:
        """Add a line to an order that stands."""
        self.api.write(ORDER, [order], order_line=[[0, 0, self._line("Tracker", trackers)]])

    def _line(self, product: str, number: float) -> Row:
        return {"product_id": self._product(product), "product_uom_qty": number}

    def _product(self, name: str) -> int:
        """A product, which is made when it is first asked for."""
        found = self.api.read("product.product", [("name", "=", name)], "id")
        product = {"name": name, "list_price": PRICES[name], "type": "service"}
        made: int = found[0]["id"] if found else self.api.create("product.product", product)[0]
        return made
