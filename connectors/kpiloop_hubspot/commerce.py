"""Orders with their lines, products and exchange rates, which an account may lack."""

from collections.abc import Iterator, Sequence

from pydantic import BaseModel, ConfigDict, JsonValue, TypeAdapter

from kpiloop import Connector, Read, reads
from kpiloop.web_api import Page
from kpiloop_hubspot.answers import refuse_partial
from kpiloop_hubspot.batches import ASSOCIATION_BATCH, associated, associations, batched, waiting
from kpiloop_hubspot.objects import LIST_PAGE, NEXT, archived, changed, id_ranges
from kpiloop_hubspot.paths import CURRENCIES, OBJECTS
from kpiloop_hubspot.search import BATCH, ORDERS, PRODUCTS
from kpiloop_hubspot.settings import HubspotSettings
from kpiloop_hubspot.wire_commerce import (
    ArchivedOrder,
    HubspotOrder,
    HubspotOrderLine,
    HubspotProduct,
    HubspotRate,
    OrderCompanies,
    OrderContacts,
    OrderDeals,
)

LINKS = (OrderContacts, OrderCompanies, OrderDeals)
LINE_ITEMS = "line_items"


class _Lines(BaseModel):
    model_config = ConfigDict(frozen=True)

    results: list[dict[str, JsonValue]] = []


_LINES = TypeAdapter(_Lines)


class CommerceReads(Connector[HubspotSettings]):
    """Orders, what was ordered, products and exchange rates."""

    @reads(HubspotProduct, cursor="modified", slices=id_ranges(PRODUCTS), optional=True)
    def products(self, read: Read) -> Iterator[Page]:
        """Products that changed."""
        return changed(self.api, PRODUCTS, read)

    @reads(HubspotOrder, cursor="modified", slices=id_ranges(ORDERS), optional=True)
    def orders(self, read: Read) -> Iterator[Page]:
        """Orders that changed."""
        return changed(self.api, ORDERS, read)

    @reads(*LINKS, each="orders", ids_per_slice=ASSOCIATION_BATCH, optional=True)
    def order_links(self, read: Read) -> Iterator[Page]:
        """Whose orders are."""
        return associations(self.api, ORDERS.name, read, LINKS)

    @reads(HubspotOrderLine, follows="orders", ids_per_slice=ASSOCIATION_BATCH, optional=True)
    def order_lines(self, read: Read) -> Iterator[Page]:
        """What was ordered with the orders that changed."""
        fields = read.fields_below("properties")
        for orders in batched(waiting(read), BATCH):
            lines = associated(self.api, (ORDERS.name, LINE_ITEMS), orders)
            rows = [row for part in batched([*lines], BATCH) for row in self._lines(part, fields)]
            for row in rows:
                row["orderId"] = lines[str(row["id"])]
            yield Page.rows(rows, checkpoint=orders[-1], replaces=orders)

    @reads(ArchivedOrder, absent="kept", optional=True)
    def archived_orders(self, read: Read) -> Iterator[Page]:
        """Orders in the recycling bin."""
        return archived(self.api, ORDERS.name, read, ArchivedOrder)

    @reads(HubspotRate, optional=True)
    def exchange_rates(self, read: Read) -> Iterator[Page]:
        """All rates that ever held: accounts with one currency have none."""
        return self.api.pages(
            CURRENCIES.at("exchange-rates"),
            {"limit": LIST_PAGE},
            rows="results",
            cursor=NEXT,
            start=read.checkpoint,
        )

    def _lines(self, ids: Sequence[str], fields: Sequence[str]) -> list[dict[str, JsonValue]]:
        body: dict[str, JsonValue] = {
            "properties": [*fields],
            "inputs": [{"id": each} for each in ids],
        }
        answer = self.api.post(OBJECTS.at(LINE_ITEMS, "batch", "read"), body)
        refuse_partial(answer)
        return answer.parse(_LINES).results
