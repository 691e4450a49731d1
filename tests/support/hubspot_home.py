"""A warehouse that is filled from a simulated HubSpot account."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from kpiloop.engine.pull.report import Counts, PullReport
from kpiloop.engine.pull.run import PullRequest, pull
from kpiloop.warehouse.store import Warehouse
from kpiloop_hubspot.reads import Hubspot
from kpiloop_sandbox.hubspot.store import Store


@dataclass
class Home:
    """A warehouse that is filled from the account."""

    warehouse: Warehouse
    hubspot: Hubspot
    store: Store

    fields: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    """Fields that the settings point at properties of the account."""

    def pull(self, *streams: str, full: bool = False) -> PullReport:
        """Read what changed, in these streams or in all; every one must be green."""
        request = PullRequest(full=full, streams=streams, mapped_fields=self.fields)
        report = pull(self.warehouse, self.hubspot, request)
        assert report.failed == {}
        assert report.is_green
        return report

    def counts(self, stream: str) -> Counts:
        """What a pull of one stream counts."""
        return self.pull(stream).counts

    def rows(self, query: str) -> list[tuple[object, ...]]:
        """What the warehouse holds."""
        with self.warehouse.cursor() as cursor:
            return cursor.execute(query).fetchall()
