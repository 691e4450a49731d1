"""A simulated Mailchimp account that lives: people come, leave, and read what they are sent."""

from collections.abc import Generator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any, ClassVar

from kpiloop_sandbox.company.options import CompanyOptions
from kpiloop_sandbox.mailchimp.edits import Editor, MemberInput
from kpiloop_sandbox.mailchimp.members import MemberFilter
from kpiloop_sandbox.mailchimp.objects import StoredAct, StoredCampaign, StoredDelivery
from kpiloop_sandbox.mailchimp.options import SandboxOptions
from kpiloop_sandbox.mailchimp.server import MailchimpSandbox
from kpiloop_sandbox.mailchimp.shapes import BY_ADMIN
from kpiloop_sandbox.mailchimp.store import CAMPAIGNS, LISTS, Store
from kpiloop_sandbox.mailchimp_seed.load import load_stream
from support.living import TODAY, Crew, Deed, Living, named

Member = dict[str, Any]
_ALL = 1_000_000


@dataclass(kw_only=True)
class LivingAudience(Living):
    """The account and who is in it."""

    store: Store
    sandbox: MailchimpSandbox

    @property
    def base_url(self) -> str:
        """Where its API is."""
        return self.sandbox.base_url

    def audiences(self) -> list[str]:
        """The ids of all audiences."""
        return [str(each["id"]) for each in self.store.all(LISTS)]

    def members(self, *statuses: str) -> list[Member]:
        """The members of all audiences who have one of these statuses."""
        return [
            member
            for audience in self.audiences()
            for status in statuses
            for member in self.store.members.page(
                MemberFilter(list_id=audience, status=status), _ALL, 0
            )[0]
        ]

    def edit(self, audience: str) -> Editor:
        """What a person in the browser does to an audience, now."""
        return Editor(store=self.store, list_id=audience, now=self.now(), strict=False)

    def sent(self) -> list[str]:
        """The ids of all campaigns that were sent."""
        return [str(each["id"]) for each in self.store.all(CAMPAIGNS) if each["send_time"]]

    def recipients(self, campaign: str) -> list[tuple[str, int]]:
        """To whom a campaign was sent, and how much happened there."""
        query = (
            "SELECT email, (SELECT count(*) FROM acts AS a WHERE a.campaign_id = r.campaign_id"
            " AND a.place = r.place) FROM recipients AS r WHERE campaign_id = ? ORDER BY place"
        )
        with self.store.database.reading() as db:
            return [(str(email), int(acts)) for email, acts in db.execute(query, (campaign,))]

    def writes(self) -> int:
        """How many records were written through the API since the counters were last reset."""
        return self.sandbox.counters.records_written


def seed_audience(path: Path, contacts: int, *, seed: int = 7) -> None:
    """Fill a new file with the account of a small company."""
    with Store(str(path)) as store:
        load_stream(store, CompanyOptions(until=TODAY, contacts=contacts, seed=seed, months=12))


@contextmanager
def living_audience(path: Path, *, latency_ms: float = 0) -> Generator[LivingAudience]:
    """Serve the account of a file on a socket, by a clock that only the test moves."""
    with Store(str(path)) as store:
        time = Living().clock
        options = SandboxOptions(latency_ms=latency_ms)
        sandbox = MailchimpSandbox(store, options, clock=lambda: time.now().timestamp())
        living = LivingAudience(store=store, sandbox=sandbox, clock=time)
        sandbox.app = living.heard(sandbox.app)
        with sandbox:
            yield living


