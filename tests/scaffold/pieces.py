"""Pieces for vendors that are not like Acme, as docs/writing_plugins.md shows them."""

from collections.abc import Iterator, Sequence
from types import MappingProxyType
from typing import Any

from pydantic import AliasPath, BaseModel, Field, SecretStr

from kpiloop import (
    Connector,
    Contact,
    Deal,
    EmailEvent,
    Id,
    Items,
    KpiloopError,
    Link,
    Money,
    Number,
    Order,
    OrderLine,
    Page,
    Read,
    Record,
    Settings,
    Text,
    UnavailableError,
    Wire,
    Word,
    reads,
)
from kpiloop.web_api import Answer, Api, Key, KeyHeader


class OddContact(Contact):
    """A contact."""

    id: Id
    email: Text = None


class OddEvent(EmailEvent):
    """A click on a link in an e-mail; the vendor tells of no other event, nor of the kind."""

    made_keys = MappingProxyType({"kind": Word("click")})

    id: Id
    kind: Text = None


class OddDeal(Wire):
    """A deal, and whose it is: one row, two records."""

    id: Id
    name: Text = None
    contact_id: Text = Field(None, validation_alias=AliasPath("contact", "id"))

    def records(self) -> Iterator[Record]:
        """The deal, and what links it to its contact."""
        yield Deal(id=self.id, name=self.name)
        if self.contact_id:
            yield Link(
                id=f"{self.id}-{self.contact_id}",
                from_entity="deals",
                parent_id=self.id,
                to_entity="contacts",
                to_id=self.contact_id,
            )


class OddLine(BaseModel):
    """One line of an order."""

    sku: Text = None
    count: Number = None
    price: Money = None


class OddInvoice(Wire):
    """An order with a list of its lines; a broken line costs that line, not the order."""

    id: Id
    total: Money = None
    lines: Items[OddLine] = ()

    def records(self) -> Iterator[Record]:
        """The order, and each of its lines."""
        yield Order(id=self.id, amount=self.total, status="paid")
        for place, line in enumerate(self.lines):
            yield OrderLine(
                id=f"{self.id}-{place}",
                parent_id=self.id,
                product=line.sku,
                quantity=line.count,
                amount=line.price,
            )


def _mailings(connector: "Odd", _read: Read) -> Sequence[str]:
    """The ids of all mailings: the events of each are read by themselves."""
    found = connector.api.get("/mailings").json()
    return [str(each) for each in found] if isinstance(found, list) else []


def refusals(answer: Answer) -> KpiloopError | None:
    """This vendor says 403 to whoever is too fast."""
    if answer.status == 403 and answer.find("code") == "too_fast":
        return answer.error(UnavailableError, "too many calls")
    return None


class Odd(Connector[Settings]):
    """A vendor with habits of its own."""

    name = "odd"
    settings_type = Settings
    base_url = ""

    def connect(self) -> Api:
        """The client, with the vendor's own way to say that it is too much."""
        return Api(
            self.base_url,
            system=self.source.name,
            auth=KeyHeader("X-Api-Key", SecretStr("key")),
            clock=self.source.clock,
            refusals=refusals,
        )

    @reads(OddContact)
    def contacts(self, read: Read) -> Iterator[Page]:
        """Contacts by id, from the page at which an interrupted read stopped."""
        number = read.checkpoint if isinstance(read.checkpoint, int) else 1
        while number:
            answer = self.api.get("/contacts", {"page": number, "sort": "id"})
            following = answer.find("next_page")
            number = following if isinstance(following, int) else 0
            yield Page.json(answer.body, rows="results", checkpoint=number or None)

    @reads(OddDeal)
    def deals(self, read: Read) -> Iterator[Page]:
        """Deals by id, each page behind the last id of the one before."""

        def behind(last: Key | None) -> Answer:
            return self.api.get("/deals", {"sort": "id", "above": last or 0, "limit": 2})

        return self.api.keyset(behind, rows="", size=2, start=read.checkpoint)

    @reads(OddInvoice)
    def invoices(self, read: Read) -> Iterator[Page]:
        """Orders; the way to the next page is a link without a host."""
        return self.api.pages(
            "/invoices", rows="data", cursor="links.next", cursor_param="", start=read.checkpoint
        )

    @reads(OddEvent, cursor="created", slices=_mailings)
    def email_events(self, read: Read) -> Iterator[Page]:
        """The events of one mailing, which `read.slice` names."""
        path = f"/mailings/{read.slice}/events"
        return self.api.pages(path, rows="results", cursor="next", start=read.checkpoint)


_INVOICE = {
    "id": 1,
    "total": "12.5",
    "lines": [{"sku": "tea", "count": 2, "price": "5"}, {"sku": "cup", "count": "none"}],
}
ANSWERS: dict[str, Any] = {
    "/contacts?page=1&sort=id": {"results": [{"id": 1}, {"id": 2}], "next_page": 2},
    "/contacts?page=2&sort=id": {"results": [{"id": 3}], "next_page": None},
    "/deals?sort=id&above=0&limit=2": [
        {"id": 1, "name": "A", "contact": {"id": 3}},
        {"id": 2, "name": "B"},
    ],
    "/deals?sort=id&above=2&limit=2": [],
    "/invoices": {"data": [_INVOICE], "links": {"next": "/invoices?page=2"}},
    "/invoices?page=2": {"data": [{"id": 2, "total": "7"}], "links": {}},
    "/mailings": [7, 8],
    "/mailings/7/events": {"results": [{"id": "a"}], "next": "/mailings/7/more"},
    "/mailings/7/events?after=%2Fmailings%2F7%2Fmore": {"results": [{"id": "b"}]},
    "/mailings/8/events": {"results": [{"id": "c"}]},
}
"""What the vendor answers, by path and parameters."""
