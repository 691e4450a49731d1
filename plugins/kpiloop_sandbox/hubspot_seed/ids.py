"""Ids as HubSpot gives them: digits that grow with time, the same for the same company."""

from datetime import UTC, datetime, timedelta
from uuid import NAMESPACE_URL, uuid5

from kpiloop_sandbox.company.model import Campaign, Deal, Firm, Person
from kpiloop_sandbox.company.options import CompanyOptions

_FIRST_MINUTE = datetime(2010, 1, 1, tzinfo=UTC)
_MINUTE = timedelta(minutes=1)
_LANES = 10
_COMPANY_LANE = 4
_DEAL_LANE = 7
_ORDER_LANE = 8
_LINE_LANE = 3
_SURVEY_LANE = 9
_FIRST_OWNER = 61_204_117
_FIRST_ACTIVITY = 38_000_000_000
_FIRST_PRODUCT = 1_420_000_000
_OWNER_STEP = 1_373


class Ids:
    """The ids of one company's records.

    An id is the minute in which the record came into being, then the record's key, then a lane
    that tells types of records, and the former records of a merged contact, apart.
    """

    def __init__(self, options: CompanyOptions) -> None:
        self._seed = options.seed
        self._keys = 10 ** len(str(options.contacts))

    def person(self, person: Person) -> str:
        """The contact's id; a merge gave it a new one."""
        return self._id(person.merge.at if person.merge else person.created_at, person.key)

    def former(self, person: Person) -> tuple[str, ...]:
        """The ids of the records that were merged into this one."""
        if person.merge is None:
            return ()
        return tuple(
            self._id(created, person.key, lane)
            for lane, created in enumerate(person.merge.former_created_at, start=1)
        )

    def firm(self, firm: Firm) -> str:
        """The company's id."""
        return self._id(firm.created_at, firm.key, _COMPANY_LANE)

    def deal(self, deal: Deal) -> str:
        """The deal's id."""
        return self._id(deal.created_at, deal.key, _DEAL_LANE)

    def order(self, deal: Deal) -> str:
        """The id of the order that a deal is."""
        return self._id(deal.closes_at, deal.key, _ORDER_LANE)

    def line(self, deal: Deal) -> str:
        """The id of the one line of that order."""
        return self._id(deal.closes_at, deal.key, _LINE_LANE)

    def survey(self, deal: Deal, moment: datetime) -> str:
        """The id of what a buyer answered then."""
        return self._id(moment, deal.key, _SURVEY_LANE)

    def campaign(self, campaign: Campaign) -> str:
        """The campaign's GUID."""
        return str(uuid5(NAMESPACE_URL, f"{self._seed}/{campaign.utm_campaign}"))

    def _id(self, moment: datetime, key: int, lane: int = 0) -> str:
        minute = (moment - _FIRST_MINUTE) // _MINUTE
        return str((minute * self._keys + key) * _LANES + lane)


def owner_id(key: int) -> str:
    """The id of one of the company's own people."""
    return str(_FIRST_OWNER + key * _OWNER_STEP)


def activity_id(key: int) -> str:
    """The id of a call or meeting: both are numbered in one row."""
    return str(_FIRST_ACTIVITY + key)


def product_id(place: int) -> str:
    """The id of a product."""
    return str(_FIRST_PRODUCT + place)
