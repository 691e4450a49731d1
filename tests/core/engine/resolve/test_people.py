"""People: one row for each human, however many records there are of them."""

from datetime import datetime

from kpiloop.engine.resolve.joining import Joining
from support.pulled_company import Pulled


def at(text: str) -> datetime:
    """A moment as the warehouse keeps it."""
    return datetime.fromisoformat(text)


def test_contacts_with_one_address_are_one_person(pulled: Pulled) -> None:
    """Spelling and system make no difference; the earliest contact names the person."""
    pulled.put("contacts", id="2", email=" Ann@X.example ", created_at="2026-01-02")
    pulled.put("contacts", id="1", source="shop", email="ann@x.example", created_at="2026-01-01")
    pulled.put("contacts", id="3", email="bob@x.example", created_at="2026-01-03")
    pulled.resolve()

    assert pulled.found("people", "id, email") == [
        ("crm:3", "bob@x.example"),
        ("shop:1", "ann@x.example"),
    ]
    assert pulled.found("person_contacts", "person_id, source, contact_id") == [
        ("crm:3", "crm", "3"),
        ("shop:1", "crm", "2"),
        ("shop:1", "shop", "1"),
    ]


def test_contacts_without_address_are_a_person_each(pulled: Pulled) -> None:
    """An empty address is none: it does not make strangers one."""
    for number, email in enumerate((None, None, "", "  ")):
        pulled.contact(str(number), email=email)
    pulled.resolve()

    assert len(pulled.found("people", "id")) == 4


def test_what_the_earliest_contact_does_not_say_a_later_one_may(pulled: Pulled) -> None:
    """Each fact is the first that is known."""
    pulled.put("contacts", id="1", email="a@x.example", created_at="2026-01-01", country="DE")
    pulled.put(
        "contacts",
        id="2",
        email="a@x.example",
        created_at="2026-01-02",
        country="FR",
        job_title="Buyer",
    )
    pulled.resolve()

    assert pulled.only("people", "country, job_title, created_at") == (
        "DE",
        "Buyer",
        at("2026-01-01"),
    )


def test_merges_are_followed_to_their_end(pulled: Pulled) -> None:
    """1 became 2 and 2 became 3: what was said of 1 is said of 3."""
    pulled.contact("2", merged_ids="1", deleted_at="2026-03-01")
    pulled.contact("3", merged_ids="2; 9")
    pulled.enters("1", lead="2026-01-05")
    pulled.resolve()

    assert pulled.only("people", "id, became_lead_at") == ("crm:3", at("2026-01-05"))
    assert [row[0] for row in pulled.found("person_contacts", "contact_id")] == ["1", "2", "3", "9"]


def test_of_a_circle_of_merges_one_is_left(pulled: Pulled) -> None:
    """Nobody vanishes because two records each say that they took the place of the other."""
    pulled.contact("1", merged_ids="2")
    pulled.contact("2", merged_ids="1")
    pulled.resolve()

    assert pulled.found("people", "id") == [("crm:1",)]


def test_a_merge_of_one_system_is_none_of_another(pulled: Pulled) -> None:
    """Both have a contact 1, and only one of them was merged."""
    pulled.contact("2", merged_ids="1")
    pulled.contact("1", source="shop")
    pulled.resolve()

    assert pulled.found("people", "id") == [("crm:2",), ("shop:1",)]


def test_a_record_that_merged_with_itself_stays(pulled: Pulled) -> None:
    """Some systems list a record's own id among those that it took over."""
    pulled.contact("1", merged_ids="1;;")
    pulled.resolve()

    assert pulled.found("people", "id") == [("crm:1",)]


def test_deleted_contacts_are_nobody(pulled: Pulled) -> None:
    """They count in no period, and neither do their stages."""
    pulled.contact("1", deleted_at="2026-03-01")
    pulled.enters("1", lead="2026-01-05")
    pulled.resolve()

    assert pulled.found("people", "id") == []
    assert pulled.found("stage_intervals", "id") == []


def test_excluded_addresses_are_nobody(pulled: Pulled) -> None:
    """`*` and `?` stand for letters, in any case; other signs stand for themselves."""
    for number, email in enumerate(("Own@Acme.example", "test1@x.example", "a[b@x.example", "no")):
        pulled.contact(str(number), email=email)
    pulled.resolve(excluded_addresses=("*@ACME.example", "test?@*", "a[b@*"))

    assert pulled.found("people", "email") == [("no",)]


