"""Where Acme's pages are."""

from collections.abc import Iterator
from types import MappingProxyType

from kpiloop import Connector, Page, Read, reads
from kpiloop.web_api import Api, BearerToken, Limit
from kpiloop_acme.settings import AcmeSettings
from kpiloop_acme.wire import AcmeContact


class Acme(Connector[AcmeSettings]):
    """Acme CRM."""

    name = "acme"
    settings_type = AcmeSettings
    default_stages = MappingProxyType({"prospect": "lead", "buyer": "customer"})
    example = '# base_url = "https://eu.acme.example"  # an account in Europe\n'

    def connect(self) -> Api:
        """The client, with the only limit that Acme has."""
        return Api(
            self.settings.base_url,
            system=self.source.name,
            auth=BearerToken(self.settings.token),
            limits=[Limit("burst", 50, 1)],
            share=self.source.share,
            clock=self.source.clock,
        )

    @reads(AcmeContact, cursor="modified")
    def contacts(self, read: Read) -> Iterator[Page]:
        """Contacts, those that were deleted included."""
        start = read.window.start
        changed = {"updated_after": start.isoformat()} if start else {}
        return self.api.pages(
            "/contacts", changed, rows="results", cursor="next", start=read.checkpoint
        )
