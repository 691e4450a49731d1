"""Connectors to the small CRM that read it wrongly, each in one way."""

import json
from collections.abc import Iterator
from itertools import count
from typing import Annotated, Any, ClassVar

import requests
from pydantic import Field

from kpiloop import (
    Contact,
    Id,
    Instant,
    KpiloopError,
    Modified,
    Page,
    Read,
    RefusedError,
    Text,
    UntrustedAnswerError,
    reads,
)
from support.small_crm import SmallConnector, SmallContact, told


class SkipsEqualTimes(SmallConnector):
    """Its cursor is a time alone: what else has that time is skipped."""

    @reads(SmallContact, cursor="modified")
    def contacts(self, read: Read) -> Iterator[Page]:
        """Goes on after the last time of the page."""
        start = {"since": told(read.window.start)} if read.window.start else {}
        at: Any = read.checkpoint or start
        while at is not None:
            found = self.api.get("/contacts", {"until": told(read.window.end), **at})
            following: Any = found.find("next")
            at = {"since": following["since"]} if following else None
            yield Page.json(found.body, rows="results", checkpoint=at)


class StandsStill(SmallConnector):
    """It forgets to send the cursor for the second page."""

    @reads(SmallContact, cursor="modified")
    def contacts(self, read: Read) -> Iterator[Page]:
        """The first page, twice."""
        for _ in range(2):
            yield Page.json(self.api.get("/contacts").body, rows="results")


class NeverEnds(SmallConnector):
    """It asks for the first page as long as there is a second one."""

    @reads(SmallContact, cursor="modified")
    def contacts(self, read: Read) -> Iterator[Page]:
        """The first page, for ever."""
        while (found := self.api.get("/contacts")).find("next"):
            yield Page.json(found.body, rows="results")


class TurnsInPlace(SmallConnector):
    """It sends the cursor in a parameter that the vendor only repeats in its links."""

    @reads(SmallContact, cursor="modified")
    def contacts(self, read: Read) -> Iterator[Page]:
        """The first page, each time with a longer link to the next."""
        for number in count():
            rows = self.api.get("/contacts").find("results")
            around = {"results": rows, "next": "/contacts?" + "again" * number}
            yield Page.json(json.dumps(around).encode(), rows="results")


class MisspeltContact(SmallContact):
    """A contact whose address stands elsewhere at the vendor."""

    email: Text = Field(None, validation_alias="mail")


class Misspells(SmallConnector):
    """It reads a field that the vendor does not have."""

    @reads(MisspeltContact, cursor="modified")
    def contacts(self, read: Read) -> Iterator[Page]:
        """All contacts, without their addresses."""
        return super().contacts(read)


class NumbersRows(SmallConnector):
    """Its ids are made anew at each read."""

    seen: ClassVar = count()

    @reads(SmallContact, cursor="modified")
    def contacts(self, read: Read) -> Iterator[Page]:
        """Every row gets the next number."""
        for page in super().contacts(read):
            rows = rows_of(page)
            yield Page.rows({**row, "id": f"row-{next(self.seen)}"} for row in rows)


class NumbersEverything(NumbersRows):
    """The same, where everything is read each time."""

    @reads(SmallContact)
    def contacts(self, read: Read) -> Iterator[Page]:
        """Every row gets the next number."""
        yield from super().contacts(read)


class TakesLimitsForTheEnd(SmallConnector):
    """It sends its own requests, and takes every error for the end."""

    @reads(SmallContact, cursor="modified")
    def contacts(self, read: Read) -> Iterator[Page]:
        """Until an answer is not 200."""
        token = self.settings.token.get_secret_value()
        at: Any = read.checkpoint or {}
        while at is not None:
            found = requests.get(
                f"{self.settings.base_url}/contacts",
                at,
                headers={"Authorization": f"Bearer {token}"},
                timeout=5,
            )
            if not found.ok:
                return
            at = found.json()["next"]
            yield Page.json(found.content, rows="results", checkpoint=at)


class GoesBackAPage(SmallConnector):
    """Its checkpoints are the cursors of the pages themselves, not of those that follow."""

    @reads(SmallContact, cursor="modified")
    def contacts(self, read: Read) -> Iterator[Page]:
        """A checkpoint one too early."""
        at: Any = read.checkpoint or {}
        while at is not None:
            found = self.api.get("/contacts", at)
            before, at = at, found.find("next")
            yield Page.json(found.body, rows="results", checkpoint=before or None)


class IgnoresDeletes(SmallConnector):
    """What was deleted is left out, and what is left out is kept."""

    @reads(SmallContact, cursor="modified", absent="kept")
    def contacts(self, read: Read) -> Iterator[Page]:
        """The living alone."""
        for page in super().contacts(read):
            yield Page.rows(row for row in rows_of(page) if not row["deletedAt"])


class ReadsRowsItself(SmallConnector):
    """It makes models of the rows, and one bad row stops it."""

    @reads(SmallContact, cursor="modified")
    def contacts(self, read: Read) -> Iterator[Page]:
        """Rows that were read and written again."""
        for page in super().contacts(read):
            rows = rows_of(page)
            for row in rows:
                SmallContact.model_validate(row)
            yield Page.rows(rows, checkpoint=page.checkpoint)


