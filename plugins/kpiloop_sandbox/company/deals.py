"""Deal records: what the people of an account buy, and how it is written down."""

from collections.abc import Sequence
from dataclasses import dataclass

from kpiloop_sandbox.company.chance import Chance
from kpiloop_sandbox.company.funnel import Step
from kpiloop_sandbox.company.market import DOLLAR_COUNTRIES, FOREIGN_CURRENCY, HOME_CURRENCY
from kpiloop_sandbox.company.mess import (
    bad_amount,
    closes_at_whole_minute,
    deal_deleted,
    lacks_amount,
)
from kpiloop_sandbox.company.model import Deal, Outcome, Person, Stage, StageChange
from kpiloop_sandbox.company.moments import MINUTE, as_moment, later
from kpiloop_sandbox.company.people import Newcomer, Setting
from kpiloop_sandbox.company.sales import NEW_BUSINESS, Sale, first_sale, later_orders

_MOST_PERSONS = 3
_BRINGS_A_COLLEAGUE = 0.45
_BACK_TO_LEAD = 0.4


@dataclass(frozen=True, slots=True, kw_only=True)
class Bargain:
    """A sale and who is in it: keys of people, the main one first.

    `repeat` says that the account was a customer before; `back_to_lead` that the main person is
    to be warmed up again after a loss.
    """

    sale: Sale
    persons: tuple[int, ...]
    repeat: bool
    back_to_lead: bool


def bargains(chance: Chance, newcomers: Sequence[Newcomer], end: int) -> tuple[Bargain, ...]:
    """All sales of an account in the order of their beginnings.

    The first one that is won makes it a customer; whatever begins later is repeat business.
    """
    sales = [
        (newcomer.key, first_sale(chance, at, end, newcomer.chance_to_win))
        for newcomer in newcomers
        if (at := newcomer.opportunity_at) is not None
    ]
    won = [(key, sale) for key, sale in sales if sale.outcome is Outcome.WON]
    customer_from = end
    if won:
        buyer, first = min(won, key=lambda pair: pair[1].closes)
        customer_from = first.closes
        sales += [(buyer, order) for order in later_orders(chance, first, end)]
    sales.sort(key=lambda pair: pair[1].created)
    buyers = tuple(newcomer.key for newcomer in newcomers if newcomer.buys)
    return tuple(
        Bargain(
            sale=sale,
            persons=_persons(chance, key, buyers),
            repeat=sale.created > customer_from,
            back_to_lead=chance.happens(_BACK_TO_LEAD),
        )
        for key, sale in sales
    )


def steps_after(bargained: Sequence[Bargain], person: int, end: int) -> tuple[Step, ...]:
    """What a person's own first sale, once decided, does to their way along the ladder."""
    for bargain in bargained:
        sale = bargain.sale
        if bargain.persons[0] != person or sale.pipeline is not NEW_BUSINESS:
            continue
        if sale.outcome is Outcome.WON:
            return ((Stage.CUSTOMER, sale.closes),)
        if sale.outcome is Outcome.LOST and bargain.back_to_lead and sale.closes + MINUTE < end:
            return ((Stage.LEAD, sale.closes + MINUTE),)
    return ()


def deal_record(
    chance: Chance, key: int, bargain: Bargain, setting: Setting, people: Sequence[Person]
) -> Deal:
    """The deal's record as people typed it; moments come from the system."""
    sale = bargain.sale
    closes = sale.closes - (sale.closes % MINUTE if closes_at_whole_minute(key) else 0)
    last = sale.steps[-1][1]
    deleted = later(chance.share(), last, setting.end) if deal_deleted(key) else None
    buyer = next(person for person in people if person.key == bargain.persons[0])
    party = setting.firm.name if setting.firm else f"{buyer.first_name} {buyer.last_name}"
    return Deal(
        key=key,
        name=f"{party} - {sale.product.name}",
        pipeline=sale.pipeline.key,
        firm_key=setting.firm.key if setting.firm else None,
        persons=bargain.persons,
        owner_key=setting.owner_key,
        product=sale.product.name,
        existing_business=bargain.repeat,
        amount=_amount(key, sale),
        currency=FOREIGN_CURRENCY if setting.country in DOLLAR_COUNTRIES else HOME_CURRENCY,
        outcome=sale.outcome,
        created_at=as_moment(sale.created),
        closes_at=as_moment(closes),
        modified_at=as_moment(last if deleted is None else deleted),
        stages=tuple(StageChange(stage=stage, at=as_moment(at)) for stage, at in sale.steps),
        deleted_at=None if deleted is None else as_moment(deleted),
    )


def _persons(chance: Chance, main: int, buyers: Sequence[int]) -> tuple[int, ...]:
    others = [key for key in buyers if key != main and chance.happens(_BRINGS_A_COLLEAGUE)]
    return (main, *others[: _MOST_PERSONS - 1])


def _amount(key: int, sale: Sale) -> str | None:
    if lacks_amount(key):
        return None
    return bad_amount(key) or str(sale.price)
