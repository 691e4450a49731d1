"""What a recording may not hold: keys, cookies, and addresses of people."""

import re
from collections.abc import Collection, Iterable, Mapping
from types import MappingProxyType

from pydantic import SecretStr

from kpiloop.connector.base import Settings
from kpiloop.testing.keys import spellings

HIDDEN = "HIDDEN"
"""What stands where a secret stood."""

SECRET_NAMES = frozenset(
    {
        "access_token",
        "api_key",
        "apikey",
        "client_secret",
        "id_token",
        "password",
        "refresh_token",
        "secret",
        "session_id",
        "token",
    }
)
"""Names whose text is never kept, in JSON and in parameters."""

SECRET_PARAMETERS = SECRET_NAMES | {"assertion", "code", "hapikey", "key", "sig", "signature"}
"""Names of parameters whose text is never kept; in JSON they mean something else."""

KEPT_HEADERS = frozenset({"content-type", "date", "link", "location", "retry-after"})
"""The headers of answers that are kept; of requests none is."""

_EMAIL = re.compile(r"[A-Za-z0-9._%+'-]+(?:@|%40)[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+")
_EXAMPLE = re.compile(r"[@.](?:example|example\.(?:com|org|net))$")
_NAMES = "|".join(sorted(SECRET_NAMES))
_PARAMETERS = "|".join(sorted(SECRET_PARAMETERS))
_IN_JSON = re.compile(rf'("(?:{_NAMES})"\s*:\s*)"(?:[^"\\]|\\.)*"', re.IGNORECASE)
_IN_FORM = re.compile(rf"((?:^|[?&])(?:{_PARAMETERS})=)[^&\s\"]*", re.IGNORECASE)


class Scrubber:
    """Takes secrets and people out of texts; the same address becomes the same example.

    Args:
        settings: The connector's settings, whose keys are taken out wherever they stand.
        secrets: More texts that may not stand in a recording.
        rules: Regular expressions and what replaces what they find: names, phone numbers, …
    """

    def __init__(
        self,
        settings: Settings | None = None,
        *,
        secrets: Iterable[str] = (),
        rules: Mapping[str, str] = MappingProxyType({}),
    ) -> None:
        own = [value.get_secret_value() for _, value in settings or () if _is_secret(value)]
        self._secrets = sorted(
            {spelling for secret in (*own, *secrets) for spelling in spellings(secret) if secret},
            key=len,
            reverse=True,
        )
        self._rules = [(re.compile(pattern), text) for pattern, text in rules.items()]
        self._people: dict[str, str] = {}

    def scrub(self, text: str) -> str:
        """The text, without secrets and people."""
        for secret in self._secrets:
            text = text.replace(secret, HIDDEN)
        text = _IN_JSON.sub(rf'\1"{HIDDEN}"', text)
        text = _IN_FORM.sub(rf"\1{HIDDEN}", text)
        text = _EMAIL.sub(lambda found: self._example(found[0]), text)
        for pattern, replacement in self._rules:
            text = pattern.sub(replacement, text)
        return text

    def found_in(self, text: str) -> Collection[str]:
        """The first letters of each secret that stands in a text."""
        return [f"{secret[:2]}…" for secret in self._secrets if secret in text]

    def _example(self, address: str) -> str:
        plain = address.replace("%40", "@").lower()
        if _EXAMPLE.search(plain):
            return address
        number = len(self._people) + 1
        example = self._people.setdefault(plain, f"person{number}@customer.example")
        return example.replace("@", "%40") if "%40" in address else example


def _is_secret(value: object) -> bool:
    return isinstance(value, SecretStr)
