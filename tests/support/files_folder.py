"""A folder of files that a test writes into and pulls."""

from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from kpiloop import Source
from kpiloop.engine.pull.report import Counts, PullReport
from kpiloop.engine.pull.run import PullRequest, pull
from kpiloop.warehouse.store import Warehouse
from kpiloop_files.reads import Files
from kpiloop_files.settings import FilesSettings

COSTS: dict[str, Any] = {
    "file": "costs*.csv",
    "entity": "costs",
    "key": ("month", "channel"),
    "columns": {"first_day": "month", "last_day": "month", "channel": "channel", "amount": "spent"},
    "day": "%Y-%m",
}


@dataclass
class FilesFolder:
    """A folder, its tables as the settings say, and a warehouse."""

    root: Path
    warehouse: Warehouse
    tables: list[dict[str, Any]] = field(default_factory=list[dict[str, Any]])
    logs: list[dict[str, Any]] = field(default_factory=list[dict[str, Any]])
    settings: dict[str, Any] = field(default_factory=dict[str, Any])

    def write(self, name: str, content: str | bytes) -> Path:
        """Put a file into the folder; text is written in UTF-8."""
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    def costs(self, content: str | bytes, **words: Any) -> Counts:
        """Pull one file of costs; the words change its table."""
        self.write("costs.csv", content)
        self.tables = [COSTS | words]
        return self.counts()

    def connector(self) -> Files:
        """The connector, as today's settings say."""
        where = {} if "base_url" in self.settings else {"folder": self.root.name}
        given = {"tables": self.tables, "logs": self.logs, **where, **self.settings}
        settings = FilesSettings.model_validate(given)
        return Files(settings, Source(name="files", folder=self.root.parent))

    def pull(self, **words: Any) -> PullReport:
        """Pull all of it."""
        with closing(self.connector()) as connector:
            return pull(self.warehouse, connector, PullRequest(**words))

    def counts(self) -> Counts:
        """Pull all of it, which must succeed, and what that changed."""
        report = self.pull()
        assert report.failed == {}
        assert report.counts.closes
        return report.counts

    def error(self) -> str:
        """Pull all of it, which must fail, and why it did."""
        return " ".join(str(error) for error in self.pull().failed.values())

    def rows(self, columns: str, entity: str = "costs") -> list[tuple[Any, ...]]:
        """The living rows of an entity, in the order of their ids."""
        return self.ask(
            f"SELECT {columns} FROM pulled.{entity} WHERE deleted_at IS NULL ORDER BY id"
        )

    def reasons(self) -> list[str]:
        """Why rows are in quarantine, in the order of their reasons."""
        return [reason for (reason,) in self.ask("SELECT reason FROM state.quarantine ORDER BY 1")]

    def ask(self, query: str) -> list[tuple[Any, ...]]:
        """Whatever the warehouse answers."""
        with self.warehouse.cursor() as cursor:
            return cursor.execute(query).fetchall()
