"""From `[[publish]]` to the custom fields that it asks for."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from kpiloop.connector.writing import Definition
from kpiloop.errors import ConfigError
from kpiloop.kpi.catalog import Catalog
from kpiloop.kpi.kpi import Kpi
from kpiloop.ledger.plan import PlanField
from kpiloop.ledger.store import to_json
from kpiloop.project.publish import Publication
from kpiloop.schema.fields import Kind


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishedField:
    """One publication, with its KPI and the definition of the field that holds it."""

    publication: Publication
    kpi: Kpi
    definition: Definition

    @property
    def target(self) -> str:
        """The source whose records are written."""
        return self.publication.to

    def as_plan_field(self) -> PlanField:
        """What a plan keeps of it."""
        return PlanField(
            target=self.target,
            entity=self.definition.entity,
            field=self.definition.field,
            kpi=self.kpi.name,
            definition=to_table(self.definition),
            is_automatic=self.publication.auto,
            max_changes=self.publication.max_changes,
            clears=self.publication.when_empty == "clear",
        )


def published_fields(
    publications: Sequence[Publication], catalog: Catalog
) -> Sequence[PublishedField]:
    """The fields that the settings ask for; they are the list of what may be written.

    Raises ConfigError where a publication cannot be: no bands, or the same field twice.
    """
    fields = [_field(each, catalog.kpi(each.kpi)) for each in publications]
    seen: dict[tuple[str, str, str], str] = {}
    for each in fields:
        key = (each.target, each.definition.entity, each.definition.field)
        if key in seen:
            raise ConfigError(
                f"{seen[key]} and {each.kpi.name} are both published into {key[2]}",
                where="[[publish]]",
                todo='give one of them a field of its own: field = "kpiloop_…"',
            )
        seen[key] = each.kpi.name
    return fields


def _field(publication: Publication, kpi: Kpi) -> PublishedField:
    if publication.band and not kpi.bands:
        raise ConfigError(
            f"{kpi.name} has no bands, so no band can be published",
            where="[[publish]]",
            todo=f"add bands to [kpis.{kpi.name}], or set band = false",
        )
    definition = Definition(
        entity=publication.entity,
        field=publication.field_name,
        title=publication.title or kpi.title + (" (band)" if publication.band else ""),
        kind=Kind.TEXT if publication.band else Kind.NUMBER,
        description=f"{kpi.meaning} Written by kpiloop; changes by hand are kept and reported.",
        choices=tuple(band.name for band in kpi.bands) if publication.band else (),
        decimals=publication.decimals,
    )
    return PublishedField(publication=publication, kpi=kpi, definition=definition)


def definitions_hash(fields: Sequence[PublishedField]) -> str:
    """Changes if, and only if, what would be written changes its meaning or its place."""
    facts = [
        [each.kpi.version, each.publication.model_dump(mode="json"), to_table(each.definition)]
        for each in fields
    ]
    return hashlib.sha256(to_json(facts).encode()).hexdigest()[:16]


def to_table(definition: Definition) -> Mapping[str, object]:
    """A definition as the ledger keeps it."""
    return {
        "entity": definition.entity,
        "field": definition.field,
        "title": definition.title,
        "kind": definition.kind.value,
        "description": definition.description,
        "choices": list(definition.choices),
        "decimals": definition.decimals,
    }


def from_table(table: Mapping[str, Any]) -> Definition:
    """The definition that the ledger kept."""
    return Definition(
        entity=str(table["entity"]),
        field=str(table["field"]),
        title=str(table["title"]),
        kind=Kind(table["kind"]),
        description=str(table["description"]),
        choices=tuple(str(choice) for choice in table["choices"]),
        decimals=int(table["decimals"]),
    )