@dataclass(kw_only=True)
class Marketers(Crew[LivingAudience]):
    """People who work in the audiences, and those whom they write to."""

    deeds: ClassVar[Mapping[str, Deed]]

    def subscribe(self) -> str:
        """A new member."""
        audience = self.dice.choice(self.living.audiences())
        email = f"New{self.dice.randrange(10**9)}@client.example"
        given = MemberInput(
            email_address=email, status="subscribed", merge_fields={"FNAME": "New", "LNAME": "One"}
        )
        self.living.edit(audience).add(given)
        return f"{email} subscribed"

    def unsubscribe(self) -> str:
        """Somebody wants no more."""
        return self._change("subscribed", MemberInput(status="unsubscribed"))

    def subscribe_again(self) -> str:
        """Somebody whom an administrator took out is brought back."""
        back = [
            each
            for each in self.living.members("unsubscribed")
            if each.get("unsubscribe_reason") == BY_ADMIN
        ]
        return self._changed(back, MemberInput(status="subscribed"))

    def archive(self) -> str:
        """Somebody is archived, as Mailchimp calls deleting."""
        member = self._one(self.living.members("subscribed", "unsubscribed"))
        self.living.edit(member["list_id"]).archive(member)
        return f"{member['email_address']} archived"

    def unarchive(self) -> str:
        """Somebody comes back who was archived."""
        archived = self.living.members("archived")
        if not archived:
            return "nobody to bring back"
        member = self._one(archived)
        email = member["email_address"]
        given = MemberInput(email_address=email, status="subscribed")
        self.living.edit(member["list_id"]).add(given)
        return f"{email} brought back"

    def change_address(self) -> str:
        """Another address: the hash changes, the contact stays."""
        email = f"other{self.dice.randrange(10**9)}@client.example"
        return self._change("subscribed", MemberInput(email_address=email))

    def change_case(self) -> str:
        """The same address, typed otherwise."""
        member = self._one(self.living.members("subscribed"))
        given = MemberInput(email_address=str(member["email_address"]).swapcase())
        return self._changed([member], given)

    def edit_fields(self) -> str:
        """Another name, or none."""
        name = self.dice.choice(("Ada", "Grace", ""))
        return self._change("subscribed", MemberInput(merge_fields={"FNAME": name}))

    def tag(self) -> str:
        """A tag more or less."""
        member = self._one(self.living.members("subscribed"))
        tag = self.dice.choice(("VIP", "Event guest"))
        self.living.edit(member["list_id"]).tag(member, {tag: self.dice.random() < 0.6})
        return f"{member['email_address']} tagged or not as {tag}"

    def send(self) -> str:
        """A new campaign to a few people."""
        audience = self.dice.choice(self.living.audiences())
        now, number = self.living.clock.now(), self.dice.randrange(10**9)
        campaign = StoredCampaign(
            id=f"{number:010x}",
            list_id=audience,
            title=f"Mailing {number}",
            subjects=("Pumps",),
            created_at=now - timedelta(minutes=5),
            sent_at=now,
        )
        self.living.store.load_campaigns([campaign])
        people = [each for each in self.living.members("subscribed") if each["list_id"] == audience]
        chosen = self.dice.sample(people, min(5, len(people)))
        self.living.store.load_deliveries(
            StoredDelivery(campaign_id=campaign.id, email=each["email_address"]) for each in chosen
        )
        return f"campaign {campaign.id} sent to {len(chosen)}"

    def open(self) -> str:
        """Somebody, or a program, opens an e-mail."""
        return self._act(*self._delivery(), "open", is_machine=self.dice.random() < 0.3)

    def click(self) -> str:
        """Somebody, or a program, follows a link."""
        link, is_machine = "https://acme.example/pumps", self.dice.random() < 0.3
        return self._act(*self._delivery(), "click", url=link, is_machine=is_machine)

    def bounce(self) -> str:
        """An e-mail comes back late."""
        campaign, email = self._delivery(status="sent")
        return self._act(campaign, email, "bounce", kind=self.dice.choice(("hard", "soft")))

    def leave(self) -> str:
        """Somebody unsubscribes by way of an e-mail."""
        campaign, email = self._delivery()
        self.living.store.deliveries.leave(campaign, email, self.living.now(), "None given")
        return f"{email} left by {campaign}"

    def _delivery(self, status: str = "%") -> tuple[str, str]:
        """One of the latest campaigns, and somebody to whom it was sent."""
        with self.living.store.database.reading() as db:
            query = (
                "SELECT campaign_id, email FROM recipients WHERE campaign_id = ? AND status LIKE ?"
            )
            found = [
                (str(campaign), str(email))
                for sent in self.living.sent()[-4:]
                for campaign, email in db.execute(query, (sent, status))
            ]
        return self.dice.choice(found)

    def _act(self, campaign: str, email: str, action: str, **more: Any) -> str:
        act = StoredAct(action=action, at=self.living.clock.now(), **more)
        assert self.living.store.deliveries.add_act(campaign, email, act)
        return f"{action} of {campaign} at {email}"

    def _change(self, status: str, given: MemberInput) -> str:
        return self._changed(self.living.members(status), given)

    def _changed(self, members: Sequence[Member], given: MemberInput) -> str:
        if not members:
            return "nobody to change"
        member = self._one(members)
        self.living.edit(member["list_id"]).change(member, given)
        return f"{member['email_address']}: {given.model_dump(exclude_unset=True)}"

    def _one(self, members: Sequence[Member]) -> Member:
        return self.dice.choice(members)


Marketers.deeds = named(
    Marketers.subscribe,
    Marketers.unsubscribe,
    Marketers.subscribe_again,
    Marketers.archive,
    Marketers.unarchive,
    Marketers.change_address,
    Marketers.change_case,
    Marketers.edit_fields,
    Marketers.tag,
    Marketers.send,
    Marketers.open,
    Marketers.click,
    Marketers.bounce,
    Marketers.leave,
)
