"""What authors get wrong: both type checkers point at every line that is marked `wrong`."""

from collections.abc import Iterator, Sequence

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
    Window,
    hookimpl,
    reads,
)


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

    def tokens(self, read: Read) -> Sequence[str]:
        """Asks for what is not there."""
        return read.windows  # wrong: it is called window


@hookimpl
def kpiloop_connectors() -> Connectors:
    """Brings an object instead of a class."""
    return [Acme(AcmeSettings(base_url="x"), None)]  # wrong: a class, and made with a Source


Command(name="acme", run="kpiloop_acme.verbs:acme")  # wrong: help is missing
Window(None, None)  # wrong: by keyword only
Change(entity="deals", id="1", values={"field": object()})  # wrong: no such value
Outcome(entity="deals", id="1", status="confirmed")  # wrong: a Status
LOST = kpiloop.Conector  # wrong: the door has no such name
