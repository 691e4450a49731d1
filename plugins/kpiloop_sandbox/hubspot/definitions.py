"""Property definitions and groups, in HubSpot's own JSON."""

from typing import Annotated

from pydantic import BaseModel, BeforeValidator, ConfigDict
from pydantic.alias_generators import to_camel


def _none_is_empty(value: object) -> object:
    return [] if value is None else value


class Wire(BaseModel):
    """JSON as HubSpot spells it: camel case, unknown members ignored, numbers taken as text."""

    model_config = ConfigDict(
        frozen=True,
        alias_generator=to_camel,
        populate_by_name=True,
        coerce_numbers_to_str=True,
        extra="ignore",
    )


class Option(Wire):
    """One legal value of an enumeration."""

    label: str
    value: str
    description: str | None = None
    display_order: int | None = None
    hidden: bool = False


class Modification(Wire):
    """What the account's users and integrations may change about a property."""

    archivable: bool = True
    read_only_definition: bool = False
    read_only_value: bool = False


class Property(Wire):
    """One property definition as the API shows it."""

    name: str
    label: str
    type: str
    field_type: str
    description: str = ""
    group_name: str
    options: tuple[Option, ...] = ()
    display_order: int = -1
    calculated: bool = False
    external_options: bool = False
    has_unique_value: bool = False
    hidden: bool = False
    hubspot_defined: bool | None = None
    archived: bool | None = None
    archived_at: str | None = None
    created_at: str | None = None
    updated_at: str | None = None
    modification_metadata: Modification = Modification()
    form_field: bool = False
    data_sensitivity: str = "non_sensitive"

    @property
    def values(self) -> frozenset[str]:
        """The legal values of an enumeration."""
        return frozenset(option.value for option in self.options)

    def wire(self) -> dict[str, object]:
        """The definition in HubSpot's JSON, members without a value left out."""
        return self.model_dump(by_alias=True, exclude_none=True, mode="json")


class PropertyDraft(Wire):
    """A property that a client asks for."""

    name: str
    label: str
    type: str
    field_type: str
    group_name: str
    description: str = ""
    options: Annotated[tuple[Option, ...], BeforeValidator(_none_is_empty)] = ()
    display_order: int = -1
    has_unique_value: bool = False
    hidden: bool = False
    form_field: bool = False
    external_options: bool = False


class PropertyChange(Wire):
    """The members of a definition that a client may change; None leaves one as it is."""

    label: str | None = None
    type: str | None = None
    field_type: str | None = None
    group_name: str | None = None
    description: str | None = None
    options: tuple[Option, ...] | None = None
    display_order: int | None = None
    hidden: bool | None = None
    form_field: bool | None = None


class Group(Wire):
    """A named group of properties."""

    name: str
    label: str
    display_order: int = -1
    archived: bool = False


def numbered(options: tuple[Option, ...]) -> tuple[Option, ...]:
    """Options with a place each: one that comes without follows all that have one."""
    after = max((option.display_order or 0 for option in options), default=0)
    places: list[Option] = []
    for option in options:
        if option.display_order is None:
            after += 1
            places.append(option.model_copy(update={"display_order": after}))
        else:
            places.append(option)
    return tuple(places)
