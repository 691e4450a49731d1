"""One person over all systems: what makes contacts one, what keeps them apart, and why."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kpiloop.engine.resolve.joining import Joining
from support.pulled_company import Pulled, pulled_in_memory


def people(pulled: Pulled, **joining: Any) -> list[list[str]]:
    """Who is one, by the keys of their contacts, each person's earliest first."""
    pulled.resolve(joining=Joining(**joining))
    found: dict[str, list[str]] = {}
    for person, contact in pulled.connection.execute(
        "SELECT person_id, contact_key FROM resolved.person_contacts WHERE is_live "
        "ORDER BY person_id, contact_key <> person_id, contact_key"
    ).fetchall():
        found.setdefault(person, []).append(contact)
    return list(found.values())


def joins(pulled: Pulled) -> list[tuple[Any, ...]]:
    """What the report says of the last joins."""
    return pulled.found("joins", "record_key, joined_to, rule, why")


def test_an_id_of_another_system_joins(pulled: Pulled) -> None:
    """However the addresses differ."""
    pulled.contact("1", email="ann@x.example")
    pulled.contact("9", source="shop", email="ann@home.example", same_as="crm:1")

    assert people(pulled) == [["crm:1", "shop:9"]]
    assert joins(pulled) == [("shop:9", "crm:1", "same_as", "crm:1")]


def test_a_bare_id_is_one_of_the_own_system(pulled: Pulled) -> None:
    """Unless the settings say whose it is."""
    pulled.contact("1")
    pulled.contact("2", same_as=" 1 ")
    pulled.contact("1", source="shop")

    assert people(pulled) == [["crm:1", "crm:2"], ["shop:1"]]
    assert people(pulled, bare_ids={"crm": "shop"}) == [["crm:1"], ["crm:2", "shop:1"]]


def test_several_ids_join_all_of_them(pulled: Pulled) -> None:
    """Separated by `;`; one that nobody has joins nobody."""
    for contact in ("1", "2"):
        pulled.contact(contact)
    pulled.contact("9", source="shop", same_as="crm:1; crm:2;;crm:77;nowhere:1")

    assert people(pulled) == [["crm:1", "crm:2", "shop:9"]]


def test_joins_lead_on(pulled: Pulled) -> None:
    """A has B's address, B is told to be C, and C has D's: the four are one."""
    pulled.put("contacts", id="a", email="a@x.example", created_at="2026-01-04")
    pulled.put("contacts", id="b", source="shop", email="a@x.example", same_as="desk:c")
    pulled.put("contacts", id="c", source="desk", email="c@x.example", created_at="2026-01-02")
    pulled.put("contacts", id="d", email="C@x.example", created_at="2026-01-03")

    assert people(pulled) == [["desk:c", "crm:a", "crm:d", "shop:b"]]


def test_an_id_that_was_merged_away_means_the_one_that_is_left(pulled: Pulled) -> None:
    """The other system has not heard of the merge."""
    pulled.contact("2", merged_ids="1")
    pulled.contact("9", source="shop", same_as="crm:1")

    assert people(pulled) == [["crm:2", "shop:9"]]
    assert ("crm:1", "crm:2", "merged", "1") in joins(pulled)


@pytest.mark.parametrize(
    ("written", "told"),
    [
        ("0035e00000AbCdEAAV", "0035e00000AbCdE"),
        ("0035e00000AbCdE", "0035e00000AbCdEAAV"),
    ],
)
def test_an_id_of_fifteen_letters_is_the_one_of_eighteen(
    pulled: Pulled, written: str, told: str
) -> None:
    """Salesforce spells its ids in both ways; the last three tell which letters are capitals."""
    pulled.contact(written, source="shop")
    pulled.contact("1", same_as=f"shop:{told}")

    assert people(pulled) == [["crm:1", f"shop:{written}"]]


def test_letters_that_differ_in_case_are_other_ids(pulled: Pulled) -> None:
    """Of fifteen, capitals count; and what is no check of the fifteen makes no other spelling."""
    pulled.contact("0035e00000AbCdEAAV", source="shop")
    pulled.contact("1", same_as="shop:0035e00000ABCdE")
    pulled.contact("2", same_as="shop:0035e00000AbCdEAAA")

    assert len(people(pulled)) == 3


def test_a_tag_behind_a_plus_is_another_address_unless_the_settings_say_so(pulled: Pulled) -> None:
    """Vendors keep them apart, too."""
    pulled.contact("1", email="ann@x.example")
    pulled.contact("2", email="Ann+news+more@x.example")
    pulled.contact("3", email="+news@x.example")

    assert people(pulled) == [["crm:1"], ["crm:2"], ["crm:3"]]
    assert people(pulled, plus_is_same=True) == [["crm:1", "crm:2"], ["crm:3"]]


def test_dots_say_nothing_at_hosts_that_ignore_them(pulled: Pulled) -> None:
    """Elsewhere they do; dots behind the @ always do."""
    for contact, email in (
        ("1", "ann.lee@gmail.com"),
        ("2", "annlee@Gmail.com"),
        ("3", "ann.lee@x.example"),
        ("4", "annlee@x.example"),
    ):
        pulled.contact(contact, email=email)

    assert people(pulled) == [["crm:1", "crm:2"], ["crm:3"], ["crm:4"]]
    assert people(pulled, dotless_hosts=("x.example",)) == [
        ["crm:1"],
        ["crm:2"],
        ["crm:3", "crm:4"],
    ]


