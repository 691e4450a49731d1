"""A small company's database: leads, opportunities, contacts, and what became of a mailing."""

from collections.abc import Mapping
from itertools import count

from small_odoo import Row

_TIMES = {"create_date": "2026-05-01 08:00:00", "write_date": "2026-06-01 09:30:00"}
_LEAD: Row = {
    "name": "A question",
    "active": True,
    "type": "opportunity",
    "email_from": False,
    "email_normalized": False,
    "contact_name": False,
    "function": False,
    "country_id": 1,
    "partner_id": False,
    "user_id": 2,
    "stage_id": 1,
    "source_id": 1,
    "medium_id": 1,
    "campaign_id": 1,
    "is_blacklisted": False,
    "expected_revenue": 0.0,
    "company_currency": 1,
    "date_conversion": False,
    "date_closed": False,
    "date_deadline": False,
    "won_status": "pending",
}
_PARTNER: Row = {
    "name": "Ann Lee",
    "active": True,
    "type": "contact",
    "is_company": False,
    "partner_share": True,
    "email": False,
    "email_normalized": False,
    "function": False,
    "country_id": False,
    "industry_id": False,
    "website": False,
    "parent_id": False,
    "commercial_partner_id": False,
    "user_id": False,
    "is_blacklisted": False,
}
_TRACE: Row = {
    "trace_type": "mail",
    "is_test_trace": False,
    "mass_mailing_id": 1,
    "campaign_id": 1,
    "trace_status": "sent",
    "sent_datetime": "2026-05-20 10:00:00",
    "open_datetime": False,
}
WON = {"won_status": "won", "stage_id": 4, "date_closed": "2026-05-30 12:00:00"}
LOST = {"won_status": "lost", "active": False, "date_closed": "2026-05-29 12:00:00"}
CONVERTED = {"date_conversion": "2026-05-10 12:00:00"}


def acme() -> Mapping[str, list[Row]]:
    """All tables; sale.order is not there, for the application is not installed."""
    return {**_people(), **_sales(), **_activities(), **_mail(), **_server()}


def _people() -> Mapping[str, list[Row]]:
    contacts = [
        {**_address(f"person{number}@customer.example"), "parent_id": 11} for number in range(1, 8)
    ]
    companies: list[Row] = [
        {"name": f"Customer {number}", "is_company": True, "commercial_partner_id": number}
        for number in range(11, 14)
    ]
    companies[0] |= {
        "website": "https://www.customer.example/en",
        "industry_id": 1,
        "country_id": 1,
    }
    own = {"name": "Sally Sales", "email": "sally@acme.example", "partner_share": False}
    partners = _rows(_PARTNER, contacts, start=1) + _rows(_PARTNER, companies, start=11)
    return {
        "res.partner": [*partners, *_rows(_PARTNER, [own], start=20)],
        "res.partner.industry": _rows({}, [{"name": "Farming"}]),
        "res.country": _rows({}, [{"code": "DE"}]),
        "mail.blacklist": _rows({}, [{"email": "person2@customer.example", "active": True}]),
    }


def _sales() -> Mapping[str, list[Row]]:
    leads = [{**_LEAD, "type": "lead", **_sender(number)} for number in range(1, 6)]
    deals = [
        {**_LEAD, **_sender(number), "expected_revenue": 1000.0 * number} for number in range(6, 13)
    ]
    deals[0] |= {**CONVERTED, "partner_id": 1}
    deals[1] |= {**WON, "partner_id": 11}
    deals[2] |= LOST
    deals[3] |= {"date_deadline": "2026-09-30", "stage_id": 2}
    stages = [("New", 1), ("Qualified", 2), ("Proposition", 3), ("Won", 70)]
    changes = [
        (7, 1, 2, "2026-05-12 08:00:00"),
        (7, 2, 4, "2026-05-30 12:00:00"),
        (9, 1, 2, "2026-05-13 08:00:00"),
    ]
    return {
        "crm.lead": _rows(_LEAD, [*leads, *deals]),
        "crm.stage": _rows(
            {},
            [{"name": name, "sequence": place, "is_won": name == "Won"} for name, place in stages],
        ),
        "mail.message": _rows(
            {},
            [{"model": "crm.lead", "res_id": lead, "date": date} for lead, _, _, date in changes],
        ),
        "mail.tracking.value": _rows(
            {"field_id": 1},
            [
                {"mail_message_id": number, "old_value_integer": old, "new_value_integer": new}
                for number, (_, old, new, _) in enumerate(changes, start=1)
            ],
        ),
    }


