"""How HubSpot spells associations: rows per deal, of one kind of record at a time."""

from collections.abc import Iterator
from typing import ClassVar

from pydantic import AliasPath, BaseModel, ConfigDict, Field

from kpiloop import Id, Items, Link, Text, Wire

PRIMARY = "primary"


class AssociationType(BaseModel):
    """One meaning of an association; the plain one, which every pair has, is without a label."""

    model_config = ConfigDict(frozen=True)

    label: Text = None


class Association(BaseModel):
    """An associated record, with all that the association means."""

    model_config = ConfigDict(frozen=True)

    to_id: Id = Field(validation_alias="toObjectId")
    types: tuple[AssociationType, ...] = Field(default=(), validation_alias="associationTypes")

    @property
    def labels(self) -> list[str | None]:
        """The labels in lower case, or none at all where the association is a plain one."""
        found = {each.label.lower() for each in self.types if each.label}
        return [*sorted(found)] or [None]


class DealLinks(Wire):
    """What one deal is associated with."""

    to_entity: ClassVar[str]

    id: Id = Field(validation_alias=AliasPath("from", "id"))
    to: Items[Association] = ()

    def records(self) -> Iterator[Link]:
        """A link for each label of each associated record."""
        for association in self.to:
            for label in association.labels:
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
