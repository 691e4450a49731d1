"""What is wrong with the key, its rights, or the applications that are installed.

ODOO_URL=… ODOO_KEY=… ODOO_DATABASE=… python doctor.py
"""

import os
import sys

from dlt.sources.helpers import requests

from dlt_source import NoSuchModelError, Odoo
from dlt_tables import TABLES

MUST = ("users", "stages", "leads", "partners")
GROUPS = {
    "leads of all salespeople": "sales_team.group_sale_salesman_all_leads",
    "history of stages, making custom fields": "base.group_system",
}


def main() -> None:
    """Print what was looked at; exit with 1 where something fails."""
    odoo = Odoo(os.environ["ODOO_URL"], os.environ["ODOO_KEY"], os.environ.get("ODOO_DATABASE"))
    try:
        user = odoo.call("res.users", "context_get")["uid"]
    except requests.HTTPError as error:
        status = error.response.status_code if error.response is not None else "none"
        sys.exit(f"failed: Odoo does not accept the key (status {status}): make a new one")
    except NoSuchModelError:
        sys.exit("failed: there is no such database, or no Odoo 19 at this address")
    failed = False
    for what, group in GROUPS.items():
        is_in = odoo.call("res.users", "has_group", ids=[user], group_ext_id=group)
        print("ok" if is_in else f"warning: give the right in Odoo ({group})", what)  # noqa: T201
    for table in TABLES:
        try:
            may = odoo.call(table.model, "has_access", operation="read")
            found = "ok" if may else f"the user may not read {table.model}"
        except NoSuchModelError:
            found = "the application is not installed"
        failed |= found != "ok" and table.name in MUST
        print(found, table.name)  # noqa: T201 - the program's answer
    account = odoo.rows("res.users", [["id", "=", user]], ["company_id.currency_id.name"])
    print("currency", account[0]["company_id"]["currency_id"]["name"])  # noqa: T201 - likewise
    sys.exit(failed)


if __name__ == "__main__":
    main()
