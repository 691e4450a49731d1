"""A Salesforce org with very many leads, at next to no cost: a Bulk query job and its results.

The lines of a result are prepared templates into which only numbers and times are written. `/notes`
tells when each request arrived and its status, and begins anew.
"""

import json
import re
import sys
import time
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from urllib.parse import parse_qsl, urlsplit

from kpiloop_sandbox.serving.bare import Reply, serve

PER_PAGE = 50_000
"""Records that one page of results holds, unless told otherwise."""
AT_ONCE = 5
"""Pages that Salesforce lists to be fetched side by side."""
TEXTS = {
    "Id": "00Q%012dAAA",
    "Email": "lead%012d@company{0}.example",
    "FirstName": "First{0}",
    "LastName": "Last {0}, the {0}th",
    "Title": "Head of Pumps {0}",
    "Country": "Germany",
    "ConvertedAccountId": "",
    "OwnerId": "005ak0000000{0:03d}AAA",
    "Status": "Working - Contacted",
    "LeadSource": "Web",
    "HasOptedOutOfEmail": "false",
    "CreatedDate": "2025-01-{1:02d}T08:{0:02d}:00.000Z",
    "SystemModstamp": "%s",
    "Source_Detail__c": "newsletter {0}",
    "UTM_Source__c": "search{0}",
    "UTM_Medium__c": "cpc",
    "UTM_Campaign__c": "Pumps {0}, spring",
    "Product_Interest__c": "Pump {0}",
    "Segment__c": "Machinery {0}",
    "Form__c": "form-{0}",
    "Unsubscribed_At__c": "",
}
_SAMPLES = 59
_LAST_CHANGE = datetime(2026, 1, 1, tzinfo=UTC)
_JOB = "750ak0000000001AAA"


class Org:
    """What is asked of the one job, and what was asked of the server."""

    def __init__(self, leads: int, per_page: int, latency_seconds: float) -> None:
        self._leads = leads
        self._per_page = per_page
        self._latency_seconds = latency_seconds
        self._ends: list[float] = []
        self._columns: tuple[str, ...] = ()
        self._notes: list[tuple[float, str, int]] = []

    def reply(self, target: str, body: bytes) -> Reply:
        """The answer to a request."""
        url = urlsplit(target)
        if url.path == "/notes":
            notes, self._notes = self._notes, []
            return Reply(json.dumps(notes).encode())
        arrived = time.monotonic()
        answer = self._answer(url.path, dict(parse_qsl(url.query)), body)
        self._notes.append((arrived, url.path, answer.status))
        return answer

    def _answer(self, path: str, query: dict[str, str], body: bytes) -> Reply:
        start = int(query.get("locator", 0))
        if path.endswith("/results"):
            if self._is_one_too_many():
                return Reply(b"[]", 429)
            return Reply(_csv(self._columns, start, min(self._per_page, self._leads - start)))
        if path.endswith("/jobs/query"):
            self._columns = _selected(json.loads(body)["query"])
        found = self._found(path, start)
        return Reply(json.dumps(found).encode(), 200 if found else 404)

    def _is_one_too_many(self) -> bool:
        """Whether five pages are on their way already."""
        now = time.monotonic()
        self._ends = [end for end in self._ends if end > now]
        self._ends.append(now + self._latency_seconds)
        return len(self._ends) > AT_ONCE

    def _found(self, path: str, start: int) -> Mapping[str, object]:
        match path.strip("/").split("/"):
            case [*_, "token"]:
                return {"access_token": "bench", "token_type": "Bearer"}
            case [*_, "describe"]:
                return {"fields": [{"name": name} for name in TEXTS]}
            case [*_, "jobs", "query"] | [*_, "jobs", "query", str()]:
                return {"id": _JOB, "state": "JobComplete"}
            case [*_, "query"]:
                return {"totalSize": self._leads, "done": True, "records": []}
            case [*_, "resultPages"]:
                return self._listing(path, start)
            case _:
                return {}

    def _listing(self, path: str, start: int) -> dict[str, object]:
        starts = range(start, self._leads, self._per_page)
        base = path.removesuffix("resultPages")
        shown = [{"resultUrl": f"{base}results?locator={each}"} for each in starts[:AT_ONCE]]
        rest = starts[AT_ONCE:]
        more = {"nextRecordsUrl": f"{path}?locator={rest[0]}"} if rest else {}
        return {"resultPages": shown, "done": not rest, **more}


def _selected(soql: str) -> tuple[str, ...]:
    found = re.match(r"SELECT (.*?) FROM", soql)
    return tuple(found[1].split(", ")) if found else ()


def _csv(columns: Sequence[str], start: int, rows: int) -> bytes:
    """Lines with every value in quotes, as Salesforce writes them."""
    head = ",".join(f'"{name}"' for name in columns)
    numbered = [name for name in columns if "%" in TEXTS[name]]
    values: list[int | str] = []
    for number in range(start, start + rows):
        changed = f"{_LAST_CHANGE - timedelta(seconds=number):%Y-%m-%dT%H:%M:%S.000Z}"
        values += [changed if name == "SystemModstamp" else number for name in numbered]
    return f"{head}\n{_lines(tuple(columns), rows) % tuple(values)}".encode()


@lru_cache(maxsize=2)
def _lines(columns: tuple[str, ...], rows: int) -> str:
    samples = [
        ",".join(f'"{TEXTS[name].format(each, each % 28 + 1)}"' for name in columns) + "\n"
        for each in range(_SAMPLES)
    ]
    return "".join(samples[number % _SAMPLES] for number in range(rows))


if __name__ == "__main__":
    latency = float(sys.argv[2]) / 1_000
    size = int(sys.argv[3]) if len(sys.argv) > 3 else PER_PAGE
    serve(Org(int(sys.argv[1]), size, latency).reply, latency_seconds=latency)
