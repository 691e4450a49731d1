"""Names in definitions: what one may be, and which one was probably meant."""

import re
from collections.abc import Iterable
from difflib import get_close_matches

NAME = re.compile(r"[a-z][a-z0-9_]{0,62}")
LEGAL_NAME = "small letters, digits and _, starting with a letter, at most 63"


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """The end of a message that names the nearest known word; empty where none is near."""
    near = get_close_matches(word.lower(), list(known), n=1, cutoff=0.6)
    return f"; did you mean {str(near[0])!r}?" if near else ""
