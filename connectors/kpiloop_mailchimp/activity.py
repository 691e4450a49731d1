"""Reading what happened to e-mails, recipient by recipient.

A report's lists have no order of their own and no end date; they are read whole, one page after the
other, and each page keeps where it ended. What an e-mail had and has no more is gone.
"""

import json
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, replace

from pydantic import BaseModel, ConfigDict, JsonValue

from kpiloop import NotFoundError, Page, Read
from kpiloop.web_api import Api, Checkpoint
from kpiloop_mailchimp.events import MACHINE, SENT_AT, Complaint, Recipient, Sending, Unsubscribe
from kpiloop_mailchimp.listing import BEGINNING, Listing, Place, Told
from kpiloop_mailchimp.mail import emails_of
from kpiloop_mailchimp.paths import REPORTS, below


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A list that each report has, with a row for each recipient."""

    name: str
    rows: str
    of: type[BaseModel]


SENT_TO = Part(name="sent-to", rows="sent_to", of=Sending)
ACTIVITY = Part(name="email-activity", rows="emails", of=Recipient)
UNSUBSCRIBED = Part(name="unsubscribed", rows="unsubscribes", of=Unsubscribe)
COMPLAINTS = Part(name="abuse-reports", rows="abuse_reports", of=Complaint)


class _Reached(BaseModel):
    """How far the e-mails of a read were read: what a checkpoint holds."""

    model_config = ConfigDict(frozen=True)

    email: str
    place: Place


@dataclass(frozen=True, slots=True, kw_only=True)
class Activity(Listing):
    """The recipients of an e-mail, each with what they did, or a program in their name.

    Mailchimp does not mark what programs did, but can leave it out: each page on which somebody did
    something is read once more without it.
    """

    def ask(self, place: Place) -> Told:
        """The rows at a place, each activity marked as a program's or not."""
        told = self.told_at(place)
        if not any(row.get("activity") for row in told.rows):
            return told
        left = self.told_at(place, {"filter_bots": True}).rows
        by_people = {str(row.get("email_id")): row.get("activity") for row in left}
        rows = [
            {**row, "activity": _marked(row.get("activity"), by_people[str(row.get("email_id"))])}
            if str(row.get("email_id")) in by_people
            else row
            for row in told.rows
        ]
        body = json.dumps({self.rows: rows}).encode()
        return Told(answer=replace(told.answer, body=body), key=self.rows)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reports:
    """One part of the reports of several e-mails."""

    api: Api
    part: Part
    listing: type[Listing] = Listing

    def pages(self, read: Read) -> Iterator[Page]:
        """The rows of each e-mail; those of one that is gone are left out."""
        reached = _reached(read.checkpoint)
        for email in emails_of(read.ids):
            if reached is None or email > reached.email:
                place = BEGINNING
            elif email == reached.email:
                place = reached.place
            else:
                continue
            with suppress(NotFoundError):
                yield from self._pages_of(email, place)

    def _pages_of(self, email: str, place: Place) -> Iterator[Page]:
        listing = self.listing(
            api=self.api,
            path=below(REPORTS, email, self.part.name),
            rows=self.part.rows,
            keys=("email_id",),
            only_in_rows=True,
            params={"exclude_fields": f"_links,{self.part.rows}._links"},
        )
        adds = {SENT_AT: self._sent_at(email)} if self.part is ACTIVITY else {}
        for chunk in listing.chunks(place):
            yield chunk.page(
                of=self.part.of,
                checkpoint=_checkpoint(email, chunk.after),
                replaces=() if chunk.after else (email,),
                adds=adds,
            )

    def _sent_at(self, email: str) -> str | None:
        report = self.api.get(below(REPORTS, email), {"fields": "send_time"})
        sent_at = report.find("send_time")
        return sent_at if isinstance(sent_at, str) else None


def _marked(activity: JsonValue, by_people: JsonValue) -> JsonValue:
    """Each activity with whether it is missing from what people did; equal ones are counted off."""
    if not isinstance(activity, list):
        return activity
    left = [*by_people] if isinstance(by_people, list) else []
    marked: list[JsonValue] = []
    for each in activity:
        is_machine = each not in left
        if not is_machine:
            left.remove(each)
        marked.append({**each, MACHINE: is_machine} if isinstance(each, dict) else each)
    return marked


def _reached(checkpoint: Checkpoint) -> _Reached | None:
    return None if checkpoint is None else _Reached.model_validate(checkpoint)


def _checkpoint(email: str, place: Place | None) -> Checkpoint:
    return _Reached(email=email, place=place).model_dump(mode="json") if place else None
