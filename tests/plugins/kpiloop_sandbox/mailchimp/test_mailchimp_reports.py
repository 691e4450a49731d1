"""Campaigns, their reports and what became of them at each recipient."""

from typing import Any

import requests

LINK = "https://www.acme.example/demo"
SENT, DRAFT, TESTED = "cccccccccc", "eeeeeeeeee", "dddddddddd"


def test_reports_are_of_sent_campaigns_only(reader: Any) -> None:
    """A draft is a campaign and has no report."""
    campaigns = reader.campaigns.list()["campaigns"]
    reports = reader.reports.get_all_campaign_reports()["reports"]
    assert {each["id"] for each in campaigns} == {SENT, TESTED, DRAFT}
    assert {each["id"] for each in reports} == {SENT, TESTED}


def test_a_report_counts_what_happened(reader: Any) -> None:
    """Opens and clicks, their people, bounces, those who left, and the last moments."""
    report = reader.reports.get_campaign_report(SENT)
    assert report["emails_sent"] == 20
    assert report["opens"] == {
        "opens_total": 3,
        "unique_opens": 2,
        "open_rate": 0.111111,
        "last_open": "2026-01-02T12:30:00+00:00",
    }
    assert report["clicks"]["unique_subscriber_clicks"] == 2
    assert report["bounces"] == {"hard_bounces": 1, "soft_bounces": 1, "syntax_errors": 0}
    assert (report["unsubscribed"], report["abuse_reports"]) == (2, 1)


def test_a_campaign_that_nobody_opened_has_an_empty_last_open(reader: Any) -> None:
    """It is an empty string, not null."""
    assert reader.reports.get_campaign_report(TESTED)["opens"]["last_open"] == ""


def test_campaigns_have_only_times_of_making_and_sending(reader: Any) -> None:
    """Windows on both exist; nothing tells when a campaign was edited."""
    after = reader.campaigns.list(since_send_time="2026-01-15T00:00:00+00:00")["campaigns"]
    assert [each["id"] for each in after] == [TESTED]
    made = reader.campaigns.list(since_create_time="2026-02-15T00:00:00+00:00")["campaigns"]
    assert [each["id"] for each in made] == [DRAFT]


def test_a_test_of_subjects_is_a_variate_campaign(reader: Any) -> None:
    """Its subjects are tested against each other, so it has no single one."""
    campaign = reader.campaigns.get(TESTED)
    assert campaign["type"] == "variate"
    assert campaign["variate_settings"]["subject_lines"] == ["Hello", "Good day"]
    assert "subject_line" not in campaign["settings"]


def test_email_activity_has_every_recipient_be_it_with_nothing(reader: Any) -> None:
    """`since` leaves acts out, never recipients, and is exclusive."""
    everything = reader.reports.get_email_activity_for_campaign(SENT, count=1000)
    later = reader.reports.get_email_activity_for_campaign(
        SENT, count=1000, since="2026-01-02T12:11:00+00:00"
    )
    assert len(everything["emails"]) == len(later["emails"]) == 20
    acts = [act["action"] for each in everything["emails"] for act in each["activity"]]
    assert sorted(acts) == ["bounce", "bounce", "click", "click", "open", "open", "open"]
    left = [act for each in later["emails"] for act in each["activity"]]
    assert [act["timestamp"] for act in left] == ["2026-01-02T12:30:00+00:00"]


def test_email_activity_tells_bounces_with_their_kind_and_no_unsubscribes(reader: Any) -> None:
    """Hard and soft; who left is asked for elsewhere."""
    page = reader.reports.get_email_activity_for_campaign(SENT, count=1000)
    acts = [act for each in page["emails"] for act in each["activity"]]
    assert [act["type"] for act in acts if act["action"] == "bounce"] == ["hard", "soft"]
    assert {act["action"] for act in acts} == {"open", "click", "bounce"}


def test_filter_bots_leaves_machines_out(look: Any) -> None:
    """Of opens, clicks and activity; without it they are in, and nothing marks them."""
    path = f"/reports/{SENT}/email-activity"
    human = look("GET", path, params={"filter_bots": "true", "count": 1000}).json()
    acts = [act["action"] for each in human["emails"] for act in each["activity"]]
    assert acts.count("open") == 2
    assert acts.count("click") == 1
    opens = look("GET", f"/reports/{SENT}/open-details", params={"filter_bots": "true"}).json()
    assert opens["total_items"] == 1


def test_those_who_left_are_told_with_time_and_reason(reader: Any, look: Any) -> None:
    """Both who left are there, the one who complained too."""
    page = reader.reports.get_unsubscribed_list_for_campaign(SENT)
    assert [each["timestamp"] for each in page["unsubscribes"]] == ["2026-01-02T13:00:00+00:00"] * 2
    assert {each["reason"] for each in page["unsubscribes"]} == {"None given"}
    assert look("GET", f"/reports/{SENT}/abuse-reports").json()["total_items"] == 1


def test_sent_to_tells_whether_it_arrived(reader: Any) -> None:
    """Each recipient is sent, hard or soft."""
    page = reader.reports.get_campaign_recipients(SENT, count=1000)["sent_to"]
    assert [each["status"] for each in page[:4]] == ["sent", "sent", "hard", "soft"]
    assert [each["open_count"] for each in page[:3]] == [2, 1, 0]
    assert page[2]["last_open"] == ""


def test_clicks_are_told_by_address(reader: Any) -> None:
    """The link with its numbers, and who clicked it how often."""
    (link,) = reader.reports.get_campaign_click_details(SENT)["urls_clicked"]
    assert (link["url"], link["total_clicks"], link["unique_clicks"]) == (LINK, 2, 2)
    members = reader.reports.get_subscribers_info(SENT, link["id"])["members"]
    assert [each["clicks"] for each in members] == [1, 1]


def test_a_new_act_shows_at_once(sandbox: Any, ask: Any) -> None:
    """The back door adds what a recipient does; report and activity tell it."""
    url = f"{sandbox.base_url}/_sandbox/campaigns/{SENT}/acts"
    act = {"email": "PERSON9@acme.example", "action": "open", "at": "2026-01-09T08:00:00Z"}
    assert requests.post(url, json=act, timeout=10).status_code == 200
    report = ask("GET", f"/reports/{SENT}").json()
    assert report["opens"]["last_open"] == "2026-01-09T08:00:00+00:00"
    assert report["opens"]["unique_opens"] == 3
