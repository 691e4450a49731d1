"""Companies, campaigns and deals over all systems, stages of one's own, and what is told of it."""

from datetime import datetime
from decimal import Decimal

import pytest

from kpiloop.engine.resolve.joining import Joining
from kpiloop.engine.resolve.person import people_known_as
from kpiloop.schema.resolved import LADDER
from support.pulled_company import Pulled


def test_companies_are_one_by_their_ids(pulled: Pulled) -> None:
    """Each fact is the first that is known, and all people are of the one."""
    pulled.put("companies", id="a", name="Firm", created_at="2026-01-01")
    pulled.put("companies", id="b", source="shop", country="AT", same_as="crm:a")
    pulled.contact("1", company_id="a")
    pulled.contact("9", source="shop", company_id="b")
    pulled.resolve()

    assert pulled.only("companies", "id, name, country") == ("crm:a", "Firm", "AT")
    assert {row[0] for row in pulled.found("people", "company_id")} == {"crm:a"}


def test_companies_are_one_by_their_domain_where_the_settings_say_so(pulled: Pulled) -> None:
    """However it is written; where people have their mail it says nothing."""
    for number, domain in enumerate(
        ("firm.example", "https://www.Firm.example/about", "gmail.com", "gmail.com", None)
    ):
        pulled.put("companies", id=str(number), domain=domain)

    pulled.resolve()
    assert len(pulled.found("companies", "id")) == 5
    pulled.resolve(joining=Joining(domains=True))
    assert [row[0] for row in pulled.found("companies", "id")] == [
        "crm:0",
        "crm:2",
        "crm:3",
        "crm:4",
    ]


def test_campaigns_of_several_systems_with_one_utm_name_are_one(pulled: Pulled) -> None:
    """Its costs are those of all."""
    pulled.put("campaigns", id="k", utm_campaign="spring", created_at="2026-01-01")
    pulled.put("campaigns", id="m", source="shop", utm_campaign=" Spring", channel="email")
    pulled.put(
        "costs",
        source="shop",
        campaign_id="m",
        amount=Decimal(5),
        first_day="2026-01-01",
        last_day="2026-01-01",
    )
    pulled.resolve()

    assert pulled.only("campaigns", "id, channel") == ("crm:k", "email")
    assert pulled.only("costs", "campaign_id, channel") == ("crm:k", "email")


def test_a_campaign_is_known_by_its_aliases(pulled: Pulled) -> None:
    """By names, UTM names and ids; contacts that name any of them came by the one."""
    pulled.put("campaigns", id="k", name="Spring fair", created_at="2026-01-01")
    pulled.put("campaigns", id="m", source="shop", utm_campaign="sf26")
    pulled.put("campaigns", id="n", source="desk", name="Something else")
    pulled.contact("1", utm_campaign="SF26")
    pulled.contact("2", utm_campaign="fair")
    pulled.deal("d", campaign_id="n", source="desk")
    aliases = {"spring fair": ("sf26", "desk:n", "fair")}
    pulled.resolve(joining=Joining(aliases=aliases))

    assert pulled.found("campaigns", "id") == [("crm:k",)]
    assert pulled.found("people", "campaign_id") == [("crm:k",), ("crm:k",)]
    assert pulled.only("deals", "campaign_id") == ("crm:k",)


def test_a_deal_that_two_systems_hold_counts_once(pulled: Pulled) -> None:
    """As the first tells it; of whom it is either may say."""
    pulled.contact("1")
    pulled.deal("d", "1", amount=5)
    pulled.deal(
        "x", source="shop", amount=7, same_as="crm:d", product="boat", created_at="2026-03-01"
    )
    report = pulled.resolve()

    assert pulled.only("deals", "id, person_id, amount, product") == ("crm:d", "crm:1", 5, "boat")
    assert report.told_by_several == {}


def test_only_the_system_of_record_tells_deals(pulled: Pulled) -> None:
    """Its word counts though it came later; what nobody else holds there does not count."""
    pulled.contact("1")
    pulled.deal("d", "1", amount=5)
    pulled.deal("e", amount=6)
    pulled.deal("x", source="shop", amount=7, same_as="crm:d", created_at="2026-03-01")
    pulled.resolve(systems_of_record={"deals": ("shop",)})

    assert pulled.only("deals", "id, person_id, amount") == ("shop:x", "crm:1", 7)


