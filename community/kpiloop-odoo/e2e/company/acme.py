"""The company of these tests: everything that stands in its Odoo before kpiloop comes."""

from dataclasses import dataclass, field
from typing import Any

from company.api import OdooApi, Row
from company.mail_sink import UNKNOWN, MailSink
from company.mailing import letters, send
from company.orders import SOLD, OrderDesk
from company.sales import LEAD, Sale, SalesTeam

SPRING = "Spring fair"
AUTUMN = "Autumn offer"
NEWS = "News of spring"
OFFER = "Our autumn offer"

READERS = ("ann", "bo", "cy", "dee", "eli", "fay", "gus", "hal", UNKNOWN, "ida")
"""The first names of those whom the spring's mailing goes to; of the last one, nothing is sent."""

SALES = (
    Sale(
        name="Fleet tracking",
        who="ann",
        amount=12000,
        campaign=SPRING,
        stages=("Qualified", "Proposition"),
        ends="won",
    ),
    Sale(
        name="Cold storage",
        who="bo",
        amount=8400.5,
        campaign=SPRING,
        stages=("Qualified",),
        ends="won",
    ),
    Sale(
        name="Route planning",
        who="cy",
        amount=4999.99,
        campaign=AUTUMN,
        stages=("Qualified",),
        ends="Too expensive",
    ),
    Sale(
        name="Dock sensors",
        who="ann",
        amount=2500,
        campaign=AUTUMN,
        stages=("Proposition",),
        ends="won",
    ),
    Sale(name="Pallet tags", who="dee", amount=700, campaign=SPRING, stages=("Qualified",)),
    Sale(name="More pallet tags", who="dee", amount=300, campaign=SPRING, stages=("Qualified",)),
    Sale(name="Asks for prices", who="eli", amount=0, campaign=AUTUMN),
    Sale(name="Asks for a visit", who="fay", amount=0, campaign=AUTUMN),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Acme:
    """The company, and the numbers under which Odoo knows its records."""

    api: OdooApi
    sink: MailSink
    company: int
    partners: dict[str, int]
    campaigns: dict[str, int]
    leads: dict[str, int] = field(default_factory=dict[str, int])
    orders: dict[str, int] = field(default_factory=dict[str, int])
    mailings: dict[str, int] = field(default_factory=dict[str, int])

    @property
    def team(self) -> SalesTeam:
        """Its sales people."""
        return SalesTeam(api=self.api, partners=self.partners, campaigns=self.campaigns)

    @property
    def desk(self) -> OrderDesk:
        """Where its orders are taken."""
        return OrderDesk(api=self.api, partners=self.partners, campaigns=self.campaigns)

    def sell(self) -> None:
        """Work on all leads, then take the orders of some."""
        for sale in SALES:
            self.leads[sale.name] = self.team.work_on(sale)
        for who in ("ann", "bo"):
            self.orders[who] = self.desk.order(who, SPRING, trackers=3, hours=1.5)
        self.orders["cy"] = self.desk.quote("cy", AUTUMN, trackers=2, hours=0)

    def mail(self) -> None:
        """Send both mailings; readers open, click, leave, or are not there any more."""
        self._send(NEWS, SPRING, READERS)
        news = letters(self.sink, NEWS)
        for who in ("ann", "bo", "cy", "dee", "gus"):
            news[who].open()
        for who in ("ann", "ann", "eli"):  # one clicks twice, one without loading pictures
            news[who].click()
        news["hal"].bounce(self.api)
        news["gus"].unsubscribe()
        self._send(OFFER, AUTUMN, ("ann", "bo", "cy"))
        letters(self.sink, OFFER)["ann"].open()

    def mailing(self, subject: str) -> Row:
        """Odoo's own numbers of a mailing."""
        where = [("id", "=", self.mailings[subject])]
        fields = ("sent", "delivered", "bounced", "opened", "clicked", "failed", "canceled")
        ratios = ("opened_ratio", "clicks_ratio", "bounced_ratio")
        (row,) = self.api.read("mailing.mailing", where, *fields, *ratios)
        return row

    def won(self, *where: tuple[str, str, Any]) -> float:
        """The revenue of what was won, as Odoo adds it up."""
        total: float = self.api.total(
            LEAD, [("won_status", "=", "won"), *where], "expected_revenue:sum"
        )
        return total or 0.0

    def ordered(self, *where: tuple[str, str, Any]) -> float:
        """The amount of the confirmed orders, as Odoo adds it up."""
        total: float = self.api.total("sale.order", [SOLD, *where], "amount_total:sum")
        return total or 0.0

    def _send(self, subject: str, campaign: str, readers: tuple[str, ...]) -> None:
        partners = [self.partners[who] for who in readers]
        chosen = self.campaigns[campaign]
        self.mailings[subject] = send(self.api, subject, campaign=chosen, partners=partners)


def acme(api: OdooApi, sink: MailSink) -> Acme:
    """The company, with its customers and campaigns, before anything was sold or sent."""
    (company,) = api.create("res.partner", {"name": "Brandt Logistics", "is_company": True})
    people = api.create("res.partner", *(_person(who, company) for who in READERS))
    api.create("mail.blacklist", {"email": f"{READERS[-1]}@brandt.example"})
    campaigns = api.create("utm.campaign", {"title": SPRING}, {"title": AUTUMN})
    return Acme(
        api=api,
        sink=sink,
        company=company,
        partners=dict(zip(READERS, people, strict=True)),
        campaigns=dict(zip((SPRING, AUTUMN), campaigns, strict=True)),
    )


def _person(who: str, company: int) -> Row:
    return {"name": who.title(), "email": f"{who}@brandt.example", "parent_id": company}
