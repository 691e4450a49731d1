"""The keys in a connector's settings: which there are, and connectors with a wrong one."""

import json
from base64 import b64encode
from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import quote

from pydantic import SecretStr

from kpiloop.connector.base import Connector, Settings
from kpiloop.testing.explaining import expect, not_tested

_SHORTEST = 8
_CHANGED = 4


def keys_of(connector: Connector[Any]) -> Mapping[str, str]:
    """Setting → key, for every secret that is set."""
    settings: Settings = connector.settings
    found = {
        name: value.get_secret_value() for name, value in settings if isinstance(value, SecretStr)
    }
    short = [name for name, key in found.items() if len(key) < _SHORTEST]
    expect(
        not short,
        f"the test's keys are too short to be told from other words: {', '.join(short)}",
        todo=f"give make_connector keys of {_SHORTEST} characters or more",
    )
    return found


def with_wrong_key(connector: Connector[Any]) -> Connector[Any]:
    """The same connector with keys that look right, but are not; skips where it has none."""
    keys = keys_of(connector)
    wrong = {name: SecretStr(_other(key)) for name, key in keys.items() if _is_plain(key)}
    if not wrong:
        not_tested("a wrong key", todo="the settings hold no key that could be wrong")
    settings = connector.settings.model_copy(update=wrong)
    return type(connector)(settings, connector.source)


def spellings(key: str) -> Iterable[str]:
    """How a key may look where it leaks: as it is, in JSON, quoted for an address, in base 64."""
    in_json = json.dumps(key, ensure_ascii=False)[1:-1]
    return {key, in_json, quote(key, safe=""), b64encode(key.encode()).decode().rstrip("=")}


def _is_plain(key: str) -> bool:
    return not key.startswith("-----")


def _other(key: str) -> str:
    """Only the beginning differs: what a key tells at its end (a data centre) stays."""
    changed = "".join(map(_next, key[:_CHANGED])) + key[_CHANGED:]
    return changed if changed != key else f"wrong{key}"


def _next(sign: str) -> str:
    if sign.isdigit():
        return str((int(sign) + 1) % 10)
    return {"z": "a", "Z": "A"}.get(sign, chr(ord(sign) + 1)) if sign.isalpha() else sign
