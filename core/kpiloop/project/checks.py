"""What one section cannot know alone: names in it must mean something elsewhere."""

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from kpiloop.connector.base import Connector
from kpiloop.connector.filled import entities_filled
from kpiloop.errors import ConfigError
from kpiloop.kpi.names import did_you_mean
from kpiloop.plugin_host.host import PluginHost
from kpiloop.project.file import ProjectFile
from kpiloop.project.problems import Problem
from kpiloop.project.publish import Publication
from kpiloop.project.setting_names import SettingNames
from kpiloop.project.settings import SourceSettings, Surroundings, strange_variables
from kpiloop.project.sources import settings_in
from kpiloop.project.stages import NO_STAGE
from kpiloop.project.tables import is_table
from kpiloop.schema.fields import Kind
from kpiloop.schema.record import columns_of
from kpiloop.schema.registry import PULLED

if TYPE_CHECKING:
    from kpiloop.project.lines import Path


def source_problems(
    content: Mapping[str, object], host: PluginHost, surroundings: Surroundings
) -> Iterator[Problem]:
    """What is wrong with the settings that connectors are given, as the file writes them."""
    sources = content.get("sources")
    if not is_table(sources):
        return
    for name, table in sources.items():
        if not is_table(table):
            continue  # told by the section itself
        connector = str(table.get("connector", name))
        try:
            settings_type = host.connector(connector).settings_type
        except ConfigError as error:
            path: Path = ("sources", name, "connector")
            yield Problem(path=path, what=f"is wrong: {error.what}", legal=error.legal)
            continue
        names = SettingNames(source=name, model=settings_type)
        written = settings_in(table)
        yield from SourceSettings(
            names=names, written=written, surroundings=surroundings
        ).problems()
        yield from strange_variables(
            names, surroundings, [each for each in sources if each != name]
        )


def cross_check(file: ProjectFile, host: PluginHost) -> Iterator[Problem]:
    """What is wrong between sections that are each legal alone."""
    yield from _unknown_sources(file)
    yield from _unknown_stages(file)
    yield from _unknown_fields(file, host)
    yield from _currencies(file)
    yield from _published_twice(file, host)


def _unknown_sources(file: ProjectFile) -> Iterator[Problem]:
    for path, name in _named_sources(file):
        if name not in file.sources:
            near = did_you_mean(name, file.sources)
            yield Problem(
                path=path,
                what=f"names a source {name!r} that is not there{near}",
                legal=", ".join(sorted(file.sources)) or "add a table [sources.<name>] first",
            )


def _named_sources(file: ProjectFile) -> Iterator[tuple["Path", str]]:
    """Every place that names a source, and the name."""
    for name in file.stages:
        yield ("stages", name), name
    for number, publication in enumerate(file.publish):
        yield ("publish", number, "to"), publication.to
    if file.project.rates_from:
        yield ("project", "rates_from"), file.project.rates_from
    for name, meant in file.people.same_as.items():
        yield ("people", "same_as", name), name
        yield ("people", "same_as", name), meant
    for number, apart in enumerate(file.people.never_join):
        for key in apart.ids:
            yield ("people", "never_join", number, "ids"), key.partition(":")[0]
    for entity, systems in file.records.named():
        for name in systems:
            yield ("records", entity), name


def _unknown_stages(file: ProjectFile) -> Iterator[Problem]:
    ladder = file.funnel.ladder
    for source, stages in file.stages.items():
        for vendor_stage, stage in stages.items():
            if stage not in (*ladder, NO_STAGE):
                near = did_you_mean(stage, ladder)
                yield Problem(
                    path=("stages", source, vendor_stage),
                    what=f"is wrong: {stage!r} is no stage of the ladder{near}",
                    legal=f'{", ".join(ladder)}, or "" for none',
                )


def _unknown_fields(file: ProjectFile, host: PluginHost) -> Iterator[Problem]:
    """Fields that are mapped and not there."""
    entities = {entity.entity: columns_of(entity) for entity in PULLED}
    entities |= {name: columns_of(entity) for name, entity in host.entities.items()}
    for source, section in file.sources.items():
        places = {**_columns_by_stream(_connector_of(source, file, host)), **entities}
        for place, fields in section.fields.items():
            path: Path = ("sources", source, "fields", place)
            if place not in places:
                near = did_you_mean(place, places)
                what = f"is neither an entity nor a stream{near}"
                yield Problem(path=path, what=what, legal=", ".join(places))
                continue
            columns = places[place]
            for name in fields.keys() - columns.keys():
                near = did_you_mean(name, columns)
                what = f"is no field of {place}{near}"
                yield Problem(path=(*path, name), what=what, legal=", ".join(columns))


def _columns_by_stream(
    connector: type[Connector[Any]] | None,
) -> Mapping[str, Mapping[str, Kind]]:
    """The streams that a connector declares, with the columns of the entities that each fills."""
    if connector is None:
        return {}
    return {
        name: {
            column: kind
            for entity in entities_filled([stream]).values()
            for column, kind in columns_of(entity).items()
        }
        for name, stream in connector.streams().items()
    }


def _currencies(file: ProjectFile) -> Iterator[Problem]:
    home = file.project.currency
    if home in file.rates:
        yield Problem(path=("rates", home), what="is the home currency, which needs no rate")
    entries = (
        (section, number, entry.currency)
        for section, found in (("costs", file.costs), ("budgets", file.budgets))
        for number, entry in enumerate(found)
    )
    for section, number, currency in entries:
        is_told = file.project.rates_from or currency in {home, *file.rates}
        if currency and not is_told:
            yield Problem(
                path=(section, number, "currency"),
                what=f"is {currency}, which has no rate",
                legal=f"{home}, or a currency of [rates], or rates_from in [project]",
            )


def _published_twice(file: ProjectFile, host: PluginHost) -> Iterator[Problem]:
    targets = Counter(
        (each.to, place, each.field_name)
        for each in file.publish
        for place in _places_of(each, file, host)
    )
    for number, each in enumerate(file.publish):
        for place in _places_of(each, file, host):
            if targets[each.to, place, each.field_name] > 1:
                yield Problem(
                    path=("publish", number),
                    what=f"writes {each.field_name} of {place} in {each.to}, as another one does",
                    legal="a `field` of its own for each, such as field = "
                    f'"{each.field_name}_by_{each.by}"',
                )
                break


def _places_of(publication: Publication, file: ProjectFile, host: PluginHost) -> tuple[str, ...]:
    """What the vendor calls the tables that get a published field; else its entity."""
    entity = publication.entity
    connector = _connector_of(publication.to, file, host)
    return connector.field_places.get(entity, (entity,)) if connector else (entity,)


def _connector_of(source: str, file: ProjectFile, host: PluginHost) -> type[Connector[Any]] | None:
    """A source's connector; None where there is none, which its own table is told."""
    section = file.sources.get(source)
    try:
        return host.connector(section.connector or source) if section else None
    except ConfigError:
        return None
