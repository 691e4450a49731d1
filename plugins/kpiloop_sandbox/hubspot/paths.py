"""The two spellings of every path: dated (`/crm/objects/2026-09/…`) and legacy (`/crm/v3/…`)."""

import re
from typing import NamedTuple

_LEGACY = re.compile(
    r"/(crm|marketing|oauth|account-info|settings|analytics|events|form-integrations|email/public)"
    r"/(v[1-4])(/.*)"
)
_DATED = re.compile(
    r"(/(?:crm|marketing|settings|events)/[a-z-]+|/oauth|/account-info)"
    r"/(\d{4}-\d{2}(?:-beta)?)(/.*)?"
)


class Versioned(NamedTuple):
    """A path without its version, and the version."""

    path: str
    version: str


def versioned(path: str) -> Versioned | None:
    """The parts of a path, or None where it names no version."""
    trimmed = path.rstrip("/")
    legacy = _LEGACY.fullmatch(trimmed)
    if legacy is not None:
        return Versioned(f"/{legacy[1]}{legacy[3]}", legacy[2])
    dated = _DATED.fullmatch(trimmed)
    if dated is not None:
        return Versioned(f"{dated[1]}{dated[3] or ''}", dated[2])
    return None
