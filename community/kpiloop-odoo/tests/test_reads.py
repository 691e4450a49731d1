"""What a pull makes of a small company's Odoo."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from acme_tables import acme
from kpiloop import ConfigError, Contact, Read, StageChange, Window
from kpiloop.testing import read_records
from odoo_account import OdooAccount
from small_odoo import SmallOdoo

from kpiloop_odoo.reads import Odoo


@dataclass
class Account:
    """A connector in front of a small Odoo, and what people do there."""

    server: SmallOdoo
    people: OdooAccount
    mapped: Mapping[str, str] = field(default_factory=dict[str, str])

    def read(self, name: str, *ids: str, since: datetime | None = None) -> dict[str, Any]:
        """The records that a stream gives, by their ids."""
        connector = self.people.make_connector(self.people.base_url)
        mapped = {name: self.mapped} if self.mapped else {}
        found = read_records(connector, name, ids=ids, since=since, mapped=mapped)
        connector.close()
        return {record.id: record for record in found}


@pytest.fixture
def odoo() -> Iterator[Account]:
    """The company."""
    with SmallOdoo(acme()) as server:
        yield Account(server, OdooAccount(server.base_url))


def at(text: str) -> datetime:
    """A moment in UTC."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def test_every_lead_and_opportunity_is_a_contact(odoo: Account) -> None:
    """The person behind a lead keeps one id, whether it is a lead, an opportunity or lost."""
    leads = odoo.read("leads")
    assert sum(isinstance(each, Contact) for each in leads.values()) == 12
    assert {leads[key].stage for key in ("lead-1", "lead-6", "lead-8")} == {"lead", "opportunity"}
    assert leads["lead-1"].email == "person1@customer.example"
    assert (leads["lead-1"].first_name, leads["lead-1"].last_name) == ("Ann Lee", "1")
    assert leads["lead-1"].country == "DE"


def test_a_lead_tells_where_it_came_from(odoo: Account) -> None:
    """Source, medium and campaign are told by their names."""
    lead = odoo.read("leads")["lead-1"]
    assert (lead.utm_source, lead.utm_medium, lead.utm_campaign) == (
        "Newsletter",
        "Email",
        "spring-26",
    )


def test_a_lead_is_one_person_with_its_contact(odoo: Account) -> None:
    """A lead that links to a contact says that both are the same."""
    assert odoo.read("leads")["lead-6"].same_as == "1"


def test_a_converted_lead_was_a_lead_first(odoo: Account) -> None:
    """Conversion keeps the number, so its date parts the time as a lead from that after it."""
    found = odoo.read("leads").values()
    entered = [each for each in found if isinstance(each, StageChange)]
    of_three = [each for each in entered if each.parent_id in {"lead-1", "lead-6", "lead-7"}]
    assert {each.id: each.entered_at for each in of_three} == {
        "lead-1:lead": at("2026-05-01 08:00:00"),
        "lead-6:lead": at("2026-05-01 08:00:00"),
        "lead-6:opportunity": at("2026-05-10 12:00:00"),
        "lead-7:opportunity": at("2026-05-01 08:00:00"),
    }


def test_lost_opportunities_are_read_though_they_are_archived(odoo: Account) -> None:
    """Who is lost is archived: closed, not won, on the day on which it was lost."""
    deal = odoo.read("opportunities")["8"]
    assert (deal.is_closed, deal.is_won, deal.closed_at) == (True, False, at("2026-05-29 12:00:00"))


def test_won_opportunities_tell_their_revenue(odoo: Account) -> None:
    """Revenue is in the currency of the company that the opportunity is of."""
    deal = odoo.read("opportunities")["7"]
    assert (deal.is_won, deal.amount, deal.currency) == (True, Decimal(7000), "EUR")
    assert (deal.company_id, deal.closed_at) == ("11", at("2026-05-30 12:00:00"))


def test_an_open_opportunity_tells_when_it_should_close(odoo: Account) -> None:
    """The expected day counts as its noon, which is the same day nearly everywhere."""
    deal = odoo.read("opportunities")["9"]
    assert (deal.is_closed, deal.closed_at) == (False, at("2026-09-30 12:00:00"))


