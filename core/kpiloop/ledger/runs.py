"""Runs: each command that changed something, how it ended and what it counted."""

import json
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from kpiloop.clock import Clock
from kpiloop.ledger.store import Ledger, Row, to_json, to_moment, to_text


class RunStatus(StrEnum):
    """How a run stands or ended."""

    RUNNING = "running"
    GREEN = "green"
    NOT_GREEN = "not green"
    """It ended, but something was not read, not stored or not written as it should be."""
    FAILED = "failed"
    INTERRUPTED = "interrupted"
    """Its process died; the next run goes on where it was."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """One run and its report."""

    id: str
    command: str
    started_at: datetime
    ended_at: datetime | None
    status: RunStatus
    report: Mapping[str, object]


class Runs:
    """The runs of a ledger."""

    def __init__(self, ledger: Ledger, clock: Clock) -> None:
        self._ledger = ledger
        self._clock = clock

    def start(self, command: str) -> str:
        """Book the beginning of a run; its id, which sorts by time."""
        now = self._clock.now()
        run_id = f"{now:%Y%m%dT%H%M%S}-{secrets.token_hex(3)}"
        self._ledger.write(
            "INSERT INTO runs (id, command, started_at, status) VALUES (?, ?, ?, ?)",
            (run_id, command, to_text(now), RunStatus.RUNNING),
        )
        return run_id

    def end(self, run_id: str, status: RunStatus, report: Mapping[str, object]) -> None:
        """Book how a run ended and what it counted."""
        self._ledger.write(
            "UPDATE runs SET ended_at = ?, status = ?, report = ? WHERE id = ?",
            (to_text(self._clock.now()), status, to_json(report), run_id),
        )

    def close_interrupted(self) -> int:
        """Mark runs whose process is gone; to be called by who holds the lease."""
        return self._ledger.write(
            "UPDATE runs SET status = ? WHERE status = ?",
            (RunStatus.INTERRUPTED, RunStatus.RUNNING),
        )

    def latest(self, limit: int = 20) -> Sequence[Run]:
        """The latest runs, newest first."""
        return [
            _run(row)
            for row in self._ledger.rows(
                "SELECT id, command, started_at, ended_at, status, report FROM runs "
                "ORDER BY started_at DESC, id DESC LIMIT ?",
                (limit,),
            )
        ]

    def get(self, run_id: str) -> Run | None:
        """One run."""
        row = self._ledger.row(
            "SELECT id, command, started_at, ended_at, status, report FROM runs WHERE id = ?",
            (run_id,),
        )
        return _run(row) if row else None


def _run(row: Row) -> Run:
    run_id, command, started_at, ended_at, status, report = row
    return Run(
        id=str(run_id),
        command=str(command),
        started_at=to_moment(started_at),
        ended_at=to_moment(ended_at) if ended_at else None,
        status=RunStatus(str(status)),
        report=json.loads(str(report)),
    )
