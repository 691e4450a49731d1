"""The object types that the simulated account has, and how HubSpot names them."""

from dataclasses import dataclass

from kpiloop_sandbox.hubspot.errors import ApiError


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """One object type; `modified` is the property that holds its modification time."""

    name: str
    singular: str
    type_id: str
    modified: str
    shown: tuple[str, ...]


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
    modified="hs_lastmodifieddate",
    shown=("domain", "name"),
)
DEALS = Kind(
    name="deals",
    singular="deal",
    type_id="0-3",
    modified="hs_lastmodifieddate",
    shown=("amount", "closedate", "dealname", "dealstage", "pipeline"),
)
KINDS = (CONTACTS, COMPANIES, DEALS)
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