def test_excluded_companies_take_their_people_and_deals_along(pulled: Pulled) -> None:
    """By name or by domain."""
    pulled.put("companies", id="own", name="Acme Ltd")
    pulled.put("companies", id="lab", domain="lab.acme.example")
    pulled.put("companies", id="buyer", name="Buyer")
    for company in ("own", "lab", "buyer"):
        pulled.contact(f"of {company}", company_id=company)
        pulled.deal(f"with {company}", f"of {company}", company_id=company)
    pulled.resolve(excluded_companies=("acme*", "*.acme.example"))

    assert pulled.found("companies", "id") == [("crm:buyer",)]
    assert pulled.found("people", "id") == [("crm:of buyer",)]
    assert pulled.found("deals", "id") == [("crm:with buyer",)]


def test_who_is_excluded_in_one_system_is_excluded_in_all(pulled: Pulled) -> None:
    """By their address, which may be all that others know; one that many share says nothing."""
    pulled.put("companies", id="own", name="Acme")
    pulled.contact("1", email="bob@partner.example", company_id="own")
    pulled.contact("2", email="info@partner.example", company_id="own")
    for contact, email in (("8", "bob"), ("9", "info")):
        address = f"{email.upper()}@partner.example"
        pulled.contact(contact, source="shop", email=address, stage="lead")
        pulled.put("orders", email=address)
        pulled.put("form_submissions", email=address)
        pulled.put("survey_responses", email=address)
        pulled.put("email_events", kind="open", parent_id="m", email=address)
    pulled.resolve(excluded_companies=("acme",), joining=Joining(shared_addresses=("info@*",)))

    assert pulled.found("people", "id") == [("shop:9",)]
    for events in ("orders", "form_submissions", "survey_responses", "email_events"):
        assert pulled.found(events, "person_id") == [("shop:9",)]


def test_the_first_rule_that_holds_gives_the_channel(pulled: Pulled) -> None:
    """What no rule knows is `other`, and what is not told is unknown."""
    for number, source in enumerate(("ADS", "SEARCH", "FAIR", None)):
        pulled.contact(str(number), original_source=source)
    pulled.resolve()

    assert [row[1] for row in pulled.found("people", "id, channel")] == [
        "ads",
        "search",
        "other",
        None,
    ]


def test_a_campaign_is_found_by_its_utm_name(pulled: Pulled) -> None:
    """Spelling makes no difference, and the own system's campaign comes first."""
    pulled.put("campaigns", id="k1", source="shop", utm_campaign="spring")
    pulled.put("campaigns", id="k2", utm_campaign="Spring ")
    pulled.contact("1", utm_campaign=" SPRING")
    pulled.contact("2", utm_campaign="autumn")
    pulled.contact("3", utm_campaign="")
    pulled.resolve()

    assert pulled.found("people", "id, campaign_id") == [
        ("crm:1", "crm:k2"),
        ("crm:2", None),
        ("crm:3", None),
    ]


def test_a_campaign_without_channel_takes_that_of_most_of_its_contacts(pulled: Pulled) -> None:
    """Of equals the first in the alphabet; a channel that is told stays."""
    for name, channel in (("a", None), ("b", None), ("c", "fair")):
        pulled.put("campaigns", id=name, utm_campaign=name, channel=channel)
    for number, (campaign, source) in enumerate(
        (
            ("a", "ADS"),
            ("a", "SEARCH"),
            ("a", "SEARCH"),
            ("b", "SEARCH"),
            ("b", "ADS"),
            ("c", "ADS"),
        )
    ):
        pulled.contact(str(number), utm_campaign=campaign, original_source=source)
    pulled.resolve()

    assert pulled.found("campaigns", "id, channel") == [
        ("crm:a", "search"),
        ("crm:b", "ads"),
        ("crm:c", "fair"),
    ]


def test_stages_are_the_first_direct_entries(pulled: Pulled) -> None:
    """Who enters MQL twice became MQL the first time; who skipped SQL never became it."""
    pulled.contact("1")
    pulled.enters("1", lead="2026-01-05", mql="2026-01-07", customer="2026-01-20")
    pulled.enters("1", mql="2026-01-15")
    pulled.resolve()

    assert pulled.only("people", "became_lead_at, became_mql_at, became_sql_at") == (
        at("2026-01-05"),
        at("2026-01-07"),
        None,
    )


def test_skipped_stages_are_filled_where_the_rules_say_so(pulled: Pulled) -> None:
    """Who went from lead to customer entered all between with the next one."""
    pulled.contact("1")
    pulled.enters("1", mql="2026-01-07", customer="2026-01-20")
    pulled.resolve(fill_skipped=True)

    assert pulled.only(
        "people", "became_lead_at, became_mql_at, became_sql_at, became_opportunity_at"
    ) == (at("2026-01-07"), at("2026-01-07"), at("2026-01-20"), at("2026-01-20"))


def test_a_contact_without_history_entered_its_stage_when_it_was_made(pulled: Pulled) -> None:
    """That is the best that is known."""
    pulled.contact("1", stage="mql")
    pulled.resolve()

    assert pulled.only("people", "stage, became_lead_at, became_mql_at") == (
        "mql",
        None,
        at("2026-01-01"),
    )


