"""Bulk API 2.0 query jobs: made, worked on in the background, asked for, and done."""

import threading
from dataclasses import dataclass, field

from kpiloop_sandbox.salesforce.errors import ApiError, not_found
from kpiloop_sandbox.salesforce.ids import record_id
from kpiloop_sandbox.salesforce.results import Form, Results
from kpiloop_sandbox.salesforce.soql.compile import Plan
from kpiloop_sandbox.salesforce.store import Store
from kpiloop_sandbox.salesforce.times import spelled

_PREFIX = "750"
DELIMITERS = {
    "BACKQUOTE": "`",
    "CARET": "^",
    "COMMA": ",",
    "PIPE": "|",
    "SEMICOLON": ";",
    "TAB": "\t",
}
LINE_ENDS = {"LF": "\n", "CRLF": "\r\n"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What a client wants of a job."""

    operation: str
    plan: Plan
    delimiter: str
    line_end: str
    version: str
    user: str


@dataclass(slots=True, kw_only=True)
class Job:
    """One job; `asked` counts how often somebody looked whether it was done."""

    id: str
    wish: Wish
    created_at: int
    needed_polls: int
    results: Results
    worker: threading.Thread
    asked: int = 0
    aborted: bool = False

    @property
    def state(self) -> str:
        """UploadComplete, InProgress, JobComplete or Aborted."""
        if self.aborted:
            return "Aborted"
        if not self.asked:
            return "UploadComplete"
        is_done = self.asked > self.needed_polls and not self.worker.is_alive()
        return "JobComplete" if is_done else "InProgress"

    def as_json(self) -> dict[str, object]:
        """The job as every answer but the one to its making shows it."""
        body: dict[str, object] = {
            "id": self.id,
            "operation": self.wish.operation,
            "object": self.wish.plan.entity.name,
            "createdById": self.wish.user,
            "createdDate": spelled(self.created_at),
            "systemModstamp": spelled(self.created_at),
            "state": self.state,
            "concurrencyMode": "Parallel",
            "contentType": "CSV",
            "apiVersion": float(self.wish.version),
            "lineEnding": self.wish.line_end,
            "columnDelimiter": self.wish.delimiter,
        }
        if self.state == "JobComplete":
            body |= {"numberRecordsProcessed": self.results.count}
        return body

    def details(self) -> dict[str, object]:
        """The job as it is shown to who asks how it is."""
        return {**self.as_json(), "jobType": "V2Query", "retries": 0, "totalProcessingTime": 12}


@dataclass(slots=True)
class Jobs:
    """The jobs of one org."""

    store: Store
    _kept: dict[str, Job] = field(default_factory=dict[str, Job])
    _made: int = 0

    def make(self, wish: Wish, *, now: int, polls: int) -> Job:
        """A job that somebody works on from now on."""
        self._made += 1
        form = Form(delimiter=DELIMITERS[wish.delimiter], line_end=LINE_ENDS[wish.line_end])
        results = Results(wish.plan, form)
        worker = threading.Thread(target=self._work, args=(wish.plan, results), name="bulk-job")
        job = Job(
            id=record_id(_PREFIX, self._made),
            wish=wish,
            created_at=now,
            needed_polls=polls,
            results=results,
            worker=worker,
        )
        self._kept[job.id] = job
        worker.start()
        return job

    def find(self, key: str) -> Job:
        """The job with this id.

        Raises:
            ApiError: 404 where there is none.
        """
        if key not in self._kept:
            raise not_found()
        return self._kept[key]

    def all(self) -> list[Job]:
        """Every job, the last one first."""
        return list(reversed(self._kept.values()))

    def done(self, key: str, version: str) -> Job:
        """A job whose results can be read.

        Raises:
            ApiError: it is not done, or was made by another version of the API.
        """
        job = self.find(key)
        if job.wish.version != version:
            message = f"Use the API version of the job: {job.wish.version}"
            raise ApiError(409, "INVALID_API_VERSION", message)
        if job.state != "JobComplete":
            message = f"Results are not there yet: the job is {job.state}"
            raise ApiError(400, "INVALIDJOBSTATE", message)
        return job

    def drop(self, key: str) -> None:
        """Forget a job with its results."""
        job = self.find(key)
        job.worker.join()
        job.results.close()
        del self._kept[key]

    def close(self) -> None:
        """Forget every job."""
        for key in list(self._kept):
            self.drop(key)

    def _work(self, plan: Plan, results: Results) -> None:
        rows = self.store.rows(plan)
        results.fill(rows, lambda some: self.store.page(plan, some))
