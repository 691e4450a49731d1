"""Collections that are only listed and read: what they hold is documents, as a seed made them."""

from dataclasses import dataclass

from kpiloop_sandbox.mailchimp.calls import Answer, Call, Endpoint, paged, single

STORES, AUTOMATIONS = "ecommerce/stores", "automations"
LANDING_PAGES, LANDING_PAGE_REPORTS = "landing-pages", "reporting/landing-pages"
SURVEYS, FACEBOOK_ADS = "reporting/surveys", "reporting/facebook-ads"


@dataclass(frozen=True, slots=True, kw_only=True)
class Parent:
    """What a collection belongs to: its own collection, and its id's name in the path."""

    collection: str
    id_in_path: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Shelf:
    """The collection at a path, whose rows an answer has under `name`.

    `hidden` members stand in a document that is read by itself, and in no list. Without
    `has_offset` a list is one page; without `has_links` nothing says where they are.
    """

    path: str
    name: str
    id_in_path: str
    parent: Parent | None = None
    hidden: frozenset[str] = frozenset()
    filters: tuple[str, ...] = ()
    has_offset: bool = True
    has_links: bool = True

    @property
    def endpoints(self) -> tuple[Endpoint, Endpoint]:
        """The list, and each of its documents."""
        one = f"{self.path}/{{{self.id_in_path}}}"
        return (
            Endpoint(method="GET", path=self.path, handler=self._list),
            Endpoint(method="GET", path=one, handler=self._read),
        )

    def _list(self, call: Call) -> Answer:
        found = [
            {name: value for name, value in each.items() if name not in self.hidden}
            for each in call.store.all(self._collection(call))
            if all(call.one(name) in ("", each.get(name)) for name in self.filters)
        ]
        if not self.has_offset:
            found = found[: call.span.limit]
        more = {"store_id": call.path["store_id"]} if "store_id" in call.path else {}
        answer = paged(call, self.name, found, **more)
        if answer.body is not None and not self.has_links:
            for row in answer.body[self.name]:
                row.pop("_links")
        return answer

    def _read(self, call: Call) -> Answer:
        document = call.found(self._collection(call), call.path[self.id_in_path])
        return single(call, document) if self.has_links else Answer(body=document)

    def _collection(self, call: Call) -> str:
        """The collection's name, which is its path; 404 where what it belongs to is missing."""
        if self.parent is not None:
            call.found(self.parent.collection, call.path[self.parent.id_in_path])
        return self.path.format(**call.path).removeprefix("/")


_STORE = Parent(collection=STORES, id_in_path="store_id")
_AUTOMATION = Parent(collection=AUTOMATIONS, id_in_path="workflow_id")
_SURVEY = Parent(collection=SURVEYS, id_in_path="outreach_id")
_IN_STORE, _IN_SURVEY = f"/{STORES}/{{store_id}}", f"/{SURVEYS}/{{outreach_id}}"
SHELVES = (
    Shelf(path=f"/{STORES}", name="stores", id_in_path="store_id"),
    Shelf(
        path=f"{_IN_STORE}/orders",
        name="orders",
        id_in_path="order_id",
        parent=_STORE,
        filters=("campaign_id",),
    ),
    Shelf(
        path=f"{_IN_STORE}/customers",
        name="customers",
        id_in_path="customer_id",
        parent=_STORE,
        filters=("email_address",),
    ),
    Shelf(path=f"{_IN_STORE}/products", name="products", id_in_path="product_id", parent=_STORE),
    Shelf(
        path=f"/{AUTOMATIONS}", name="automations", id_in_path="workflow_id", filters=("status",)
    ),
    Shelf(
        path=f"/{AUTOMATIONS}/{{workflow_id}}/emails",
        name="emails",
        id_in_path="workflow_email_id",
        parent=_AUTOMATION,
    ),
    Shelf(path=f"/{LANDING_PAGES}", name="landing_pages", id_in_path="page_id", has_offset=False),
    Shelf(path=f"/{LANDING_PAGE_REPORTS}", name="landing_pages", id_in_path="outreach_id"),
    Shelf(path=f"/{SURVEYS}", name="surveys", id_in_path="outreach_id", has_links=False),
    Shelf(
        path=f"{_IN_SURVEY}/questions", name="questions", id_in_path="question_id", parent=_SURVEY
    ),
    Shelf(
        path=f"{_IN_SURVEY}/responses",
        name="responses",
        id_in_path="response_id",
        parent=_SURVEY,
        hidden=frozenset({"results"}),
        has_links=False,
    ),
    Shelf(path=f"/{FACEBOOK_ADS}", name="facebook_ads", id_in_path="outreach_id"),
)
ENDPOINTS = tuple(endpoint for shelf in SHELVES for endpoint in shelf.endpoints)
