"""Writing back into an account in which people go on working, and which fails."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from threading import Thread

import pytest

from kpiloop import CredentialError, KpiloopError, QuotaError, UnavailableError
from kpiloop.engine.write_back.apply import ApplyReport
from kpiloop.ledger.plan import Plan, PlanRow, PlanStatus
from kpiloop_sandbox.hubspot.kinds import COMPANIES, kind_of
from support.home import Home
from support.living_account import LivingAccount, undisturbed

REVENUE = "kpiloop_revenue"
ROUNDED = ('kpi = "revenue"', 'kpi = "revenue"\ndecimals = 0')
"""A setting that changes what most companies' revenue is written as."""


def companies_of(home: Home, plan: Plan) -> list[int]:
    """The companies whose revenue a plan writes."""
    found = [each for each in home.plan_rows(plan) if each.field == REVENUE]
    return sorted(int(each.record_id) for each in found)


def not_confirmed(home: Home, plan: Plan) -> list[PlanRow]:
    """The rows of a plan whose values were not written."""
    return [each for each in home.plan_rows(plan) if each.outcome.value != "confirmed"]


def status(home: Home, plan: Plan) -> PlanStatus:
    """How far a plan is."""
    with home.begin() as cycle:
        found = cycle.plans.get(plan.id)
        assert found is not None
        return found.status


def held(account: LivingAccount, row: PlanRow) -> str | None:
    """What the account holds where a row is to be written."""
    record = account.store.get(kind_of(row.entity), int(row.record_id))
    return None if record is None else record.properties.get(row.field)


def assert_as_planned(account: LivingAccount, home: Home, plan: Plan) -> None:
    """Every value of the plan is confirmed, and is what the account holds."""
    assert not_confirmed(home, plan) == []
    assert [row for row in home.plan_rows(plan) if held(account, row) != row.new_value] == []


def closes(report: ApplyReport) -> bool:
    """Whether each planned value has an outcome."""
    return report.planned == report.confirmed + report.rejected + report.conflicts


def test_records_that_vanish_between_plan_and_apply_cost_no_other_its_value(
    account: LivingAccount, home: Home
) -> None:
    """Archived, deleted for good and merged away: each is rejected with a reason, none is made."""
    plan = home.newest_plan()
    archived, purged, first, second, *_ = companies_of(home, plan)
    account.edit(COMPANIES).archive(archived)
    account.edit(COMPANIES).purge(purged)
    account.edit(COMPANIES).merge(first, second)
    report = home.apply(plan)
    bad = not_confirmed(home, plan)
    assert closes(report)
    assert report.conflicts == 0
    assert {int(each.record_id) for each in bad} == {archived, purged, first, second}
    assert {each.reason for each in bad} == {"the record is not there any more"}
    assert account.store.get(COMPANIES, purged) is None


def test_what_a_merge_took_away_is_written_to_the_record_that_is_left(
    account: LivingAccount, home: Home
) -> None:
    """It holds what kpiloop wrote before the merge: no stranger's value, and no conflict."""
    plan = home.newest_plan()
    home.apply(plan)
    first, second, *_ = companies_of(home, plan)
    merged = account.edit(COMPANIES).merge(first, second).id
    home.green_pull()
    again = home.plan()
    assert closes(home.apply(again))
    assert not_confirmed(home, again) == []
    new = {each.field: each for each in home.plan_rows(again) if each.record_id == str(merged)}
    assert held(account, new[REVENUE]) == new[REVENUE].new_value
    assert home.plan_rows(home.plan()) == []


def test_a_value_that_a_person_changed_since_the_plan_is_left_alone(
    account: LivingAccount, home: Home
) -> None:
    """It is a conflict, it keeps the person's value, and all others are written."""
    home.apply(home.newest_plan())
    home.text = home.text.replace(*ROUNDED)
    plan = home.plan()
    company = companies_of(home, plan)[0]
    account.edit(COMPANIES).update(company, {REVENUE: "77"})
    report = home.apply(plan)
    (conflict,) = not_confirmed(home, plan)
    assert closes(report)
    assert report.conflicts == 1
    assert (conflict.record_id, conflict.found_value) == (str(company), "77")
    assert held(account, conflict) == "77"


