"""HubSpot's answers as data, and the errors of batches in which every row has its own fate."""

from collections.abc import Iterator, Mapping, Sequence

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter

from kpiloop import RefusedError
from kpiloop.web_api import Answer

NOT_FOUND = "OBJECT_NOT_FOUND"

_PARTIAL = 207
"""The status of a batch of which some rows failed."""

_NO_ASSOCIATIONS = "NO_ASSOCIATIONS_FOUND"


class RowError(BaseModel):
    """Why some rows failed; which ones stands in the context, under one of several names."""

    model_config = ConfigDict(frozen=True)

    category: str = ""
    sub_category: str = Field(default="", validation_alias="subCategory")
    message: str = ""
    context: Mapping[str, Sequence[str]] = Field(default_factory=dict[str, Sequence[str]])

    def named(self, *keys: str) -> Iterator[str]:
        """What the context names under these keys."""
        for key in keys:
            yield from self.context.get(key, ())

    def __str__(self) -> str:
        """The category and HubSpot's own words."""
        return ": ".join(part for part in (self.category, self.message) if part)

    @property
    def says_nothing_there(self) -> bool:
        """Whether it only tells that a record is gone, or has no associations."""
        return self.category == NOT_FOUND or self.sub_category.endswith(_NO_ASSOCIATIONS)


class ObjectRow(BaseModel):
    """A record in an answer: its id and the properties that were asked for or written."""

    model_config = ConfigDict(frozen=True)

    id: str
    properties: Mapping[str, str | None] = Field(default_factory=dict[str, "str | None"])


class Objects(BaseModel):
    """The rows that worked and the errors of those that did not."""

    model_config = ConfigDict(frozen=True)

    results: tuple[ObjectRow, ...] = ()
    errors: tuple[RowError, ...] = ()


class _Errors(BaseModel):
    model_config = ConfigDict(frozen=True)

    errors: tuple[RowError, ...] = ()


OBJECTS_IN_BATCH = TypeAdapter(Objects)
_ERRORS_IN_BATCH = TypeAdapter(_Errors)


def refuse_partial(answer: Answer) -> None:
    """Refuse a batch of which some record could not be read, lest it be taken for one that is gone.

    Raises:
        RefusedError: HubSpot tells of an error, in its own words.
    """
    if answer.status != _PARTIAL:
        return
    for error in answer.parse(_ERRORS_IN_BATCH).errors:
        if not error.says_nothing_there:
            raise answer.error(
                RefusedError,
                f"some records cannot be read: {error}",
                todo="try again later; if it stays, ask HubSpot's support",
            )
