"""One company of the simulated account, as its HubSpot shows it after the demo has written."""

from dataclasses import dataclass

from pydantic import BaseModel, ConfigDict, Field, SecretStr

from kpiloop.web_api import Api, BearerToken
from kpiloop_sandbox.hubspot.options import DEFAULT_TOKEN

_PREFIX = "kpiloop_"
_SORT_BY = f"{_PREFIX}revenue"


class _Property(BaseModel):
    model_config = ConfigDict(frozen=True)

    name: str
    label: str


class _Properties(BaseModel):
    model_config = ConfigDict(frozen=True)

    results: tuple[_Property, ...]


class _Company(BaseModel):
    model_config = ConfigDict(frozen=True)

    id: str
    properties: dict[str, str | None]


class _Companies(BaseModel):
    model_config = ConfigDict(frozen=True)

    results: tuple[_Company, ...] = Field(max_length=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """A company and the properties that kpiloop wrote into it."""

    id: str
    name: str
    properties: tuple[tuple[str, str, str], ...]
    """Label, name and value of each."""


def best_customer(base_url: str) -> Written | None:
    """The company with the most revenue, asked over the API as anybody would ask it."""
    with Api(base_url, system="sandbox", auth=BearerToken(SecretStr(DEFAULT_TOKEN))) as api:
        known = _Properties.model_validate_json(api.get("/crm/v3/properties/companies").body)
        labels = {each.name: each.label for each in known.results if each.name.startswith(_PREFIX)}
        wanted = {
            "filterGroups": [{"filters": [{"propertyName": _SORT_BY, "operator": "HAS_PROPERTY"}]}],
            "sorts": [{"propertyName": _SORT_BY, "direction": "DESCENDING"}],
            "properties": ["name", *labels],
            "limit": 1,
        }
        found = _Companies.model_validate_json(
            api.post("/crm/v3/objects/companies/search", wanted).body
        )
    return _written(found.results[0], labels) if found.results else None


def _written(company: _Company, labels: dict[str, str]) -> Written:
    values = company.properties
    return Written(
        id=company.id,
        name=values.get("name") or company.id,
        properties=tuple(
            (label, name, values.get(name) or "") for name, label in sorted(labels.items())
        ),
    )