def test_stages_follow_each_other_without_gap(pulled: Pulled) -> None:
    """Each lasts until the next begins, entering the same one again changes nothing."""
    pulled.contact("1")
    pulled.enters("1", lead="2026-01-05", mql="2026-01-07", sql="2026-01-09")
    pulled.enters("1", mql="2026-01-08")
    pulled.resolve()

    assert pulled.found("stage_intervals", "stage, started_at, ended_at") == [
        ("lead", at("2026-01-05"), at("2026-01-07")),
        ("mql", at("2026-01-07"), at("2026-01-09")),
        ("sql", at("2026-01-09"), None),
    ]


def test_an_opt_out_ends_the_time_as_a_lead(pulled: Pulled) -> None:
    """What comes after it is no time as a lead; a customer stays one."""
    pulled.contact("1", opted_out=True, opted_out_at="2026-01-08")
    pulled.enters("1", lead="2026-01-05", mql="2026-01-07", sql="2026-01-09", customer="2026-01-12")
    pulled.resolve()

    assert pulled.found("stage_intervals", "stage, started_at, ended_at") == [
        ("customer", at("2026-01-12"), None),
        ("lead", at("2026-01-05"), at("2026-01-07")),
        ("mql", at("2026-01-07"), at("2026-01-08")),
    ]


def test_an_opt_out_without_a_moment_was_at_the_last_event_of_its_address(pulled: Pulled) -> None:
    """Where the same system tells one; of who came back it says nothing."""
    for number, opted_out in (("1", True), ("2", None), ("3", True)):
        pulled.contact(number, email=f"{number}@x.example", opted_out=opted_out)
        pulled.enters(number, lead="2026-01-05")
    for address, source, moment in (
        (" 1@X.example", "crm", "2026-02-08"),
        ("1@x.example", "crm", "2026-01-08"),
        ("1@x.example", "shop", "2026-01-06"),
        ("2@x.example", "crm", "2026-01-08"),
        ("3@x.example", "shop", "2026-01-08"),
    ):
        pulled.put(
            "email_events", kind="unsubscribe", email=address, source=source, happened_at=moment
        )
    pulled.resolve()

    left = dict(pulled.found("people", "id, strftime(opted_out_at, '%m-%d')"))
    assert left == {"crm:1": "02-08", "crm:2": None, "crm:3": None}
    held = pulled.found("stage_intervals", "person_id, strftime(ended_at, '%m-%d')")
    assert held == [("crm:1", "02-08"), ("crm:2", None)]


def test_an_event_that_names_a_contact_opts_out_nobody_else(pulled: Pulled) -> None:
    """Though another one has the same address; the contact's own was written otherwise."""
    for number, email in (("1", "old@x.example"), ("2", "a@x.example")):
        pulled.contact(number, email=email, opted_out=True)
    pulled.put(
        "email_events",
        kind="unsubscribe",
        contact_id="1",
        email="a@x.example",
        happened_at="2026-02-08",
    )
    pulled.resolve()

    left = dict(pulled.found("people", "id, strftime(opted_out_at, '%m-%d')"))
    assert left == {"crm:1": "02-08", "crm:2": None}


def test_who_came_back_has_not_opted_out(pulled: Pulled) -> None:
    """Whatever moment is left of before."""
    pulled.contact("1", opted_out=False, opted_out_at="2024-01-01")
    pulled.enters("1", lead="2026-01-05")
    pulled.resolve()

    assert pulled.only("people", "opted_out_at") == (None,)
    assert pulled.only("stage_intervals", "ended_at") == (None,)


def test_who_opted_out_nobody_knows_when_was_never_held_as_a_lead(pulled: Pulled) -> None:
    """Yet it is known when they became one."""
    pulled.contact("1", opted_out=True)
    pulled.enters("1", lead="2026-01-05")
    pulled.resolve()

    assert pulled.found("stage_intervals", "stage") == []
    assert pulled.only("people", "became_lead_at") == (at("2026-01-05"),)


def test_stages_that_the_ladder_does_not_know_are_no_stages(pulled: Pulled) -> None:
    """They end the one before, and begin none."""
    pulled.contact("1")
    pulled.enters("1", lead="2026-01-05", evangelist="2026-01-08")
    pulled.resolve()

    assert pulled.found("stage_intervals", "stage, ended_at") == [("lead", at("2026-01-08"))]
    assert pulled.only("people", "stage") == (None,)


def test_every_instant_has_its_local_day_beside_it(pulled: Pulled) -> None:
    """At 23:30 UTC in winter it is the next day in Berlin."""
    pulled.contact("1")
    pulled.enters("1", lead="2026-01-05T23:30")
    pulled.resolve()

    (day,) = pulled.only("people", "became_lead_day")
    assert day == at("2026-01-06").date()
