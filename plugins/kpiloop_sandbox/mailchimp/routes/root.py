"""`/` and `/ping`: whose account this is, and whether it answers."""

from kpiloop_sandbox.mailchimp.calls import Answer, Call, Endpoint, single
from kpiloop_sandbox.mailchimp.ids import member_hash
from kpiloop_sandbox.mailchimp.store import LISTS


def account(call: Call) -> Answer:
    """The account."""
    name = call.account.options.account_name
    subscribers = sum(
        call.store.members.counts(each["id"]).get("subscribed", 0) for each in call.store.all(LISTS)
    )
    return single(
        call,
        {
            "account_id": member_hash(name),
            "login_id": "1",
            "account_name": name,
            "email": "marketing@acme.example",
            "first_name": "Ada",
            "last_name": "Alt",
            "username": "acme",
            "role": "owner",
            "member_since": "2019-05-06T09:00:00+00:00",
            "pricing_plan_type": "monthly",
            "account_timezone": "Europe/Berlin",
            "pro_enabled": False,
            "total_subscribers": subscribers,
        },
    )


def ping(_call: Call) -> Answer:
    """A sign of life."""
    return Answer(body={"health_status": "Everything's Chimpy!"})


ENDPOINTS = (
    Endpoint(method="GET", path="/", handler=account),
    Endpoint(method="GET", path="/ping", handler=ping),
)