def test_who_writes_an_address_otherwise_is_the_same_in_every_event(pulled: Pulled) -> None:
    """Orders, forms, answers and e-mails find the person as contacts do."""
    pulled.contact("1", email="a.nn@gmail.com")
    other, tagged = {"email": "an.n@gmail.com"}, {"email": "Ann+shop@gmail.com"}
    for address in (other, tagged):
        pulled.put("orders", **address)
        pulled.put("form_submissions", **address)
        pulled.put("survey_responses", **address)
        pulled.put("email_events", kind="open", parent_id="m", **address)
    pulled.resolve(joining=Joining(plus_is_same=True))

    for events in ("orders", "form_submissions", "survey_responses", "email_events"):
        assert pulled.found(events, "person_id") == [("crm:1",), ("crm:1",)]


def test_an_address_that_is_written_in_two_ways_gets_an_email_once(pulled: Pulled) -> None:
    """Though nobody is known who has it."""
    for email in ("an.n@gmail.com", "ann@gmail.com"):
        pulled.put("email_events", kind="open", parent_id="m", email=email)
    pulled.resolve()

    assert pulled.only("deliveries", "id") == ("crm:m>ann@gmail.com",)


def test_a_shared_address_joins_nobody(pulled: Pulled) -> None:
    """Everybody in the office writes from it; an id still joins."""
    pulled.contact("1", email="Info@x.example")
    pulled.contact("2", email="info@x.example")
    pulled.contact("9", source="shop", email="info@x.example", same_as="crm:2")

    assert people(pulled, shared_addresses=("INFO@*",)) == [["crm:1"], ["crm:2", "shop:9"]]


def test_the_settings_say_what_joins(pulled: Pulled) -> None:
    """Addresses, ids, both or none."""
    pulled.contact("1", email="a@x.example")
    pulled.contact("2", email="a@x.example")
    pulled.contact("3", same_as="1")

    assert people(pulled, addresses=False) == [["crm:1", "crm:3"], ["crm:2"]]
    assert people(pulled, ids=()) == [["crm:1", "crm:2"], ["crm:3"]]


def test_two_who_must_not_be_joined_are_two(pulled: Pulled) -> None:
    """Father and son have one address; the report says that they look like one."""
    pulled.contact("1", email="lee@x.example")
    pulled.contact("2", email="lee@x.example")
    never = (("crm:1", "crm:2"),)

    assert people(pulled, never=never) == [["crm:1"], ["crm:2"]]
    assert joins(pulled) == [("crm:2", "crm:1", "never_join", "lee@x.example")]


def test_who_must_not_be_joined_is_not_by_way_of_a_third(pulled: Pulled) -> None:
    """The third stays with the earlier one."""
    pulled.contact("1", email="lee@x.example")
    pulled.contact("2", email="son@x.example")
    pulled.contact("9", source="shop", email="lee@x.example", same_as="crm:2")
    pulled.contact("8", source="shop", email="son@x.example")

    assert len(people(pulled)) == 1
    assert people(pulled, never=(("crm:1", "crm:2"),)) == [
        ["crm:1", "shop:9"],
        ["crm:2", "shop:8"],
    ]


def test_keeping_two_apart_leaves_their_other_joins_alone(pulled: Pulled) -> None:
    """Nothing would have made the two one; each is one with others all the same."""
    pulled.contact("1")
    pulled.contact("2")
    pulled.contact("8", source="shop", same_as="crm:1")
    pulled.contact("9", source="shop", same_as="crm:2")

    assert people(pulled, never=(("shop:8", "shop:9"),)) == [
        ["crm:1", "shop:8"],
        ["crm:2", "shop:9"],
    ]


def test_who_was_merged_away_is_kept_apart_by_either_id(pulled: Pulled) -> None:
    """The setting may name the id of before."""
    pulled.contact("2", merged_ids="1", email="lee@x.example")
    pulled.contact("9", source="shop", email="lee@x.example")

    assert people(pulled, never=(("shop:9", "crm:1"),)) == [["crm:2"], ["shop:9"]]


def test_deleted_and_excluded_contacts_join_nobody(pulled: Pulled) -> None:
    """Who counts nowhere is no bridge between two others either."""
    pulled.contact("1", email="a@x.example")
    pulled.contact("gone", email="a@x.example", same_as="3", deleted_at="2026-03-01")
    pulled.contact("3")

    assert people(pulled) == [["crm:1"], ["crm:3"]]


systems = st.sampled_from(["crm", "shop", "desk"])
contacts = st.lists(
    st.fixed_dictionaries(
        {
            "source": systems,
            "id": st.sampled_from(["1", "2", "3"]),
            "email": st.sampled_from([None, "a@x.example", "a+1@x.example", "b@x.example"]),
            "same_as": st.sampled_from([None, "1", "shop:2", "desk:3;crm:1", "crm:2"]),
            "merged_ids": st.sampled_from([None, None, None, "1", "3"]),
            "created_at": st.sampled_from([None, "2026-01-01", "2026-01-02"]),
        }
    ),
    min_size=2,
    max_size=8,
    unique_by=lambda each: (each["source"], each["id"]),
)


@given(stored=contacts, data=st.data())
@settings(max_examples=10, deadline=None)
def test_who_is_one_does_not_depend_on_the_order_of_loading(
    stored: list[dict[str, Any]], data: st.DataObject
) -> None:
    """Nor does the person's id, and no two who must stay apart are one."""
    never = (("crm:1", "shop:2"), ("desk:3", "crm:2"))
    found: list[Any] = []
    for contacts in (stored, data.draw(st.permutations(stored))):
        with pulled_in_memory() as pulled:
            for contact in contacts:
                pulled.put("contacts", **contact)
            found.append((people(pulled, never=never, plus_is_same=True), joins(pulled)))

    assert found[0] == found[1]
    for person in found[0][0]:
        assert not any(set(pair) <= set(person) for pair in never)
