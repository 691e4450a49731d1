"""Calls of Odoo's JSON-2 API: one method of one model each, by `POST /json/2/<model>/<method>`."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeAlias, TypeVar

from kpiloop import ConfigError, CredentialError, KpiloopError, Page, RefusedError, Source
from kpiloop.web_api import Answer, Api, BearerToken, Concurrency
from pydantic import BaseModel, TypeAdapter

from kpiloop_odoo.settings import ABOUT_KEY, OdooSettings

Domain: TypeAlias = Sequence[tuple[str, str, object]]
"""Conditions that must all hold."""

Row: TypeAlias = dict[str, Any]
Item = TypeVar("Item")

_UNAUTHORIZED = 401
_MISSING = 404
_BROKEN = 500
_BUGS = "builtins."
"""What the name of an error begins with that no second try would mend: an unknown field, say."""


class _Found(BaseModel):
    records: list[Row]


_FOUND = TypeAdapter(_Found)
_NAMES = TypeAdapter(dict[str, object])
_VALUE: TypeAdapter[Any] = TypeAdapter(Any)


def connect(settings: OdooSettings, source: Source) -> Api:
    """A client for one database; Odoo sets no limit but that of its own workers."""
    return Api(
        settings.base_url,
        system=source.name,
        auth=BearerToken(settings.api_key),
        limits=(Concurrency("requests", settings.requests_at_once),),
        share=1.0,
        clock=source.clock,
        headers={"X-Odoo-Database": settings.database} if settings.database else {},
        refusals=refusal,
    )


def refusal(answer: Answer) -> KpiloopError | None:
    """What Odoo means where the common rules would say something else.

    Its errors carry the server's stack trace in `debug`, of which nothing is ever shown.
    """
    if answer.status == _UNAUTHORIZED:
        return CredentialError(
            "Odoo does not accept the key",
            where=f"source {answer.system}",
            todo=f"{ABOUT_KEY}\nThen set KPILOOP_{answer.system.upper()}_API_KEY to it",
        )
    if answer.status == _MISSING and answer.body.lstrip().startswith(b"<"):
        return ConfigError(
            "there is no such database, or no Odoo 19 at this address",
            where=f"[sources.{answer.system}]",
            legal="the address of Odoo 19 or later, and a database that it serves",
            todo="correct base_url, and set database to the name that Odoo's login page shows",
        )
    if answer.status == _BROKEN and str(answer.find("name")).startswith(_BUGS):
        return answer.error(RefusedError, f"Odoo refuses: {answer.find('message')}")
    return None


@dataclass(frozen=True, slots=True)
class Client:
    """What is asked of one database; archived records are seen like any other."""

    api: Api
    page: int
    """How many records a call reads."""
    _fields: dict[str, frozenset[str]] = field(default_factory=dict[str, frozenset[str]])

    def call(self, model: str, method: str, **arguments: object) -> Any:
        """What a method answers."""
        return self._asked(model, method, arguments).parse(_VALUE)

    def fields(self, model: str) -> frozenset[str]:
        """The fields that a model has here and that the key may read."""
        if model not in self._fields:
            names = self._asked(model, "fields_get", {"attributes": ["type"]}).parse(_NAMES)
            self._fields[model] = frozenset(names)
        return self._fields[model]

    def rows(self, model: str, where: Domain, paths: Iterable[str]) -> list[Row]:
        """All records, in the order of their ids."""
        return self.found(model, where, paths).parse(_FOUND).records

    def found(
        self, model: str, where: Domain, paths: Iterable[str], *, most: int | None = None
    ) -> Answer:
        """Records in the order of their ids, with what stands at the paths: `country_id.code`."""
        arguments = {
            "domain": [*where],
            "specification": specification(paths),
            "order": "id",
            "limit": most,
            "count_limit": 1,
        }
        return self._asked(model, "web_search_read", arguments)

    def _asked(self, model: str, method: str, arguments: Mapping[str, object]) -> Answer:
        body = {**arguments, "context": {"active_test": False, "tracking_disable": True}}
        return self.api.post(f"/json/2/{model}/{method}", body)


def records(page: Page) -> list[Row]:
    """The records of a page."""
    return _FOUND.validate_json(page.body or b"{}").records


def batched(items: Sequence[Item], size: int) -> Iterator[Sequence[Item]]:
    """The items in order, so many at a time."""
    for start in range(0, len(items), size):
        yield items[start : start + size]


def specification(paths: Iterable[str]) -> Row:
    """The paths as a tree: what Odoo wants to be told of linked records."""
    tree: Row = {}
    for path in paths:
        here = tree
        *links, last = path.split(".")
        for link in links:
            here = here.setdefault(link, {}).setdefault("fields", {})
        here.setdefault(last, {})
    return tree
