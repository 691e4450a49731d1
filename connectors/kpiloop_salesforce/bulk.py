"""The Bulk API 2.0: a query that Salesforce answers in its own time, as pages of CSV.

A job costs few calls whatever the number of records. Its results wait for seven days, so that an
interrupted read goes on with the same job; five of its pages are fetched side by side.
"""

from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from queue import Queue

from kpiloop import Clock, RefusedError, UnavailableError
from kpiloop.web_api import Answer, Api, Checkpoint, Page
from kpiloop_salesforce.answers import JOB, RESULT_PAGES, Job, ResultPages
from kpiloop_salesforce.paths import data
from kpiloop_salesforce.result_files import Part, fetched

_FIRST_PAUSE, _LONGEST_PAUSE = 0.5, 15.0
_PATIENCE = 6 * 3_600.0
"""Seconds that a job may take."""
_OVER = frozenset({"Failed", "Aborted"})


@dataclass(frozen=True, slots=True, kw_only=True)
class BulkQueries:
    """Jobs of one org."""

    api: Api
    version: str
    clock: Clock

    def pages(self, soql: str, start: Checkpoint = None) -> Iterator[Page]:
        """The rows of a query, or what is left of an earlier job behind a checkpoint.

        The first page is empty: it only keeps the job in mind.

        Raises:
            RefusedError: The job failed, or is no longer there.
            UnavailableError: The job takes too long.
        """
        place = _Place.of(start)
        if place is None:
            place = _Place(job=self._begun(soql), listing="", done=0)
            yield Page.rows((), checkpoint=place.checkpoint)
        self._wait(place.job)
        yield from fetched(self.api, self._parts(place))

    def _begun(self, soql: str) -> str:
        answer = self.api.post(
            data(self.version, "jobs", "query"), {"operation": "query", "query": soql}
        )
        return answer.parse(JOB).id

    def _wait(self, job: str) -> None:
        pause, waited = _FIRST_PAUSE, 0.0
        while True:
            answer = self.api.get(data(self.version, "jobs", "query", job))
            found = answer.parse(JOB)
            if found.state == "JobComplete":
                return
            self._refuse_failed(answer, found)
            if waited > _PATIENCE:
                raise answer.error(
                    UnavailableError,
                    f"the query job is still {found.state}",
                    todo="pull again later: it goes on with the same job",
                )
            self.clock.sleep(pause)
            waited += pause
            pause = min(pause * 1.5, _LONGEST_PAUSE)

    def _refuse_failed(self, answer: Answer, job: Job) -> None:
        if job.state in _OVER:
            raise answer.error(
                RefusedError,
                f"the query job ended as {job.state}: {job.error or 'no reason is given'}",
                todo="pull again; if it stays, set a higher bulk_above for this source",
            )

    def _parts(self, place: "_Place") -> Iterator[Part]:
        """The pages of results in order, by the lists that Salesforce gives of them."""
        first = data(self.version, "jobs", "query", place.job, "resultPages")
        skipped = place.done
        for listing, found in self._lists(place.listing or first):
            for done, page in enumerate(found.pages, start=1):
                is_last = done == len(found.pages) and not found.next
                behind = _Place(job=place.job, listing=listing, done=done)
                if done > skipped:
                    yield Part(url=page.url, checkpoint=None if is_last else behind.checkpoint)
            skipped = 0

    def _lists(self, address: str) -> Iterator[tuple[str, ResultPages]]:
        """Lists of pages, each with its address.

        Each is asked for as soon as the one before it has come, whether its pages are read or not:
        five pages take no longer than the list of the next five.
        """
        pool = ThreadPoolExecutor(1)
        asked: Queue[tuple[str, Future[ResultPages]]] = Queue()

        def ask(address: str) -> None:
            asked.put((address, pool.submit(follow, address)))

        def follow(address: str) -> ResultPages:
            found = self._listed(address)
            if found.next:
                ask(found.next)
            return found

        ask(address)
        following: str | None = address
        try:
            while following:
                listing, future = asked.get()
                found = future.result()
                yield listing, found
                following = found.next
        finally:
            pool.shutdown(cancel_futures=True)

    def _listed(self, address: str) -> ResultPages:
        return self.api.get(address).parse(RESULT_PAGES)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Place:
    """How far the results of a job were read: so many pages of one list of pages."""

    job: str
    listing: str
    done: int

    @classmethod
    def of(cls, checkpoint: Checkpoint) -> "_Place | None":
        match checkpoint:
            case {"job": str(job), "listing": str(listing), "done": int(done)}:
                return cls(job=job, listing=listing, done=done)
            case _:
                return None

    @property
    def checkpoint(self) -> Checkpoint:
        return {"job": self.job, "listing": self.listing, "done": self.done}


def is_of_job(checkpoint: Checkpoint) -> bool:
    """Whether a checkpoint is a place in a job's results."""
    return _Place.of(checkpoint) is not None
