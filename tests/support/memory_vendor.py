"""A vendor that lives in memory, and a warehouse to pull it into."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any, ClassVar

from pydantic import AliasPath, BaseModel, ConfigDict, Field

from kpiloop.clock import ManualClock
from kpiloop.connector.base import Connector, Settings, Source
from kpiloop.connector.reading import Read, Window, reads
from kpiloop.engine.pull.report import PullReport
from kpiloop.engine.pull.run import PullRequest, pull
from kpiloop.schema.fields import Flag, Id, Instant, Money, Text
from kpiloop.schema.history import Link, StageChange
from kpiloop.schema.items import Items
from kpiloop.schema.people import Contact
from kpiloop.schema.record import Deleted, Modified, Record, Wire
from kpiloop.schema.sales import Deal
from kpiloop.warehouse.store import Warehouse
from kpiloop.web_api.page import Page

START = datetime(2026, 3, 1, 12, tzinfo=UTC)
Row = dict[str, Any]


class AcmeContact(Contact):
    """A contact as Acme spells it; it knows no country."""

    id: Id = Field(validation_alias="contactId")
    email: Text = Field(None, validation_alias=AliasPath("properties", "email"))
    first_name: Text = Field(None, validation_alias=AliasPath("properties", "first"))
    stage: Text = Field(None, validation_alias=AliasPath("properties", "stage"))
    created_at: Instant = Field(None, validation_alias=AliasPath("properties", "created"))
    opted_out: Flag = Field(None, validation_alias=AliasPath("properties", "optout"))
    changed: Annotated[Instant, Modified()] = Field(
        None, validation_alias=AliasPath("properties", "changed")
    )


class AcmeDeal(Deal):
    """A deal; Acme leaves out what has no value."""

    omits_nulls: ClassVar[bool] = True

    id: Id
    name: Text = None
    amount: Money = Field(None, validation_alias="value")
    changed: Annotated[Instant, Modified()] = None


class ArchivedContact(Contact):
    """A contact in Acme's bin."""

    id: Id = Field(validation_alias="contactId")
    gone: Annotated[Instant, Deleted()] = Field(None, validation_alias="archivedAt")


class Step(BaseModel):
    """One step of a contact's history."""

    model_config = ConfigDict(frozen=True)

    stage: Text
    at: Instant


class AcmeHistory(Wire):
    """A contact with all its steps."""

    id: Id
    steps: Items[Step] = ()
    opted_out_at: Instant = None

    def records(self) -> Iterator[Record]:
        """A change of stage for each step, and when the contact opted out."""
        for place, step in enumerate(self.steps):
            yield StageChange(
                id=f"{self.id}-{place}",
                of_entity="contacts",
                parent_id=self.id,
                stage=step.stage,
                entered_at=step.at,
            )
        yield Contact(id=self.id, opted_out_at=self.opted_out_at)


class AcmeLink(Link):
    """A deal's contact."""

    id: Id
    parent_id: Text = None
    to_id: Text = None


class AcmeSettings(Settings):
    """Nothing needs to be set."""


@dataclass(kw_only=True)
class AcmeData:
    """What the vendor holds, what it was asked, and where it fails."""

    contacts: dict[str, Any] = field(default_factory=dict[str, Any])
    deals: dict[str, Row] = field(default_factory=dict[str, Row])
    archived: list[Row] = field(default_factory=list[Row])
    histories: dict[str, Row] = field(default_factory=dict[str, Row])
    links: dict[str, list[Row]] = field(default_factory=dict[str, list[Row]])
    asked: list[tuple[str, Read]] = field(default_factory=list[tuple[str, Read]])
    fails: dict[str, BaseException] = field(default_factory=dict[str, BaseException])
    """Stream (or `stream:page`) → what is raised there."""
    refuses: dict[str, BaseException] = field(default_factory=dict[str, BaseException])
    """Slice of the contacts → what is raised whenever it is asked for."""
    page_size: int = 2
    slices: tuple[str, ...] = ("",)
    json: bool = True
    bodies: dict[str, bytes] = field(default_factory=dict[str, bytes])
    """Stream → what it gives in place of a page."""
    unfiltered: bool = False
    """Whether the vendor disregards the end of the window."""

    def contact(self, number: int, changed: datetime = START, **properties: object) -> Row:
        """Put a contact into the vendor's system."""
        row = {
            "contactId": str(number),
            "properties": {
                "email": f"person{number}@acme.example",
                "first": f"Person {number}",
                "stage": "lead",
                "created": "2026-01-01T00:00:00Z",
                "optout": "false",
                "changed": changed.isoformat(),
                **properties,
            },
        }
        self.contacts[str(number)] = row
        return row

    def asked_for(self, stream: str) -> list[Read]:
        """How one stream was asked."""
        return [read for name, read in self.asked if name == stream]


def in_window(row: Any, window: Window) -> bool:
    """Whether the vendor's own modification time lies in the window."""
    changed = row.get("properties", row).get("changed")
    try:
        moment = datetime.fromisoformat(str(changed))
    except ValueError:
        return True
    return (window.start is None or window.start < moment) and moment <= window.end


