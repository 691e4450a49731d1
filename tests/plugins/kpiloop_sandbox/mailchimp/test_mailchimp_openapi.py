"""The demo company's account, held against the vendor's own OpenAPI document."""

from collections.abc import Iterator
from datetime import date

import pytest
import requests

from kpiloop_sandbox.company.options import CompanyOptions
from kpiloop_sandbox.mailchimp.app import ENDPOINTS
from kpiloop_sandbox.mailchimp.options import DEFAULT_KEY
from kpiloop_sandbox.mailchimp.server import MailchimpSandbox
from kpiloop_sandbox.mailchimp.store import Store
from kpiloop_sandbox.mailchimp_seed.load import load_stream
from support.mailchimp_contract import DOCUMENT, Contract, answer_gaps, document, operation_of

pytestmark = pytest.mark.skipif(
    not DOCUMENT.exists(), reason="the vendor's document is not part of the project"
)
READS = [each.path for each in ENDPOINTS if each.method == "GET"]
FIRST_OF = {
    "{list_id}": ("/lists", "lists", "id"),
    "{subscriber_hash}": ("/lists/{list_id}/members", "members", "id"),
    "{merge_id}": ("/lists/{list_id}/merge-fields", "merge_fields", "merge_id"),
    "{segment_id}": ("/lists/{list_id}/segments", "segments", "id"),
    "{campaign_id}": ("/reports", "reports", "id"),
    "{link_id}": ("/reports/{campaign_id}/click-details", "urls_clicked", "id"),
    "{email_id}": ("/reports/{campaign_id}/sent-to", "sent_to", "email_id"),
    "{store_id}": ("/ecommerce/stores", "stores", "id"),
    "{order_id}": ("/ecommerce/stores/{store_id}/orders", "orders", "id"),
    "{customer_id}": ("/ecommerce/stores/{store_id}/customers", "customers", "id"),
    "{product_id}": ("/ecommerce/stores/{store_id}/products", "products", "id"),
    "{workflow_id}": ("/automations", "automations", "id"),
    "{workflow_email_id}": ("/automations/{workflow_id}/emails", "emails", "id"),
    "{page_id}": ("/landing-pages", "landing_pages", "id"),
    "{question_id}": ("/reporting/surveys/{outreach_id}/questions", "questions", "id"),
    "{response_id}": ("/reporting/surveys/{outreach_id}/responses", "responses", "response_id"),
}
OUTREACH = {
    "/reporting/surveys": "surveys",
    "/reporting/landing-pages": "landing_pages",
    "/reporting/facebook-ads": "facebook_ads",
}
FACEBOOK_AD = {"id": "fb1", "name": "Video", "type": "facebook", "status": "completed"}


class Account:
    """The company's account and whoever reads it."""

    def __init__(self, url: str, contract: Contract) -> None:
        self.contract = contract
        self._url = url
        self._session = requests.Session()
        self._session.auth = ("any", DEFAULT_KEY)

    def get(self, path: str) -> requests.Response:
        """A path whose open parts stand for the first thing that is listed there."""
        for part, (listing, rows, key) in FIRST_OF.items():
            if part in path:
                path = path.replace(part, self._first(listing, rows, key))
        for listing, rows in OUTREACH.items():
            if path.startswith(listing) and "{outreach_id}" in path:
                path = path.replace("{outreach_id}", self._first(listing, rows, "id"))
        return self._session.get(self._url + path, timeout=10)

    def post(self, path: str, body: dict[str, str]) -> None:
        """Something new."""
        self._session.post(self._url + path, json=body, timeout=10).raise_for_status()

    def close(self) -> None:
        """Close its connections."""
        self._session.close()

    def _first(self, listing: str, rows: str, key: str) -> str:
        return str(self.get(listing).json()[rows][0][key])


@pytest.fixture(scope="module")
def account() -> Iterator[Account]:
    """A company of 400 contacts, with an advertisement besides."""
    contract = Contract()
    with Store() as store:
        load_stream(store, CompanyOptions(until=date(2026, 11, 1), contacts=400))
        store.put("reporting/facebook-ads", FACEBOOK_AD)
        sandbox = MailchimpSandbox(store)
        sandbox.app = contract.watching(sandbox.app)
        with sandbox:
            account = Account(sandbox.api_url, contract)
            account.post("/file-manager/files", {"name": "kpis.csv", "file_data": "QUJD"})
            yield account
            account.close()


@pytest.mark.parametrize("path", READS)
def test_every_answer_is_of_the_vendors_shape(account: Account, path: str) -> None:
    """Members, types, enumerations and times are those of the document, and no others."""
    account.contract.violations.clear()
    before = account.contract.judged
    answer = account.get(path)
    assert answer.status_code == 200, answer.text
    assert account.contract.judged > before
    assert account.contract.violations == []


def test_every_endpoint_is_one_of_the_vendors() -> None:
    """With its method; parts of a path may have another name."""
    theirs = {
        (method.upper(), _plain(path))
        for path, operations in document()["paths"].items()
        for method in operations
    }
    assert {(each.method, _plain(each.path)) for each in ENDPOINTS} - theirs == set()


def _plain(path: str) -> str:
    return "/".join("{}" if part.startswith("{") else part for part in path.split("/"))


def test_the_judge_finds_what_does_not_fit() -> None:
    """An unknown member, a wrong type and an illegal time are each told."""
    listed = operation_of("GET", "/lists")
    wrong = b'{"lists":[{"id":1,"odd":2,"date_created":"yesterday"}],"total_items":"x"}'
    found = " ".join(answer_gaps(listed, 200, wrong))
    for part in ("1 is not of type 'string'", "no member odd", "'yesterday'", "total_items"):
        assert part in found
