"""What the company's Mailchimp has besides mailings: a series, pages for events, a survey."""

from collections.abc import Iterable, Iterator
from datetime import timedelta

from kpiloop_sandbox.company.chance import Chance
from kpiloop_sandbox.company.model import Campaign, Channel, Person
from kpiloop_sandbox.company.opinions import QUESTION, Opinion
from kpiloop_sandbox.company.options import CompanyOptions
from kpiloop_sandbox.company.subscribers import spelled
from kpiloop_sandbox.mailchimp.ids import contact_id, member_hash, number_of, short_id
from kpiloop_sandbox.mailchimp.objects import Document
from kpiloop_sandbox.mailchimp.times import iso, seconds

SURVEY_ID, WORKFLOW_ID = "survey-nps", "welcome"
_PAGES_STREAM = 6 << 36
_DAYS_TOLD = 7
_FEWEST_VISITS, _MORE_VISITS = 4, 30
_COMES_AGAIN = 0.25
_TITLES = ("Welcome to Acme", "Three things to try first")


def automation(options: CompanyOptions, list_id: str) -> Document:
    """A welcome series that was written and never switched on."""
    return {
        "id": WORKFLOW_ID,
        "create_time": iso(seconds(options.start)),
        "start_time": "",
        "status": "paused",
        "emails_sent": 0,
        "recipients": {"list_id": list_id, "list_is_active": True, "list_name": ""},
        "settings": {
            "title": "Welcome series",
            "from_name": "Acme",
            "reply_to": "news@acme.example",
        },
        "trigger_settings": {
            "workflow_type": "welcomeSeries",
            "workflow_title": "Welcome new subscribers",
            "workflow_emails_count": len(_TITLES),
        },
    }


def automation_emails(options: CompanyOptions, list_id: str) -> Iterator[Document]:
    """The e-mails of the series."""
    for position, title in enumerate(_TITLES, start=1):
        yield {
            "id": short_id(WORKFLOW_ID, position),
            "web_id": number_of(WORKFLOW_ID, position),
            "workflow_id": WORKFLOW_ID,
            "position": position,
            "create_time": iso(seconds(options.start)),
            "start_time": "",
            "archive_url": f"http://archive.example/{WORKFLOW_ID}-{position}",
            "status": "paused",
            "emails_sent": 0,
            "send_time": "",
            "content_type": "template",
            "recipients": {"list_id": list_id, "list_is_active": True, "list_name": ""},
            "settings": {"subject_line": title, "title": title, "from_name": "Acme"},
        }


def landing_pages(
    campaigns: Iterable[Campaign], options: CompanyOptions, list_id: str
) -> Iterator[tuple[Document, Document]]:
    """A page for each event, and its report, which tells the last week day by day."""
    chance = Chance(options.seed, _PAGES_STREAM)
    for campaign in campaigns:
        if campaign.channel is Channel.EVENTS:
            page = _page(campaign, list_id)
            yield page, _page_report(page, chance, options)


def survey(options: CompanyOptions, list_id: str, responses: int) -> Document:
    """The survey that customers are asked to answer."""
    opened = iso(seconds(options.start))
    return {
        "id": SURVEY_ID,
        "web_id": number_of(SURVEY_ID),
        "list_id": list_id,
        "list_name": "Acme customers",
        "title": "Would you recommend us?",
        "url": "https://www.acme.example/survey",
        "status": "published",
        "published_at": opened,
        "created_at": opened,
        "updated_at": opened,
        "total_responses": responses,
    }


def question(responses: int) -> Document:
    """Its only question."""
    return {
        "id": "q1",
        "survey_id": SURVEY_ID,
        "query": QUESTION,
        "type": "range",
        "total_responses": responses,
        "is_required": True,
        "has_other": False,
        "options": [],
    }


def response(person: Person, opinion: Opinion, list_id: str) -> Document:
    """What one customer answered."""
    email = spelled(person)
    return {
        "response_id": short_id(SURVEY_ID, person.key),
        "submitted_at": iso(seconds(opinion.given_at)),
        "contact": {
            "email_id": member_hash(email),
            "contact_id": contact_id(list_id, email),
            "status": "Subscribed",
            "email": email,
            "full_name": f"{person.first_name} {person.last_name}",
            "consents_to_one_to_one_messaging": True,
            "avatar_url": "",
        },
        "is_new_contact": False,
        "results": [
            {
                "question_id": "q1",
                "question_type": "range",
                "query": QUESTION,
                "answer": str(opinion.score),
            }
        ],
    }


def _page(campaign: Campaign, list_id: str) -> Document:
    made = campaign.first_day - timedelta(days=21)
    published = f"{made.isoformat()}T09:00:00+00:00"
    return {
        "id": short_id("page", campaign.utm_campaign),
        "name": campaign.name,
        "title": campaign.name,
        "description": "",
        "template_id": 1,
        "status": "published",
        "list_id": list_id,
        "store_id": "",
        "web_id": number_of("page", campaign.utm_campaign),
        "created_by_source": "",
        "url": f"https://events.acme.example/{campaign.utm_campaign}",
        "created_at": published,
        "published_at": published,
        "unpublished_at": "",
        "updated_at": published,
    }


def _page_report(page: Document, chance: Chance, options: CompanyOptions) -> Document:
    days = [options.until - timedelta(days=back) for back in range(_DAYS_TOLD, 0, -1)]
    visitors = [_FEWEST_VISITS + chance.below(_MORE_VISITS) for _ in days]
    visits = [number + int(number * _COMES_AGAIN * chance.share()) for number in visitors]
    told = {
        name: [
            {"date": day.isoformat(), "val": number}
            for day, number in zip(days, numbers, strict=True)
        ]
        for name, numbers in (("visits", visits), ("unique_visits", visitors))
    }
    shown = ("id", "name", "title", "url", "published_at", "unpublished_at", "status", "list_id")
    return {
        **{name: page[name] for name in shown},
        "web_id": page["web_id"],
        "visits": sum(visits),
        "unique_visits": sum(visitors),
        "subscribes": 0,
        "clicks": 0,
        "conversion_rate": 0,
        "timeseries": {"daily_stats": told},
        "list_name": "Acme newsletter",
        "signup_tags": [],
    }
