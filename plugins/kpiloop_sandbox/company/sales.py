"""How deals go: first sales by a salesperson, later orders by habit."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from kpiloop_sandbox.company.chance import Chance
from kpiloop_sandbox.company.market import PRODUCTS, Product
from kpiloop_sandbox.company.model import Outcome, Pipeline, PipelineStage
from kpiloop_sandbox.company.moments import DAY, HOUR, MINUTE, at_work

NEW_BUSINESS = Pipeline(
    key="new_business",
    label="New business",
    stages=(
        PipelineStage(key="appointment", label="Appointment scheduled", probability=Decimal("0.2")),
        PipelineStage(key="qualified", label="Qualified to buy", probability=Decimal("0.4")),
        PipelineStage(key="presented", label="Presentation held", probability=Decimal("0.6")),
        PipelineStage(key="decider", label="Decision maker convinced", probability=Decimal("0.8")),
        PipelineStage(key="contract", label="Contract sent", probability=Decimal("0.9")),
        PipelineStage(
            key="won", label="Closed won", probability=Decimal("1.0"), outcome=Outcome.WON
        ),
        PipelineStage(
            key="lost", label="Closed lost", probability=Decimal("0.0"), outcome=Outcome.LOST
        ),
    ),
)
ORDERS = Pipeline(
    key="orders",
    label="Renewals and orders",
    stages=(
        PipelineStage(key="due", label="Due", probability=Decimal("0.6")),
        PipelineStage(key="offered", label="Offered", probability=Decimal("0.8")),
        PipelineStage(
            key="ordered", label="Ordered", probability=Decimal("1.0"), outcome=Outcome.WON
        ),
        PipelineStage(
            key="declined", label="Declined", probability=Decimal("0.0"), outcome=Outcome.LOST
        ),
    ),
)

_WIN_AT_MOST = 0.9
_LOSERS_HURRY = 0.7
_ORDERS_WON = 0.9
_SKIPS_A_STAGE = 0.1
_PRICE_SPREAD = 0.45
_CYCLE_SPREAD = 0.55
_RHYTHM_SPREAD = 0.3
_HOPE = 1.2
_LARGE = 10_000
_NOTICE_DAYS = 14
_UP_TO = 0.9  # of its time may pass before a stage is entered, so that stages keep their order


@dataclass(frozen=True, slots=True, kw_only=True)
class Sale:
    """The course of one deal; moments are milliseconds, stages are keys of the pipeline.

    `closes` is when it was decided or, while open, when the owner expects it.
    """

    pipeline: Pipeline
    product: Product
    price: Decimal
    created: int
    closes: int
    outcome: Outcome
    steps: tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Course:
    """What will have happened to a deal, whether or not the span lasts so long."""

    created: int
    decided: int
    won: bool


def first_sale(chance: Chance, created: int, end: int, win: float) -> Sale:
    """A deal that begins at this moment and is won with this chance, scaled by its product."""
    product = PRODUCTS.pick(chance.share())
    won = chance.happens(min(win * product.ease, _WIN_AT_MOST))
    days = chance.spread(product.cycle_days, _CYCLE_SPREAD) * (1 if won else _LOSERS_HURRY)
    decided = max(at_work(created + int(days * DAY)), created + HOUR)
    course = _Course(created=created, decided=decided, won=won)
    return _sale(chance, NEW_BUSINESS, product, course, end)


def later_orders(chance: Chance, first: Sale, end: int) -> Iterator[Sale]:
    """The orders of a customer after its first one, until it falls silent or the span ends."""
    product, last = first.product, first.closes
    while not chance.happens(product.silence):
        course = _next_order(chance, product, last)
        if course.created >= end:
            return
        yield _sale(chance, ORDERS, product, course, end)
        if not course.won:
            return
        last = course.decided


def _next_order(chance: Chance, product: Product, last: int) -> _Course:
    """The order after one that was decided at this moment; its deal begins days before it."""
    days = chance.spread(product.reorder_days, _RHYTHM_SPREAD)
    decided = max(at_work(last + int(days * DAY)), last + DAY)
    notice = int(chance.spread(_NOTICE_DAYS, _RHYTHM_SPREAD) * DAY)
    created = max(at_work(decided - notice), last + HOUR)
    return _Course(
        created=created,
        decided=max(decided, created + HOUR),
        won=chance.happens(_ORDERS_WON),
    )


def _sale(chance: Chance, pipeline: Pipeline, product: Product, course: _Course, end: int) -> Sale:
    """The course as far as it has come by the end of the span."""
    outcome, closes = Outcome.OPEN, _hoped_for(course, product)
    if course.decided < end:
        outcome, closes = (Outcome.WON if course.won else Outcome.LOST), course.decided
    return Sale(
        pipeline=pipeline,
        product=product,
        price=_price(chance, product),
        created=course.created,
        closes=closes,
        outcome=outcome,
        steps=tuple(step for step in _steps(chance, pipeline, course) if step[1] < end),
    )


def _hoped_for(course: _Course, product: Product) -> int:
    """When the owner of an open deal says that it will close: a typed day, soon or long past."""
    hoped_for = course.created + int(product.cycle_days * _HOPE) * DAY
    return hoped_for - hoped_for % MINUTE


def _steps(chance: Chance, pipeline: Pipeline, course: _Course) -> Iterator[tuple[str, int]]:
    """The first stage at once, the others in order, some skipped; a lost deal ends early."""
    stages = pipeline.open_stages
    reached = len(stages) if course.won else 1 + chance.below(len(stages))
    pause = (course.decided - course.created) / reached
    yield stages[0].key, course.created
    for number, stage in enumerate(stages[1:reached], start=1):
        if not chance.happens(_SKIPS_A_STAGE):
            yield stage.key, course.created + int((number + chance.share() * _UP_TO) * pause)
    yield pipeline.stages[-2 if course.won else -1].key, course.decided


def _price(chance: Chance, product: Product) -> Decimal:
    """Whole hundreds for large amounts, else two places."""
    price = chance.spread(product.price, _PRICE_SPREAD)
    if price >= _LARGE:
        return Decimal(int(price / 100) * 100)
    return Decimal(int(price * 20)) / 20
