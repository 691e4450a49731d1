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


def first_sale(chance: Chance, created: int, end: int, win: float) -> Sale:
    """A deal that begins at this moment and is won with this chance, scaled by its product."""
    product = PRODUCTS.pick(chance.share())
    won = chance.happens(min(win * product.ease, _WIN_AT_MOST))
    days = chance.spread(product.cycle_days, _CYCLE_SPREAD) * (1 if won else _LOSERS_HURRY)
    decided = max(at_work(created + int(days * DAY)), created + HOUR)
    return _sale(chance, NEW_BUSINESS, product, created=created, decided=decided, end=end, won=won)


def later_orders(chance: Chance, first: Sale, end: int) -> Iterator[Sale]:
    """The orders of a customer after its first one, until it falls silent or the span ends."""
    product, last = first.product, first.closes
    while not chance.happens(product.silence):
        days = chance.spread(product.reorder_days, _RHYTHM_SPREAD)
        decided = max(at_work(last + int(days * DAY)), last + DAY)
        created = max(at_work(decided - int(chance.spread(14, _RHYTHM_SPREAD) * DAY)), last + HOUR)
        if created >= end:
            return
        won = chance.happens(_ORDERS_WON)
        decided = max(decided, created + HOUR)
        yield _sale(chance, ORDERS, product, created=created, decided=decided, end=end, won=won)
        if not won:
            return
        last = decided


def _sale(  # noqa: PLR0913 - what a sale is made of
    chance: Chance,
    pipeline: Pipeline,
    product: Product,
    *,
    created: int,
    decided: int,
    end: int,
    won: bool,
) -> Sale:
    outcome = Outcome.OPEN
    if decided < end:
        outcome = Outcome.WON if won else Outcome.LOST
    hoped_for = created + int(product.cycle_days * _HOPE) * DAY
    steps = _steps(chance, pipeline, created=created, decided=decided, won=won)
    return Sale(
        pipeline=pipeline,
        product=product,
        price=_price(chance, product),
        created=created,
        closes=hoped_for - hoped_for % MINUTE if outcome is Outcome.OPEN else decided,
        outcome=outcome,
        steps=tuple(step for step in steps if step[1] < end),
    )


def _steps(
    chance: Chance, pipeline: Pipeline, *, created: int, decided: int, won: bool
) -> Iterator[tuple[str, int]]:
    """The first stage at once, the others in order, some skipped; a lost deal ends early."""
    stages = pipeline.open_stages
    reached = len(stages) if won else 1 + chance.below(len(stages))
    pause = (decided - created) / reached
    yield stages[0].key, created
    for number, stage in enumerate(stages[1:reached], start=1):
        if not chance.happens(_SKIPS_A_STAGE):
            yield stage.key, created + int((number + chance.share() * 0.9) * pause)
    yield pipeline.stages[-2 if won else -1].key, decided


def _price(chance: Chance, product: Product) -> Decimal:
    """Whole hundreds for large amounts, else two places."""
    price = chance.spread(product.price, _PRICE_SPREAD)
    if price >= _LARGE:
        return Decimal(int(price / 100) * 100)
    return Decimal(int(price * 20)) / 20
