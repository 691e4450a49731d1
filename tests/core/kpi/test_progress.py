"""How a value stands to its target, and where today's rate leads."""

from datetime import UTC, date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from kpiloop.kpi.aim import Aim
from kpiloop.kpi.calendar import CIVIL, Grain
from kpiloop.kpi.kpi import Better
from kpiloop.kpi.progress import Progress, Status, progress_of
from kpiloop.kpi.value import Completeness, KpiValue

BERLIN = ZoneInfo("Europe/Berlin")
APRIL = CIVIL.period_of(Grain.MONTH, date(2026, 4, 1))
A_THIRD = datetime(2026, 4, 10, 22, tzinfo=UTC)  # midnight in Berlin, ten of thirty days gone
OVER = datetime(2026, 5, 2, tzinfo=UTC)


def _progress(
    value: int | None,
    *,
    better: Better | None = "higher",
    adds_up: bool = True,
    as_of: datetime = A_THIRD,
    completeness: Completeness = Completeness.PARTIAL,
) -> Progress:
    number = None if value is None else Decimal(value)
    return progress_of(
        KpiValue(
            kpi="mqls",
            period=APRIL,
            value=number,
            completeness=completeness,
            version="v",
            as_of=as_of,
        ),
        Aim(value=Decimal(90), source="given"),
        better=better,
        adds_up=adds_up,
        zone=BERLIN,
    )


@pytest.mark.parametrize(
    ("value", "better", "adds_up", "status"),
    [
        (29, "higher", True, Status.BEHIND),
        (30, "higher", True, Status.ON_TRACK),
        (90, "higher", True, Status.REACHED),
        (30, None, True, Status.ON_TRACK),
        (30, "lower", True, Status.ON_TRACK),
        (31, "lower", True, Status.BEHIND),
        (91, "lower", True, Status.MISSED),
        (89, "higher", False, Status.BEHIND),
        (90, "higher", False, Status.ON_TRACK),
        (91, "lower", False, Status.BEHIND),
        (None, "higher", True, Status.NO_VALUE),
    ],
)
def test_a_period_that_goes_on_is_judged_at_today_s_rate(
    value: int | None, better: Better | None, *, adds_up: bool, status: Status
) -> None:
    """What adds up is taken to go on as it went; a rate is compared as it is."""
    assert _progress(value, better=better, adds_up=adds_up).status is status


@pytest.mark.parametrize(
    ("value", "better", "status"),
    [
        (89, "higher", Status.MISSED),
        (90, "higher", Status.REACHED),
        (90, "lower", Status.REACHED),
        (91, "lower", Status.MISSED),
    ],
)
def test_a_period_that_is_over_is_reached_or_missed(
    value: int, better: Better, status: Status
) -> None:
    """After its end nothing is on track any more."""
    found = _progress(value, better=better, as_of=OVER, completeness=Completeness.COMPLETE)
    assert found.status is status
    assert (found.gone, found.pace) == (1.0, None)


def test_today_s_rate_is_the_value_over_the_share_of_time_gone() -> None:
    """30 after a third of the month lead to 90, by the hours of the reporting time zone."""
    found = _progress(30)
    assert found.gone == pytest.approx(1 / 3)
    assert found.pace == pytest.approx(90)
    assert _progress(30, adds_up=False).pace is None


def test_a_cohort_that_still_ripens_is_not_missed() -> None:
    """Its period is over, and its people have time to convert: it is behind, or there."""
    ripening = Completeness.IMMATURE
    assert _progress(80, as_of=OVER, completeness=ripening).status is Status.BEHIND
    assert _progress(90, as_of=OVER, completeness=ripening).status is Status.REACHED


def test_a_source_that_tells_a_part_of_a_past_period_leaves_nothing_to_come() -> None:
    """Where the period is over, a value of a part of it is judged as it is."""
    assert _progress(80, as_of=OVER).status is Status.MISSED
