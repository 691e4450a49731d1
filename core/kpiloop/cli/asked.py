"""What a call of `show` asks for, and the values that answer it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from types import MappingProxyType

from kpiloop.cli.application import Application
from kpiloop.cli.judging import Judge
from kpiloop.cli.only import Only, kept
from kpiloop.engine.compute.question import Question
from kpiloop.engine.cycle.cycle import Cycle
from kpiloop.engine.cycle.questions import is_published
from kpiloop.errors import NotYetError
from kpiloop.kpi.calendar import DAILY_GRAINS, Grain, Period
from kpiloop.kpi.catalog import Catalog
from kpiloop.kpi.compare import Against, Change, change, compared_period
from kpiloop.kpi.interval import Interval, interval_of, rests_on_few
from kpiloop.kpi.progress import Progress
from kpiloop.kpi.span import Span, parse_span
from kpiloop.kpi.value import Completeness, KpiValue
from kpiloop.ledger.store import Ledger
from kpiloop.ledger.values import Values

_LONG = (Grain.YEAR, Grain.FISCAL_YEAR, Grain.EVER)
_BY_DAY = DAILY_GRAINS | {Grain.DAY}
_LOOKS_BACK = ("7 days", "120 days", "400 days")
_Key = tuple[str, str, tuple[str | None, ...]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Before:
    """What a value is compared with."""

    period: Period
    value: KpiValue | None
    """None where nothing is known of that time."""
    change: Change


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """One value, how sure it is, and what it is compared with."""

    value: KpiValue
    interval: Interval | None
    rests_on_few: bool
    before: Before | None = None
    progress: Progress | None = None
    """How it stands to its target, where it has one."""


@dataclass(frozen=True, kw_only=True)
class Asked:
    """The KPIs, periods and cut that a call asks for."""

    app: Application
    catalog: Catalog
    kpis: tuple[str, ...]
    grain: Grain
    cut: tuple[str, ...] = ()
    since: str | None = None
    until: str | None = None
    against: Against | None = None
    last_only: bool = False
    only: Only = field(default_factory=lambda: MappingProxyType({}))
    """Which values of dimensions of the cut are asked for; of others, all."""

    def answers(self) -> list[Answer]:
        """The values with all that is said beside them, KPI by KPI."""
        values = self._settled() if self.last_only else self._within(self._days())
        before = self._before(values)
        with Ledger.open(self.app.project.ledger) as ledger:
            judge = Judge.of(self.app, self.catalog, Values(ledger, self.app.clock))
            return [
                Answer(
                    value=each,
                    interval=interval_of(self.catalog, each),
                    rests_on_few=rests_on_few(self.catalog, each),
                    before=before.get(_key(each)),
                    progress=judge.progress(each),
                )
                for each in values
            ]

    def _within(self, days: Span) -> list[KpiValue]:
        return [each for each in self._ending(days) if _touches(each.period, days)]

    def _settled(self) -> list[KpiValue]:
        """The last settled values of each KPI.

        Where a period ends on each day, a few days are looked at first: most often they tell it.
        """
        looks_back = self.since is None and self.grain in DAILY_GRAINS
        found: list[Sequence[KpiValue]] = []
        for back in _LOOKS_BACK if looks_back else (None,):
            values = self._within(self._days(back))
            found = [_last_settled(name, values) for name in self.kpis]
            if all(found):
                break
        return [each for of_kpi in found for each in of_kpi]

    def _days(self, back: str | None = None) -> Span:
        """The days asked for; a year back, or 30 days day by day, where nothing is asked.

        Other days back where a word says so; all of them where only the last value is asked for.
        """
        today = self._today
        calendar = self.app.project.calendar
        first, last = date.min, today
        if back is None and self.grain not in _LONG and not self.last_only:
            back = "30 days" if self.grain in _BY_DAY else "12 months"
        if words := self.since or back:
            first = parse_span(words, today, "--since", calendar).first_day
        if self.until is not None:
            last = parse_span(self.until, today, "--until", calendar).last_day
        return Span(first, last)

    @cached_property
    def _today(self) -> date:
        """The local day that holds the as-of time of what was computed last."""
        with Ledger.open(self.app.project.ledger) as ledger:
            latest = Values(ledger, self.app.clock).latest_set()
        if latest is None:
            raise NotYetError("nothing was computed yet", todo="run `kpiloop run`")
        return latest.as_of.astimezone(self.app.project.timezone).date()

    def _ending(self, days: Span) -> list[KpiValue]:
        """The values of all periods; of a grain that ends on each day, of those that end then."""
        found = self._computed(days) if self.grain in DAILY_GRAINS else self._all
        return kept(found, self.only)

    @cached_property
    def _all(self) -> list[KpiValue]:
        """From the ledger where they are published, else computed now."""
        if not is_published(self.grain, self.cut, self.app.project.calendar):
            return self._computed(Span(date.min, date.max))
        with Ledger.open(self.app.project.ledger) as ledger:
            values = Values(ledger, self.app.clock)
            return [
                each for name in self.kpis for each in values.current(name, self.grain, self.cut)
            ]

    def by_model(self, models: Sequence[str]) -> Mapping[str, list[KpiValue]]:
        """The values under each model; where none is said, under all, the chosen one first."""
        days = self._days()
        with Cycle.begin(self.app.project, self.app.host, self.app.clock) as cycle:
            found = cycle.answer_by_model([self._question(days)], models)
        return {
            model: kept([each for each in values if _touches(each.period, days)], self.only)
            for model, values in found.items()
        }

    def _computed(self, days: Span) -> list[KpiValue]:
        app = self.app
        with Cycle.begin(app.project, app.host, app.clock) as cycle:
            return cycle.answer([self._question(days)])

    def _question(self, days: Span) -> Question:
        return Question(
            kpis=self.kpis,
            grains=(self.grain,),
            first_day=days.first_day,
            last_day=days.last_day,
            cuts=(self.cut,),
        )

    def _before(self, values: Sequence[KpiValue]) -> Mapping[_Key, Before]:
        """What each value is compared with."""
        if self.against is None or not values:
            return {}
        calendar = self.app.project.calendar
        periods = {
            each.period: compared_period(each.period, self.against, calendar) for each in values
        }
        ends = [each.last_day for each in periods.values()]
        known = {_key(each): each for each in self._ending(Span(min(ends), max(ends)))}
        found: dict[_Key, Before] = {}
        for each in values:
            period = periods[each.period]
            name, _, dimensions = _key(each)
            value = known.get((name, period.key, dimensions))
            changed = change(None if value is None else value.value, each.value)
            found[_key(each)] = Before(period=period, value=value, change=changed)
        return found


def _key(value: KpiValue) -> _Key:
    return value.kpi, value.period.key, tuple(value.dimensions.values())


def _touches(period: Period, days: Span) -> bool:
    if period.grain in DAILY_GRAINS:
        return days.first_day <= period.last_day <= days.last_day
    return period.last_day >= days.first_day and period.first_day <= days.last_day


def _last_settled(kpi: str, values: Sequence[KpiValue]) -> Sequence[KpiValue]:
    """The values of the last period of which none is partial or immature."""
    of_kpi = [each for each in values if each.kpi == kpi]
    unsettled = {each.period for each in of_kpi if each.completeness is not Completeness.COMPLETE}
    settled = [each.period for each in of_kpi if each.period not in unsettled]
    last = max(settled, key=lambda period: period.last_day, default=None)
    return [each for each in of_kpi if each.period == last]
