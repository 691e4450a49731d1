"""One source: what its connector looks at, its account, and room for what is published to it."""

from collections.abc import Iterator, Sequence
from datetime import timedelta
from typing import Any

from kpiloop.cli.checkup.finding import (
    Finding,
    failed,
    failed_by,
    good,
    of_connector,
    warning,
)
from kpiloop.clock import Clock
from kpiloop.connector.base import Account, Connector
from kpiloop.connector.writing import Capacity
from kpiloop.engine.cycle.cycle import writer_of
from kpiloop.engine.pull.mapping import check_mapped, meant_for_several
from kpiloop.errors import ConfigError, KpiloopError
from kpiloop.plugin_host.host import PluginHost
from kpiloop.project.connecting import connect
from kpiloop.project.project import Project
from kpiloop.schema.registry import PULLED

_SKEW = timedelta(minutes=2)


def check_source(project: Project, source: str, host: PluginHost, clock: Clock) -> list[Finding]:
    """All that can be found out about a source without changing anything in it.

    The first thing that fails in a way of its own (no key, no network) is the last one.
    """
    findings: list[Finding] = []
    connector: Connector[Any] | None = None
    try:
        connector = connect(project, source, host=host, clock=clock)
        findings += (of_connector(source, check) for check in connector.checks())
        if not any(each.exit_code for each in findings):
            findings += _check_account(connector, project, clock)
        findings += _check_fields(connector, project, host)
        findings += _check_published(connector, project)
    except KpiloopError as error:
        findings.append(failed_by(source, "connection", error))
    except Exception as error:  # noqa: BLE001 - the connector's author may raise anything
        what = f"its connector raised {type(error).__name__}"
        findings.append(failed(source, "connector", what, "update its plugin, or tell its author"))
    finally:
        if connector is not None:
            connector.close()
    return findings


def _check_fields(
    connector: Connector[Any], project: Project, host: PluginHost
) -> Iterator[Finding]:
    """That mapped fields are there; which streams a name means that is one of them as well."""
    name = connector.source.name
    mapped = project.source(name).fields
    if not mapped:
        return
    known = [*(each.entity for each in PULLED), *host.entities]
    try:
        check_mapped(connector, name, mapped, known)
    except ConfigError as error:
        yield failed_by(name, "mapped fields", error)
        return
    for entity, streams in meant_for_several(connector, mapped).items():
        yield good(name, f"fields of {entity}", f"mapped in the streams {', '.join(streams)}")


def _check_account(connector: Connector[Any], project: Project, clock: Clock) -> Iterator[Finding]:
    account = connector.account()
    if account is None:
        return
    name = connector.source.name
    yield _compared(name, "time zone", account.timezone, project.timezone.key)
    yield _compared(name, "currency", account.currency, project.currency)
    yield from _check_clock(name, account, clock)


def _compared(area: str, what: str, theirs: str, ours: str) -> Finding:
    if not theirs:
        return good(area, what, f"the account tells none, [project] has {ours}")
    if theirs == ours:
        return good(area, what, ours)
    found = f"the account has {theirs}, [project] has {ours}"
    return warning(area, what, found, "numbers differ from the vendor's reports; align them if not")


def _check_clock(area: str, account: Account, clock: Clock) -> Iterator[Finding]:
    if account.now is None:
        return
    skew = clock.now() - account.now
    if abs(skew) > _SKEW:
        found = f"this machine is {abs(skew).total_seconds():,.0f} s "
        found += "ahead" if skew > timedelta(0) else "behind"
        yield warning(area, "clock", found, "let the machine keep its time over the network (NTP)")
    else:
        yield good(area, "clock", "agrees with the vendor's")


def _check_published(connector: Connector[Any], project: Project) -> Iterator[Finding]:
    name = connector.source.name
    wanted: dict[str, list[str]] = {}
    for each in project.publish:
        if each.to == name:
            wanted.setdefault(each.entity, []).append(each.field_name)
    if not wanted:
        return
    writer = writer_of(connector)
    for entity, fields in wanted.items():
        yield _check_capacity(name, entity, fields, writer.capacity(entity))


def _check_capacity(area: str, entity: str, fields: Sequence[str], capacity: Capacity) -> Finding:
    what = f"publishing to {entity}"
    missing = [each for each in fields if each not in capacity.fields]
    if not capacity.may_write or (missing and not capacity.may_define):
        return failed(area, what, capacity.reason or "the key may not", exit_code=2)
    free = capacity.free_fields
    if free is not None and free < len(missing):
        found = f"{len(missing)} fields are to be made, and the account has room for {free}"
        return failed(area, what, found, "remove fields there, or publish fewer", exit_code=2)
    room = "" if free is None else f", room for {free:,}"
    return good(area, what, f"fields: {len(fields)}, to be made: {len(missing)}{room}")
