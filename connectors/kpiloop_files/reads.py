"""What is read from files: a stream for each table and each log that the settings name.

A slice is a file, named after what is in it and how it is mapped, so that one that has not changed
is not read again. Every row is a record of its own; a page is a checkpoint by its last line.
"""

from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from pathlib import Path
from types import MappingProxyType
from typing import Any, ClassVar, Protocol

from kpiloop import (
    Absent,
    ChannelRule,
    Check,
    ConfigError,
    Connector,
    Cursor,
    Page,
    Read,
    Record,
    RefusedError,
    Settings,
    Source,
    Stream,
    UntrustedAnswerError,
)
from kpiloop.web_api import Api, BearerToken, NoAuth
from kpiloop_files.channels import CHANNELS
from kpiloop_files.checks import checks
from kpiloop_files.example import EXAMPLE
from kpiloop_files.logs import LogInput
from kpiloop_files.places import Address, Folder, Place, content_hash
from kpiloop_files.repeated import Repeated, Rows
from kpiloop_files.settings import FilesSettings
from kpiloop_files.signed import refusal
from kpiloop_files.tables import TableInput
from kpiloop_files.text import UnreadableError

ROWS_PER_PAGE = 1_000
_CHARACTERS_PER_PAGE = 4 << 20
_MEGABYTE = 1 << 20


class Input(Protocol):
    """What one stream is read from."""

    @property
    def file(self) -> str:
        """The name or pattern of its files."""
        ...

    @property
    def name(self) -> str:
        """What the stream is called."""
        ...

    @property
    def absent(self) -> str:
        """What it means that a record is not given any more."""
        ...

    @property
    def has_ids(self) -> bool:
        """Whether its rows bring ids, of which two may be the same."""
        ...

    @property
    def model(self) -> type[Record]:
        """What reads its rows."""
        ...

    @property
    def version(self) -> str:
        """Changes with how files are read."""
        ...

    def rows(self, path: Path, name: str) -> Iterator[tuple[int, Mapping[str, object]]]:
        """The rows of a file with their lines; UnreadableError where it is no such file."""
        ...


