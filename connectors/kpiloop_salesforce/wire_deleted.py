"""Records in the recycle bin, and those that were merged into others."""

from collections.abc import Iterator
from typing import Annotated, Any

from pydantic import Field

from kpiloop import (
    Activity,
    Campaign,
    CampaignMember,
    Company,
    Contact,
    Deal,
    Deleted,
    Id,
    Instant,
    Link,
    Modified,
    Order,
    OrderLine,
    Product,
    Record,
    StageChange,
    Text,
    Wire,
)
from kpiloop_salesforce.wire_people import CONVERTED_TO, conversion_id

Gone = Annotated[Instant, Deleted(), Modified()]
"""When it was deleted: that is a change too, and a record that was restored later is newer."""


def _gone() -> Any:
    return Field(default=None, validation_alias="SystemModstamp")


class DeletedContact(Contact):
    """A contact in the recycle bin."""

    id: Id = Field(validation_alias="Id")
    gone: Gone = _gone()


class DeletedLead(Wire):
    """A lead in the recycle bin; the opportunity that it may have become stays."""

    id: Id = Field(validation_alias="Id")
    opportunity_id: Text = Field(default=None, validation_alias=CONVERTED_TO)
    gone: Gone = _gone()

    def records(self) -> Iterator[Record]:
        """The lead, and what led from it to its opportunity."""
        yield Contact(id=self.id)
        if self.opportunity_id:
            yield Link(id=conversion_id(self.id))


class PurgedLead(Wire):
    """A lead that was deleted for good; nothing tells whether it had become an opportunity."""

    id: Id = Field(validation_alias="Id")
    gone: Gone = _gone()

    def records(self) -> Iterator[Record]:
        """The lead, and what may have led from it to an opportunity."""
        yield Contact(id=self.id)
        yield Link(id=conversion_id(self.id))


class DeletedCompany(Company):
    """An account in the recycle bin."""

    id: Id = Field(validation_alias="Id")
    gone: Gone = _gone()


class DeletedDeal(Deal):
    """An opportunity in the recycle bin."""

    id: Id = Field(validation_alias="Id")
    gone: Gone = _gone()


class DeletedStep(StageChange):
    """A line of a deleted opportunity's history."""

    id: Id = Field(validation_alias="Id")
    gone: Gone = _gone()


class DeletedRole(Link):
    """A contact's part in an opportunity that it no longer has."""

    id: Id = Field(validation_alias="Id")
    gone: Gone = _gone()


class DeletedCampaign(Campaign):
    """A campaign in the recycle bin."""

    id: Id = Field(validation_alias="Id")
    gone: Gone = _gone()


class DeletedMember(CampaignMember):
    """A member that was taken out of a campaign."""

    id: Id = Field(validation_alias="Id")
    gone: Gone = _gone()


class DeletedActivity(Activity):
    """A task or event in the recycle bin."""

    id: Id = Field(validation_alias="Id")
    gone: Gone = _gone()


class DeletedOrder(Order):
    """An order in the recycle bin."""

    id: Id = Field(validation_alias="Id")
    gone: Gone = _gone()


class DeletedOrderLine(OrderLine):
    """A product that was taken out of an order."""

    id: Id = Field(validation_alias="Id")
    gone: Gone = _gone()


class DeletedProduct(Product):
    """A product in the recycle bin."""

    id: Id = Field(validation_alias="Id")
    gone: Gone = _gone()


class MergedContact(Contact):
    """A lead or contact into which others were merged."""

    id: Id
    merged_ids: Text = None


class MergedCompany(Company):
    """An account into which others were merged."""

    id: Id
    merged_ids: Text = None
