"""Queries by REST: batches of up to 2,000 rows, in an order from which one can go on.

The rest of a query waits at a locator, for two days at most. A checkpoint is therefore not the
locator but the last row's place in the order: where a locator has run out, the same question is
asked again from there on.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol, Self

from kpiloop import RefusedError, UntrustedAnswerError, Window
from kpiloop.web_api import Answer, Api, Checkpoint
from kpiloop_salesforce.answers import FOUND, Found, Row
from kpiloop_salesforce.paths import data
from kpiloop_salesforce.soql import Question, literal, moment


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """Rows of a query, and the checkpoint from which it would go on."""

    answer: Answer
    found: Found
    checkpoint: Checkpoint


class Order(Protocol):
    """In which order rows come, and what lies behind a checkpoint."""

    @property
    def by(self) -> str:
        """The fields to order by."""
        ...

    def behind(self, checkpoint: Checkpoint) -> tuple[str, ...]:
        """The conditions for what comes after a checkpoint; None is the beginning."""
        ...

    def checkpoint(self, row: Row) -> Checkpoint:
        """The place of a row."""
        ...


@dataclass(frozen=True, slots=True)
class ById:
    """For reading everything: records keep their place whatever happens to them meanwhile."""

    by: str = "Id"

    def behind(self, checkpoint: Checkpoint) -> tuple[str, ...]:
        """Ids that are larger."""
        return (f"Id > {literal(checkpoint)}",) if isinstance(checkpoint, str) else ()

    def checkpoint(self, row: Row) -> Checkpoint:
        """The row's id."""
        return str(row["Id"])


@dataclass(frozen=True, slots=True, kw_only=True)
class ByTime:
    """For a window: by a time of the record, which many may share, then by id.

    The window's end is a condition, so that what changes meanwhile waits for the next window.
    """

    time: str
    window: tuple[str, str]

    @classmethod
    def of(cls, time: str, window: Window) -> Self:
        """The order within a window that has a beginning."""
        assert window.start is not None
        return cls(time=time, window=(moment(window.start), moment(window.end)))

    @property
    def by(self) -> str:
        """The time, then the id."""
        return f"{self.time}, Id"

    def behind(self, checkpoint: Checkpoint) -> tuple[str, ...]:
        """Later ones, and of the same time those with a larger id."""
        start, end = self.window
        upto = f"{self.time} <= {end}"
        match checkpoint:
            case [str(time), str(record_id)]:
                same = f"({self.time} = {time} AND Id > {literal(record_id)})"
                return (f"({self.time} > {time} OR {same})", upto)
            case _:
                return (f"{self.time} > {start}", upto)

    def checkpoint(self, row: Row) -> Checkpoint:
        """The row's time and id."""
        return [str(row[self.time]).replace("+0000", "Z"), str(row["Id"])]


@dataclass(frozen=True, slots=True, kw_only=True)
class Queries:
    """Asks an org's questions, of living records or of deleted ones too."""

    api: Api
    version: str

    def count(self, question: Question) -> int:
        """How many records a question is about."""
        answer = self.api.get(data(self.version, "query"), {"q": question.count()})
        return answer.parse(FOUND).total

    def batches(
        self, question: Question, order: Order, start: Checkpoint = None, *, deleted: bool = False
    ) -> Iterator[Batch]:
        """All rows behind a checkpoint; the last batch has no checkpoint.

        Raises:
            UntrustedAnswerError: A batch says that there is more, but brings no row.
        """
        path = data(self.version, "queryAll" if deleted else "query")
        place, link = start, ""
        while True:
            try:
                answer = self.api.get(link) if link else self._ask(path, question, order, place)
            except RefusedError:
                if not link:
                    raise
                link = ""  # the locator has run out: the question is asked anew from here on
                continue
            found = answer.parse(FOUND)
            if not (found.done or (found.next and found.records)):
                raise answer.error(
                    UntrustedAnswerError, "the query is not done, but gives no more rows"
                )
            place = None if found.done else order.checkpoint(found.records[-1])
            yield Batch(answer=answer, found=found, checkpoint=place)
            if found.done:
                return
            link = found.next

    def _ask(self, path: str, question: Question, order: Order, place: Checkpoint) -> Answer:
        return self.api.get(path, {"q": question.soql(*order.behind(place), order=order.by)})
