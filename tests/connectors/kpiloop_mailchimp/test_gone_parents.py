"""What is deleted in Mailchimp between the moment when it is listed and that when it is read."""

from collections.abc import Mapping
from pathlib import Path

import pytest

from kpiloop.engine.pull.run import PullRequest, pull
from kpiloop.warehouse.store import Warehouse
from kpiloop_mailchimp.reads import Mailchimp
from support.mailchimp import Account

GOING = {
    "segments": ("/lists", "/lists/l1/segments"),
    "members": ("/lists", "/lists/l1/members"),
    "archived_members": ("/lists", "/lists/l1/members"),
    "automation_emails": ("/automations", "/automations/a1/emails"),
    "products": ("/ecommerce/stores", "/ecommerce/stores/shop/products"),
    "customers": ("/ecommerce/stores", "/ecommerce/stores/shop/customers"),
    "orders": ("/ecommerce/stores", "/ecommerce/stores/shop/orders"),
    "survey_responses": ("/reporting/surveys", "/reporting/surveys/s1/responses"),
}
"""Stream → the list that names its parents, and the list below one of them."""


@pytest.mark.parametrize("stream", GOING)
def test_a_parent_that_goes_after_it_was_listed_gives_no_page(
    tmp_path: Path, mailchimp: Mailchimp, account: Account, stream: str
) -> None:
    """An audience, store, automation or survey of which nothing is left ends no stream."""
    parents, below = GOING[stream]

    def gone(path: str, _query: Mapping[str, str]) -> None:
        if path == parents:
            account.lists.pop(below, None)

    account.before = gone
    with Warehouse.open(tmp_path / "warehouse.duckdb") as warehouse:
        report = pull(warehouse, mailchimp, PullRequest(streams=(stream,)))
        assert report.failed == {}
        assert [each.unavailable for each in report.streams] == [""]
        assert report.counts.read == 0
        assert pull(warehouse, mailchimp, PullRequest(streams=(stream,))).is_green
