"""Reading the objects of an org: which fields, in which order, by which of its interfaces."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType

from kpiloop import ConfigError, Read, Wire
from kpiloop.web_api import Checkpoint, Page
from kpiloop_salesforce.bulk import BulkQueries, is_of_job
from kpiloop_salesforce.describe import Describes
from kpiloop_salesforce.query import ById, ByTime, Order, Queries
from kpiloop_salesforce.soql import Question, moment

MODIFIED = "SystemModstamp"
CREATED = "CreatedDate"

_TWINS: Mapping[str, str] = MappingProxyType(
    {"Lead": "Contact", "Contact": "Lead", "Task": "Event", "Event": "Task"}
)
"""Objects that fill one entity: what is mapped for it need be in one of them only."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Objects:
    """Reads whole objects, or what changed in them."""

    queries: Queries
    bulk: BulkQueries
    describes: Describes
    bulk_above: int

    def pages(
        self, sobject: str, read: Read, *models: type[Wire], time: str = MODIFIED
    ) -> Iterator[Page]:
        """The records of an object whose time lies in the window; without one, all of them.

        Each row is read by each of the models. All of very many are read by the Bulk API.
        """
        question = self.question(sobject, read, models, time)
        if read.window.is_full:
            pages = self._whole(question, read.checkpoint)
        else:
            order = ByTime.of(time, read.window)
            pages = self._batches(question, order, read.checkpoint)
        for page in pages:
            yield from _for_each(page, models)

    def below(
        self, sobject: str, parent: str, read: Read, model: type[Wire], *, time: str
    ) -> Iterator[Page]:
        """Records that never change, by their time, and all that hang on a changed parent.

        Whatever is restored from the recycle bin takes what hangs on it along, of which no time of
        its own tells.
        """
        if read.window.is_full:
            yield from self.pages(sobject, read, model, time=time)
            return
        if not isinstance(read.checkpoint, str):  # which is a place in the second part
            yield from self.pages(sobject, read, model, time=time)
            read = replace(read, checkpoint=None)
        question = self.question(sobject, read, (model,), time)
        start, end = (moment(each) for each in (read.window.start, read.window.end) if each)
        changed = f"{parent}.{MODIFIED}"
        hanging = replace(question, where=(f"{changed} > {start}", f"{changed} <= {end}"))
        yield from self._batches(hanging, ById(), read.checkpoint)

    def whole(self, sobject: str, read: Read, model: type[Wire]) -> Iterator[Page]:
        """All records of an object, whatever the window, without a time."""
        question = self.question(sobject, read, (model,))
        for page in self._whole(question, read.checkpoint):
            yield replace(page, of=model)

    def snapshot(self, sobject: str, read: Read, model: type[Wire]) -> Iterator[Page]:
        """All records of a small object that tells no changes."""
        question = self.question(sobject, read, (model,))
        yield from self._batches(question, ById(), read.checkpoint)

    def question(
        self, sobject: str, read: Read, models: Sequence[type[Wire]], *times: str
    ) -> Question:
        """What to ask of an object: its id, its time, and what the wire models need."""
        self._refuse_unknown(sobject, read, models)
        needed = [path for each in models for path in read.fields.get(each, ())]
        fields = self.describes.of(sobject).of(("Id", *times, *needed))
        return Question(sobject=sobject, fields=fields)

    def _refuse_unknown(self, sobject: str, read: Read, models: Sequence[type[Wire]]) -> None:
        """Tell a mapped field that is not there; what else the org lacks is left out.

        Raises:
            ConfigError: Neither the object nor its twin has the field.
        """
        mapped = [path for each in models for path in read.mapped.get(each, {}).values()]
        known = {*self.describes.of(sobject).of(mapped)}
        twin = _TWINS.get(sobject, "")
        if twin and self.describes.has(twin):
            known |= {*self.describes.of(twin).of(mapped)}
        unknown = [path for path in mapped if path not in known]
        if unknown:
            own = sorted(name for name in self.describes.of(sobject).names if "__" in name)
            raise ConfigError(
                f"{sobject} has no field {unknown[0]} that the user of the app can see",
                where=sobject,
                legal=f"the org's own are {', '.join(own)}" if own else "fields of the object",
                todo="correct the path under [sources.<name>.fields], or give the user the right "
                "to see the field",
            )

    def _whole(self, question: Question, start: Checkpoint) -> Iterator[Page]:
        if is_of_job(start) or self._is_large(question, start):
            return self.bulk.pages(question.soql(), start)
        return self._batches(question, ById(), start)

    def _batches(self, question: Question, order: Order, start: Checkpoint) -> Iterator[Page]:
        for batch in self.queries.batches(question, order, start):
            yield Page.json(batch.answer.body, rows="records", checkpoint=batch.checkpoint)

    def _is_large(self, question: Question, start: Checkpoint) -> bool:
        return start is None and self.queries.count(question) > self.bulk_above


def _for_each(page: Page, models: Sequence[type[Wire]]) -> Iterator[Page]:
    """The page for each model; its checkpoint holds once all of them have read it."""
    *others, last = models
    for model in others:
        yield replace(page, of=model, checkpoint=None)
    yield replace(page, of=last)
