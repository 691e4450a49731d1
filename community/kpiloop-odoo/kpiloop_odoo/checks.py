"""What `kpiloop doctor` looks at in an Odoo database, changing nothing."""

from collections.abc import Iterator, Sequence

from kpiloop import Account, Check, CheckStatus, CredentialError, NotFoundError

from kpiloop_odoo.client import Client
from kpiloop_odoo.tables import Table

_GROUPS = {
    "leads of all salespeople": "sales_team.group_sale_salesman_all_leads",
    "history of stages, making custom fields": "base.group_system",
}


def account(client: Client) -> Account:
    """The currency of the company of the key's user; a time zone Odoo has for users only."""
    rows = client.rows("res.users", [("id", "=", _user(client))], ("company_id.currency_id.name",))
    return Account(currency=rows[0]["company_id"]["currency_id"]["name"])


def checks(client: Client, tables: Sequence[Table]) -> Iterator[Check]:
    """The key, the rights of its user, and each model that is read."""
    try:
        user = _user(client)
    except CredentialError as error:
        yield Check(what="key", status=CheckStatus.FAILED, found=error.what, todo=error.todo)
        return
    yield Check(what="key", status=CheckStatus.OK)
    for what, group in _GROUPS.items():
        is_in = client.call("res.users", "has_group", ids=[user], group_ext_id=group)
        found = "" if is_in else "the key's user lacks the right"
        yield _check(what, found, f"give the right in Odoo ({group})", must=False)
    for table in tables:
        try:
            may = client.call(table.model, "has_access", operation="read")
            found = "" if may else "the key's user lacks the right"
        except NotFoundError:
            found = "the application is not installed"
        todo = f"install or allow {table.model}" + ", or do without" * table.optional
        yield _check(f"reading {table.name}", found, todo, must=not table.optional)


def _check(what: str, found: str, todo: str, *, must: bool) -> Check:
    if not found:
        return Check(what=what, status=CheckStatus.OK)
    status = CheckStatus.FAILED if must else CheckStatus.WARNING
    return Check(what=what, status=status, found=found, todo=todo)


def _user(client: Client) -> int:
    number: int = client.call("res.users", "context_get")["uid"]
    return number
