"""Coincidences on which the two readings once disagreed, each with the answer that is right."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from duckdb import DuckDBPyConnection

from kpiloop.engine.compute.compute import compute
from kpiloop.engine.compute.question import Moment, Question
from kpiloop.engine.compute.records import RecordQuestion
from kpiloop.engine.resolve.resolve import resolve
from kpiloop.engine.resolve.rules import ConfiguredCost, CustomerEnds, Rate, Rules
from kpiloop.kpi.calendar import Grain, Period
from kpiloop.schema.registry import PULLED
from oracle.comparing import Trial, catalog_of_all
from oracle.record_comparing import record_disagreements
from oracle.records import Row, rows_of, store_records
from oracle.resolving import resolve_records
from oracle.table_comparing import COLUMNS, table_disagreements

Resolved = dict[str, list[Row]]
Resolve = Callable[..., Resolved]

JANUARY = datetime(2026, 1, 10, 12)  # noqa: DTZ001 - instants are naive UTC here
MAY = datetime(2026, 5, 10, 12)  # noqa: DTZ001
RULES = Rules(
    zone=ZoneInfo("Europe/Berlin"),
    home_currency="EUR",
    stages={"crm": {"lead": "lead", "mql": "mql", "customer": "customer"}},
)


def one(vendor_id: str, **fields: Any) -> Row:
    """A record of the source `crm`, made in January."""
    return {"source": "crm", "id": vendor_id, "created_at": JANUARY, **fields}


def won(vendor_id: str, at: datetime, **fields: Any) -> Row:
    """A deal that is won."""
    return one(vendor_id, is_won=True, is_closed=True, closed_at=at, **fields)


def link(deal: str, to: str, to_id: str, label: str | None = None) -> Row:
    """An association of a deal."""
    return {
        "source": "crm",
        "id": f"{deal}:{to}:{to_id}",
        "from_entity": "deals",
        "parent_id": deal,
        "to_entity": to,
        "to_id": to_id,
        "label": label,
    }


def entered(contact: str, stage: str | None, at: datetime) -> Row:
    """A contact's change of stage."""
    return {
        "source": "crm",
        "id": f"{contact}:{at}",
        "of_entity": "contacts",
        "parent_id": contact,
        "stage": stage,
        "entered_at": at,
    }


@pytest.fixture
def resolved(empty: DuckDBPyConnection) -> Resolve:
    """`resolved(rules, deals=[…], …)`: the tables, on which the oracle must agree."""

    def make(rules: Rules, **given: list[Row]) -> Resolved:
        records = {model.entity: given.get(model.entity, []) for model in PULLED}
        store_records(empty, records)
        resolve(empty, rules)
        assert list(table_disagreements(empty, resolve_records(records, rules))) == []
        return {table: rows_of(empty, f"resolved.{table}") for table in COLUMNS}

    return make


def test_a_record_merged_into_a_circle_is_what_is_left_of_the_circle(resolved: Resolve) -> None:
    """1 became 2 and 3, which became each other: the smaller of those two is left."""
    made = resolved(
        RULES, contacts=[one("1"), one("2", merged_ids="1;3"), one("3", merged_ids="1;2")]
    )
    assert [person["id"] for person in made["people"]] == ["crm:2"]


def test_only_star_and_question_mark_are_special_in_patterns(resolved: Resolve) -> None:
    """A bracket in a company's name means itself."""
    rules = replace(RULES, excluded_companies=("test [1]",))
    made = resolved(
        rules,
        companies=[one("1", name="Test [1]"), one("2", name="Test 1")],
        contacts=[one("7", company_id="1"), one("8", company_id="2")],
    )
    assert [person["id"] for person in made["people"]] == ["crm:8"]


def test_a_former_id_of_an_excluded_company_excludes(resolved: Resolve) -> None:
    """The contact still names the company that was merged into the excluded one."""
    rules = replace(RULES, excluded_companies=("acme",))
    made = resolved(
        rules,
        companies=[one("1", name="Acme", merged_ids="2"), one("2", name="Subsidiary")],
        contacts=[one("7", company_id="2")],
    )
    assert made["people"] == []


def test_a_deleted_company_excludes_nobody(resolved: Resolve) -> None:
    """Whoever pulls anew never learns its name, and must come to the same result."""
    rules = replace(RULES, excluded_companies=("acme",))
    made = resolved(
        rules,
        companies=[one("1", name="Acme", deleted_at=MAY)],
        contacts=[one("7", company_id="1")],
    )
    assert [person["id"] for person in made["people"]] == ["crm:7"]


