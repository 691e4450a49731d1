"""How a model of Odoo is read: what changed, and which ids there still are.

`write_date` is told to the second only, and many rows share one: pages therefore follow the id,
which never moves, and what changes meanwhile has a later `write_date`, for the next pull. Odoo
tells nothing of what was deleted: the ids that are stored are compared with those that are left,
whenever their number, sum or largest says that they are others.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import KW_ONLY, dataclass
from typing import Any, TypeAlias

from kpiloop import Absent, ConfigError, Cursor, Page, Read, Record, Stream, Wire

from kpiloop_odoo.client import Client, Domain, Row
from kpiloop_odoo.wire import key_of, paths_of

Reader: TypeAlias = Callable[[Client, Read], Iterator[Page]]
_IDS = 20
"""How many ids weigh as much as a record."""


@dataclass(frozen=True, slots=True)
class Table:
    """The records of a model that are read, as a stream."""

    name: str
    model: str
    wire: type[Wire]
    where: Domain = ()
    _: KW_ONLY
    optional: bool = True
    """Whether the model comes with an application that need not be installed."""
    is_small: bool = False
    """Whether all records are read each time."""
    like: str = ""
    """Another model that fills the same entity: what the settings name may be only there."""

    @property
    def streams(self) -> Iterator[Stream]:
        """The stream of what changed, and before it the one that tells what is gone."""
        tells_gone = self.is_small or not issubclass(self.wire, Record)
        if not tells_gone:
            yield Stream(
                name=f"{self.name}_ids",
                models=(key_of(self.wire),),
                cursor=Cursor.NONE,
                slices=self._fingerprint,
                once=True,
                optional=self.optional,
            )
        yield Stream(
            name=self.name,
            models=(self.wire,),
            cursor=Cursor.NONE if self.is_small else Cursor.MODIFIED,
            absent=Absent.DELETED if tells_gone else Absent.KEPT,
            optional=self.optional,
        )

    def reading(self, stream: Stream) -> Reader:
        """What reads one of the streams."""
        return self._ids if stream.once else self._changes

    def _ids(self, client: Client, read: Read) -> Iterator[Page]:
        for rows in self.rows(client, read, ()):
            yield Page.rows(rows, checkpoint=rows[-1]["id"])

    def _changes(self, client: Client, read: Read) -> Iterator[Page]:
        for rows in self.rows(client, read, self._paths(client, read)):
            yield Page.rows(rows, checkpoint=rows[-1]["id"])

    def rows(self, client: Client, read: Read, paths: Sequence[str]) -> Iterator[list[Row]]:
        """What changed in the window, behind the checkpoint, in the order of the ids."""
        size = client.page if paths else client.page * _IDS
        last = read.checkpoint or 0
        start = read.window.start
        since = [("write_date", ">=", f"{start:%Y-%m-%d %H:%M:%S}")] if start else []
        while rows := client.rows(
            self.model, [*self.where, *since, ("id", ">", last)], paths, most=size
        ):
            yield rows
            if len(rows) < size:
                return
            last = rows[-1]["id"]

    def _fingerprint(self, connector: Any, _read: Read, /) -> Sequence[str]:
        """The name of the one slice: another one whenever a record was made or deleted."""
        counts = ["__count", "id:max", "id:sum"]
        asked = {"domain": [*self.where], "groupby": [], "aggregates": counts}
        [told] = connector.client.call(self.model, "formatted_read_group", **asked)
        return (":".join(str(told[count]) for count in counts),)

    def _paths(self, client: Client, read: Read) -> Sequence[str]:
        """The paths to read, without what this Odoo does not have for want of a module.

        Raises:
            ConfigError: The settings name a field that is not there.
        """
        known = client.fields(self.model)
        paths = read.fields.get(self.wire, ())
        lacking = {path for path in paths if path.partition(".")[0] not in known}
        others = client.fields(self.like) if self.like else frozenset[str]()
        for path in sorted(lacking - {*paths_of(self.wire).values()}):
            if path.partition(".")[0] not in others:
                raise ConfigError(
                    f"{self.model} has no field {path}",
                    legal=", ".join(sorted(known)),
                    todo="correct the path under [sources.<name>.fields], or give the key the right"
                    " to read it",
                )
        return [path for path in paths if path not in lacking]
