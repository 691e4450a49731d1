"""A request as it will be sent, and what may not be said about it."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import TypeAlias
from urllib.parse import urlencode

from pydantic import SecretStr

from kpiloop.web_api.origin import Origin
from kpiloop.web_api.sink import Sink

Form: TypeAlias = Mapping[str, str | SecretStr]
"""Fields of a form; secret ones are hidden from every message."""

_SHORTEST_SECRET = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    """The body of a request: its bytes, what they are and which secrets they hold."""

    data: bytes | None = field(default=None, repr=False)
    kind: str = ""
    secrets: tuple[str, ...] = field(default=(), repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One request, whatever number of tries it takes.

    `origin` is where it may go, by redirects too; `signed` says whether our key and headers go
    with it; `into` is the file that takes the body of a good answer; `most` is the size in
    bytes beyond which the answer is not read.
    """

    origin: Origin = field(repr=False)
    method: str
    url: str = field(repr=False)
    path: str
    most: int
    content: Content = Content()
    headers: Mapping[str, str] = field(default_factory=dict[str, str], repr=False)
    limits: tuple[str, ...] = ()
    repeatable: bool = True
    signed: bool = True
    into: Sink | None = None


def json_content(value: object) -> Content:
    """A value as compact JSON; dates become ISO 8601, decimals strings, NaN is refused."""
    text = json.dumps(value, separators=(",", ":"), allow_nan=False, default=_spelled)
    return Content(data=text.encode(), kind="application/json")


def form_content(form: Form) -> Content:
    """Fields as a browser's form sends them."""
    secrets = [value for value in form.values() if isinstance(value, SecretStr)]
    plain = {
        key: value.get_secret_value() if isinstance(value, SecretStr) else value
        for key, value in form.items()
    }
    return Content(
        data=urlencode(plain).encode(),
        kind="application/x-www-form-urlencoded",
        secrets=tuple(secret.get_secret_value() for secret in secrets),
    )


def without_secrets(body: bytes, secrets: tuple[str, ...]) -> bytes:
    """An answer's text in which the vendor may have quoted what we sent, made harmless."""
    for secret in sorted(secrets, key=len, reverse=True):
        if len(secret) >= _SHORTEST_SECRET:
            for spelling in (secret, secret.replace("/", "\\/")):
                body = body.replace(spelling.encode(), b"***")
    return body


def _spelled(value: object) -> str:
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return str(value)
    raise TypeError(f"{type(value).__name__} has no spelling in JSON")
