"""Answers from a recording, and says what was asked that is not in it.

    with Replay(Path("tests/recordings/contacts.json"), ignoring={"updated_before"}) as vendor:
        connector = make_connector(vendor.base_url)

A request that was recorded several times gets the answers in their order, then the last one again.
"""

import json
from collections.abc import Collection
from dataclasses import replace
from pathlib import Path
from threading import Lock
from typing import TypeGuard
from urllib.parse import parse_qsl

from kpiloop.testing.explaining import expect, some
from kpiloop.testing.fault_server import FaultServer, Received, Reply, answer
from kpiloop.testing.faults import as_reply
from kpiloop.testing.forwarding import Answered
from kpiloop.testing.recording import ROOT, Recorded, Recording, text_of
from kpiloop.testing.scrubbing import SECRET_NAMES, SECRET_PARAMETERS
from kpiloop.testing.serving import Serving

_NOT_RECORDED = 404
_Key = tuple[str, str, tuple[tuple[str, str], ...], str]


class Replay(Serving):
    """A server that answers as a vendor once did.

    Attributes:
        unknown: What was asked that is not in the recording; leaving the block fails for it.

    Args:
        file: What a `Recorder` has written.
        ignoring: Parameters and keys of JSON bodies that may differ: times of asking, above all.
            Keys and tokens always may.
    """

    def __init__(self, file: Path, *, ignoring: Collection[str] = ()) -> None:
        recording = Recording.load(file)
        self.unknown: list[str] = []
        self._file = file
        self._base_path = recording.base_path
        self._ignored_keys = {*ignoring, *SECRET_NAMES}
        self._ignored = {*ignoring, *SECRET_PARAMETERS}
        self._answers: dict[_Key, list[Answered]] = {}
        self._lock = Lock()
        for each in recording.exchanges:
            self._answers.setdefault(self._key_of(each), []).append(each.answered)
        self._server = FaultServer(self._serve)
        super().__init__(self._server)

    @property
    def base_url(self) -> str:
        """What the connector takes for the vendor's address."""
        return self._server.base_url + self._base_path

    @property
    def received(self) -> list[Received]:
        """Every request up to now."""
        return self._server.received

    def _leave(self, *, is_well: bool) -> None:
        if is_well:
            expect(
                not self.unknown,
                f"asked, but not recorded: {some(self.unknown)}",
                where=str(self._file),
                todo="record it anew with Recorder, or name what may differ in ignoring=",
            )

    def _serve(self, request: Received) -> Reply:
        key = self._key(request.method, request.path, request.query, text_of(request))
        with self._lock:
            known = self._answers.get(key)
            if not known:
                told = f"{request.method} {request.path}"
                told += f"?{request.query}" if request.query else ""
                self.unknown.append(told)
                return answer({"message": f"not recorded: {told}"}, status=_NOT_RECORDED)
            found = known.pop(0) if len(known) > 1 else known[0]
        body = found.body.replace(ROOT.encode(), self._server.base_url.encode())
        headers = {k: v.replace(ROOT, self._server.base_url) for k, v in found.headers.items()}
        return as_reply(replace(found, body=body, headers=headers))

    def _key_of(self, each: Recorded) -> _Key:
        return self._key(each.method, each.path, each.query, each.body)

    def _key(self, method: str, path: str, query: str, body: str) -> _Key:
        pairs = parse_qsl(query, keep_blank_values=True)
        compared = sorted((name, value) for name, value in pairs if name not in self._ignored)
        return method, path, tuple(compared), self._compared(body)

    def _compared(self, body: str) -> str:
        """JSON without what may differ, in one spelling; a form likewise; else as it is."""
        try:
            found: object = json.loads(body)
        except ValueError:
            pairs = parse_qsl(body)
            kept = sorted((name, value) for name, value in pairs if name not in self._ignored)
            return str(kept) if pairs else body
        return json.dumps(self._without(found), sort_keys=True)

    def _without(self, value: object) -> object:
        if _is_object(value):
            kept = value.keys() - self._ignored_keys
            return {key: self._without(value[key]) for key in kept}
        if _is_list(value):
            return [self._without(each) for each in value]
        return value


def _is_object(value: object) -> TypeGuard[dict[str, object]]:
    return isinstance(value, dict)


def _is_list(value: object) -> TypeGuard[list[object]]:
    return isinstance(value, list)
