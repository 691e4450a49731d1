"""The properties and groups that every HubSpot account has (those that this sandbox serves)."""

from collections.abc import Iterator

from kpiloop_sandbox.hubspot.definitions import Group, Modification, Option, Property
from kpiloop_sandbox.hubspot.standard_more import MORE_TABLES

CREATED_AT = "2019-08-06T02:41:08.029Z"

_COMMON = """
createdate                  datetime    date            Create date
hs_object_id                number      number          Record ID                   read_only
hs_createdate               datetime    date            Object create date          read_only
hs_merged_object_ids        enumeration checkbox        Merged record IDs    read_only external
hubspot_owner_id            enumeration select          Owner                       external
hubspot_owner_assigneddate  datetime    date            Owner assigned date         read_only
hs_object_source            string      text            Record source               read_only
hs_object_source_label      string      text            Record source label         read_only
hs_object_source_id         string      text            Record source ID            read_only
notes_last_contacted        datetime    date            Last contacted              read_only
num_notes                   number      number          Number of sales activities  read_only
"""
_SOURCES = """
hs_analytics_source         enumeration select          Original traffic source
hs_analytics_source_data_1  string      text            Original source drill-down 1
hs_analytics_source_data_2  string      text            Original source drill-down 2
"""
_CONTACTS = """
email                       string      text            Email                       unique
firstname                   string      text            First name
lastname                    string      text            Last name
phone                       string      phonenumber     Phone number
mobilephone                 string      phonenumber     Mobile phone number
jobtitle                    string      text            Job title
company                     string      text            Company name
website                     string      text            Website URL
address                     string      text            Street address
city                        string      text            City
state                       string      text            State or region
zip                         string      text            Postal code
country                     string      text            Country or region
industry                    string      text            Industry
annualrevenue               string      text            Annual revenue
num_employees               enumeration select          Number of employees
lifecyclestage              enumeration radio           Lifecycle stage
hs_lead_status              enumeration radio           Lead status
hs_latest_source            enumeration select          Latest traffic source
hs_latest_source_data_1     string      text            Latest source drill-down 1
hs_latest_source_data_2     string      text            Latest source drill-down 2
hs_analytics_first_url      string      text            First page seen
hs_analytics_first_timestamp datetime   date            Time first seen
hs_email_optout             bool        booleancheckbox Unsubscribed from all email read_only
hs_email_domain             string      text            Email domain                read_only
hs_full_name_or_email       string      text            Full name or email          read_only
hs_timezone                 enumeration select          Time zone                   external
hs_language                 enumeration select          Preferred language          external
associatedcompanyid         number      number          Primary associated company ID
lastmodifieddate            datetime    date            Last modified date          read_only
hs_all_contact_vids         enumeration checkbox        Merged vids          read_only external
hs_additional_emails        enumeration checkbox        Additional email addresses  external
hubspotscore                number      number          HubSpot score
hs_is_unworked              bool        booleancheckbox Contact unworked            read_only
num_associated_deals        number      number          Number of associated deals  read_only
"""
_COMPANIES = """
name                        string      text            Company name
domain                      string      text            Company domain name
phone                       string      phonenumber     Phone number
website                     string      text            Website URL
city                        string      text            City
state                       string      text            State or region
zip                         string      text            Postal code
country                     string      text            Country or region
description                 string      textarea        Description
industry                    enumeration select          Industry                    external
type                        enumeration select          Type                        external
numberofemployees           number      number          Number of employees
annualrevenue               number      number          Annual revenue
founded_year                string      text            Year founded
lifecyclestage              enumeration radio           Lifecycle stage
hs_lead_status              enumeration radio           Lead status
timezone                    string      text            Time zone
hs_lastmodifieddate         datetime    date            Last modified date          read_only
num_associated_contacts     number      number          Number of associated contacts read_only
num_associated_deals        number      number          Number of associated deals  read_only
"""
_DEALS = """
dealname                    string      text            Deal name
amount                      number      number          Amount
amount_in_home_currency     number      number          Amount in company currency  read_only
hs_closed_amount            number      number          Closed deal amount          read_only
deal_currency_code          enumeration select          Currency                    external
hs_exchange_rate            number      number          Exchange rate
closedate                   datetime    date            Close date
dealstage                   enumeration radio           Deal stage                  external
pipeline                    enumeration select          Pipeline                    external
dealtype                    enumeration radio           Deal type
description                 string      textarea        Deal description
closed_lost_reason          string      textarea        Closed lost reason
closed_won_reason           string      textarea        Closed won reason
hs_is_closed                bool        booleancheckbox Is deal closed              read_only
hs_is_closed_won            bool        booleancheckbox Is closed won               read_only
hs_deal_stage_probability   number      number          Deal probability            read_only
hs_priority                 enumeration select          Priority
hs_lastmodifieddate         datetime    date            Last modified date          read_only
num_associated_contacts     number      number          Number of associated contacts read_only
"""
_LIFECYCLE = (
    ("subscriber", "Subscriber"),
    ("lead", "Lead"),
    ("marketingqualifiedlead", "Marketing Qualified Lead"),
    ("salesqualifiedlead", "Sales Qualified Lead"),
    ("opportunity", "Opportunity"),
    ("customer", "Customer"),
    ("evangelist", "Evangelist"),
    ("other", "Other"),
)
_TRAFFIC = (
    ("ORGANIC_SEARCH", "Organic search"),
    ("PAID_SEARCH", "Paid search"),
    ("EMAIL_MARKETING", "Email marketing"),
    ("SOCIAL_MEDIA", "Organic social"),
    ("REFERRALS", "Referrals"),
    ("OTHER_CAMPAIGNS", "Other campaigns"),
    ("DIRECT_TRAFFIC", "Direct traffic"),
    ("OFFLINE", "Offline sources"),
    ("PAID_SOCIAL", "Paid social"),
    ("AI_REFERRALS", "AI referrals"),
)
_YES_NO = (("true", "Yes"), ("false", "No"))
_CHOICES: dict[str, tuple[tuple[str, str], ...]] = {
    "lifecyclestage": _LIFECYCLE,
    "hs_analytics_source": _TRAFFIC,
    "hs_latest_source": _TRAFFIC,
    "hs_lead_status": (
        ("NEW", "New"),
        ("OPEN", "Open"),
        ("IN_PROGRESS", "In progress"),
        ("OPEN_DEAL", "Open deal"),
        ("UNQUALIFIED", "Unqualified"),
        ("ATTEMPTED_TO_CONTACT", "Attempted to contact"),
        ("CONNECTED", "Connected"),
        ("BAD_TIMING", "Bad timing"),
    ),
    "num_employees": tuple(
        (size, size) for size in ("1-5", "5-25", "25-50", "50-100", "100-500", "500-1000", "1000+")
    ),
    "dealtype": (("newbusiness", "New business"), ("existingbusiness", "Existing business")),
    "hs_priority": (("low", "Low"), ("medium", "Medium"), ("high", "High")),
}
_TABLES = {
    "contacts": ("contactinformation", _COMMON + _SOURCES + _CONTACTS),
    "companies": ("companyinformation", _COMMON + _SOURCES + _COMPANIES),
    "deals": ("dealinformation", _COMMON + _SOURCES + _DEALS),
    **{name: (f"{name}information", _COMMON + table) for name, table in MORE_TABLES.items()},
}
_MARKS = ("read_only", "unique", "external")


