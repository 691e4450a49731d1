"""Connectors to the small CRM whose settings, checks or messages are wrong, each in one way."""

import logging
from collections.abc import Iterator, Mapping
from typing import Any, ClassVar

from pydantic import ConfigDict, SecretStr

from kpiloop import (
    Check,
    CheckStatus,
    CredentialError,
    KpiloopError,
    Page,
    Read,
    RefusedError,
    ScopeError,
    Settings,
    UnavailableError,
    reads,
)
from kpiloop.web_api import BearerToken
from support.small_crm import KEY, SmallConnector, SmallContact, SmallSettings

_log = logging.getLogger("small")


class BareSettings(Settings):
    """A key that any log may show."""

    token: str = KEY
    base_url: str


class KeyIsText(SmallConnector):
    """Its key is plain text."""

    settings_type: ClassVar[Any] = BareSettings


class SignedSettings(SmallSettings):
    """A second key, under a name of its own."""

    signing_key: str = ""


class SecondKeyIsText(SmallConnector):
    """What it signs with is plain text."""

    settings_type: ClassVar[Any] = SignedSettings


class SilentSettings(Settings):
    """A key of which nobody says where it is shown."""

    token: SecretStr
    base_url: str


class KeyFromNowhere(SmallConnector):
    """Its key is not described."""

    settings_type: ClassVar[Any] = SilentSettings


class LooseSettings(SmallSettings):
    """Whatever one writes is accepted."""

    model_config = ConfigDict(extra="allow")


class TakesAnySetting(SmallConnector):
    """A misspelled setting has no effect, and nobody says so."""

    settings_type: ClassVar[Any] = LooseSettings


class ExampleIsNoToml(SmallConnector):
    """Its example lacks a quotation mark."""

    example = "base_url = https://small.example\n"


class ExampleNamesNothing(SmallConnector):
    """Its example has a key that is no setting."""

    example = 'url = "https://small.example"\n'


class AlwaysWell(SmallConnector):
    """Its check looks at nothing."""

    def checks(self) -> Iterator[Check]:
        """All is well."""
        yield Check(what="key", status=CheckStatus.OK)


class NoAdvice(SmallConnector):
    """Its check does not say what to do."""

    def checks(self) -> Iterator[Check]:
        """Only what is wrong."""
        for each in super().checks():
            yield Check(what=each.what, status=each.status, found=each.found)


class TakesNoForNothing(SmallConnector):
    """A key that is refused is an empty account."""

    @reads(SmallContact, cursor="modified")
    def contacts(self, read: Read) -> Iterator[Page]:
        """Up to the first refusal."""
        try:
            yield from super().contacts(read)
        except (CredentialError, ScopeError, UnavailableError):
            return


class BlamesTheVendor(SmallConnector):
    """Every refusal is told as one of the vendor's."""

    @reads(SmallContact, cursor="modified")
    def contacts(self, read: Read) -> Iterator[Page]:
        """As RefusedError."""
        try:
            yield from super().contacts(read)
        except KpiloopError as error:
            raise RefusedError(error.what, system=self.source.name, todo="try again") from None


class TellsItsKey(SmallConnector):
    """It says which key it was that was refused."""

    @reads(SmallContact, cursor="modified")
    def contacts(self, read: Read) -> Iterator[Page]:
        """The key stands in the message."""
        try:
            yield from super().contacts(read)
        except KpiloopError:
            key = self.settings.token.get_secret_value()
            raise CredentialError(f"{key} is not accepted", todo="make a new one") from None


class LogsItsKey(SmallConnector):
    """It logs what it sends."""

    @reads(SmallContact, cursor="modified")
    def contacts(self, read: Read) -> Iterator[Page]:
        """With its headers."""
        headers = {"Authorization": f"Bearer {self.settings.token.get_secret_value()}"}
        _log.debug("asking with %s", headers)
        yield from super().contacts(read)


class ShowsItsKey(SmallConnector):
    """It keeps the key beside the settings."""

    def __init__(self, settings: SmallSettings, source: Any) -> None:
        super().__init__(settings, source)
        self.headers: Mapping[str, str] = BearerToken(settings.token).headers()


class PrintsItsKey(SmallConnector):
    """Its check shows the beginning of every request."""

    def checks(self) -> Iterator[Check]:
        """With the key."""
        found = f"asked with {self.settings.token.get_secret_value()}"
        yield Check(what="key", status=CheckStatus.OK, found=found)
