"""Formula fields: what they show changes without any change of the record that tells a time.

Those that the settings map are therefore read once a day, of all records, and nothing besides.
"""

from collections.abc import Iterator, Mapping, Sequence
from types import MappingProxyType

from kpiloop import Read, Wire
from kpiloop.web_api import Page
from kpiloop_salesforce.objects import Objects
from kpiloop_salesforce.wire_marketing import SalesforceCampaign
from kpiloop_salesforce.wire_people import SalesforceAccount, SalesforceContact, SalesforceLead
from kpiloop_salesforce.wire_sales import SalesforceDeal

FORMULAS: Mapping[str, type[Wire]] = MappingProxyType(
    {
        "Account": SalesforceAccount,
        "Contact": SalesforceContact,
        "Lead": SalesforceLead,
        "Opportunity": SalesforceDeal,
        "Campaign": SalesforceCampaign,
    }
)
"""The objects whose fields people map, and how they are read."""


def formulas_of_a_day(objects: Objects, read: Read) -> Sequence[str]:
    """`Contact 2026-11-21` for each object of which a formula is needed: one slice a day."""
    day = read.window.end.date().isoformat()
    found = [sobject for sobject in FORMULAS if _needed(objects, sobject, read)]
    return [f"{sobject} {day}" for sobject in found]


def formula_pages(objects: Objects, read: Read) -> Iterator[Page]:
    """The formulas of all records of the slice's object; other fields are left alone."""
    sobject = read.slice.split()[0]
    model = FORMULAS[sobject]
    only = Read(
        window=read.window,
        fields={model: _needed(objects, sobject, read)},
        checkpoint=read.checkpoint,
    )
    yield from objects.whole(sobject, only, model)


def _needed(objects: Objects, sobject: str, read: Read) -> tuple[str, ...]:
    if not objects.describes.has(sobject):
        return ()
    formulas = objects.describes.of(sobject).formulas
    return tuple(path for path in read.fields.get(FORMULAS[sobject], ()) if path in formulas)
