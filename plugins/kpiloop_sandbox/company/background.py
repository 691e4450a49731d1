"""What stands before the first person turns up: owners, pipelines and campaigns."""

from kpiloop_sandbox.company.campaigns import plan_campaigns
from kpiloop_sandbox.company.market import OWN_DOMAIN
from kpiloop_sandbox.company.model import Background, Owner
from kpiloop_sandbox.company.names import FIRST_NAMES, LAST_NAMES, plain
from kpiloop_sandbox.company.options import CompanyOptions
from kpiloop_sandbox.company.sales import NEW_BUSINESS, ORDERS
from kpiloop_sandbox.company.season import Season

_TEAMS = ("sales", "sales", "inside_sales", "sales", "marketing")
_FEWEST_OWNERS = 8
_MOST_OWNERS = 60
_CONTACTS_PER_OWNER = 2_500
_NAME_STRIDE = 11


def make_background(options: CompanyOptions, season: Season) -> Background:
    """The company's own people and plans."""
    number = min(_FEWEST_OWNERS + options.contacts // _CONTACTS_PER_OWNER, _MOST_OWNERS)
    return Background(
        owners=tuple(_owner(key, active=key != number - 1) for key in range(number)),
        pipelines=(NEW_BUSINESS, ORDERS),
        campaigns=plan_campaigns(options, season),
    )


def _owner(key: int, *, active: bool) -> Owner:
    first_name = FIRST_NAMES[key * _NAME_STRIDE % len(FIRST_NAMES)]
    last_name = LAST_NAMES[key]
    return Owner(
        key=key,
        first_name=first_name,
        last_name=last_name,
        email=f"{plain(first_name)}.{plain(last_name)}@{OWN_DOMAIN}",
        team=_TEAMS[key % len(_TEAMS)],
        active=active,
    )
