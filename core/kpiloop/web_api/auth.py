"""How a request proves who sends it. Keys are SecretStr: no repr, log or error shows them."""

from base64 import b64encode
from collections.abc import Mapping
from typing import Protocol

from pydantic import SecretStr

from kpiloop.web_api.answer import Answer


class Auth(Protocol):
    """What adds the proof to each request; asked by many threads at once."""

    def headers(self) -> Mapping[str, str]:
        """The headers that the next request carries; renewing first is allowed."""
        ...

    def renew(self, answer: Answer) -> bool:
        """Whether a new key could be had after this 401; asked once per request.

        Only one thread at a time is in here, and none whose key another has just renewed.
        """
        ...


class NoAuth:
    """For APIs that ask for no key."""

    def headers(self) -> Mapping[str, str]:
        """Nothing."""
        return {}

    def renew(self, answer: Answer) -> bool:  # noqa: ARG002 - the protocol gives it
        """Never: there is no key."""
        return False


class KeyHeader:
    """A fixed key in a header of the vendor's choice (`X-Api-Key: …`)."""

    def __init__(self, name: str, key: SecretStr) -> None:
        self._name = name
        self._key = key

    def headers(self) -> Mapping[str, str]:
        """The one header."""
        return {self._name: self._key.get_secret_value()}

    def renew(self, answer: Answer) -> bool:  # noqa: ARG002 - the protocol gives it
        """Never: a fixed key that is refused stays refused."""
        return False


class BearerToken(KeyHeader):
    """A fixed token: `Authorization: Bearer …`."""

    def __init__(self, token: SecretStr) -> None:
        super().__init__("Authorization", SecretStr(f"Bearer {token.get_secret_value()}"))


class BasicAuth(KeyHeader):
    """A user's name and password (or key): `Authorization: Basic …`."""

    def __init__(self, user: str, password: SecretStr) -> None:
        pair = f"{user}:{password.get_secret_value()}".encode()
        super().__init__("Authorization", SecretStr(f"Basic {b64encode(pair).decode()}"))
