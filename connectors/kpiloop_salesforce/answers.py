"""Salesforce's answers as data."""

from collections.abc import Mapping
from typing import Any

from pydantic import AliasChoices, BaseModel, ConfigDict, Field, TypeAdapter

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
