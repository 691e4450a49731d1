"""What authors get wrong: both type checkers point at every line that is marked `wrong`."""

from collections.abc import Iterator, Sequence
from typing import Any

import kpiloop
from kpiloop import (
    Change,
    Command,
    Connector,
    Connectors,
    Contact,
    Outcome,
    Page,
    Read,
    Settings,
    Source,
    Window,
    Writer,
    hookimpl,
    reads,
)
from kpiloop.testing import VendorAccount


class AcmeSettings(Settings):
    """An address."""

    base_url: str


class NoSettings:
    """Not a subclass of Settings."""


class Odd(Connector[NoSettings]):  # wrong: settings are a subclass of Settings
    """A connector with foreign settings."""


class Acme(Connector[AcmeSettings]):
    """A connector with a mistake in each stream."""

    name = 7  # wrong: a name is text
    settings_type = AcmeSettings

    @reads(Contact)  # wrong: a stream yields pages
    def contacts(self, read: Read) -> Iterator[Contact]:
        """Yields records instead of pages."""
        yield Contact(id="1")

    @reads(Contact)  # wrong: a stream is asked with a Read
    def companies(self, since: str) -> Iterator[Page]:
        """Wants something else than what it is asked with."""
        yield Page.rows([{"since": since}])

    @reads("contacts")  # wrong: a stream names wire models
    def deals(self, read: Read) -> Iterator[Page]:
        """Names its entity."""
        yield Page.rows([{"id": self.settings.token}])  # wrong: there is no such setting

    @reads(Contact, cursor="changed")  # wrong: modified, created or none
    def owners(self, read: Read) -> Iterator[Page]:
        """Makes up a cursor."""
        yield Page.json("[]")  # wrong: the bytes as they came

    def tokens(self, read: Read) -> Sequence[str]:
        """Asks for what is not there."""
        return read.windows  # wrong: it is called window


class Forgetful(Writer):
    """A writer that cannot do all that a writer does."""

    def batching(self, entity: str) -> int:  # wrong: a Batching
        """Says how many records a call takes, and no more."""
        return len(entity)


class Crm(VendorAccount):
    """An account of a test that does not say where it is."""

    def make_connector(self, base_url: str) -> Connector[Any]:
        """A connector that is not made with settings."""
        return Acme(base_url, Source(name="acme"))  # wrong: settings, not an address

    def edit_one(self) -> None:  # wrong: the id of the record
        """Keeps to itself what it has edited."""


@hookimpl
def kpiloop_connectors() -> Connectors:
    """Brings an object instead of a class."""
    return [Acme(AcmeSettings(base_url="x"), None)]  # wrong: a class, and made with a Source


Command(name="acme", run="kpiloop_acme.verbs:acme")  # wrong: help is missing
Window(None, None)  # wrong: by keyword only
Change(entity="deals", id="1", values={"field": object()})  # wrong: no such value
Outcome(entity="deals", id="1", status="confirmed")  # wrong: a Status
Forgetful()  # wrong: it lacks capacity, define, current, write and retire
Crm()  # wrong: it lacks base_url
LOST = kpiloop.Conector  # wrong: the door has no such name
