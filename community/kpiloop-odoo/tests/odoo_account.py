"""An Odoo database as kpiloop's contract tests see it: the small one, or a real one."""

import json
from collections.abc import Sequence
from typing import Any
from urllib.request import Request, urlopen

from kpiloop import Connector, Source
from kpiloop.testing import ImpatientClock, VendorAccount
from pydantic import SecretStr
from small_odoo import DATABASE, KEY

from kpiloop_odoo.reads import Odoo
from kpiloop_odoo.settings import OdooSettings

_TOO_MUCH = 10.0**15


class OdooAccount(VendorAccount):
    """A database, and what people do in it."""

    streams = (
        "leads",
        "opportunities",
        "opportunities_stages",
        "deliveries",
    )

    def __init__(
        self, base_url: str, *, key: str = KEY, database: str = DATABASE, limited_key: str = ""
    ) -> None:
        self._base_url = base_url
        self._key = key
        self._limited_key = limited_key
        self._database = database
        self._edits = 0

    @property
    def base_url(self) -> str:
        """Where it is."""
        return self._base_url

    def make_connector(self, base_url: str) -> Connector[Any]:
        """A connector that reads few rows a call."""
        return self._connector(base_url, self._key)

    def make_connector_without_right(self, base_url: str) -> Connector[Any]:
        """A connector of a user who is no administrator."""
        if not self._limited_key:
            return super().make_connector_without_right(base_url)
        return self._connector(base_url, self._limited_key)

    def call(self, model: str, method: str, **arguments: object) -> Any:
        """What a method answers."""
        request = Request(  # noqa: S310 - the address is the test's own
            f"{self._base_url}/json/2/{model}/{method}",
            data=json.dumps(arguments).encode(),
            headers={
                "Authorization": f"bearer {self._key}",
                "X-Odoo-Database": self._database,
                "Content-Type": "application/json",
            },
        )
        with urlopen(request) as answered:  # noqa: S310 - likewise
            return json.load(answered)

    def edit_one(self) -> str:
        """Somebody writes another job title at a lead."""
        self._edits += 1
        number = self._some_lead()
        self.call("crm.lead", "write", ids=[number], vals={"function": f"Buyer {self._edits}"})
        return f"lead-{number}"

    def delete_one(self) -> str:
        """Somebody deletes a lead."""
        number = self._some_lead()
        self.call("crm.lead", "unlink", ids=[number])
        return f"lead-{number}"

    def add_at_one_time(self, count: int) -> Sequence[str]:
        """A form's leads come in, in one transaction."""
        made = [{"name": f"Lead {number}", "type": "lead"} for number in range(count)]
        return [f"lead-{number}" for number in self.call("crm.lead", "create", vals_list=made)]

    def break_one(self) -> str:
        """Somebody expects more revenue than there is money."""
        [deal] = self.call(
            "crm.lead",
            "create",
            vals_list=[{"name": "A dream", "type": "opportunity", "expected_revenue": _TOO_MUCH}],
        )
        return str(deal)

    def mend_one(self, record_id: str) -> None:
        """Nobody dreams any more."""
        self.call("crm.lead", "unlink", ids=[int(record_id)])

    def unknown_id(self, entity: str, known: Sequence[str]) -> str:
        """An id that no record has; smaller numbers may be those of another entity's records."""
        del entity
        return f"{'lead-' if known[0].startswith('lead-') else ''}99999"

    def _some_lead(self) -> int:
        found = self.call(
            "crm.lead",
            "web_search_read",
            domain=[("type", "=", "lead")],
            specification={},
            order="id",
            limit=None,
            count_limit=1,
        )
        number: int = found["records"][-1]["id"]
        return number

    def _connector(self, base_url: str, key: str) -> Connector[Any]:
        settings = OdooSettings(
            base_url=base_url,
            api_key=SecretStr(key),
            database=self._database,
            rows_per_page=4,
            requests_at_once=16,
        )
        return Odoo(settings, Source(name="odoo", clock=ImpatientClock()))
