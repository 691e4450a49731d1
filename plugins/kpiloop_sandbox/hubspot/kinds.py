"""The object types that the simulated account has, and how HubSpot names them."""

from dataclasses import dataclass

from kpiloop_sandbox.hubspot.errors import ApiError


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """One object type.

    `created` and `modified` are the properties that hold its times, `rights` the type whose scopes
    open it: calls and meetings belong to contacts.
    """

    name: str
    singular: str
    type_id: str
    created: str = "createdate"
    modified: str = "hs_lastmodifieddate"
    shown: tuple[str, ...] = ()
    rights: str = ""

    @property
    def scope(self) -> str:
        """What the scopes of this type are called after."""
        return self.rights or self.name


CONTACTS = Kind(
    name="contacts",
    singular="contact",
    type_id="0-1",
    modified="lastmodifieddate",
    shown=("email", "firstname", "lastname"),
)
COMPANIES = Kind(
    name="companies",
    singular="company",
    type_id="0-2",
    shown=("domain", "name"),
)
DEALS = Kind(
    name="deals",
    singular="deal",
    type_id="0-3",
    shown=("amount", "closedate", "dealname", "dealstage", "pipeline"),
)
_BORN = "hs_createdate"
CALLS = Kind(name="calls", singular="call", type_id="0-48", created=_BORN, rights="contacts")
MEETINGS = Kind(
    name="meetings", singular="meeting", type_id="0-47", created=_BORN, rights="contacts"
)
FEEDBACK = Kind(
    name="feedback_submissions", singular="feedback_submission", type_id="0-19", created=_BORN
)
PRODUCTS = Kind(name="products", singular="product", type_id="0-7", shown=("name", "price"))
LINE_ITEMS = Kind(name="line_items", singular="line_item", type_id="0-8", shown=("quantity",))
ORDERS = Kind(name="orders", singular="order", type_id="0-123", created=_BORN)
CRM = (CONTACTS, COMPANIES, DEALS)
KINDS = (*CRM, CALLS, MEETINGS, FEEDBACK, PRODUCTS, LINE_ITEMS, ORDERS)
_SPELLINGS = {
    spelling: kind for kind in KINDS for spelling in (kind.name, kind.singular, kind.type_id)
}


def kind_of(spelling: str) -> Kind:
    """The object type of a path segment: plural, singular or type id, in any case.

    Raises:
        ApiError: the account has no such type.
    """
    kind = _SPELLINGS.get(spelling.lower())
    if kind is None:
        raise ApiError(400, f"Unable to infer object type from: {spelling}")
    return kind
