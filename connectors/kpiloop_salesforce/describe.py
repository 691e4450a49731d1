"""What the running user sees of each object: asked once, so that no query names what is not there.

A field that is missing, or hidden by field-level security, fails a whole query; it is left out
instead, and what is stored of it is left alone.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from threading import Lock

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter

from kpiloop import NotFoundError, ScopeError
from kpiloop.web_api import Api
from kpiloop_salesforce.paths import data


class FieldRow(BaseModel):
    """A field that the user may read."""

    model_config = ConfigDict(frozen=True)

    name: str
    relationship: str | None = Field(None, validation_alias="relationshipName")
    calculated: bool = False


class ObjectRow(BaseModel):
    """An object that the user may read."""

    model_config = ConfigDict(frozen=True)

    fields: tuple[FieldRow, ...]


_OBJECT = TypeAdapter(ObjectRow)


@dataclass(frozen=True, slots=True, kw_only=True)
class Visible:
    """The fields of an object that may be asked for, and the ways to its parents."""

    names: frozenset[str]
    parents: frozenset[str]
    formulas: frozenset[str]

    def of(self, paths: Iterable[str]) -> tuple[str, ...]:
        """Those of the paths that can be asked for: `Name`, or `Account.Name` over the parent."""
        found = (
            path
            for path in paths
            if (path.split(".")[0] in self.parents if "." in path else path in self.names)
        )
        return tuple(dict.fromkeys(found))


class Describes:
    """The objects of an org, each described once for all threads."""

    def __init__(self, api: Api, version: str) -> None:
        self._api = api
        self._version = version
        self._lock = Lock()
        self._known: dict[str, Visible] = {}

    def of(self, sobject: str) -> Visible:
        """What the user sees of an object.

        Raises:
            ScopeError: The org has no such object, or the user may not read it.
        """
        with self._lock:
            if sobject not in self._known:
                self._known[sobject] = self._asked(sobject)
            return self._known[sobject]

    def has(self, sobject: str) -> bool:
        """Whether the org has an object and the user may read it."""
        try:
            self.of(sobject)
        except ScopeError:
            return False
        return True

    def _asked(self, sobject: str) -> Visible:
        try:
            answer = self._api.get(data(self._version, "sobjects", sobject, "describe"))
        except NotFoundError as error:
            where = error.where
        else:
            fields = answer.parse(_OBJECT).fields
            return Visible(
                names=frozenset(each.name for each in fields),
                parents=frozenset(each.relationship for each in fields if each.relationship),
                formulas=frozenset(each.name for each in fields if each.calculated),
            )
        raise ScopeError(
            f"the user that the app runs as cannot see {sobject}",
            where=where,
            todo=f"give the user read access to {sobject}; where the org does not use it, nothing "
            "is missing",
        )