def _activities() -> Mapping[str, list[Row]]:
    return {
        "calendar.event": _rows(
            {},
            [{"user_id": 2, "opportunity_id": 7, "duration": 1.5, "start": "2026-05-15 09:00:00"}],
        ),
        "mail.activity": _rows(
            {"user_id": 2, "res_model": "crm.lead", "res_id": 7, "date_done": "2026-05-14"},
            [{"activity_type_id": 1}, {"activity_type_id": 2}, {"activity_type_id": 3}],
        ),
        "mail.activity.type": _rows(
            {}, [{"category": "phonecall"}, {"category": "default"}, {"category": "meeting"}]
        ),
    }


def _mail() -> Mapping[str, list[Row]]:
    click = {"mailing_trace_id": 1, "mass_mailing_id": 1, "campaign_id": 1, "link_id": 1}
    return {
        "utm.campaign": _rows(
            {"user_id": 2}, [{"title": "Spring", "name": "spring-26", "stage_id": 1}]
        ),
        "utm.stage": _rows({}, [{"name": "Sent"}]),
        "utm.source": _rows({}, [{"name": "Newsletter"}]),
        "utm.medium": _rows({}, [{"name": "Email"}]),
        "mailing.mailing": _rows(
            {},
            [
                {
                    "name": "May",
                    "subject": "News of May",
                    "state": "done",
                    "mailing_type": "mail",
                    "campaign_id": 1,
                    "sent_date": "2026-05-20 10:00:00",
                }
            ],
        ),
        "mailing.trace": _rows(_TRACE, _sent()),
        "link.tracker.click": _rows({}, [click, click]),
        "link.tracker": _rows({}, [{"url": "https://acme.example/offer"}]),
    }


def _sent() -> list[Row]:
    opened = {"trace_status": "open", "open_datetime": "2026-05-20 11:00:00"}
    states: list[Row] = [
        opened,
        opened,
        {},
        {"trace_status": "bounce"},
        {"trace_status": "error", "sent_datetime": False},
    ]
    return [
        {
            "email": f"person{number}@customer.example",
            "write_date": f"2026-06-0{number} 09:30:00",
            **state,
        }
        for number, state in enumerate(states, start=1)
    ]


def _server() -> Mapping[str, list[Row]]:
    users: list[Row] = [
        {"name": "Robot", "active": False},
        {"name": "Sally Sales", "email": "sally@acme.example"},
    ]
    models = ("res.partner", "crm.lead", "utm.campaign")
    return {
        "res.users": _rows(
            {"active": True, "share": False, "email": False, "company_id": 1, "sale_team_id": 1},
            users,
        ),
        "res.company": _rows({}, [{"currency_id": 1}]),
        "res.currency": _rows({}, [{"name": "EUR"}]),
        "crm.team": _rows({}, [{"name": "Europe"}]),
        "ir.model": _rows({}, [{"model": model} for model in models]),
        "ir.model.fields": _rows(
            {}, [{"model": "crm.lead", "name": "stage_id", "ttype": "many2one"}]
        ),
    }


def _rows(common: Row, rows: list[Row], *, start: int = 1) -> list[Row]:
    numbers = count(start)
    return [{"id": next(numbers), **_TIMES, **common, **row} for row in rows]


def _address(email: str) -> Row:
    return {"email": email, "email_normalized": email}


def _sender(number: int) -> Row:
    email = f"person{number}@customer.example"
    return {"email_from": email, "email_normalized": email, "contact_name": f"Ann Lee {number}"}