def test_opportunities_go_through_stages(odoo: Account) -> None:
    """The first stage is what the first change began with; without a change it is today's."""
    found = odoo.read("opportunities_stages", "6", "7")
    told = [
        (each.parent_id, each.stage, each.entered_at)
        for key, each in found.items()
        if "lead" not in key
    ]
    assert told == [
        ("6", "1", at("2026-05-01 08:00:00")),
        ("7", "1", at("2026-05-01 08:00:00")),
        ("7", "2", at("2026-05-12 08:00:00")),
        ("7", "4", at("2026-05-30 12:00:00")),
    ]
    assert found["7:lead"].to_id == "lead-7"


def test_contacts_are_people_but_none_of_the_own(odoo: Account) -> None:
    """Companies are companies, and who has a login of the own company is no contact."""
    assert [*odoo.read("contacts")] == ["1", "2", "3", "4", "5", "6", "7"]
    companies = odoo.read("companies")
    assert [*companies] == ["11", "12", "13"]
    assert (companies["11"].domain, companies["11"].industry) == ("customer.example", "Farming")


def test_who_wants_no_mail_is_looked_up_by_address(odoo: Account) -> None:
    """The list of addresses changes no lead and no contact: those who are on it are told."""
    found = odoo.read("opt_outs")
    assert {key: each.opted_out for key, each in found.items()} == {"lead-2": True, "2": True}
    odoo.server.tables["mail.blacklist"][1]["active"] = False
    found = odoo.read("opt_outs")
    assert {(each.opted_out, each.opted_out_at) for each in found.values()} == {(False, None)}


def test_mailings_tell_what_became_of_each_mail(odoo: Account) -> None:
    """Sent, opened and bounced by recipient; what failed to be sent was not sent."""
    events = odoo.read("deliveries").values()
    counts = {
        kind: sum(each.kind == kind for each in events) for kind in ("sent", "open", "bounce")
    }
    assert counts == {"sent": 4, "open": 2, "bounce": 1}
    clicks = odoo.read("clicks")
    assert {each.email for each in clicks.values()} == {"person1@customer.example"}
    assert clicks["click-1"].link == "https://acme.example/offer"


def test_meetings_calls_and_tasks_are_activities(odoo: Account) -> None:
    """Meetings come from the calendar, calls and tasks from what was done."""
    meeting = odoo.read("meetings")["meeting-1"]
    assert (meeting.kind, meeting.minutes, meeting.contact_id) == ("meeting", Decimal(90), "lead-7")
    tasks = odoo.read("tasks")
    assert {key: each.kind for key, each in tasks.items()} == {"task-1": "call", "task-2": "task"}
    assert tasks["task-1"].deal_id == "7"


def test_users_and_stages_say_false_where_they_mean_it(odoo: Account) -> None:
    """False is no value everywhere but in a flag."""
    users = odoo.read("users")
    assert [each.is_active for each in users.values()] == [False, True]
    assert users["1"].email is None
    stages = odoo.read("stages")
    assert (stages["1"].is_won, stages["4"].is_won) == (False, True)


def test_only_what_changed_is_read_again(odoo: Account) -> None:
    """A window asks by write_date, to the second."""
    odoo.people.edit_one()
    changed = odoo.read("leads", since=at("2026-06-02 00:00:00"))
    assert [*changed] == ["lead-5", "lead-5:lead"]


def test_a_model_without_a_field_is_read_without_it(odoo: Account) -> None:
    """Fields of applications that are not installed are not asked for."""
    for lead in odoo.server.tables["crm.lead"].values():
        del lead["campaign_id"]
    assert odoo.read("opportunities")["7"].campaign_id is None


def test_a_field_that_the_settings_name_wrongly_is_told(odoo: Account) -> None:
    """A misspelled path is an error that says which fields there are."""
    odoo.mapped = {"product": "x_prodct"}
    with pytest.raises(ConfigError, match=r"crm\.lead has no field x_prodct") as error:
        odoo.read("leads")
    assert "partner_id" in error.value.legal


def test_a_fingerprint_is_the_same_as_long_as_the_ids_are(odoo: Account) -> None:
    """What is gone is looked for only where a record was made or deleted."""
    fingerprint = Odoo.streams()["leads"].fingerprint
    assert fingerprint is not None

    def taken() -> str:
        connector = odoo.people.make_connector(odoo.people.base_url)
        found = fingerprint(connector, Read(window=Window(start=None, end=datetime.now(UTC))))
        connector.close()
        return found

    before = taken()
    odoo.people.edit_one()
    assert taken() == before
    odoo.people.delete_one()
    assert taken() != before
