"""The resolved rows of a company, or of a part of it: one channel's, one person's."""

from bisect import bisect_left, bisect_right
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cached_property
from types import MappingProxyType
from typing import Any
from zoneinfo import ZoneInfo

from oracle.records import Row
from oracle.resolving import Tables

Values = tuple[str | None, ...]
Cut = Mapping[str, str | None]
"""Column → the value that all rows share; None is unknown."""

_TOTAL: Cut = MappingProxyType({})

COLUMNS = {
    "person": "channel campaign_id product segment country form_id stage owner_id source "
    "company_id",
    "company": "product segment country industry owner_id source",
    "deal": "channel campaign_id product segment country stage pipeline_id deal_type owner_id "
    "source company_id person_id",
    "campaign": "channel product owner_id source",
    "owner": "team source",
    "stage_interval": "stage source person_id deal_id",
    "customer_interval": "channel campaign_id product segment country owner_id source company_id "
    "person_id deal_id",
    "cost": "channel campaign_id product kind department source",
    "delivery": "channel campaign_id variant source person_id",
    "form_submission": "channel campaign_id product form_id kind variant page source person_id",
    "activity": "kind owner_id campaign_id source company_id person_id deal_id",
    "order": "channel campaign_id product segment country owner_id source company_id person_id "
    "deal_id",
    "campaign_member": "campaign_id source person_id",
    "email_total": "kind campaign_id variant source",
    "figure": "channel product country source",
    "social_post": "channel network campaign_id product source",
    "traffic_period": "channel page campaign_id country source",
    "survey_response": "kind product source person_id",
    "score": "source person_id",
    "page_view": "channel network campaign_id country form_id variant page source person_id",
}
"""What rows know of themselves, as far as anything is cut by it."""

TABLES = {
    "people": ("person", ("company", "campaign", "owner")),
    "deals": ("deal", ("person", "company", "campaign", "owner")),
    "stage_intervals": ("stage_interval", ("person", "deal")),
    "customer_intervals": ("customer_interval", ("person", "company", "deal", "campaign", "owner")),
    "costs": ("cost", ("campaign",)),
    "deliveries": ("delivery", ("person", "campaign")),
    "form_submissions": ("form_submission", ("person", "campaign")),
    "page_views": ("page_view", ("person", "campaign")),
    "activities": ("activity", ("person", "company", "deal", "campaign", "owner")),
    "orders": ("order", ("person", "company", "deal", "campaign", "owner")),
    "survey_responses": ("survey_response", ("person",)),
    "scores": ("score", ("person",)),
    "campaign_members": ("campaign_member", ("person", "campaign")),
    "email_totals": ("email_total", ("campaign",)),
    "figures": ("figure", ()),
    "social_posts": ("social_post", ("campaign",)),
    "traffic_periods": ("traffic_period", ("campaign",)),
}
"""What a table's rows are, and what they refer to; the nearest that has a column gives it."""

PLURALS = {
    "person": "people",
    "company": "companies",
    "deal": "deals",
    "campaign": "campaigns",
    "owner": "owners",
}


def reaches(table: str, column: str) -> bool:
    """Whether rows of a table have a column, or refer to something that has."""
    row, references = TABLES[table]
    return any(column in COLUMNS[each].split() for each in (row, *references))


@dataclass(frozen=True, slots=True)
class AsOf:
    """The moment until which records are complete."""

    moment: datetime
    zone: ZoneInfo

    @property
    def stored(self) -> datetime:
        """In UTC, as rows have it."""
        return self.moment.astimezone(UTC).replace(tzinfo=None)

    def has_come_to(self, day: date) -> bool:
        """Whether a local day has begun."""
        return datetime.combine(day, time(), self.zone).astimezone(UTC) <= self.moment


@dataclass(frozen=True, slots=True)
class Span:
    """The days of a period, both ends included."""

    first_day: date
    last_day: date
    as_of: AsOf

    @property
    def next_day(self) -> date:
        """The day on which it is over."""
        return self.days_after(0)

    def days_after(self, days: int) -> date:
        """So many days after the day on which it is over."""
        return self.last_day + timedelta(days=1 + days)


