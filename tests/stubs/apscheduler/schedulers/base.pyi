# APScheduler 3 ships no types: these are the calls that kpiloop/scheduler.py makes.
from collections.abc import Callable
from datetime import datetime, tzinfo

from apscheduler.job import Job
from apscheduler.triggers.base import BaseTrigger

class BaseScheduler:
    def __init__(self, *, timezone: tzinfo | str = ...) -> None: ...
    @property
    def running(self) -> bool: ...
    def start(self, paused: bool = ...) -> None: ...
    def shutdown(self, wait: bool = ...) -> None: ...
    def get_jobs(self) -> list[Job]: ...
    def add_job(
        self,
        func: Callable[..., object],
        trigger: BaseTrigger | None = ...,
        *,
        args: tuple[object, ...] = ...,
        id: str = ...,  # noqa: A002 - APScheduler's own name for it
        name: str = ...,
        misfire_grace_time: int | None = ...,
        coalesce: bool = ...,
        max_instances: int = ...,
        next_run_time: datetime | None = ...,
    ) -> Job: ...
