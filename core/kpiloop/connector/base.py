"""The connector: one vendor's system, as its author describes it."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from functools import cached_property
from pathlib import Path
from threading import Lock
from types import MappingProxyType
from typing import ClassVar, Generic, TypeVar

from pydantic import BaseModel, ConfigDict

from kpiloop.clock import Clock, SystemClock
from kpiloop.connector.reading import STREAM, Read, Stream
from kpiloop.connector.writing import Writer
from kpiloop.web_api.client import Api
from kpiloop.web_api.page import Page


class Settings(BaseModel):
    """What a connector needs to know; subclass it, and use `SecretStr` for every key.

    A setting is read from the source's table in kpiloop.toml, or from the environment as
    `KPILOOP_<SOURCE>_<SETTING>`; a secret also from the file that `<setting>_file` names, or the
    keyring. Unknown settings are an error.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")


SettingsType = TypeVar("SettingsType", bound=Settings)


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """One use of a connector: a name in `[sources.<name>]`, and the share of limits it may use."""

    name: str
    share: float = 0.8
    clock: Clock = SystemClock()  # noqa: RUF009 - a clock has no state
    folder: Path = Path()
    """Where a relative path in the settings begins: the project's folder."""


class CheckStatus(StrEnum):
    """How one thing that `doctor` looked at stands."""

    OK = "ok"
    WARNING = "warning"
    FAILED = "failed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """One thing that a connector looked at for `kpiloop doctor`."""

    what: str
    status: CheckStatus
    found: str = ""
    todo: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """What a vendor's account says of itself; `kpiloop doctor` compares it with the project."""

    timezone: str = ""
    """A name of the IANA list; empty: it does not say."""
    currency: str = ""
    """ISO 4217; empty: it does not say."""
    now: datetime | None = None
    """What the vendor's clock shows, as far as an answer tells."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelRule:
    """Which contacts came by a channel: `where` is a condition over the columns of contacts."""

    channel: str
    where: str


class Connector(Generic[SettingsType]):
    """One vendor's system: where its pages are and how its values are written.

    Subclass it, name it, give it a settings type, declare streams with `@reads`, and build the
    client in `connect`. Everything else (windows, threads, limits, retries, validation,
    quarantine, checkpoints, storing, deletes) is the core's.
    """

    name: ClassVar[str]
    """What `connector = "…"` in kpiloop.toml says; lower case."""

    settings_type: ClassVar[type[Settings]]

    index_lag: ClassVar[timedelta] = timedelta(0)
    """How long after a change the vendor's lists may not show it; windows overlap by it."""

    threads: ClassVar[int] = 4
    """How many slices are read side by side; the limits hold over all of them."""

    default_stages: ClassVar[Mapping[str, str]] = MappingProxyType({})
    """The vendor's own stage → rung of the ladder; `[stages]` overrides it stage by stage."""

    default_channels: ClassVar[tuple[ChannelRule, ...]] = ()
    """How the vendor's sources group into channels, first match wins, after `[channels]`."""

    field_places: ClassVar[Mapping[str, tuple[str, ...]]] = MappingProxyType({})
    """Entity → the vendor's tables that get its custom fields, where two entities share one: then
    kpiloop refuses to publish two KPIs under one name there. What is left out has its own table."""

    example: ClassVar[str] = ""
    """What `kpiloop init` writes into the source's table to begin with: lines of TOML that load as
    they stand, in which `{source}` is the source's name. What one may say besides is commented out,
    by `# `. Empty: nothing need be set but keys."""

    def __init__(self, settings: SettingsType, source: Source) -> None:
        self.settings = settings
        self.source = source
        self._connecting = Lock()
        self._connected: Api | None = None

    @cached_property
    def api(self) -> Api:
        """The client, made at first use; the same for all threads, for it holds the limits."""
        with self._connecting:
            if self._connected is None:
                self._connected = self.connect()
            return self._connected

    def connect(self) -> Api:
        """Build the client: base address, authentication, and the limits that the vendor sets."""
        raise NotImplementedError(f"{type(self).__name__} reads no web API, or must say which")

    def close(self) -> None:
        """Let go of the client, if one was made."""
        if "api" in vars(self):
            self.api.close()

    def checks(self) -> Iterator[Check]:
        """What `kpiloop doctor` should look at: reach, key, scopes, plan."""
        yield from ()

    def account(self) -> Account | None:
        """What the account says of itself, for `kpiloop doctor`; None: it cannot be asked."""
        return None

    def writer(self) -> Writer | None:
        """What writes values into this system; None: it is only read."""
        return None

    @classmethod
    def streams(cls) -> Mapping[str, Stream]:
        """The streams that `@reads` declares, by name, those that others follow first."""
        found: dict[str, Stream] = {}
        for parent in reversed(cls.__mro__):
            for attribute in vars(parent).values():
                stream = getattr(attribute, STREAM, None)
                if isinstance(stream, Stream):
                    found[stream.name] = stream
        return _parents_first(cls.__name__, found)

    def all_streams(self) -> Mapping[str, Stream]:
        """All streams by name; override it where the settings say which streams there are."""
        return self.streams()

    def read_stream(self, stream: Stream, read: Read) -> Iterator[Page]:
        """The pages of a stream; override it for streams that no method of that name reads."""
        method: Callable[[Read], Iterator[Page]] = getattr(self, stream.name)
        return method(read)


def _parents_first(owner: str, streams: Mapping[str, Stream]) -> Mapping[str, Stream]:
    ordered: dict[str, Stream] = {}
    waiting = dict(streams)
    while waiting:
        ready = [name for name, each in waiting.items() if _parent(each) in (*ordered, "")]
        if not ready:
            names = ", ".join(sorted(waiting))
            raise ValueError(
                f"{owner}: follows= or each= of {names} names no stream that can come first"
            )
        for name in ready:
            ordered[name] = waiting.pop(name)
    return ordered


def _parent(stream: Stream) -> str:
    return stream.follows or stream.each