def _no_rows() -> Tables:
    return {table: [] for table in TABLES}


class World:
    """All rows of the resolved tables, or those of one cut."""

    def __init__(
        self, tables: Tables, whole: "World | None" = None, cut: Cut | None = _TOTAL
    ) -> None:
        self.tables = tables
        self.whole = whole or self
        self.cut = cut
        """None where the part is that of a single record."""
        self._by_id: Mapping[str, Mapping[str, Row]] = (
            whole._by_id
            if whole
            else {
                singular: {row["id"]: row for row in tables[plural]}
                for singular, plural in PLURALS.items()
            }
        )
        self._ordered: dict[tuple[str, str], tuple[list[date], list[Row]]] = {}

    def between(self, table: str, column: str, span: Span) -> list[Row]:
        """The rows of which a day lies in a span."""
        days, rows = self._in_order(table, column)
        return rows[bisect_left(days, span.first_day) : bisect_right(days, span.last_day)]

    def _in_order(self, table: str, column: str) -> tuple[list[date], list[Row]]:
        if (table, column) not in self._ordered:
            rows = [row for row in self.tables[table] if row[column] is not None]
            rows.sort(key=lambda row: row[column])
            self._ordered[table, column] = ([row[column] for row in rows], rows)
        return self._ordered[table, column]

    def by(self, *columns: str) -> dict[Values, "World"]:
        """The parts that share values of columns; tables that do not have all of them are empty."""
        parts: dict[Values, Tables] = {}
        for table in TABLES:
            if all(reaches(table, column) for column in columns):
                for row in self.tables[table]:
                    values = tuple(self.find(table, row, column) for column in columns)
                    parts.setdefault(values, _no_rows())[table].append(row)
        return {
            values: World(tables, self, dict(zip(columns, values, strict=True)))
            for values, tables in parts.items()
        }

    def nothing(self, *columns: str, values: Values) -> "World":
        """The part of values that no row has."""
        return World(_no_rows(), self, dict(zip(columns, values, strict=True)))

    def per(self, record: str) -> dict[str, "World"]:
        """The part of each person, company, deal or campaign that has rows."""
        parts: dict[str, Tables] = {}
        for table, (row_is, _) in TABLES.items():
            if row_is == record or reaches(table, f"{record}_id"):
                for row in self.tables[table]:
                    key = row["id"] if row_is == record else self.find(table, row, f"{record}_id")
                    if key is not None:
                        parts.setdefault(key, _no_rows())[table].append(row)
        return {key: World(tables, self, None) for key, tables in parts.items()}

    def find(self, table: str, row: Row, column: str) -> Any:
        """The nearest column of a name: the row's own, else that of what it refers to."""
        row_is, references = TABLES[table]
        if column in COLUMNS[row_is].split():
            return row[column]
        via = next(each for each in references if column in COLUMNS[each].split())
        return self._by_id[via].get(row[f"{via}_id"], {}).get(column)

    def owner_of(self, row: Row) -> Row:
        """The owner whom a row names."""
        return self._by_id["owner"].get(row["owner_id"] or "", {})

    @cached_property
    def leads(self) -> list[Row]:
        """The stays of leads, whatever their rank."""
        stays = self.tables["stage_intervals"]
        return [stay for stay in stays if stay["is_lead"]]


def there_at(day: date, rows: list[Row], start: str, end: str, as_of: AsOf) -> list[Row]:
    """The rows whose time has begun when a day begins, at the latest as of now, and not ended."""
    if as_of.has_come_to(day):
        moment: Any = day
        start, end = f"{start}_day", f"{end}_day"
    else:
        moment = as_of.stored
        start, end = f"{start}_at", f"{end}_at"
    return [
        row
        for row in rows
        if row[start] is not None
        and row[start] < moment
        and (row[end] is None or row[end] >= moment)
    ]
