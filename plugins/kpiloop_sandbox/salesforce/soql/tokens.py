"""The words and signs of a query."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from kpiloop_sandbox.salesforce.soql.problems import malformed

END = "end"
_SHAPES = (
    ("space", r"\s+"),
    ("text", r"'(?:[^'\\]|\\.)*'"),
    ("moment", r"\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d)?(?:\.\d{1,3})?(?:[Zz]|[+-]\d\d:?\d\d)"),
    ("day", r"\d{4}-\d\d-\d\d(?![\dT])"),
    ("number", r"[+-]?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?(?![\w-])"),
    ("word", r"[A-Za-z]\w*(?:\.[A-Za-z]\w*)*(?::\d+)?"),
    ("sign", r"<=|>=|<>|!=|=|<|>|\(|\)|,"),
)
_TOKEN = re.compile("|".join(f"(?P<{name}>{shape})" for name, shape in _SHAPES))


@dataclass(frozen=True, slots=True, kw_only=True)
class Token:
    """One word or sign, and where it begins."""

    kind: str
    text: str
    at: int

    @property
    def word(self) -> str:
        """The text for comparing with keywords, which ignore case."""
        return self.text.upper()


def tokens(text: str) -> Iterator[Token]:
    """All tokens, then one that marks the end.

    Raises:
        ApiError: MALFORMED_QUERY at a sign that means nothing.
    """
    at = 0
    while at < len(text):
        match = _TOKEN.match(text, at)
        if match is None:
            raise malformed(text, at, f"unexpected token: '{text[at]}'")
        if match.lastgroup != "space":
            yield Token(kind=match.lastgroup or "", text=match[0], at=at)
        at = match.end()
    yield Token(kind=END, text="<EOF>", at=len(text))
