"""kpiloop's side: contacts with 25 properties, through inbox and merge into a typed table."""

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any, ClassVar

from pages import PATH, PER_PAGE
from pydantic import AliasPath, Field, JsonValue

from kpiloop.connector.base import Connector, Settings, Source
from kpiloop.connector.reading import Read, reads
from kpiloop.engine.pull.run import MEMORY_LIMIT, THREADS, pull
from kpiloop.schema.fields import Flag, Id, Instant, Text
from kpiloop.schema.record import Modified, Record
from kpiloop.warehouse.store import Warehouse
from kpiloop.web_api import Api, NoAuth, Page


class Lead(Record):
    """A contact with more fields than the common schema has."""

    entity: ClassVar[str] = "leads"
    singular: ClassVar[str] = "lead"

    email: Text = None
    first_name: Text = None
    last_name: Text = None
    job_title: Text = None
    country: Text = None
    company_id: Text = None
    owner_id: Text = None
    stage: Text = None
    original_source: Text = None
    original_source_detail: Text = None
    utm_source: Text = None
    utm_medium: Text = None
    utm_campaign: Text = None
    city: Text = None
    company: Text = None
    phone: Text = None
    website: Text = None
    industry: Text = None
    employees: Text = None
    merged_ids: Text = None
    created_at: Instant = None
    closed_at: Instant = None
    converted_at: Instant = None
    opted_out: Flag = None


def in_property(name: str) -> Any:
    """A field that stands in a property of the object."""
    return Field(default=None, validation_alias=AliasPath("properties", name))


class WireLead(Lead):
    """A lead as HubSpot spells it."""

    id: Id
    email: Text = in_property("email")
    first_name: Text = in_property("firstname")
    last_name: Text = in_property("lastname")
    job_title: Text = in_property("jobtitle")
    country: Text = in_property("country")
    company_id: Text = in_property("associatedcompanyid")
    owner_id: Text = in_property("hubspot_owner_id")
    stage: Text = in_property("lifecyclestage")
    original_source: Text = in_property("hs_analytics_source")
    original_source_detail: Text = in_property("hs_analytics_source_data_1")
    utm_source: Text = in_property("utm_source")
    utm_medium: Text = in_property("utm_medium")
    utm_campaign: Text = in_property("utm_campaign")
    city: Text = in_property("city")
    company: Text = in_property("company")
    phone: Text = in_property("phone")
    website: Text = in_property("website")
    industry: Text = in_property("industry")
    employees: Text = in_property("num_employees")
    merged_ids: Text = in_property("hs_merged_object_ids")
    created_at: Instant = in_property("createdate")
    closed_at: Instant = in_property("closedate")
    converted_at: Instant = in_property("recent_conversion_date")
    opted_out: Flag = in_property("hs_email_optout")
    modified: Annotated[Instant, Modified()] = in_property("lastmodifieddate")


class LeadSettings(Settings):
    """Where the benchmark server listens."""

    base_url: str


class Leads(Connector[LeadSettings]):
    """One list, read from its beginning to its end."""

    name: ClassVar[str] = "bench"
    settings_type: ClassVar[type[Settings]] = LeadSettings

    def connect(self) -> Api:
        """A client without limits: the server has none."""
        return Api(self.settings.base_url, system="bench", auth=NoAuth(), share=1)

    @reads(WireLead)
    def leads(self, read: Read) -> Iterator[Page]:
        """All of them, page after page."""
        asked: dict[str, JsonValue] = {
            "limit": PER_PAGE,
            "properties": list(read.fields_below("properties")),
        }
        after = read.checkpoint
        while True:
            answer = self.api.post(PATH, asked | {"after": after} if after else asked)
            after = answer.find("paging.next.after")
            yield Page.json(answer.body, rows="results", checkpoint=after)
            if after is None:
                return


def main(base_url: str, home: str) -> None:
    """Pull everything; say how many rows the table has, and how many times were read."""
    connector = Leads(LeadSettings(base_url=base_url), Source(name="bench"))
    path = Path(home) / "warehouse.duckdb"
    with Warehouse.open(
        path, entities=[Lead], memory_limit=MEMORY_LIMIT, threads=THREADS
    ) as warehouse:
        report = pull(warehouse, connector)
        if not report.is_green:
            sys.exit(str(report.failed))
        with warehouse.cursor() as cursor:
            query = "SELECT count(*), count(created_at), count(modified_at) FROM pulled.leads"
            print(*cursor.execute(query).fetchall()[0])
    connector.close()


if __name__ == "__main__":
    main(*sys.argv[1:])
