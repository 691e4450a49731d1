"""What a pull did: counts per stream, and why a stream could not be read."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields, replace
from types import MappingProxyType
from typing import Self

from kpiloop.connector.reading import Window
from kpiloop.errors import KpiloopError, NotGreenError


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """Records of one stream; read = new + changed + unchanged + repeated + quarantined."""

    read: int = 0
    new: int = 0
    changed: int = 0
    unchanged: int = 0
    repeated: int = 0
    """Further sightings of a record within the same reading."""
    quarantined: int = 0
    released: int = 0
    """Of those read: rows that came back from quarantine."""
    deleted: int = 0
    """Records that the vendor says are deleted, or that a full read did not give any more."""
    restored: int = 0

    def __add__(self, other: Self) -> Self:
        """Both together."""
        return replace(self, **{name: getattr(self, name) + value for name, value in other.items()})

    def items(self) -> list[tuple[str, int]]:
        """The counts by name."""
        return [(each.name, getattr(self, each.name)) for each in fields(self)]

    @property
    def closes(self) -> bool:
        """Whether what was read is all accounted for."""
        known = self.new + self.changed + self.unchanged + self.repeated + self.quarantined
        return self.read == known


@dataclass(frozen=True, slots=True, kw_only=True)
class StreamReport:
    """What became of one stream."""

    stream: str
    counts: Counts = field(default_factory=Counts)
    window: Window | None = None
    calls: int = 0
    """Requests sent to the vendor, retries included."""
    resumed: bool = False
    """Whether it went on where an earlier pull was interrupted."""
    error: KpiloopError | None = None
    """Why it could not be read to its end; what was read is kept, and the next pull goes on."""
    waits_for: str = ""
    """The stream that failed and that this one follows: it was not begun."""
    unavailable: str = ""
    """Why the account has no such stream, in the vendor's words; what is stored stays as it is."""

    @property
    def is_green(self) -> bool:
        """Whether the stream was read to its end and nothing is unaccounted for."""
        return self.error is None and not self.waits_for


@dataclass(frozen=True, slots=True, kw_only=True)
class PullReport:
    """What became of one source's streams, in the order in which they were read."""

    source: str
    streams: tuple[StreamReport, ...] = ()
    error: KpiloopError | None = None
    """Why the source could not be opened: none of its streams was begun."""

    @property
    def counts(self) -> Counts:
        """All streams together."""
        return sum((each.counts for each in self.streams), start=Counts())

    @property
    def is_green(self) -> bool:
        """Whether every stream was read to its end."""
        return self.error is None and all(each.is_green for each in self.streams)

    @property
    def failed(self) -> Mapping[str, KpiloopError]:
        """The streams that stopped, with the reason."""
        found = {each.stream: each.error for each in self.streams if each.error is not None}
        return MappingProxyType(found)

    @property
    def errors(self) -> tuple[KpiloopError, ...]:
        """Everything that stopped something."""
        return (*(() if self.error is None else (self.error,)), *self.failed.values())


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """How far a stream is; told after each batch that was stored."""

    source: str
    stream: str
    read: int
    slices_done: int
    slices: int
    is_merging: bool = False


Listener = Callable[[Progress], None]


def silent(progress: Progress) -> None:
    """A listener that does not care."""
    del progress


def does_not_add_up(source: str, stream: str, counts: Counts) -> NotGreenError:
    """The error of a stream whose sums do not close."""
    known = ", ".join(f"{value} {name}" for name, value in counts.items())
    return NotGreenError(
        f"what was read and what was stored do not add up: {known}",
        where=f"{source}.{stream}",
        legal="read = new + changed + unchanged + repeated + quarantined",
        todo="the records are stored; report this, and pull with --full to be sure of them",
    )