def archive_property(account: LivingAccount) -> None:
    """An admin puts the property for the revenue into the recycling bin."""
    found = account.store.catalogue.live("companies")[REVENUE]
    account.store.catalogue.put("companies", found.model_copy(update={"archived": True}))


def test_a_property_that_an_admin_archived_is_made_again(
    account: LivingAccount, home: Home
) -> None:
    """Before anything is written, the property is brought back; then its values are confirmed."""
    home.apply(home.newest_plan())
    home.text = home.text.replace(*ROUNDED)
    plan = home.plan()
    archive_property(account)
    assert companies_of(home, plan)
    assert closes(home.apply(plan))
    assert_as_planned(account, home, plan)


def test_a_property_that_vanishes_while_it_is_written_costs_no_other_record(
    account: LivingAccount, home: Home
) -> None:
    """The records that should hold it are rejected in HubSpot's words, until the next plan."""
    plan = home.newest_plan()
    concerned = {str(each) for each in companies_of(home, plan)}

    def archive(path: str) -> None:
        if path.endswith("companies/batch/update"):
            account.before = undisturbed
            archive_property(account)

    account.before = archive
    assert closes(home.apply(plan))
    bad = not_confirmed(home, plan)
    assert {each.record_id for each in bad} == concerned
    assert all(REVENUE in each.reason and "not exist" in each.reason for each in bad)
    again = home.plan()
    assert len(home.plan_rows(again)) == len(bad)
    home.apply(again)
    assert_as_planned(account, home, again)


def use_up(account: LivingAccount) -> None:
    """The account's calls of the day are used up from now on."""
    account.sandbox.options = replace(account.sandbox.options, enforce_limits=True, daily=0)


def revoke(account: LivingAccount) -> None:
    """The key is withdrawn from now on."""
    account.sandbox.options = replace(account.sandbox.options, tokens={})


def take_down(account: LivingAccount) -> None:
    """The server answers no call any more, and is soon not even there."""

    def fail(path: str) -> None:
        raise ConnectionError(path)

    account.before = fail
    Thread(target=account.sandbox.stop).start()


def bring_back(account: LivingAccount) -> None:
    """The server is on its port again, if it was gone."""
    account.before = undisturbed
    account.sandbox.stop()
    account.sandbox.start()


BLOWS: Mapping[str, tuple[Callable[[LivingAccount], None], type[KpiloopError], int]] = {
    "quota": (use_up, QuotaError, 1),
    "key": (revoke, CredentialError, 2),
    "server": (take_down, UnavailableError, 1),
}
"""What can happen, how apply tells it, and the exit code."""


@pytest.mark.parametrize("at", ["update", "read"])
@pytest.mark.parametrize("what", BLOWS)
def test_an_apply_that_is_cut_off_is_completed_by_the_next(
    account: LivingAccount, home: Home, what: str, at: str
) -> None:
    """It fails and names the source; later each value is sent, once, and none is lost."""
    blow, error, exit_code = BLOWS[what]
    plan, options = home.newest_plan(), account.sandbox.options

    def strike(path: str) -> None:
        if path.endswith(f"companies/batch/{at}"):
            account.before = undisturbed
            blow(account)
            account.before(path)

    account.before = strike
    with pytest.raises(error, match="sandbox") as caught:
        home.apply(plan)
    assert (caught.value.exit_code, bool(caught.value.todo)) == (exit_code, True)
    assert status(home, plan) is PlanStatus.APPLYING
    assert {each.outcome.value for each in not_confirmed(home, plan)} <= {"planned", "sending"}

    bring_back(account)
    account.sandbox.options = options
    report = home.apply(plan)
    assert report.confirmed == report.planned
    assert_as_planned(account, home, plan)
    records = {(each.entity, each.record_id) for each in home.plan_rows(plan)}
    assert account.sandbox.counters.records_written == len(records)