def standard_groups(kind: str) -> tuple[Group, ...]:
    """The one group that holds an object type's own properties."""
    name, _ = _TABLES[kind]
    label = name.removesuffix("information").capitalize() + " information"
    return (Group(name=name, label=label, display_order=0),)


def standard_properties(kind: str) -> Iterator[Property]:
    """HubSpot's own properties of an object type."""
    group, table = _TABLES[kind]
    for line in filter(None, table.splitlines()):
        yield _property(group, line.split())


def _property(group: str, words: list[str]) -> Property:
    name, kind, field, *rest = words
    marks = [word for word in rest if word in _MARKS]
    choices = _YES_NO if kind == "bool" else _CHOICES.get(name, ())
    return Property(
        name=name,
        label=" ".join(word for word in rest if word not in _MARKS),
        type=kind,
        field_type=field,
        group_name=group,
        options=tuple(
            Option(label=label, value=value, display_order=place)
            for place, (value, label) in enumerate(choices)
        ),
        external_options="external" in marks,
        has_unique_value="unique" in marks,
        hubspot_defined=True,
        archived=False,
        created_at=CREATED_AT,
        updated_at=CREATED_AT,
        modification_metadata=Modification(
            archivable=False, read_only_definition=True, read_only_value="read_only" in marks
        ),
        form_field="read_only" not in marks,
    )
