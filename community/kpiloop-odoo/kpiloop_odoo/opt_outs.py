"""Who wants no e-mail: a list of addresses, of which neither leads nor contacts take notice.

Their own records do not change when the list does, so they are looked up by what stands in it.
"""

from collections.abc import Iterator

from kpiloop import Absent, Cursor, Page, Read, Stream

from kpiloop_odoo.client import Client, Row
from kpiloop_odoo.tables import Table
from kpiloop_odoo.wire import lead_of
from kpiloop_odoo.wire_people import OptOut

OPT_OUTS = Stream(
    name="opt_outs", models=(OptOut,), cursor=Cursor.NONE, absent=Absent.KEPT, optional=True
)
_LIST = Table(OPT_OUTS.name, "mail.blacklist", OptOut)


def opt_outs(client: Client, read: Read) -> Iterator[Page]:
    """The leads and contacts whose address came to the list, or left it."""
    for rows in _LIST.rows(client, read, ("email", "active", "write_date")):
        listed = {row["email"]: row for row in rows}
        where = [("email_normalized", "in", [*listed])]
        leads = client.rows("crm.lead", where, ("email_normalized",))
        contacts = client.rows("res.partner", where, ("email_normalized",))
        found = [
            *(_opt_out(lead_of(row["id"]), listed[row["email_normalized"]]) for row in leads),
            *(_opt_out(row["id"], listed[row["email_normalized"]]) for row in contacts),
        ]
        yield Page.rows(found, checkpoint=rows[-1]["id"])


def _opt_out(key: object, entry: Row) -> Row:
    """An entry that was taken off the list is archived."""
    moment = entry["active"] and entry["write_date"]
    return {"id": key, "opted_out": entry["active"], "opted_out_at": moment}
