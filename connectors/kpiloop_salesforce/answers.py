"""Salesforce's answers as data."""

from collections.abc import Mapping
from typing import Any, TypeVar

from pydantic import AliasChoices, BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from kpiloop import UntrustedAnswerError
from kpiloop.web_api import Answer

Expected = TypeVar("Expected")
Row = Mapping[str, Any]


class Found(BaseModel):
    """One batch of a query's rows, and where the next one is."""

    model_config = ConfigDict(frozen=True)

    total: int = Field(validation_alias="totalSize")
    done: bool
    next: str = Field("", validation_alias="nextRecordsUrl")
    records: tuple[Row, ...] = ()


class Job(BaseModel):
    """A query job of the Bulk API."""

    model_config = ConfigDict(frozen=True)

    id: str
    state: str
    error: str = Field("", validation_alias="errorMessage")


class ResultPage(BaseModel):
    """Where one part of a job's results is."""

    model_config = ConfigDict(frozen=True)

    url: str = Field(validation_alias="resultUrl")


class ResultPages(BaseModel):
    """Up to five parts that may be fetched side by side, and where more are listed."""

    model_config = ConfigDict(frozen=True)

    pages: tuple[ResultPage, ...] = Field(default=(), validation_alias="resultPages")
    # The manual calls it nextRecordUrl in its table and nextRecordsUrl in its example.
    next: str | None = Field(None, validation_alias=AliasChoices("nextRecordsUrl", "nextRecordUrl"))


FOUND = TypeAdapter(Found)
JOB = TypeAdapter(Job)
RESULT_PAGES = TypeAdapter(ResultPages)


def parsed(answer: Answer, expected: TypeAdapter[Expected]) -> Expected:
    """What an answer holds.

    Raises:
        UntrustedAnswerError: It holds something else; its content is not told, for it may be
            personal.
    """
    try:
        return expected.validate_json(answer.body)
    except ValidationError:
        pass
    raise answer.error(
        UntrustedAnswerError,
        "the answer does not have the form that Salesforce's manual promises",
        todo="try again later; if it stays, look for a newer version of the connector",
    )
