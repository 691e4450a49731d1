"""How HubSpot spells associations: rows per deal, of one kind of record at a time."""

from collections.abc import Iterator
from typing import ClassVar

from pydantic import AliasPath, BaseModel, ConfigDict, Field

from kpiloop import Id, Items, Link, Text, Whole, Wire

PRIMARY = "primary"
PRIMARY_COMPANY = 5
"""The number of the association type between a deal and its primary company."""


class AssociationType(BaseModel):
    """One meaning of an association; the plain one, which every pair has, is without a label."""

    model_config = ConfigDict(frozen=True)

    category: Text = None
    type_id: Whole = Field(default=None, validation_alias="typeId")
    label: Text = None

    @property
    def meaning(self) -> str:
        """The label in lower case, empty for the plain association.

        HubSpot's own type for the primary company is known by its number, whatever it is called.
        """
        label = (self.label or "").lower()
        is_primary = self.category == "HUBSPOT_DEFINED" and self.type_id == PRIMARY_COMPANY
        return PRIMARY if is_primary or label.startswith(PRIMARY) else label


class Association(BaseModel):
    """An associated record, with all that the association means."""

    model_config = ConfigDict(frozen=True)

    to_id: Id = Field(validation_alias="toObjectId")
    types: tuple[AssociationType, ...] = Field(default=(), validation_alias="associationTypes")

    @property
    def meanings(self) -> list[str | None]:
        """What the association means, each once; no value where it is only a plain one."""
        found = {each.meaning for each in self.types if each.meaning}
        return [*sorted(found)] or [None]


class Associated(Wire):
    """What one record is associated with, of one kind."""

    to_entity: ClassVar[str]

    id: Id = Field(validation_alias=AliasPath("from", "id"))
    to: Items[Association] = ()

    @property
    def first(self) -> str | None:
        """The oldest of the associated records: ids grow with time."""
        ids = (each.to_id for each in self.to)
        return min(ids, key=lambda each: (len(each), each), default=None)


class DealLinks(Associated):
    """What one deal is associated with."""

    def records(self) -> Iterator[Link]:
        """A link for each label of each associated record."""
        for association in self.to:
            for label in association.meanings:
                parts = ("deals", self.id, self.to_entity, association.to_id, label)
                yield Link(
                    id=":".join(part for part in parts if part),
                    from_entity="deals",
                    parent_id=self.id,
                    to_entity=self.to_entity,
                    to_id=association.to_id,
                    label=label,
                )


class DealContacts(DealLinks):
    """The people of a deal."""

    to_entity: ClassVar[str] = "contacts"


class DealCompanies(DealLinks):
    """The companies of a deal; one of them is its primary company."""

    to_entity: ClassVar[str] = "companies"
