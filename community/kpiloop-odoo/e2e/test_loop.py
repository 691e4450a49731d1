"""The whole loop on a real Odoo: pull, KPIs, fields in Odoo, its own numbers, its pages.

Four runs: the first on what there is, the second on what has not changed, the third after another
day at the company, and the fourth, which has nothing to do again.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

import duckdb
import pytest

from browser import logged_in
from company.acme import AUTUMN, SPRING, Acme, acme
from company.api import OdooApi
from company.mail_sink import mail_sink
from company.orders import SOLD
from company.sales import LEAD
from loop.pages import CAMPAIGN, Seen, look, show_fields
from loop.program import Project, project
from loop.story import Moment, changed_values, go_on, moment
from odoo_server.commands import UnavailableError
from odoo_server.server import Host

PARTNER = "res.partner"
RATES = {"open_rate": "opened_ratio", "click_rate": "clicks_ratio", "bounce_rate": "bounced_ratio"}
"""KPI → Odoo's own number, in percent."""


COUNTS = {
    "open_rate": ("opened", "delivered"),
    "click_rate": ("clicked", "delivered"),
    "bounce_rate": ("bounced", "sent"),
}
"""KPI → what Odoo calls its numerator and its denominator."""


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """A company, its Odoo, and a project of kpiloop on it."""

    acme: Acme
    project: Project