class Acme(Connector[AcmeSettings]):
    """Acme CRM, in memory."""

    name: ClassVar[str] = "acme"
    settings_type: ClassVar[type[Settings]] = AcmeSettings
    index_lag: ClassVar[timedelta] = timedelta(minutes=10)
    threads: ClassVar[int] = 2

    def __init__(self, data: AcmeData, clock: ManualClock) -> None:
        super().__init__(AcmeSettings(), Source(name="acme", clock=clock))
        self.data = data

    def cut(self, read: Read) -> Sequence[str]:
        """The slices of the contacts."""
        self.data.asked.append(("cut", read))
        return self.data.slices

    @reads(AcmeContact, cursor="modified", slices=cut)
    def contacts(self, read: Read) -> Iterator[Page]:
        """Contacts that changed; a slice is a last digit."""
        if read.slice in self.data.refuses:
            raise self.data.refuses[read.slice]
        rows = [
            row
            for key, row in sorted(self.data.contacts.items())
            if key.endswith(read.slice) and (self.data.unfiltered or in_window(row, read.window))
        ]
        return self._pages("contacts", read, rows)

    @reads(AcmeHistory, follows="contacts", ids_per_slice=3)
    def histories(self, read: Read) -> Iterator[Page]:
        """The history of contacts that changed."""
        rows = [self.data.histories.get(each, {"id": each}) for each in read.ids]
        return self._pages("histories", read, rows, replaces=read.ids)

    @reads(AcmeDeal)
    def deals(self, read: Read) -> Iterator[Page]:
        """All deals."""
        return self._pages("deals", read, list(self.data.deals.values()))

    @reads(AcmeLink, each="deals")
    def links(self, read: Read) -> Iterator[Page]:
        """The contacts of each deal."""
        rows = [row for each in read.ids for row in self.data.links.get(each, [])]
        return self._pages("links", read, rows, replaces=read.ids)

    @reads(ArchivedContact, absent="kept")
    def bin(self, read: Read) -> Iterator[Page]:
        """Contacts in the bin."""
        return self._pages("bin", read, self.data.archived)

    def _pages(
        self, stream: str, read: Read, rows: Sequence[Row], replaces: Sequence[str] = ()
    ) -> Iterator[Page]:
        self.data.asked.append((stream, read))
        start = read.checkpoint if isinstance(read.checkpoint, int) else 0
        size = self.data.page_size
        places = range(start, len(rows), size) or [start]
        for number, place in enumerate(places):
            for fault in (f"{stream}:{number}", stream):
                if fault in self.data.fails:
                    raise self.data.fails[fault]
            part = rows[place : place + size]
            ids = [each for each in replaces if number == 0]
            if stream in self.data.bodies:
                yield Page.json(self.data.bodies[stream], rows="data.rows")
            elif self.data.json:
                body = json.dumps({"data": {"rows": part}}).encode()
                yield Page.json(body, rows="data.rows", checkpoint=place + size, replaces=ids)
            else:
                yield Page.rows(part, checkpoint=place + size, replaces=ids)


def all_ids(connector: "Directory", read: Read) -> Iterator[Page]:
    """The ids of all contacts, page by page."""
    data = connector.data
    rows = [{"contactId": key} for key in sorted(data.contacts)] + data.archived
    return connector.ids(read, rows)


class Directory(Acme):
    """Acme, which tells no deletes of contacts; their ids are listed after each window."""

    @reads(AcmeContact, cursor="modified", slices=Acme.cut, ids=all_ids)
    def contacts(self, read: Read) -> Iterator[Page]:
        """Contacts that changed."""
        yield from super().contacts(read)

    @reads(AcmeContact, absent="kept")
    def bin(self, read: Read) -> Iterator[Page]:
        """Nothing."""
        del read
        yield Page.rows(())

    def ids(self, read: Read, rows: Sequence[Row]) -> Iterator[Page]:
        """Pages of ids."""
        return self._pages("ids", read, rows)


@dataclass(kw_only=True)
class World:
    """A vendor, a warehouse and a clock."""

    data: AcmeData
    warehouse: Warehouse
    clock: ManualClock
    connector: type[Acme] = Acme

    def pull(self, **request: Any) -> PullReport:
        """Pull, and let the clock go on by a minute."""
        report = pull(self.warehouse, self.connector(self.data, self.clock), PullRequest(**request))
        self.clock.advance(60)
        return report

    def green(self, **request: Any) -> PullReport:
        """Pull, which must go well."""
        report = self.pull(**request)
        assert report.is_green, report.failed
        assert all(each.counts.closes for each in report.streams)
        return report

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        """What the warehouse answers."""
        with self.warehouse.cursor() as cursor:
            return cursor.execute(query).fetchall()

    def ids(self, entity: str, condition: str = "deleted_at IS NULL") -> list[str]:
        """The ids of an entity's rows, in order; those alive, if nothing else is said."""
        query = f"SELECT id FROM pulled.{entity} WHERE {condition} ORDER BY id"
        return [record_id for (record_id,) in self.rows(query)]

    def contact(self, number: int) -> Mapping[str, Any]:
        """One contact as it is stored."""
        with self.warehouse.cursor() as cursor:
            found = cursor.execute("SELECT * FROM pulled.contacts WHERE id = ?", [str(number)])
            names = [each[0] for each in found.description]
            rows = found.fetchall()
        assert len(rows) == 1
        return dict(zip(names, rows[0], strict=True))

    def leftovers(self) -> int:
        """How much of an unfinished reading the warehouse holds."""
        tables = ["state.readings", "state.slices", "state.replaced", "state.listed"]
        tables += [f"inbox.{entity}" for entity in self.warehouse.entities]
        return sum(self.rows(f"SELECT count(*) FROM {table}")[0][0] for table in tables)
