"""Accounts: a firm with its people and deals, or a lone person, drawn as one."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from kpiloop_sandbox.company.arrivals import Arrivals
from kpiloop_sandbox.company.chance import Chance
from kpiloop_sandbox.company.deals import bargains, deal_record, steps_after
from kpiloop_sandbox.company.market import COUNTRIES, FIRM_SIZES, INDUSTRIES
from kpiloop_sandbox.company.mess import Trait, bad_employees, firm_deleted, trait_of
from kpiloop_sandbox.company.model import Account, Background, Firm
from kpiloop_sandbox.company.moments import as_milliseconds, as_moment, later
from kpiloop_sandbox.company.names import firm_name
from kpiloop_sandbox.company.options import CompanyOptions
from kpiloop_sandbox.company.people import Newcomer, Setting, meet, record

_COLLEAGUES_FOLLOW = 0.03
_COLLEAGUES_SPREAD = 1.0
_EMPLOYEES = 70
_EMPLOYEES_SPREAD = 1.3


@dataclass(frozen=True, slots=True, kw_only=True)
class Keys:
    """The next free keys."""

    account: int = 0
    person: int = 0
    firm: int = 0
    deal: int = 0

    def after(self, account: Account) -> "Keys":
        """The next free keys once this account is there."""
        return Keys(
            account=self.account + 1,
            person=self.person + len(account.people),
            firm=self.firm + (account.firm is not None),
            deal=self.deal + len(account.deals),
        )


class AccountMaker:
    """Draws one account after the other, each from a stream of chance of its own."""

    def __init__(self, options: CompanyOptions, background: Background, arrivals: Arrivals) -> None:
        self._seed = options.seed
        self._contacts = options.contacts
        self._end = as_milliseconds(options.end)
        self._arrivals = arrivals
        self._salespeople = tuple(
            owner.key for owner in background.owners if owner.team != "marketing"
        )

    def accounts(self) -> Iterator[Account]:
        """All accounts; the last one is cut so that there are exactly as many contacts."""
        keys = Keys()
        while keys.person < self._contacts:
            account = self._account(keys)
            yield account
            keys = keys.after(account)

    def _account(self, keys: Keys) -> Account:
        chance = Chance(self._seed, keys.account + 1)  # stream 0 belongs to the campaigns
        size = FIRM_SIZES.pick(chance.share())
        country = COUNTRIES.pick(chance.share())
        owner_key = self._salespeople[chance.below(len(self._salespeople))]
        newcomers = self._newcomers(chance, keys.person, max(size, 1))
        firm = None
        if size:
            firm = self._firm(chance, keys.firm, newcomers, country=country, owner_key=owner_key)
        setting = Setting(firm=firm, country=country, owner_key=owner_key, end=self._end)
        sales = bargains(chance, newcomers, self._end)
        people = tuple(
            record(chance, newcomer, setting, steps_after(sales, newcomer.key, self._end))
            for newcomer in newcomers
        )
        deals = tuple(
            deal_record(chance, keys.deal + number, sale, setting, people)
            for number, sale in enumerate(sales)
        )
        return Account(firm=firm, people=people, deals=deals)

    def _newcomers(self, chance: Chance, first: int, size: int) -> tuple[Newcomer, ...]:
        """The first comes in the order of the days; colleagues follow, mostly within weeks.

        Colleagues who would come after the end come at the beginning instead, so that no day
        gets more than its share.
        """
        beginning = (first + chance.share()) / self._contacts
        newcomers: list[Newcomer] = []
        key, share = first, beginning
        while key < self._contacts and (len(newcomers) < size or trait_of(key) is Trait.DUPLICATE):
            arrival = self._arrivals.arrive(chance, share)
            newcomers.append(meet(chance, key, arrival=arrival, end=self._end, known=newcomers))
            key += 1
            share = (beginning + chance.spread(_COLLEAGUES_FOLLOW, _COLLEAGUES_SPREAD)) % 1
        return tuple(newcomers)

    def _firm(
        self,
        chance: Chance,
        key: int,
        newcomers: Sequence[Newcomer],
        *,
        country: str,
        owner_key: int,
    ) -> Firm:
        created = min(newcomer.arrival.at for newcomer in newcomers)
        deleted = later(chance.share(), created, self._end) if firm_deleted(key) else None
        named = firm_name(key, country)
        employees = str(1 + int(chance.spread(_EMPLOYEES, _EMPLOYEES_SPREAD)))
        return Firm(
            key=key,
            name=named.name,
            domain=named.domain,
            country=country,
            industry=INDUSTRIES.pick(chance.share()),
            employees=bad_employees(key) or employees,
            owner_key=owner_key,
            created_at=as_moment(created),
            modified_at=as_moment(created if deleted is None else deleted),
            deleted_at=None if deleted is None else as_moment(deleted),
        )