@pytest.fixture(scope="module")
def world(odoo_host: Host, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """A company that has sold and mailed."""
    with mail_sink() as sink, odoo_host.odoo("acme", smtp_port=sink.port) as odoo:
        company = acme(OdooApi(odoo), sink)
        company.sell()
        company.mail()
        yield World(acme=company, project=project(tmp_path_factory.mktemp("acme"), odoo))


@pytest.fixture(scope="module")
def first(world: World) -> Moment:
    """After the first run."""
    return moment(world.acme, world.project)


@pytest.fixture(scope="module")
def looked(world: World, first: Moment) -> Seen | UnavailableError:
    """What a person sees after the first run, or why there is no browser to look with."""
    try:
        with logged_in(world.acme.api.odoo) as desk:
            show_fields(world.acme)
            return look(desk, world.acme.leads["Cold storage"])
    except UnavailableError as error:
        return error


@pytest.fixture
def seen(looked: Seen | UnavailableError) -> Seen:
    """What a person sees after the first run."""
    if isinstance(looked, UnavailableError):
        pytest.skip(f"no browser here: {looked}")
    return looked


@pytest.fixture(scope="module")
def second(world: World, first: Moment) -> Moment:
    """After a run before which nobody did anything."""
    return moment(world.acme, world.project)


@pytest.fixture(scope="module")
def third(world: World, second: Moment, looked: Seen | UnavailableError) -> Moment:
    """After a run before which people worked on."""
    go_on(world.acme)
    return moment(world.acme, world.project)


@pytest.fixture(scope="module")
def fourth(world: World, third: Moment) -> Moment:
    """After one more run before which nobody did anything."""
    return moment(world.acme, world.project)


@pytest.fixture(params=["first", "second", "third", "fourth"])
def any_moment(request: pytest.FixtureRequest) -> Moment:
    """Each of the moments."""
    found: Moment = request.getfixturevalue(request.param)
    return found


def test_the_key_and_its_rights_are_found_good(world: World) -> None:
    """`kpiloop doctor` finds nothing wrong with a real Odoo."""
    answer = world.project("doctor", "--json")
    assert answer.exit_code == 0, answer
    assert [each for each in answer.json if each["status"] == "failed"] == []


def test_every_run_is_green(any_moment: Moment) -> None:
    """What was read adds up, and all that was planned is confirmed."""
    assert any_moment.run.exit_code == 0, any_moment.run
    assert any_moment.run.json["green"] is True
    assert any_moment.sent["confirmed"] == any_moment.sent["planned"]
    assert not any(counts.get("quarantined") for counts in any_moment.pulled.values())


@pytest.mark.parametrize("title", [SPRING, AUTUMN])
@pytest.mark.parametrize("kpi", RATES)
def test_rates_of_mailings_are_odoos_own(
    world: World, any_moment: Moment, title: str, kpi: str
) -> None:
    """Opened, clicked and bounced, in Odoo's field, as Odoo itself shows them at the mailing."""
    ours = any_moment.field(CAMPAIGN, world.acme.campaigns[title], kpi)
    assert ours is not None
    assert float(round(ours * 100, 2)) == any_moment.mailings[title][RATES[kpi]]


def test_numbers_of_mailings_are_odoos_own(world: World, fourth: Moment) -> None:
    """Sent, delivered, bounced, opened and clicked are as many as Odoo counts."""
    for kpi, names in COUNTS.items():
        answer = world.project("show", kpi, "--by", "campaign_id", "--grain", "ever", "--json")
        shown = {each["dimensions"]["campaign_id"]: each for each in answer.json}
        for title, campaign in world.acme.campaigns.items():
            ours = shown[f"odoo:{campaign}"]
            theirs = fourth.mailings[title]
            found = (ours["numerator"], ours["denominator"])
            assert found == tuple(theirs[name] for name in names), (kpi, title)


def test_won_revenue_is_odoos_own(world: World, any_moment: Moment) -> None:
    """Won revenue by campaign and company is what Odoo adds up, and none where there is none."""
    for title, campaign in world.acme.campaigns.items():
        ours = any_moment.field(CAMPAIGN, campaign, "revenue")
        assert float(ours or 0) == any_moment.won[title], title
    ours = any_moment.field(PARTNER, world.acme.company, "revenue")
    assert ours == Decimal(str(any_moment.won[""]))


def test_revenue_of_orders_is_odoos_own(world: World, any_moment: Moment) -> None:
    """What was ordered by campaign is what Odoo adds up of the orders that are confirmed."""
    for title, campaign in world.acme.campaigns.items():
        ours = any_moment.field(CAMPAIGN, campaign, "ordered_revenue")
        assert float(ours or 0) == any_moment.ordered[title], title


def test_orders_that_change_move_the_revenue(first: Moment, third: Moment) -> None:
    """A line more, an order that is cancelled and a quotation that is confirmed are all noticed."""
    assert (first.ordered[SPRING], first.ordered[AUTUMN]) == (1035, 0)
    assert (third.ordered[SPRING], third.ordered[AUTUMN]) == (632.5, 230)


def test_units_sold_are_odoos_own(world: World, fourth: Moment) -> None:
    """The lines of confirmed orders hold as many units as Odoo's own analysis of sales."""
    (shown,) = world.project("show", "units_sold", "--grain", "ever", "--json").json
    theirs = world.acme.api.total("sale.report", [SOLD], "product_uom_qty:sum")
    assert float(shown["value"]) == theirs == 7.5


def test_numbers_follow_what_people_do(world: World, first: Moment, third: Moment) -> None:
    """Edits, a merger, a deletion and late readers move Odoo's numbers, and ours with them."""
    assert (first.won[SPRING], first.won[AUTUMN]) == (20400.5, 2500)
    assert (third.won[SPRING], third.won[AUTUMN]) == (21800.25, 0)
    ratios = [each.mailings[SPRING]["opened_ratio"] for each in (first, third)]
    assert ratios == [85.71, 100.0]
    assert third.field(CAMPAIGN, world.acme.campaigns[AUTUMN], "revenue") is None


def test_a_persons_number_stands_at_the_contact_and_at_every_lead(
    world: World, first: Moment
) -> None:
    """Whoever opens an e-mail is seen to do so where the sales people work."""
    acme = world.acme
    assert first.field(PARTNER, acme.partners["bo"], "open_rate") == Decimal("0.5")
    assert first.field(LEAD, acme.leads["Cold storage"], "open_rate") == Decimal("0.5")
    assert first.field(LEAD, acme.leads["Asks for prices"], "open_rate") == 1
    assert first.field(LEAD, acme.leads["Asks for a visit"], "open_rate") == 0
    assert first.field(PARTNER, acme.partners["hal"], "open_rate") is None


def test_nothing_is_sent_twice(
    first: Moment, second: Moment, third: Moment, fourth: Moment
) -> None:
    """A run after which nothing happened changes nothing: Odoo's own time stamps say so."""
    assert first.sent["confirmed"] > 0
    for before, after in ((first, second), (third, fourth)):
        assert after.sent["planned"] == 0
        assert after.written == before.written


def test_only_what_changed_is_sent(world: World, second: Moment, third: Moment) -> None:
    """After another day, records whose numbers are the same are left alone."""
    changes = changed_values(second, third)
    assert third.sent["planned"] == len(changes), changes
    leads = {
        name
        for name, record in world.acme.leads.items()
        if second.written[LEAD][record] != third.written[LEAD].get(record)
    }
    assert leads == {
        *("Cold storage", "Pallet tags", "More pallet tags", "Asks for a visit", "Dock sensors"),
        "Route planning",  # whose person was a late reader
    }


def test_our_own_writes_come_back_as_no_change(second: Moment) -> None:
    """What kpiloop wrote makes Odoo call the records modified; the next pull sees no change."""
    changes = {
        stream: counts
        for stream, counts in second.pulled.items()
        if any(counts.get(kind) for kind in ("new", "changed", "deleted"))
    }
    assert changes == {}


def test_what_was_deleted_and_merged_is_found(world: World, fourth: Moment) -> None:
    """The deleted opportunity is gone, and of the merged ones the one that Odoo gave up."""
    gone = _stored(world, "SELECT id FROM pulled.deals WHERE deleted_at IS NOT NULL")
    leads = world.acme.leads
    assert {int(record) for record in gone} == {leads["Dock sensors"], leads["More pallet tags"]}


def test_stages_are_known_with_their_history(world: World, fourth: Moment) -> None:
    """What Odoo logged about the way of an opportunity is every stage that it was in."""
    stages = {row["id"]: row["name"] for row in world.acme.api.read("crm.stage", [], "name")}
    deal = world.acme.leads["Fleet tracking"]
    query = "SELECT stage FROM pulled.stage_changes WHERE of_entity = 'deals' AND parent_id = $1"
    way = [stages[int(stage)] for stage in _stored(world, query, str(deal))]
    assert sorted(way) == ["New", "Proposition", "Qualified", "Won"]


def test_who_wants_no_more_mail_is_known(world: World, fourth: Moment) -> None:
    """Whoever pressed the button of the mailing has opted out, as has who never wanted any."""
    emails = _stored(world, "SELECT email FROM pulled.contacts WHERE opted_out")
    assert set(emails) == {"gus@brandt.example", "ida@brandt.example"}


def test_the_list_of_campaigns_shows_the_numbers(seen: Seen) -> None:
    """A person sees the rates and the revenue in Odoo's own list."""
    assert {row["title"]: row for row in seen.campaigns} == {
        SPRING: {
            "title": SPRING,
            "open_rate": "85.71%",
            "click_rate": "28.57%",
            "revenue": "20,400.50",
        },
        AUTUMN: {
            "title": AUTUMN,
            "open_rate": "33.33%",
            "click_rate": "0%",
            "revenue": "2,500.00",
        },
    }


def test_the_page_of_a_lead_shows_its_number(seen: Seen) -> None:
    """A sales person sees on the lead how many of the e-mails the person opens."""
    assert seen.open_rate == "50"


def test_the_key_stands_nowhere(world: World, fourth: Moment) -> None:
    """Neither what kpiloop says nor what it keeps holds the key."""
    key = world.project.key
    assert key not in fourth.run.out + fourth.run.err
    files = [path for path in world.project.folder.rglob("*") if path.is_file()]
    assert [path.name for path in files if key.encode() in path.read_bytes()] == []
    assert {path.name for path in files} >= {"warehouse.duckdb", "ledger.sqlite"}


def _stored(world: World, query: str, *values: str) -> list[str]:
    """The first column of what the warehouse answers."""
    warehouse = world.project.folder / "home" / "warehouse.duckdb"
    with duckdb.connect(warehouse, read_only=True) as connection:
        return [row[0] for row in connection.execute(query, values).fetchall()]