def test_deals_of_several_systems_are_told(pulled: Pulled) -> None:
    """Unless the settings name whose count, which may be both."""
    pulled.deal("d")
    pulled.deal("x", source="shop")

    assert pulled.resolve().told_by_several == {"deals": ("crm", "shop")}
    both = {"deals": ("crm", "shop")}
    assert pulled.resolve(systems_of_record=both).told_by_several == {}
    assert len(pulled.found("deals", "id")) == 2


@pytest.mark.parametrize("entity", ["email_events", "form_submissions", "page_views"])
def test_events_of_several_systems_are_told(pulled: Pulled, entity: str) -> None:
    """Both may have seen the same."""
    for source in ("crm", "shop"):
        pulled.put(entity, source=source)

    assert pulled.resolve().told_by_several == {entity: ("crm", "shop")}
    assert pulled.resolve(systems_of_record={entity: ("crm",)}).told_by_several == {}


def test_costs_of_one_campaign_in_several_systems_are_told(pulled: Pulled) -> None:
    """Of one kind; two systems whose campaigns are two have spent twice."""
    pulled.put("campaigns", id="k", utm_campaign="spring")
    pulled.put("campaigns", id="k", source="shop", utm_campaign="spring")
    day = {"first_day": "2026-03-01", "amount": Decimal(5)}
    for source, campaign in (("crm", "k"), ("shop", "other")):
        pulled.put("costs", source=source, kind="media", campaign_id=campaign, **day)
    pulled.put("costs", source="shop", kind="fees", campaign_id="k", **day)

    assert pulled.resolve().told_by_several == {}
    pulled.put("costs", source="shop", kind="media", campaign_id="k", **day)
    assert pulled.resolve().told_by_several == {"costs": ("crm", "shop")}


@pytest.mark.parametrize(
    "entity", ["activities", "campaign_members", "social_posts", "survey_responses"]
)
def test_only_the_system_of_record_tells_what_was_done(pulled: Pulled, entity: str) -> None:
    """A call that is logged in both systems is one."""
    for source in ("crm", "shop"):
        pulled.put(entity, source=source)
    pulled.resolve(systems_of_record={entity: ("shop",)})

    assert pulled.only(entity, "source") == ("shop",)


@pytest.mark.parametrize(("systems", "spent"), [((), 12), (("shop",), 7)])
def test_only_the_system_of_record_tells_costs(
    pulled: Pulled, systems: tuple[str, ...], spent: int
) -> None:
    """Where none is named, all do."""
    for source, amount in (("crm", 5), ("shop", 7)):
        pulled.put(
            "costs",
            source=source,
            amount=Decimal(amount),
            first_day="2026-01-01",
            last_day="2026-01-01",
        )
    pulled.resolve(systems_of_record={"costs": systems} if systems else {})

    assert sum(row[0] for row in pulled.found("costs", "amount_home")) == spent


def shop_enters(pulled: Pulled, contact: str, **stages: str) -> None:
    """Store the moments at which a contact of the shop entered stages."""
    for stage, moment in stages.items():
        pulled.put(
            "stage_changes",
            source="shop",
            of_entity="contacts",
            parent_id=contact,
            stage=stage,
            entered_at=moment,
        )


def test_only_the_system_of_record_tells_stages(pulled: Pulled) -> None:
    """The other one knew of the person earlier."""
    pulled.contact("1", email="a@x.example")
    pulled.contact("9", source="shop", email="a@x.example")
    pulled.enters("1", mql="2025-12-05")
    shop_enters(pulled, "9", lead="2025-12-01")

    pulled.resolve()
    assert pulled.only("people", "stage") == ("lead",)
    pulled.resolve(systems_of_record={"stages": ("crm",)})
    assert pulled.only("people", "stage, became_lead_at") == ("mql", None)


def test_who_has_a_history_did_not_enter_a_stage_when_another_contact_was_made(
    pulled: Pulled,
) -> None:
    """A customer who is new in the shop, or twice in the CRM, does not become a lead again."""
    pulled.contact("1", email="a@x.example")
    pulled.contact("2", email="a@x.example", stage="lead")
    pulled.contact("9", source="shop", email="a@x.example", stage="lead")
    pulled.enters("1", customer="2025-12-05")
    report = pulled.resolve()

    assert pulled.only("people", "stage, became_lead_at") == ("customer", None)
    assert report.told_by_several == {}


