"""Reads a query: SELECT … FROM … WHERE … ORDER BY … LIMIT … OFFSET."""

import re

from kpiloop_sandbox.salesforce.errors import ApiError
from kpiloop_sandbox.salesforce.soql.dates import is_period
from kpiloop_sandbox.salesforce.soql.problems import malformed
from kpiloop_sandbox.salesforce.soql.tokens import END, Token, tokens
from kpiloop_sandbox.salesforce.soql.tree import (
    Combined,
    Comparison,
    Condition,
    Literal,
    Negated,
    Ordering,
    Path,
    Query,
    Sort,
)
from kpiloop_sandbox.salesforce.times import parse_day, parse_time

LONGEST = 100_000
_HIGHEST_OFFSET = 2_000
_OPERATORS = frozenset({"=", "!=", "<>", "<", ">", "<=", ">=", "LIKE", "IN"})
_KEYWORDS = frozenset({"SELECT", "FROM", "WHERE", "ORDER", "LIMIT", "AND", "OR", "NOT", "GROUP"})
_ESCAPES = {"n": "\n", "r": "\r", "t": "\t", "b": "\b", "f": "\f"}
_ESCAPED = re.compile(r"\\(.)", re.DOTALL)


def parse(text: str) -> Query:
    """The query that this text says.

    Raises:
        ApiError: MALFORMED_QUERY where it is not SOQL, or beyond the part that is known here.
    """
    if len(text) > LONGEST:
        raise ApiError(400, "QUERY_TOO_COMPLICATED", "SOQL statements cannot be longer")
    return _Reader(text).query()


class _Reader:
    """Goes through the tokens once, from left to right."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._tokens = list(tokens(text))
        self._place = 0

    def query(self) -> Query:
        self._expect("SELECT")
        counts, fields = self._fields()
        self._expect("FROM")
        entity = self._entity()
        query = Query(
            text=self._text,
            fields=fields,
            counts=counts,
            entity=entity,
            where=self._condition() if self._took("WHERE") else None,
            order=self._order(),
            limit=self._number("LIMIT"),
            offset=self._number("OFFSET") or 0,
        )
        if self._next.kind != END:
            raise self._unexpected()
        if query.offset > _HIGHEST_OFFSET:
            raise ApiError(400, "NUMBER_OUTSIDE_VALID_RANGE", "Maximum SOQL offset allowed is 2000")
        return query

    def _fields(self) -> tuple[bool, tuple[Path, ...]]:
        if self._next.word == "COUNT":
            self._take()
            self._expect("(")
            self._expect(")")
            return True, ()
        fields = [self._path()]
        while self._took(","):
            fields.append(self._path())
        return False, tuple(fields)

    def _condition(self) -> Condition:
        """Salesforce does not guess which of AND and OR comes first: one needs brackets."""
        parts = [self._negation()]
        word = self._next.word
        if word not in ("AND", "OR"):
            return parts[0]
        while self._took(word):
            parts.append(self._negation())
        if self._next.word in ("AND", "OR"):
            raise self._unexpected()
        return Combined(word=word, parts=tuple(parts))

    def _negation(self) -> Condition:
        if self._took("NOT"):
            return Negated(part=self._negation())
        if self._took("("):
            inner = self._condition()
            self._expect(")")
            return inner
        return self._comparison()

    def _comparison(self) -> Comparison:
        path = self._path()
        operator = self._operator()
        if operator in ("IN", "NOT IN"):
            self._expect("(")
            values = [self._literal()]
            while self._took(","):
                values.append(self._literal())
            self._expect(")")
            return Comparison(path=path, operator=operator, values=tuple(values))
        return Comparison(path=path, operator=operator, values=(self._literal(),))

    def _operator(self) -> str:
        if self._took("NOT"):
            self._expect("IN")
            return "NOT IN"
        word = self._next.word
        if word not in _OPERATORS:
            raise self._unexpected()
        self._take()
        return "!=" if word == "<>" else word

    def _order(self) -> tuple[Ordering, ...]:
        if not self._took("ORDER"):
            return ()
        self._expect("BY")
        keys = [self._ordering()]
        while self._took(","):
            keys.append(self._ordering())
        return tuple(keys)

    def _ordering(self) -> Ordering:
        path = self._path()
        descending = self._took("DESC")
        if not descending:
            self._took("ASC")
        nulls_last = False
        if self._took("NULLS"):
            nulls_last = self._took("LAST")
            if not nulls_last:
                self._expect("FIRST")
        return Ordering(path=path, descending=descending, nulls_last=nulls_last)

    def _number(self, word: str) -> int | None:
        if not self._took(word):
            return None
        token = self._take()
        if not token.text.isdigit():
            raise malformed(self._text, token.at, f"unexpected token: '{token.text}'")
        return int(token.text)

    def _path(self) -> Path:
        token = self._next
        if token.kind != "word" or ":" in token.text or token.word in _KEYWORDS:
            raise self._unexpected()
        self._take()
        return Path(names=tuple(token.text.split(".")), at=token.at)

    def _entity(self) -> Path:
        """Any word, as there is an object called Order."""
        token = self._take()
        if token.kind != "word":
            raise malformed(self._text, token.at, f"unexpected token: '{token.text}'")
        return Path(names=(token.text,), at=token.at)

    def _literal(self) -> Literal:
        token = self._take()
        value = _value_of(token)
        if value is None:
            raise malformed(self._text, token.at, f"unexpected token: '{token.text}'")
        return value

    @property
    def _next(self) -> Token:
        return self._tokens[self._place]

    def _take(self) -> Token:
        token = self._next
        if token.kind == END:
            raise self._unexpected()
        self._place += 1
        return token

    def _took(self, word: str) -> bool:
        if self._next.word != word:
            return False
        self._place += 1
        return True

    def _expect(self, word: str) -> None:
        if not self._took(word):
            raise self._unexpected()

    def _unexpected(self) -> ApiError:
        return malformed(self._text, self._next.at, f"unexpected token: '{self._next.text}'")


def _value_of(token: Token) -> Literal | None:
    match token.kind:
        case "text":
            inner = _ESCAPED.sub(lambda m: _ESCAPES.get(m[1], m[1]), token.text[1:-1])
            return Literal(sort=Sort.TEXT, value=inner, at=token.at)
        case "number":
            return Literal(sort=Sort.NUMBER, value=float(token.text), at=token.at)
        case "day":
            return _dated(Sort.DAY, parse_day(token.text), token)
        case "moment":
            return _dated(Sort.MOMENT, parse_time(token.text), token)
        case "word":
            return _named(token)
        case _:
            return None


def _dated(sort: Sort, value: str | int | None, token: Token) -> Literal | None:
    return None if value is None else Literal(sort=sort, value=value, at=token.at)


def _named(token: Token) -> Literal | None:
    if token.word in ("TRUE", "FALSE"):
        return Literal(sort=Sort.FLAG, value=int(token.word == "TRUE"), at=token.at)
    if token.word == "NULL":
        return Literal(sort=Sort.NULL, value=None, at=token.at)
    if is_period(token.word):
        return Literal(sort=Sort.PERIOD, value=token.word, at=token.at)
    return None
