"""How a model of Odoo is read: what changed, and which ids there still are.

`write_date` is told to the second only, and many rows share one: pages therefore follow the id,
which never moves, and what changes meanwhile has a later `write_date`, for the next pull. Odoo
tells nothing of what was deleted: the ids that are left are listed, whenever their number, sum or
largest says that they are others.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import KW_ONLY, dataclass
from typing import Any, TypeAlias

from kpiloop import ConfigError, Cursor, Page, Read, Record, Stream, Wire
from kpiloop.web_api import Answer, Key

from kpiloop_odoo.client import Client, Domain

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
    def stream(self) -> Stream:
        """What changed; where a record is a row, with the ids that tell what is gone."""
        lists_ids = issubclass(self.wire, Record) and not self.is_small
        return Stream(
            name=self.name,
            models=(self.wire,),
            cursor=Cursor.NONE if self.is_small else Cursor.MODIFIED,
            optional=self.optional,
            ids=self._ids if lists_ids else None,
            fingerprint=self._fingerprint if lists_ids else None,
        )

    def pages(self, client: Client, read: Read) -> Iterator[Page]:
        """What changed in the window, with what is needed of it."""
        return self.walk(client, read, self._paths(client, read))

    def walk(self, client: Client, read: Read, paths: Sequence[str]) -> Iterator[Page]:
        """What changed in the window, behind the checkpoint, in the order of the ids."""
        start = read.window.start
        since = [("write_date", ">=", f"{start:%Y-%m-%d %H:%M:%S}")] if start else []
        size = client.page * (_IDS if [*paths] == ["id"] else 1)

        def behind(last: Key | None) -> Answer:
            where = [*self.where, *since, ("id", ">", last or 0)]
            return client.found(self.model, where, paths, most=size)

        return client.api.keyset(behind, rows="records", size=size, start=read.checkpoint)

    def _ids(self, connector: Any, read: Read) -> Iterator[Page]:
        return self.pages(connector.client, read)

    def _fingerprint(self, connector: Any, _read: Read) -> str:
        """Another one whenever a record was made or deleted."""
        counts = ["__count", "id:max", "id:sum"]
        asked = {"domain": [*self.where], "groupby": [], "aggregates": counts}
        [told] = connector.client.call(self.model, "formatted_read_group", **asked)
        return ":".join(str(told[count]) for count in counts)

    def _paths(self, client: Client, read: Read) -> Sequence[str]:
        """The paths to read, without what this Odoo does not have for want of a module.

        Raises:
            ConfigError: The settings name a field that is not there.
        """
        known = client.fields(self.model)
        others = client.fields(self.like) if self.like else frozenset[str]()
        for path in read.mapped.get(self.wire, {}).values():
            if path.partition(".")[0] not in known | others:
                raise ConfigError(
                    f"{self.model} has no field {path}",
                    legal=", ".join(sorted(known)),
                    todo="correct the path under [sources.<name>.fields], or give the key the right"
                    " to read it",
                )
        needed = read.fields.get(self.wire, ())
        return [path for path in needed if path.partition(".")[0] in known]
