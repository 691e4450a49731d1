"""What spans collections: the orders of all stores, the surveys of an audience, files."""

import base64
import binascii

from kpiloop_sandbox.mailchimp.calls import Answer, Body, Call, Endpoint, paged, single
from kpiloop_sandbox.mailchimp.errors import invalid_resource
from kpiloop_sandbox.mailchimp.ids import number_of
from kpiloop_sandbox.mailchimp.objects import Document
from kpiloop_sandbox.mailchimp.shelves import STORES, SURVEYS

_FILES = "file-manager/files"


class File(Body):
    """A file to keep; its content is in base64."""

    name: str
    file_data: str


def all_orders(call: Call) -> Answer:
    """The orders of every store."""
    campaign = call.one("campaign_id")
    found = [
        order
        for store in call.store.all(STORES)
        for order in call.store.all(f"{STORES}/{store['id']}/orders")
        if campaign in ("", order.get("campaign_id"))
    ]
    return paged(call, "orders", found)


def surveys_of_audience(call: Call) -> Answer:
    """The surveys that an audience is asked."""
    key = call.audience()["id"]
    found = [each for each in call.store.all(SURVEYS) if each["list_id"] == key]
    return paged(call, "surveys", found)


def upload(call: Call) -> Answer:
    """A file into the account's library."""
    given = call.read(File)
    try:
        content = base64.b64decode(given.file_data, validate=True)
    except binascii.Error:
        raise invalid_resource(file_data="This is no base64") from None
    number = number_of("file", given.name, len(call.store.all(_FILES)))
    document: Document = {
        "id": number,
        "folder_id": 0,
        "type": "file",
        "name": given.name,
        "full_size_url": f"https://files.example/{number}/{given.name}",
        "size": len(content),
        "created_at": call.time,
        "created_by": "API",
    }
    call.store.put(_FILES, document)
    call.account.counters.records_written += 1
    return single(call, document)


def list_files(call: Call) -> Answer:
    """The account's library."""
    found = call.store.all(_FILES)
    size = sum(each["size"] for each in found)
    return paged(call, "files", found, total_file_size=size)


ENDPOINTS = (
    Endpoint(method="GET", path="/ecommerce/orders", handler=all_orders),
    Endpoint(method="GET", path="/lists/{list_id}/surveys", handler=surveys_of_audience),
    Endpoint(method="GET", path="/file-manager/files", handler=list_files),
    Endpoint(method="POST", path="/file-manager/files", handler=upload),
)
