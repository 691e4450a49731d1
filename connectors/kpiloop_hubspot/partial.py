"""Answers to batches, in which every row has a fate of its own."""

from collections.abc import Iterator, Mapping, Sequence

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from kpiloop import UntrustedAnswerError
from kpiloop.web_api import Answer

PARTIAL = 207
"""The status of a batch of which some rows failed."""

NOT_FOUND = "OBJECT_NOT_FOUND"


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


class Errors(BaseModel):
    """Only the errors of a batch."""

    model_config = ConfigDict(frozen=True)

    errors: tuple[RowError, ...] = ()


def objects_of(answer: Answer) -> Objects:
    """The rows and errors of a batch of records.

    Raises:
        UntrustedAnswerError: The answer is no such batch.
    """
    try:
        return Objects.model_validate_json(answer.body)
    except ValidationError:
        raise _no_batch(answer) from None


def errors_of(answer: Answer) -> tuple[RowError, ...]:
    """The errors of a batch whose rows are read elsewhere; none where all rows worked.

    Raises:
        UntrustedAnswerError: The answer is no such batch.
    """
    if answer.status != PARTIAL:
        return ()
    try:
        return Errors.model_validate_json(answer.body).errors
    except ValidationError:
        raise _no_batch(answer) from None


def _no_batch(answer: Answer) -> UntrustedAnswerError:
    return answer.error(
        UntrustedAnswerError,
        "the answer does not say what became of each row",
        todo="try again later; if it stays, look for a newer version of the connector",
    )
