"""How HubSpot spells views of pages."""

from collections.abc import Iterator
from typing import Annotated, Self

from pydantic import AliasPath, Field

from kpiloop import Id, Instant, Modified, PageView, Text
from kpiloop_hubspot.values import path_of
from kpiloop_hubspot.wire import in_property

_CONTACTS = frozenset({"CONTACT", "0-1"})


class HubspotPageView(PageView):
    """A contact viewed a page."""

    id: Id
    object_type: Text = Field(None, validation_alias="objectType")
    object_id: Text = Field(None, validation_alias="objectId")
    address: Text = in_property("hs_url")
    referrer: Text = in_property("hs_referrer")
    original_source: Text = in_property("hs_visit_source")
    utm_source: Text = in_property("hs_utm_source")
    utm_medium: Text = in_property("hs_utm_medium")
    utm_campaign: Text = in_property("hs_utm_campaign")
    country: Text = in_property("hs_country")
    viewed_at: Instant = Field(None, validation_alias="occurredAt")
    modified: Annotated[Instant, Modified()] = Field(None, validation_alias=AliasPath("occurredAt"))

    def records(self) -> Iterator[Self]:
        """The view with its visitor, who is the contact, and its visit.

        HubSpot does not tell where a visit ends: what a contact views in a day, having come one
        way, is taken for one.
        """
        contact = self.object_id if (self.object_type or "").upper() in _CONTACTS else None
        day = self.viewed_at and self.viewed_at.date()
        visit = f"{contact} {day} {self.original_source or ''}".rstrip()
        yield self.model_copy(
            update={
                "page": path_of(self.address),
                "contact_id": contact,
                "visitor_id": contact,
                "visit_id": visit if contact and day else None,
            }
        )
