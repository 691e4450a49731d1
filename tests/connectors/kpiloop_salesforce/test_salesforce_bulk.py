"""Reading whole objects by the Bulk API."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest

from kpiloop import Page, Read, RefusedError, Window, Wire
from kpiloop.engine.pull.rows import rows_of
from kpiloop_salesforce.reads import Salesforce
from kpiloop_salesforce.wire_people import SalesforceLead
from support.salesforce_connector import NOON, World, key

FIELDS: Mapping[type[Wire], tuple[str, ...]] = {
    SalesforceLead: ("Id", "Email", "Status", "SystemModstamp")
}


@pytest.fixture
def many(leads: World) -> World:
    """An org with 50 leads whose jobs give four records at once."""
    leads.sandbox.options = replace(leads.sandbox.options, bulk_page=4)
    return leads


def read_leads(connector: Salesforce, checkpoint: Any = None) -> list[Page]:
    """All pages of leads, by a job."""
    window = Window(start=None, end=NOON)
    read = Read(window=window, fields=FIELDS, checkpoint=checkpoint)
    return list(connector.leads(read))


def ids(pages: list[Page]) -> list[str]:
    """The ids in these pages, in order."""
    rows: list[Any] = [row for page in pages for row in rows_of(page, source="", stream="")]
    return [row["Id"] for row in rows]


def jobs_made(world: World) -> int:
    """How many jobs were made."""
    asked = world.sandbox.counters.requests
    return sum(n for what, n in asked.items() if what.startswith("POST") and "jobs/query" in what)


def test_result_pages_are_read_side_by_side_and_come_in_order(many: World) -> None:
    """Salesforce lists five addresses at once; there are thirteen pages here."""
    pages = read_leads(many.connect(bulk_above=10))
    assert ids(pages) == [key("Lead", number) for number in range(50)]
    assert len([page for page in pages if page.is_csv]) == 13


def test_a_small_object_is_queried(many: World) -> None:
    """A job would let one wait for nothing."""
    pages = read_leads(many.connect(bulk_above=50))
    assert len(ids(pages)) == 50
    assert jobs_made(many) == 0


def test_an_interrupted_read_goes_on_with_the_same_job(many: World) -> None:
    """Behind every page that was stored, from its first empty one on."""
    connector = many.connect(bulk_above=10)
    pages = read_leads(connector)
    for number, page in enumerate(pages[:-1]):
        assert ids(read_leads(connector, page.checkpoint)) == ids(pages[number + 1 :])
    assert jobs_made(many) == 1


def test_results_are_gone_after_seven_days_and_a_new_job_is_made(many: World) -> None:
    """The pull that meets it begins anew, and misses nothing."""
    connector = many.connect(bulk_above=10)
    checkpoint = read_leads(connector)[3].checkpoint
    many.sandbox.org.jobs.close()
    with pytest.raises(RefusedError):
        read_leads(connector, checkpoint)
    report = many.green(streams=("leads",), settings={"bulk_above": 10})
    assert report.counts.new == 50


def test_a_job_that_failed_stops_the_stream(many: World) -> None:
    """Its results would be incomplete."""
    connector = many.connect(bulk_above=10)
    pages = connector.leads(Read(window=Window(start=None, end=NOON), fields=FIELDS))
    next(pages)
    for job in many.sandbox.org.jobs.all():
        job.aborted = True
    with pytest.raises(RefusedError, match="Aborted"):
        next(pages)


def test_nulls_are_empty_strings_in_csv(many: World) -> None:
    """They clear what was stored, as a null in JSON does."""
    settings = {"bulk_above": 10}
    many.green(streams=("leads",), settings=settings)
    many.change("Lead", 7, NOON, Email=None)
    many.green(streams=("leads",), settings=settings, full=True)
    query = f"SELECT email FROM pulled.contacts WHERE id = '{key('Lead', 7)}'"
    assert many.rows(query) == [(None,)]


def test_jobs_and_queries_give_the_same_records(many: World) -> None:
    """A full pull by jobs after one by queries changes nothing."""
    many.put("Account", 1, Name='Line one\nand "two", three', Website="acme.example")
    both = ("leads", "accounts")
    many.green(streams=both)
    counts = many.green(streams=both, full=True, settings={"bulk_above": 0}).counts
    assert (counts.new, counts.changed, counts.deleted) == (0, 0, 0)
