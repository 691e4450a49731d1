"""The revenue of each sale, shared among the touches before it, once by each model."""

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any, ClassVar

from kpiloop import Deriving, Flag, Instant, Money, Number, Resolved, Text, derives
from kpiloop_attribution.journey import UNKNOWN, Rule, Touch, Weights
from kpiloop_attribution.models import models_of, weights_of
from kpiloop_attribution.settings import AttributionSettings
from kpiloop_attribution.sharing import SHARE, shared, smallest_part
from kpiloop_attribution.sold import Sold, all_sold


class Credit(Resolved):
    """What one touch is owed of one sale, by one model; a sale without touches is owed to none."""

    entity: ClassVar[str] = "credits"
    singular: ClassVar[str] = "credit"

    model: Text = None
    is_chosen: Flag = None
    """Whether it is the model that the settings choose: KPIs count by it, unless they name one."""
    sale_id: Text = None
    deal_id: Text = None
    order_id: Text = None
    person_id: Text = None
    """Whom the sale names; so with the company."""
    company_id: Text = None
    touch_id: Text = None
    """No value where no touch lies in the window: then the sale is attributed to nothing."""
    touch_kind: Text = None
    channel: Text = None
    campaign_id: Text = None
    is_marketing: Flag = None
    product: Text = None
    """Of the sale; so with the next three."""
    segment: Text = None
    country: Text = None
    owner_id: Text = None
    touched_at: Instant = None
    sold_at: Instant = None
    share: Number = None
    """Part of the sale: those of one sale and model add up to 1."""
    amount_home: Money = None
    """Part of its amount: those of one sale and model add up to it, to the cent."""


@derives(
    Credit,
    needs=("sales", "people", "touches"),
    made_of=("sales",),
    settings=AttributionSettings,
)
def credit_rows(deriving: Deriving[AttributionSettings]) -> Iterator[Credit]:
    """Every credit of every model that is asked for."""
    models = models_of(deriving)
    for sold in all_sold(deriving):
        yield from _credits(sold, models, deriving.settings)


def _credits(
    sold: Sold, models: Mapping[str, Rule], settings: AttributionSettings
) -> Iterator[Credit]:
    """What each touch is owed by each model; touches that are owed nothing are left out."""
    journey = sold.journey
    touched = [_credit(sold, touch, settings) for touch in journey.touches or (None,)]
    for model, weigh in models.items():
        weights = weights_of(model, weigh, journey) if journey.touches else [1.0]
        shares = shared(Decimal(1), weights, SHARE)
        amounts = _amounts(sold.amount, weights)
        for credit, share, amount in zip(touched, shares, amounts, strict=True):
            if share or amount:
                # A copy is not checked again: of a million credits that is most of the time.
                yield credit.model_copy(
                    update={
                        "id": f"{model}:{credit.id}",
                        "model": model,
                        "is_chosen": model == settings.model,
                        "share": share,
                        "amount_home": amount,
                    }
                )


def _credit(sold: Sold, touch: Touch | None, settings: AttributionSettings) -> Credit:
    """What every model's credit of a touch says of it and of the sale."""
    return Credit(
        **sold.facts,
        **_touched(touch, settings),
        id=f"{sold.sale_id}:{touch.id if touch else ''}",
        sale_id=sold.sale_id,
    )


def _amounts(amount: Decimal | None, weights: Weights) -> Sequence[Decimal | None]:
    if amount is None:
        return [None] * len(weights)
    return shared(amount, weights, smallest_part(amount))


def _touched(touch: Touch | None, settings: AttributionSettings) -> Mapping[str, Any]:
    if touch is None:
        return {"is_marketing": False}
    is_known = touch.channel != UNKNOWN
    return {
        "touch_id": touch.id,
        "touch_kind": touch.kind,
        "channel": touch.channel if is_known else None,
        "campaign_id": touch.campaign_id,
        "touched_at": touch.happened_at,
        "is_marketing": touch.channel in settings.marketing_channels
        or (not is_known and touch.campaign_id is not None),
    }
