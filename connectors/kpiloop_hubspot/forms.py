"""Form submissions, which HubSpot tells form by form, the newest first.

There is no filter by time: pages are turned until one ends before the window.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Self

from pydantic import BaseModel, ConfigDict, Field, JsonValue, TypeAdapter

from kpiloop import Read, RefusedError
from kpiloop.web_api import Api, Page
from kpiloop_hubspot.objects import NEXT
from kpiloop_hubspot.paths import FORMS, SUBMISSIONS
from kpiloop_hubspot.values import instant_of

SUBMISSION_PAGE = 50
"""The most that HubSpot gives."""
FORM_PAGE = 100
_COMMENTS = "blog_comment"
_BAD_REQUEST = 400


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """A form, as the name of a slice tells it."""

    id: str
    name: str = ""

    def __str__(self) -> str:
        """The name of the slice."""
        return f"{self.id} {self.name}"

    @classmethod
    def parse(cls, name: str) -> Self:
        """The form of a slice's name."""
        key, _, called = name.partition(" ")
        return cls(id=key, name=called)


class _Form(BaseModel):
    model_config = ConfigDict(frozen=True)

    id: str
    name: str = ""
    form_type: str = Field(default="", validation_alias="formType")


class _Submissions(BaseModel):
    model_config = ConfigDict(frozen=True)

    results: list[dict[str, JsonValue]] = []


class _Forms(BaseModel):
    model_config = ConfigDict(frozen=True)

    results: tuple[_Form, ...] = ()


_SUBMISSIONS = TypeAdapter(_Submissions)
_FORMS = TypeAdapter(_Forms)


def forms(api: Api) -> Iterator[Form]:
    """All forms whose submissions can be read: comments on blogs cannot."""
    after: JsonValue = None
    while True:
        params = {"formTypes": "all", "limit": str(FORM_PAGE), **_from(after)}
        answer = api.get(FORMS.at("forms"), params)
        for form in answer.parse(_FORMS).results:
            if form.form_type != _COMMENTS:
                yield Form(id=form.id, name=form.name)
        after = answer.find(NEXT)
        if not after:
            return


def submissions(api: Api, read: Read) -> Iterator[Page]:
    """The submissions of one form, back to the start of the window."""
    form = Form.parse(read.slice)
    told: dict[str, JsonValue] = {"formId": form.id, "formName": form.name}
    after = read.checkpoint
    while True:
        params = {"limit": str(SUBMISSION_PAGE), **_from(after)}
        try:
            answer = api.get(SUBMISSIONS.at("submissions", "forms", form.id), params)
        except RefusedError as error:
            if _has_none(error):
                return
            raise
        rows = answer.parse(_SUBMISSIONS).results
        after = answer.find(NEXT)
        yield Page.rows([{**row, **told} for row in rows], checkpoint=after)
        if not after or not rows or _is_before(rows[-1], read.window.start):
            return


def _from(after: JsonValue) -> Mapping[str, str]:
    return {"after": str(after)} if after else {}


def _has_none(error: RefusedError) -> bool:
    """Whether a form is of a type that has no submissions."""
    return error.status == _BAD_REQUEST


def _is_before(row: Mapping[str, JsonValue], start: datetime | None) -> bool:
    at = instant_of(row.get("submittedAt"))
    return start is not None and at is not None and at < start