def test_a_deal_counts_if_its_one_company_does(resolved: Resolve) -> None:
    """An excluded company beside the primary one does not take the deal away."""
    rules = replace(RULES, excluded_companies=("acme",))
    made = resolved(
        rules,
        companies=[one("1", name="Acme"), one("2", name="Buyer")],
        deals=[won("5", MAY), won("6", MAY)],
        links=[
            link("5", "companies", "1"),
            link("5", "companies", "2", "primary"),
            link("6", "companies", "1", "primary"),
            link("6", "companies", "2"),
        ],
    )
    assert [(deal["id"], deal["company_id"]) for deal in made["deals"]] == [("crm:5", "crm:2")]


def test_a_deal_of_excluded_contacts_does_not_count_by_their_former_ids(resolved: Resolve) -> None:
    """Its only contact was merged into one of the own staff."""
    rules = replace(RULES, excluded_addresses=("*@acme.example",))
    made = resolved(
        rules,
        contacts=[one("1", email="me@acme.example", merged_ids="2")],
        deals=[won("5", MAY)],
        links=[link("5", "contacts", "2")],
    )
    assert made["deals"] == []


def test_the_earliest_contact_gets_the_deal_by_a_former_id_too(resolved: Resolve) -> None:
    """The link names what was merged away; when its heir was made is known."""
    made = resolved(
        RULES,
        contacts=[one("1", merged_ids="2"), one("3", created_at=MAY)],
        deals=[won("5", MAY)],
        links=[link("5", "contacts", "2"), link("5", "contacts", "3")],
    )
    assert [deal["person_id"] for deal in made["deals"]] == ["crm:1"]


def test_a_contact_without_history_says_nothing_beside_one_that_has_any(resolved: Resolve) -> None:
    """Of nobody's contacts is a history known: then each entered its stage when it was made."""
    address = "a@firm.example"
    contacts = [
        one("1", email=address, stage="mql"),
        one("2", email=address, stage="lead", created_at=MAY),
    ]
    for changes, mql in (([entered("2", "lead", MAY)], None), ([], JANUARY)):
        [person] = resolved(RULES, contacts=contacts, stage_changes=changes)["people"]
        assert (person["became_mql_at"], person["became_lead_at"]) == (mql, MAY)


def test_customers_who_ordered_leave_with_the_stage(resolved: Resolve) -> None:
    """Under `stage left`, whoever has a won deal stops being a customer, too."""
    rules = replace(RULES, customer_ends=CustomerEnds.STAGE_LEFT)
    made = resolved(
        rules,
        contacts=[one("1")],
        deals=[won("5", JANUARY)],
        links=[link("5", "contacts", "1")],
        stage_changes=[entered("1", "customer", JANUARY), entered("1", None, MAY)],
    )
    [interval] = made["customer_intervals"]
    assert (interval["started_at"], interval["ended_at"]) == (JANUARY, MAY)


@pytest.mark.parametrize(
    ("days", "spread"),
    [
        ({"last_day": date(2026, 3, 2)}, {date(2026, 3, 2): Decimal(10)}),
        (
            {"first_day": date(2026, 3, 2), "last_day": date(2026, 3, 1)},
            {date(2026, 3, 1): Decimal(5), date(2026, 3, 2): Decimal(5)},
        ),
    ],
)
def test_no_cost_gets_lost_for_its_days(
    resolved: Resolve, days: Row, spread: dict[date, Decimal]
) -> None:
    """A span with one end is that day; one that is upside down is turned."""
    made = resolved(RULES, costs=[one("1", kind="media", amount=Decimal(10), **days)])
    assert {row["cost_day"]: row["amount_home"] for row in made["costs"]} == spread


def test_a_refund_is_cut_like_a_cost(resolved: Resolve) -> None:
    """The parts of a negative amount add up to it, and mirror those of the positive one."""
    days = {"first_day": date(2026, 3, 1), "last_day": date(2026, 3, 3)}
    spent = [
        one("1", kind="media", amount=Decimal("0.0005"), **days),
        one("2", kind="media", amount=Decimal("-0.0005"), **days),
    ]
    parts = [row["amount_home"] for row in resolved(RULES, costs=spent)["costs"]]
    assert sorted(map(abs, parts)) == [Decimal(units) / 10_000 for units in (1, 1, 2, 2, 2, 2)]
    assert sum(parts) == 0


def test_a_won_deal_takes_the_rate_of_its_last_day(resolved: Resolve) -> None:
    """Also where the vendor calls it won but not closed."""
    rates = (
        Rate(currency="USD", valid_from=date(2020, 1, 1), rate=Decimal(1)),
        Rate(currency="USD", valid_from=date(2026, 5, 1), rate=Decimal(2)),
    )
    deal = {**won("5", MAY, amount=Decimal(100), currency="USD"), "is_closed": False}
    made = resolved(replace(RULES, rates=rates), deals=[deal])
    assert [each["amount_home"] for each in made["deals"]] == [Decimal(200)]


