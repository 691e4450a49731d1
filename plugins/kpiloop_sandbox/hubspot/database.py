"""The SQLite database under the store, whose SQL understands the times of HubSpot's filters."""

from kpiloop_sandbox.hubspot.tables import SCRIPT
from kpiloop_sandbox.hubspot.times import parse_ms
from kpiloop_sandbox.serving import database


class Database(database.Database):
    """The tables of the simulated account, and `epoch_ms(text)`."""

    def __init__(self, path: str) -> None:
        super().__init__(path, SCRIPT)
        with self.reading() as db:
            db.create_function("epoch_ms", 1, parse_ms, deterministic=True)