def test_the_system_that_told_first_tells_a_persons_stages(pulled: Pulled) -> None:
    """The other follows minutes later: nobody becomes MQL twice; and it is reported."""
    pulled.contact("1", email="a@x.example")
    pulled.contact("9", source="shop", email="a@x.example")
    pulled.enters("1", mql="2026-02-01 10:00", sql="2026-02-01 10:02")
    shop_enters(pulled, "9", evangelist="2026-02-01 09:00", mql="2026-02-01 10:05")
    report = pulled.resolve()

    assert [row[0] for row in pulled.found("stage_intervals", "stage")] == ["mql", "sql"]
    assert pulled.only("people", "stage") == ("sql",)
    assert report.told_by_several == {"stages": ("crm", "shop")}


def test_what_is_no_stage_ends_nothing_that_another_system_tells(pulled: Pulled) -> None:
    """Where the settings let both tell; of its own system it does."""
    for number in ("1", "2"):
        pulled.contact(number, email=f"{number}@x.example")
        pulled.contact(number, source="shop", email=f"{number}@x.example")
        pulled.enters(number, lead="2026-02-01")
    shop_enters(pulled, "1", evangelist="2026-03-01")
    pulled.enters("2", evangelist="2026-03-01")
    report = pulled.resolve(systems_of_record={"stages": ("crm", "shop")})

    assert pulled.found("stage_intervals", "person_id, ended_at IS NULL") == [
        ("crm:1", True),
        ("crm:2", False),
    ]
    assert report.told_by_several == {}


def test_stages_of_ones_own_stand_between_the_known_ones(pulled: Pulled) -> None:
    """They are stages of people, and what fills a skipped stage below them."""
    ladder = (*LADDER[:2], "sal", *LADDER[2:])
    stages = {"crm": {"lead": "lead", "accepted": "sal"}}
    pulled.contact("1")
    pulled.enters("1", lead="2026-01-05", accepted="2026-01-09")
    pulled.resolve(ladder=ladder, stages=stages, fill_skipped=True)

    assert [row[0] for row in pulled.found("stage_intervals", "stage")] == ["lead", "sal"]
    ((mql, sql),) = pulled.found("people", "became_mql_at, became_sql_at")
    assert (str(mql), sql) == ("2026-01-09 00:00:00", None)


def test_a_lead_is_who_is_between_lead_and_opportunity(pulled: Pulled) -> None:
    """In stages of one's own, too; a deal is none."""
    ladder = ("visitor", *LADDER[:2], "sal", *LADDER[2:])
    rungs = ("visitor", "lead", "sal", "opportunity")
    pulled.contact("1")
    pulled.enters("1", **{rung: f"2026-01-0{day}" for day, rung in enumerate(rungs, start=1)})
    pulled.deal("d")
    pulled.put(
        "stage_changes", of_entity="deals", parent_id="d", stage="lead", entered_at="2026-01-01"
    )
    pulled.resolve(ladder=ladder, stages={"crm": {rung: rung for rung in rungs}})

    assert pulled.found("stage_intervals", "of_entity, started_at, stage, is_lead") == [
        ("deals", datetime.fromisoformat("2026-01-01"), "lead", None),
        *(
            ("people", datetime.fromisoformat(f"2026-01-0{day}"), rung, rung in {"lead", "sal"})
            for day, rung in enumerate(rungs, start=1)
        ),
    ]


def test_a_person_is_found_by_address_or_contact(pulled: Pulled) -> None:
    """With contacts, reasons, stages and deals; nobody is found by an address that nobody has."""
    pulled.contact("1", email="Ann@x.example", first_name="Ann")
    pulled.contact("9", source="shop", email="ann@home.example", same_as="crm:1")
    pulled.enters("1", lead="2026-01-05")
    pulled.deal("d", "1")
    pulled.resolve()

    for known_as in (" ann@X.example", "ann@home.example", "shop:9"):
        (ann,) = people_known_as(pulled.connection, known_as)
        assert ann.person["person_id"] == "crm:1"
    assert [each["id"] for each in ann.contacts] == ["1", "9"]
    assert [each["rule"] for each in ann.joins] == ["same_as"]
    assert [each["stage"] for each in ann.stages] == ["lead"]
    assert [each["deal_id"] for each in ann.deals] == ["crm:d"]
    assert people_known_as(pulled.connection, "bob@x.example") == []
