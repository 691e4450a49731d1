"""Tables that plugins derive are made after resolving, each for itself."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from kpiloop import Derivation, Deriving, NotYetError, PluginSettings, Resolved, derives
from kpiloop.engine.derive.derive import underived
from support.derive_desk import AS_OF, Desk, Named, Win, WinSettings, wins


def broken(run: Any, *, needs: tuple[str, ...] = ("deals",)) -> Derivation:
    """A derivation of names."""
    return derives(Named, needs=needs)(run)


def giving(rows: Any, *, needs: tuple[str, ...] = ("deals",)) -> Derivation:
    """A derivation that gives something."""

    def run(_deriving: object) -> Any:
        return rows

    return broken(run, needs=needs)


def asking(statement: str) -> Derivation:
    """A derivation that asks for something."""

    def run(deriving: Deriving[PluginSettings]) -> Iterator[Named]:
        return (Named(id=str(row)) for row in deriving.rows(statement))

    return broken(run)


def test_a_function_fills_the_table_of_its_model(desk: Desk) -> None:
    """Its rows stand in the warehouse, with the local day beside each time."""
    assert desk.derive(desk.around(wins)).rows == {"wins": 1}
    ((deal, won_at, won_day, amount),) = desk.rows(
        "SELECT deal_id, won_at::VARCHAR, won_day, amount_home FROM resolved.wins"
    )
    assert (deal, won_at, won_day) == ("crm:1", "2026-03-31 22:30:00", date(2026, 4, 1))
    assert amount == Decimal("100.5000")


def test_it_is_told_its_section_of_the_settings(desk: Desk) -> None:
    """What the project says holds; without a word, the defaults do."""
    desk.derive(desk.around(wins, settings=WinSettings(factor=3)))
    assert desk.rows("SELECT amount_home FROM resolved.wins") == [(Decimal("301.5000"),)]


def test_it_is_told_the_as_of_time_the_zone_and_the_models(desk: Desk) -> None:
    """What else a derivation needs to know comes with what it reads."""
    told: list[Deriving[WinSettings]] = []

    def run(deriving: Deriving[WinSettings]) -> Iterator[Win]:
        told.append(deriving)
        return iter(())

    derivation = derives(Win, needs=("deals",), settings=WinSettings)(run)
    desk.derive(desk.around(derivation, models={"double": "2".__mul__}))
    (deriving,) = told
    assert (deriving.as_of, deriving.timezone.key, deriving.currency) == (
        AS_OF,
        "Europe/Berlin",
        "EUR",
    )
    assert deriving.models["double"](4) == "2222"


@pytest.fixture
def counted() -> tuple[Derivation, list[datetime]]:
    """A derivation with the times at which it was run."""
    times: list[datetime] = []

    def run(deriving: Deriving[PluginSettings]) -> Iterator[Named]:
        times.append(deriving.as_of)
        yield Named(id="1")

    return broken(run), times


def test_a_table_stands_until_what_it_is_made_of_changes(
    desk: Desk, counted: tuple[Derivation, list[datetime]]
) -> None:
    """Nothing is run again for time alone, but for other records, settings or models."""
    derivation, times = counted
    around = desk.around(derivation)
    desk.derive(around)
    desk.derive(around, AS_OF + timedelta(days=1))
    assert len(times) == 1
    desk.resolved("2")
    desk.derive(around)
    assert len(times) == 2


def test_a_table_that_depends_on_time_is_made_in_each_cycle(desk: Desk) -> None:
    """A later as-of time makes other rows, though no record changed."""

    def run(deriving: Deriving[PluginSettings]) -> Iterator[Named]:
        yield Named(id=deriving.as_of.isoformat())

    around = desk.around(derives(Named, needs=("deals",), depends_on_time=True)(run))
    desk.derive(around)
    desk.derive(around, AS_OF + timedelta(days=1))
    assert desk.rows("SELECT id FROM resolved.named") == [("2026-04-11T06:00:00+00:00",)]


def test_other_settings_make_the_table_anew(desk: Desk) -> None:
    """What rests on a setting follows it at once."""
    desk.derive(desk.around(wins))
    desk.derive(desk.around(wins, settings=WinSettings(factor=2)))
    assert desk.rows("SELECT amount_home FROM resolved.wins") == [(Decimal("201.0000"),)]


def test_one_derivation_may_need_another(desk: Desk) -> None:
    """They are run in the order of their needs, whatever the order of the plugins."""

    def run(deriving: Deriving[PluginSettings]) -> Iterator[Named]:
        return (Named(id=deal) for (deal,) in deriving.rows("SELECT deal_id FROM wins"))

    report = desk.derive(desk.around(broken(run, needs=("wins",)), wins))
    assert report.rows == {"wins": 1, "named": 1}


def raising(_deriving: object) -> Iterator[Named]:
    """A plugin with a fault."""
    yield Named(id="1")
    raise ZeroDivisionError("of nothing")


@pytest.mark.parametrize(
    ("derivation", "reason"),
    [
        (broken(raising), "its plugin raised ZeroDivisionError: of nothing"),
        (asking("SELECT id FROM people"), "reads people, which is none of its needs"),
        (asking("SELECT id FROM pulled.deals"), "reads pulled.deals, which is none of its needs"),
        (asking("SELECT * FROM read_csv('x.csv')"), "which is none of its needs"),
        (asking("DELETE FROM deals"), "not legal: no SELECT"),
        (asking("SELECT 1; SELECT 2"), "not legal: 2 statements"),
        (asking("SELECT (FROM"), "what it asks of the warehouse is not legal"),
        (asking("SELECT id::INTEGER FROM deals"), "its plugin raised ConversionException"),
        (giving([Win(id="1")]), "it gave a Win"),
        (giving([Named(id="1"), Named(id="1")]), "1 of its rows have the id"),
        (giving(None), "its plugin raised TypeError"),
        (giving((), needs=("deal",)), "it needs 'deal', which is no table"),
        (giving((), needs=("named",)), "which needs it in turn"),
    ],
)
def test_a_broken_one_is_told_and_costs_no_other(
    desk: Desk, derivation: Derivation, reason: str
) -> None:
    """Its table is there and empty, with the reason; the others are made."""
    report = desk.derive(desk.around(derivation, wins))
    assert reason in report.problems["named"]
    assert report.rows == {"wins": 1}
    assert desk.rows("SELECT count(*) FROM resolved.named") == [(0,)]


def test_what_needs_a_broken_one_says_so(desk: Desk) -> None:
    """The reason at the end of a chain is the one at its beginning."""

    class Last(Resolved):
        """Needs what is broken."""

        entity = "last"
        singular = "last"

    after = derives(Last, needs=("named",))(lambda _: ())
    report = desk.derive(desk.around(broken(raising), after))
    assert report.problems["last"].startswith("it needs named: its plugin raised Zero")


def test_one_that_waits_is_no_fault(desk: Desk) -> None:
    """With too little to tell it and what needs it have a reason; the run has no problem."""

    class After(Resolved):
        """Needs what waits."""

        entity = "after"
        singular = "after"

    def wait(_deriving: object) -> Iterator[Named]:
        raise NotYetError("3 of 30 are known")

    around = desk.around(broken(wait), derives(After, needs=("named",))(lambda _: ()), wins)
    report = desk.derive(around)
    assert (report.problems, report.rows) == ({}, {"wins": 1})
    with desk.warehouse.transaction() as connection:
        assert underived(connection, around) == {
            "named": "3 of 30 are known",
            "after": "it needs named: 3 of 30 are known",
        }


def test_a_fault_that_is_gone_leaves_nothing_behind(desk: Desk) -> None:
    """A derivation that failed is tried again the next time, though nothing changed."""
    faults = [ZeroDivisionError("once")]

    def run(_deriving: object) -> Iterator[Named]:
        if faults:
            raise faults.pop()
        yield Named(id="1")

    around = desk.around(broken(run))
    assert desk.derive(around).problems
    assert desk.derive(around).rows == {"named": 1}


def test_a_select_may_name_and_join_what_it_needs(desk: Desk) -> None:
    """WITH, joins, subqueries and aliases are the plugin's own business."""
    derivation = asking(
        "WITH won AS (SELECT * FROM deals WHERE won_at IS NOT NULL) "
        "SELECT won.id, d.id FROM won JOIN deals AS d ON d.id = won.id "
        "WHERE deals_of.n > 0".replace("deals_of.n", "(SELECT count(deals.id) FROM deals)")
    )
    assert desk.derive(desk.around(derivation)).rows == {"named": 1}


def test_what_was_never_derived_is_there_without_rows(desk: Desk) -> None:
    """Right after a plugin was installed its KPIs have a reason, not an error."""
    with desk.warehouse.transaction() as connection:
        assert "kpiloop run" in underived(connection, desk.around(wins))["wins"]
    assert desk.rows("SELECT count(*) FROM resolved.wins") == [(0,)]
    desk.derive(desk.around(wins))
    with desk.warehouse.transaction() as connection:
        assert underived(connection, desk.around(wins)) == {}