def test_an_absurd_amount_has_no_value_and_stops_nothing(empty: DuckDBPyConnection) -> None:
    """What no longer fits an amount in the home currency is counted among those without a rate."""
    rates = (Rate(currency="USD", valid_from=date(2020, 1, 1), rate=Decimal(2)),)
    deal = won("5", MAY, amount=Decimal(99_999_999_999_999), currency="USD")
    store_records(empty, {"deals": [deal]})
    assert resolve(empty, replace(RULES, rates=rates)).without_rate == {"USD": 1}


def test_a_deal_without_a_product_has_that_of_its_company(resolved: Resolve) -> None:
    """As with its country and segment: the deal's own, the person's, the company's."""
    made = resolved(
        RULES, companies=[one("1", product="boat")], deals=[won("5", MAY, company_id="1")]
    )
    assert [deal["product"] for deal in made["deals"]] == ["boat"]


def test_pipelines_of_two_systems_are_two(resolved: Resolve) -> None:
    """Both call theirs `default`."""
    deals = [won("5", MAY, pipeline_id="default")]
    made = resolved(RULES, deals=[*deals, {**deals[0], "source": "shop"}])
    assert {deal["pipeline_id"] for deal in made["deals"]} == {"crm:default", "shop:default"}


def test_days_are_counted_by_the_local_clock(resolved: Resolve) -> None:
    """30 days after half past two is half past two, and the second one if there are two."""
    rules = replace(RULES, customer_ends=CustomerEnds.NO_ORDER, customer_days=30)
    ordered = datetime.fromisoformat("2026-09-25T00:30:00")
    made = resolved(
        rules,
        companies=[one("1")],
        deals=[won("5", ordered, company_id="1")],
    )
    [interval] = made["customer_intervals"]
    assert interval["ended_at"] == datetime.fromisoformat("2026-10-25T01:30:00")


def test_who_left_and_came_back_was_kept(empty: DuckDBPyConnection) -> None:
    """Of a single company as of all of them: there at the start and at the end is enough."""
    rules = replace(RULES, customer_ends=CustomerEnds.NO_ORDER, customer_days=30)
    deals = [won("5", JANUARY, company_id="1"), won("6", MAY, company_id="1")]
    trial = _trial(empty, rules, companies=[one("1")], deals=deals)
    ever = Period(Grain.EVER, "ever", date(2026, 1, 20), date(2026, 5, 20))
    question = RecordQuestion(kpi="retention_rate", by="company", period=ever)
    assert list(record_disagreements(trial, question)) == []
    [value] = compute(
        empty,
        trial.catalog,
        [
            Question(
                kpis=("retention_rate",),
                grains=(Grain.EVER,),
                first_day=ever.first_day,
                last_day=ever.last_day,
            )
        ],
        trial.moment,
    )
    assert value.value == 1.0


def test_a_cost_of_another_system_is_no_unknown_cost(empty: DuckDBPyConnection) -> None:
    """What the settings spend without a channel cannot be the CRM's: there the channel cost 0."""
    day = date(2026, 3, 2)
    spent: Row = {"kind": "media", "department": "marketing", "first_day": day, "last_day": day}
    stated = ConfiguredCost(**{**spent, "kind": "wages"}, amount=Decimal(5))
    lead = one("1", original_source="WEB", stage="lead", created_at=datetime(2026, 3, 2, 9))  # noqa: DTZ001
    trial = _trial(
        empty,
        replace(RULES, costs=(stated,)),
        contacts=[lead],
        costs=[one("1", **spent, amount=Decimal(5), channel="search")],
    )
    question = Question(
        kpis=("lead_acquisition_cost",),
        grains=(Grain.DAY,),
        first_day=day,
        last_day=day,
        cuts=(("channel", "source"),),
    )
    assert list(trial.disagreements(question)) == []
    values = compute(empty, trial.catalog, [question], trial.moment)
    found = {tuple(each.dimensions.values()): each.value for each in values}
    assert found["other", "crm"] == 0.0


def _trial(empty: DuckDBPyConnection, rules: Rules, **given: list[Row]) -> Trial:
    records = {model.entity: given.get(model.entity, []) for model in PULLED}
    store_records(empty, records)
    resolve(empty, rules)
    return Trial(
        connection=empty,
        catalog=catalog_of_all(),
        tables=resolve_records(records, rules),
        moment=Moment(datetime(2026, 9, 1, tzinfo=UTC), rules.zone),
    )