class Files(Connector[FilesSettings]):
    """Files: tables as any entity, and access logs as page views."""

    name: ClassVar[str] = "files"
    settings_type: ClassVar[type[Settings]] = FilesSettings
    threads: ClassVar[int] = 1
    """Files are read in the order of their names: that decides which of two rows counts."""

    example: ClassVar[str] = EXAMPLE

    default_channels: ClassVar[tuple[ChannelRule, ...]] = tuple(
        ChannelRule(channel=channel, where=f"original_source = '{channel}'") for channel in CHANNELS
    )

    def __init__(self, settings: FilesSettings, source: Source) -> None:
        super().__init__(settings, source)
        self._files: dict[str, Sequence[str]] = {}
        self._repeated: dict[str, Repeated] = {}
        if problems := list(settings.problems()):
            raise ConfigError(
                "; ".join(problems),
                where=f"[sources.{source.name}]",
                todo="correct it in kpiloop.toml",
            )

    def connect(self) -> Api:
        """The client for the address, without a limit of its own."""
        token = self.settings.token
        return Api(
            self.settings.base_url,
            system=self.source.name,
            auth=BearerToken(token) if token else NoAuth(),
            share=self.source.share,
            refusals=refusal,
            clock=self.source.clock,
        )

    def close(self) -> None:
        """Let go of the client, of what was downloaded, and of the ids that were seen."""
        if "place" in vars(self):
            self.place.close()
        for each in self._repeated.values():
            each.close()
        super().close()

    @cached_property
    def place(self) -> Place:
        """Where the files lie."""
        if self.settings.base_url:
            return Address(self.api, max_bytes=self.settings.max_megabytes * _MEGABYTE)
        root = self.source.folder / Path(self.settings.folder).expanduser()
        return Folder(source=self.source.name, root=root)

    @cached_property
    def inputs(self) -> Mapping[str, Input]:
        """Tables and logs by the names of their streams."""
        found: list[Input] = [TableInput(each) for each in self.settings.tables]
        found += [LogInput(each) for each in self.settings.logs]
        return MappingProxyType({each.name: each for each in found})

    def all_streams(self) -> Mapping[str, Stream]:
        """One stream for each table and each log."""
        return {name: _stream_of(each) for name, each in self.inputs.items()}

    def read_stream(self, stream: Stream, read: Read) -> Iterator[Page]:
        """The rows of one file, beginning after the line of the checkpoint."""
        given = self.inputs[stream.name]
        name, _, version = read.slice.rpartition("#")
        path = self.place.path(name, given.file)
        if path is None:
            # Where another file is left, this one is gone; else that is told as an error.
            self.place.names(given.file)
            return
        if given.name not in self._files:
            self.begin(given.name, self.place.names(given.file))
        if read.checkpoint is not None and version != _version(given, path):
            raise self._refused(name, "it has changed since the pull that was interrupted")
        after = read.checkpoint if isinstance(read.checkpoint, int) else 0
        yield from _pages(self._rows(given, path, name), after)

    def begin(self, stream: str, files: Sequence[str]) -> None:
        """Read a stream from its beginning: no row of it was seen yet."""
        self._files[stream] = files
        if stream in self._repeated:
            self._repeated.pop(stream).close()

    def _rows(self, given: Input, path: Path, name: str) -> Rows:
        """The rows of a file, where each id counts once, over those files that go before it."""
        rows = self._told(given, path, name)
        if not given.has_ids:
            yield from rows
            return
        across_files = given.absent == Absent.DELETED
        repeated = self._repeated.setdefault(given.name, Repeated(across_files=across_files))
        for earlier in repeated.before(self._files.get(given.name, ()), name):
            # They were read by the pull that was interrupted.
            there = self.place.path(earlier, given.file)
            for _ in repeated.mark(earlier, self._told(given, there, earlier) if there else ()):
                pass
        yield from repeated.mark(name, rows)

    def _told(self, given: Input, path: Path, name: str) -> Rows:
        """The rows of a file; what is wrong with it as a whole is told with its name."""
        try:
            yield from given.rows(path, name)
        except UnreadableError as error:
            raise self._unreadable(name, str(error)) from None
        except OSError as error:
            raise self._unreadable(name, error.strerror or type(error).__name__) from None

    def checks(self) -> Iterator[Check]:
        """Whether each table finds its files, and each file its columns."""
        return checks(self.place, self.inputs)

    def _refused(self, name: str, what: str) -> RefusedError:
        return RefusedError(f"{name}: {what}", system=self.source.name, todo="pull again")

    def _unreadable(self, name: str, what: str) -> UntrustedAnswerError:
        return UntrustedAnswerError(
            f"{name}: {what}",
            system=self.source.name,
            todo="correct the file, or its table in kpiloop.toml; what was read before stays",
        )


def _stream_of(given: Input) -> Stream:
    def files(connector: Files, _read: Read) -> Sequence[str]:
        place = connector.place
        names = place.names(given.file)
        connector.begin(given.name, names)
        found = {name: place.path(name, given.file) for name in names}
        return [f"{name}#{_version(given, path)}" for name, path in found.items() if path]

    return Stream(
        name=given.name,
        models=(given.model,),
        cursor=Cursor.NONE,
        slices=files,
        absent=Absent(given.absent),
        once=True,
    )


def _version(given: Input, path: Path) -> str:
    return f"{content_hash(path)}-{given.version}"


def _pages(rows: Rows, after: int) -> Iterator[Page]:
    """Rows in pages of a bounded size; those up to a line are left out."""
    page: list[Mapping[str, Any]] = []
    size = 0
    for line, row in rows:
        if line <= after:
            continue
        page.append(row)
        size += sum(len(cell) for cell in row.get("columns", {}).values() if isinstance(cell, str))
        if len(page) >= ROWS_PER_PAGE or size >= _CHARACTERS_PER_PAGE:
            yield Page.rows(page, checkpoint=line)
            page, size = [], 0
    if page:
        yield Page.rows(page)
