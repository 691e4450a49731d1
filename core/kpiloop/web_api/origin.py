"""Where requests may go: the scheme, host and port of the base address, and nowhere else."""

import os
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeAlias
from urllib.parse import SplitResult, urlencode, urljoin, urlsplit

from requests.utils import requote_uri

from kpiloop.errors import ConfigError

Param: TypeAlias = str | int | float | bool | datetime | Sequence[str] | None
"""A value in a query string: times become ISO 8601 in UTC, a sequence repeats its key."""
Params: TypeAlias = Mapping[str, Param]

_PORTS = {"http": 80, "https": 443}
_THIS_MACHINE = frozenset({"localhost", "127.0.0.1", "::1"})


class ElsewhereError(ValueError):
    """A link leads to another origin."""


class Origin:
    """A base address and the addresses below it.

    Raises:
        ConfigError: The base address is no `https` address. Plain `http` is for this machine.
    """

    def __init__(self, base_url: str, *, system: str) -> None:
        self.system = system
        self.base = base_url.rstrip("/")
        parts = _split(self.base)
        if parts is None or parts.query or parts.fragment or not _is_private(parts):
            raise _illegal_base(system)
        self._key = _key(parts)
        self.root = f"{parts.scheme}://{parts.netloc}"
        """Scheme, host and port."""

    def address(self, path: str, params: Params | None) -> str:
        """The full address of a path below the base, or of a link to the same origin.

        Raises:
            ElsewhereError: The link leads to another scheme, host or port.
        """
        url = self.base + path if path.startswith("/") else self.link(path, self.base + "/")
        query = query_string(params)
        if query:
            url += ("&" if "?" in url else "?") + query
        return requote_uri(url)

    def in_full(self, link: str, path: str) -> str:
        """A link out of the answer to a path, in full; `address` judges where it leads."""
        try:
            return urljoin(self.address(path, None), link)
        except ValueError:
            return link

    def link(self, link: str, seen_at: str) -> str:
        """A link found in an answer, made absolute; always below our own scheme, host and port.

        Raises:
            ElsewhereError: It leads to another origin.
        """
        parts = _split(link, seen_at)
        if parts is None or _key(parts) != self._key:
            raise ElsewhereError(host_of(link))
        # Built from our own root: no parser can be brought to see another host in it.
        target = parts._replace(scheme="", netloc="", fragment="").geturl()
        return requote_uri(self.root + target)


def root_of(url: str) -> str | None:
    """Scheme, host and port of a full address, or None where it is none that may be asked."""
    parts = _split(url)
    return f"{parts.scheme}://{parts.netloc}" if parts and _is_private(parts) else None


def query_string(params: Params | None) -> str:
    """The parameters as a query string; those that are None are left out."""
    pairs = [(key, _spelled(value)) for key, value in (params or {}).items() if value is not None]
    return urlencode(pairs, doseq=True)


def host_of(link: str) -> str:
    """The host that a link names, for messages; never its path or query."""
    parts = _split(link)
    return f"{parts.scheme}://{parts.hostname}" if parts else "an address that is not legal"


def path_of(url: str) -> str:
    """The path of an address, without the query, which may hold what no log should."""
    return urlsplit(url).path or "/"


def ca_bundle(environment: Mapping[str, str] = os.environ) -> str | bool:
    """The certificates to trust: REQUESTS_CA_BUNDLE, SSL_CERT_FILE, else the built-in ones.

    There is no way to trust every certificate.

    Raises:
        ConfigError: The variable names no file or folder.
    """
    for name in ("REQUESTS_CA_BUNDLE", "SSL_CERT_FILE"):
        path = environment.get(name, "")
        if path and not Path(path).exists():
            raise ConfigError(
                f"there is no file {path!r}",
                where=f"environment variable {name}",
                legal="a file with trusted certificates in PEM form, or a folder of them",
                todo="correct or unset the variable",
            )
        if path:
            return path
    return True


def _spelled(value: Param) -> str | list[str]:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [str(item) for item in value]
    return str(value)


def _split(url: str, seen_at: str = "") -> SplitResult | None:
    """The parts of an absolute address without a user in it, or None."""
    try:
        parts = urlsplit(urljoin(seen_at, url))
        _ = parts.port
    except ValueError:
        return None
    legal = parts.scheme in _PORTS and parts.hostname and "@" not in parts.netloc
    return parts if legal else None


def _is_private(parts: SplitResult) -> bool:
    """Whether nobody on the way can read what is sent there."""
    return parts.scheme == "https" or parts.hostname in _THIS_MACHINE


def _key(parts: SplitResult) -> tuple[str, str | None, int]:
    return parts.scheme, parts.hostname, parts.port or _PORTS[parts.scheme]


def _illegal_base(system: str) -> ConfigError:
    return ConfigError(
        "the address of the API cannot be used",
        where=f"source {system}",
        legal="https://host/path without user, query or fragment; plain http only on this machine",
        todo="correct the address in kpiloop.toml",
    )