class DropsBadRows(SmallConnector):
    """What it cannot read, nobody ever hears of."""

    @reads(SmallContact, cursor="modified")
    def contacts(self, read: Read) -> Iterator[Page]:
        """Rows whose address is text."""
        for page in super().contacts(read):
            rows = [row for row in rows_of(page) if isinstance(row["email"], str)]
            yield Page.rows(rows, checkpoint=page.checkpoint)


class IgnoresTheStart(SmallConnector):
    """It says that it reads changes, and reads everything."""

    @reads(SmallContact, cursor="modified")
    def contacts(self, read: Read) -> Iterator[Page]:
        """From the beginning."""
        at: Any = read.checkpoint or {}
        while at is not None:
            found = self.api.get("/contacts", at)
            at = found.find("next")
            yield Page.json(found.body, rows="results", checkpoint=at)


class RoundsTheEnd(SmallConnector):
    """The end of its window is a whole second, rounded down."""

    @reads(SmallContact, cursor="modified")
    def contacts(self, read: Read) -> Iterator[Page]:
        """Up to the second before."""
        at: Any = {"since": told(read.window.start)} if read.window.start else {}
        until = told(read.window.end.replace(microsecond=0))
        while at is not None:
            found = self.api.get("/contacts", {"until": until, **at})
            at = found.find("next")
            yield Page.json(found.body, rows="results")


class TurnsByOffset(SmallConnector):
    """Its pages are places in a list that moves."""

    @reads(SmallContact, cursor="modified")
    def contacts(self, read: Read) -> Iterator[Page]:
        """The first three, the next three, and so on."""
        start = {"since": told(read.window.start)} if read.window.start else {}
        at: Any = read.checkpoint or 0
        while at is not None:
            found = self.api.get("/contacts", {**start, "offset": at})
            at = at + 3 if found.find("next") else None
            yield Page.json(found.body, rows="results", checkpoint=at)


class TakesWebPagesForNothing(SmallConnector):
    """It catches what Api says of an answer that cannot be used."""

    @reads(SmallContact, cursor="modified")
    def contacts(self, read: Read) -> Iterator[Page]:
        """Up to the first answer that is not JSON."""
        try:
            yield from super().contacts(read)
        except UntrustedAnswerError:
            return


class SaysNoMore(SmallConnector):
    """Its errors do not say what to do."""

    @reads(SmallContact, cursor="modified")
    def contacts(self, read: Read) -> Iterator[Page]:
        """Every error becomes the same."""
        try:
            yield from super().contacts(read)
        except KpiloopError:
            raise RefusedError("it did not work", system=self.source.name) from None


class NeverLooksAgain(SmallConnector):
    """It asks for what is new, not for what was changed."""

    @reads(SmallContact, cursor="modified")
    def contacts(self, read: Read) -> Iterator[Page]:
        """Nothing but the first time."""
        if read.window.is_full:
            yield from super().contacts(read)


class MisspelledContact(Contact):
    """The id has another name here than the vendor gives it."""

    id: Id = Field(validation_alias="contactId")


class FindsNoId(SmallConnector):
    """Its wire model looks for the id where there is none."""

    @reads(MisspelledContact, cursor="modified")
    def contacts(self, read: Read) -> Iterator[Page]:
        """The right pages."""
        yield from super().contacts(read)


class LivingContact(Contact):
    """A contact where nothing says that it was deleted."""

    id: Id
    email: Text = None
    modified_at: Annotated[Instant, Modified()] = Field(None, validation_alias="updatedAt")


def living(connector: SmallConnector, read: Read) -> Iterator[Page]:
    """The rows that are left in the window."""
    for page in SmallConnector.contacts(connector, read):
        rows = [row for row in rows_of(page) if not row["deletedAt"]]
        yield Page.rows(rows, checkpoint=page.checkpoint)


def first_ids(connector: SmallConnector, read: Read) -> Iterator[Page]:
    """The first page of what is left."""
    yield next(living(connector, read))


def sum_of_ids(connector: SmallConnector, read: Read) -> str:
    """Another one for each other set of contacts."""
    rows = [row for page in living(connector, read) for row in page.items or ()]
    return str(sum(int(str(row["id"])) for row in rows))


def one_name(connector: SmallConnector, read: Read) -> str:
    """The same, whoever is there."""
    return type(connector).__name__ + read.slice


class ListsIds(SmallConnector):
    """As it should be: nothing tells deletes but the ids that are left."""

    @reads(LivingContact, cursor="modified", ids=living, fingerprint=sum_of_ids)
    def contacts(self, read: Read) -> Iterator[Page]:
        """The living alone."""
        yield from living(self, read)


class ListsTheFirstPage(SmallConnector):
    """Its list of ids ends after a page."""

    @reads(LivingContact, cursor="modified", ids=first_ids)
    def contacts(self, read: Read) -> Iterator[Page]:
        """The living alone."""
        yield from living(self, read)


class HasOneFingerprint(SmallConnector):
    """Whoever comes and goes, its fingerprint stays."""

    @reads(LivingContact, cursor="modified", ids=living, fingerprint=one_name)
    def contacts(self, read: Read) -> Iterator[Page]:
        """The living alone."""
        yield from living(self, read)


def rows_of(page: Page) -> list[dict[str, Any]]:
    """The rows of a page of the small CRM."""
    rows: list[dict[str, Any]] = json.loads(page.body or b"")["results"]
    return rows
