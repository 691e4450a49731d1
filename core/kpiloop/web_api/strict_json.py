"""JSON read without trust: no NaN, no bottomless nesting, and no full parse for one cursor."""

import json
import re

from pydantic import JsonValue

TAIL = 4096
"""How many of the last bytes of a body are searched for a key before all of it is parsed."""

_PLAIN_KEY = re.compile(r"[A-Za-z_][A-Za-z0-9_-]*")


class NotJsonError(ValueError):
    """The text is not JSON, or not JSON that one should accept; the message says how."""


def parse(text: bytes) -> JsonValue:
    """The value that a JSON text spells.

    Raises:
        NotJsonError: It is cut off, says NaN or Infinity, or is nested without end.
    """
    try:
        value: JsonValue = json.loads(text, parse_constant=_refuse_constant)
    except RecursionError:
        reason = "it is nested too deeply"
    except UnicodeDecodeError:
        reason = "it is not UTF-8"
    except ValueError as error:
        reason = str(error)
    else:
        return value
    raise NotJsonError(reason)


def find(text: bytes, path: str) -> JsonValue:
    """What stands at a dotted path of keys, or None where there is no such key.

    Vendors put the cursor of the next page behind the rows, so the end is looked at first; the
    whole text is parsed only where that does not settle it.
    """
    first, *rest = path.split(".")
    tail = _object_from(text, first)
    value = parse(text) if tail is None else tail
    for key in (first, *rest):
        if not isinstance(value, dict):
            return None
        value = value.get(key)
    return value


def _object_from(text: bytes, key: str) -> JsonValue:
    """The outermost object from its member `key` on, or None where the end does not show it.

    Why this is right for every JSON text: a quote that follows a brace or a comma (and white
    space) opens a string, because inside a string it would follow a backslash and at the end of
    one a plain key could not follow it. With the colon it is a member's name. The text from there
    on, with one brace before it, parses only if exactly one object ends in it that began
    before; as the text ends with the outermost object, that is the one. A repeated key that
    follows wins, as it does in a full parse.
    """
    if len(text) <= TAIL or not _PLAIN_KEY.fullmatch(key):
        return None
    name = b'"' + key.encode() + b'"'
    at = text.rfind(name, len(text) - TAIL)
    if at < 0:
        return None
    before = text[len(text) - TAIL : at].rstrip(b" \t\r\n")
    after = text[at + len(name) :].lstrip(b" \t\r\n")
    if not before.endswith((b",", b"{")) or not after.startswith(b":"):
        return None
    try:
        return parse(b"{" + text[at:])
    except NotJsonError:
        return None


def _refuse_constant(name: str) -> object:
    raise NotJsonError(f"{name} is not a JSON number")
