"""Odoo as another program sees it, apart from the connector's own client."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from urllib.error import HTTPError
from urllib.request import Request, urlopen

from odoo_server.server import Odoo

Row = dict[str, Any]
Domain = Sequence[tuple[str, str, object]]


class OdooRefusesError(Exception):
    """Odoo did not do what was asked; says what, and Odoo's own reason."""


@dataclass(frozen=True, slots=True)
class OdooApi:
    """Calls of one database, as its administrator."""

    odoo: Odoo

    def __call__(self, model: str, method: str, /, **arguments: Any) -> Any:
        """What a method answers."""
        request = Request(
            f"{self.odoo.base_url}/json/2/{model}/{method}",
            data=json.dumps(arguments).encode(),
            headers={
                "Authorization": f"bearer {self.odoo.key}",
                "X-Odoo-Database": self.odoo.database,
                "Content-Type": "application/json",
            },
        )
        try:
            with urlopen(request) as answer:
                return json.load(answer)
        except HTTPError as error:
            reason = error.read().decode()
            raise OdooRefusesError(f"{model}.{method}{arguments}: {reason}") from None

    def create(self, model: str, *rows: Row) -> list[int]:
        """Make records, and say their ids."""
        made: list[int] = self(model, "create", vals_list=list(rows))
        return made

    def write(self, model: str, ids: Sequence[int], **values: Any) -> None:
        """Change records, all of them in the same way."""
        self(model, "write", ids=list(ids), vals=values)

    def read(self, model: str, where: Domain, *fields: str) -> list[Row]:
        """Records, archived ones too."""
        rows: list[Row] = self(
            model,
            "search_read",
            domain=list(where),
            fields=list(fields),
            order="id",
            context={"active_test": False},
        )
        return rows

    def total(self, model: str, where: Domain, aggregate: str) -> Any:
        """What Odoo itself adds up, archived records included: `expected_revenue:sum`."""
        (row,) = self(
            model,
            "formatted_read_group",
            domain=list(where),
            groupby=[],
            aggregates=[aggregate],
            context={"active_test": False},
        )
        return row[aggregate]
