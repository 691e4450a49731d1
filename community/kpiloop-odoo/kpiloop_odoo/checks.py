"""What `kpiloop doctor` looks at in an Odoo database, changing nothing."""

from collections.abc import Iterator

from kpiloop import Account, Check, CheckStatus, CredentialError, NotFoundError

from kpiloop_odoo.client import Client

_MUST = ("crm.lead", "crm.stage", "res.partner", "res.users")
_MAY = {
    "mail.tracking.value": "the history of stages",
    "mail.blacklist": "who wants no e-mail",
    "utm.campaign": "campaigns",
    "mailing.mailing": "mailings",
    "mailing.trace": "what became of mailings",
    "link.tracker.click": "clicks",
    "calendar.event": "meetings",
    "mail.activity": "calls and tasks",
    "sale.order": "orders",
}
_GROUPS = {
    "sales_team.group_sale_salesman_all_leads": "leads of all salespeople",
    "base.group_system": "making custom fields",
}


def account(client: Client) -> Account:
    """The currency of the company of the key's user; a time zone Odoo has for users only."""
    rows = client.rows("res.users", [("id", "=", _user(client))], ("company_id.currency_id.name",))
    return Account(currency=rows[0]["company_id"]["currency_id"]["name"])


def checks(client: Client) -> Iterator[Check]:
    """The key, the rights of its user, and each model that is read."""
    try:
        user = _user(client)
    except CredentialError as error:
        yield Check(what="key", status=CheckStatus.FAILED, found=error.what, todo=error.todo)
        return
    yield Check(what="key", status=CheckStatus.OK)
    for group, what in _GROUPS.items():
        is_in = client.call("res.users", "has_group", ids=[user], group_ext_id=group)
        yield _check(what, is_in, f"give the key's user the right in Odoo ({group})")
    for model in _MUST:
        yield _readable(client, model, f"reading {model}", otherwise=CheckStatus.FAILED)
    for model, what in _MAY.items():
        yield _readable(client, model, f"reading {what} ({model})")


def _readable(
    client: Client, model: str, what: str, *, otherwise: CheckStatus = CheckStatus.WARNING
) -> Check:
    todo = (
        "install the application or give the key's user the right, or do without: the pull goes on"
    )
    try:
        may = client.call(model, "has_access", operation="read")
    except NotFoundError:
        return Check(what=what, status=otherwise, found="Odoo has no such application", todo=todo)
    return _check(what, may, todo, otherwise)


def _check(
    what: str, is_there: object, todo: str, otherwise: CheckStatus = CheckStatus.WARNING
) -> Check:
    if is_there:
        return Check(what=what, status=CheckStatus.OK)
    return Check(what=what, status=otherwise, found="the key's user lacks the right", todo=todo)


def _user(client: Client) -> int:
    number: int = client.call("res.users", "context_get")["uid"]
    return number
