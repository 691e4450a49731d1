"""How a model of Odoo is read: what changed, and which ids there still are.

`write_date` is told to the second only, and many rows share one: pages therefore follow the id,
which never moves, and what changes meanwhile has a later `write_date`, for the next pull. Odoo
tells nothing of what was deleted: the ids that are stored are compared with those that are left,
whenever their number, sum or largest says that they are others.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from kpiloop import ConfigError, Page, Read, Wire

from kpiloop_odoo.client import Client, Domain, Row
from kpiloop_odoo.wire import paths_of

PAGE = 1_000
IDS_PER_PAGE = 20_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """The records of a model that are read."""

    model: str
    where: Domain = ()
    like: str = ""
    """Another model that fills the same entity: what the settings name may be only there."""

    def changes(self, client: Client, read: Read, wire: type[Wire]) -> Iterator[Page]:
        """The records that changed in the window, in the order of their ids."""
        for rows in self.pages(client, read, self._paths(client, read, wire)):
            yield Page.rows(rows, of=wire, checkpoint=rows[-1]["id"])

    def ids(self, client: Client, read: Read) -> Iterator[Page]:
        """The ids of all records."""
        for rows in self.pages(client, read, (), size=IDS_PER_PAGE):
            yield Page.rows(rows, checkpoint=rows[-1]["id"])

    def pages(
        self, client: Client, read: Read, paths: Sequence[str], *, size: int = PAGE
    ) -> Iterator[list[Row]]:
        """What changed in the window, behind the checkpoint."""
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

    def fingerprint(self, client: Client) -> str:
        """Another text whenever a record was made or deleted: one cheap call."""
        counts = ["__count", "id:max", "id:sum"]
        told = client.call(
            self.model,
            "formatted_read_group",
            domain=[*self.where],
            groupby=[],
            aggregates=counts,
        )
        return ":".join(str(told[0][count]) for count in counts)

    def _paths(self, client: Client, read: Read, wire: type[Wire]) -> Sequence[str]:
        """The paths to read, without what this Odoo does not have for want of a module.

        Raises:
            ConfigError: The settings name a field that is not there.
        """
        known = client.fields(self.model)
        paths = read.fields[wire]
        lacking = {path for path in paths if path.partition(".")[0] not in known}
        others = client.fields(self.like) if self.like else frozenset[str]()
        for path in sorted(lacking - {*paths_of(wire).values()}):
            if path.partition(".")[0] not in others:
                raise ConfigError(
                    f"{self.model} has no field {path}",
                    legal=", ".join(sorted(known)),
                    todo="correct the path under [sources.<name>.fields], or give the key the right"
                    " to read it",
                )
        return [path for path in paths if path not in lacking]
