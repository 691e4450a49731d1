"""Files for kpiloop: tables and web logs from a folder or a web address, as any entity."""

from collections.abc import Sequence
from typing import Any

from kpiloop import Connector, hookimpl
from kpiloop_files.reads import Files


@hookimpl
def kpiloop_connectors() -> Sequence[type[Connector[Any]]]:
    """The connector."""
    return [Files]
