"""Small companies full of coincidences: equal instants, midnights, merges in a circle, gaps."""

from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from hypothesis import strategies as st

from kpiloop.engine.resolve.joining import Joining
from kpiloop.engine.resolve.rules import (
    ChannelRule,
    ConfiguredCost,
    CustomerEnds,
    CustomerIs,
    Rate,
    Rules,
)
from kpiloop.project.records import Records as Section
from kpiloop.schema.resolved import LADDER
from oracle.records import Records

FIRST = datetime(2025, 11, 1)  # noqa: DTZ001 - instants are naive UTC here
LAST = datetime(2026, 11, 30)  # noqa: DTZ001
SOURCE = st.sampled_from(("crm", "crm", "shop"))
IDS = ("1", "2", "3", "4", "5", "6")
ZONES = ("Europe/Berlin", "America/New_York", "Asia/Kolkata", "Asia/Beirut", "UTC")

moments = st.one_of(
    st.sampled_from(
        [
            datetime.fromisoformat(moment)
            for moment in (
                "2025-12-31T23:00:00",  # midnight in Berlin, and a new year
                "2025-12-31T22:59:59.999999",
                "2026-01-01T00:00:00",
                "2026-03-28T22:00:00",  # the midnight that Beirut leaves out
                "2026-03-29T01:00:00",  # Berlin leaves out an hour
                "2026-03-29T00:59:59.999999",
                "2026-03-31T22:00:00",
                "2026-04-01T12:00:00",
                "2026-06-29T22:00:00",
                "2026-06-30T12:00:00",
                "2026-07-29T00:30:00",
                "2026-10-25T00:30:00",  # half past two in Berlin, twice
                "2026-10-25T01:30:00",
            )
        ]
    ),
    st.datetimes(FIRST, LAST).map(lambda moment: moment.replace(fold=0)),
)
days = st.dates(FIRST.date(), LAST.date()) | st.sampled_from(
    [date(2026, 1, 1), date(2026, 3, 29), date(2026, 3, 31)]
)
amounts = st.integers(-(10**7), 10**10).map(lambda units: Decimal(units) / 10_000)
currencies = st.sampled_from([None, None, "EUR", "USD", "usd ", "XXX"])
gone = st.sampled_from([None] * 15 + [LAST])


def _some(*values: Any) -> Any:
    return st.sampled_from((None, *values))


def _mostly(values: Any) -> Any:
    return st.integers(0, 9).flatmap(lambda die: values if die else st.none())


def _rows(least: int, most: int, /, **fields: Any) -> Any:
    row = st.fixed_dictionaries({"source": SOURCE, "deleted_at": gone, **fields})
    return st.lists(
        row, min_size=least, max_size=most, unique_by=lambda each: (each["source"], each["id"])
    )


ids = st.sampled_from(IDS)
rungs = st.sampled_from(["lead", "lead", "mql", "sql", "customer", "opportunity", "subscriber"])
same = st.sampled_from([None] * 6 + ["1", "crm:2", "shop:3", "crm:1; shop:2", "gone:1"])
merges = st.sampled_from([None] * 40 + ["1", "2", "3", "4", "2;3", " 1 ; 4;", "7"])
contacts = _rows(
    3,
    9,
    id=ids,
    email=_some(
        "",
        "a@firm.example",
        " A@Firm.example",
        "\ta@firm.example\u00a0\n",
        "b@acme.example",
        "x@odd.example",
        "c@d",
        "a+x@firm.example",
        ".a+x@odd.example",
    ),
    same_as=same,
    stage=_mostly(rungs),
    created_at=_mostly(moments),
    original_source=_some("WEB", "ADS", "ODD"),
    utm_campaign=_some("spring", " Spring", "spring\t", "autumn", "?"),
    company_id=_some(*IDS),
    owner_id=_some(*IDS[:2]),
    country=_some("DE", "FR"),
    segment=_some("small"),
    product=_some("boat"),
    form_id=_some("demo"),
    opted_out=st.sampled_from([None, None, None, None, False, True]),
    opted_out_at=st.none() | st.none() | st.none() | moments,
    merged_ids=merges,
)
companies = _rows(
    2,
    6,
    id=ids,
    name=_some("Firm", "Acme", "Test [1]", "Test 1"),
    domain=_some("firm.example", "acme.example", "https://www.Firm.example/", "mail.example"),
    same_as=same,
    owner_id=_some(*IDS[:2]),
    created_at=_mostly(moments),
    country=_some("DE", "IT"),
    industry=_some("ships", "trains"),
    segment=_some("large"),
    product=_some("train"),
    merged_ids=merges,
)
deals = _rows(
    3,
    9,
    id=ids,
    amount=_mostly(amounts),
    currency=currencies,
    pipeline_id=_mostly(st.sampled_from(["new", "old"])),
    stage=_mostly(st.sampled_from(["open", "won", "won", "lost"])),
    deal_type=_some("newbusiness", "existingbusiness"),
    company_id=_some(*IDS),
    campaign_id=_some("1", "2", "3"),
    owner_id=_some(*IDS[:2]),
    product=_some("boat", "train"),
    created_at=_mostly(moments),
    closed_at=_mostly(moments),
    is_won=_some(None, None, True, False),
    is_closed=_some(None, None, True, False),
    merged_ids=merges,
    same_as=same,
)
links = _rows(
    6,
    16,
    id=st.integers(0, 99).map(str),
    from_entity=st.sampled_from(["deals", "deals", "deals", "contacts"]),
    parent_id=ids,
    to_entity=st.sampled_from(["contacts", "companies"]),
    to_id=ids,
    label=_some("primary", "decider"),
)
stage_changes = _rows(
    8,
    24,
    id=st.integers(0, 99).map(str),
    of_entity=st.sampled_from(["contacts", "contacts", "contacts", "deals"]),
    parent_id=st.sampled_from((*IDS, "5")),
    stage=_mostly(rungs),
    entered_at=_mostly(moments),
)
campaigns = _rows(
    1,
    5,
    id=ids,
    name=_some("Spring fair", "Fair"),
    same_as=same,
    utm_campaign=_some("spring", "Autumn"),
    channel=_some("search", "social"),
    product=_some("boat"),
    owner_id=_some(*IDS[:2]),
    starts_on=st.none() | days,
    ends_on=st.none() | days,
    created_at=_mostly(moments),
)
costs = _rows(
    1,
    4,
    id=ids,
    kind=_some("media", "wages"),
    department=_some("marketing", "sales"),
    channel=_some("search"),
    campaign_id=_some(*IDS),
    first_day=st.none() | days,
    last_day=st.none() | days,
    amount=_mostly(amounts),
    currency=currencies,
)
recipients = {
    "contact_id": _some(*IDS),
    "email": _some(
        *("a@firm.example", "A+y@Firm.example", "a.x@odd.example", "B@acme.example"),
        *("z@acme.example", "new@firm.example"),
    ),
}
email_events = _rows(
    0,
    12,
    id=st.integers(0, 99).map(str),
    kind=st.sampled_from(
        ["sent", "sent", "delivered", "open", "open", "click", "bounce", "unsubscribe"]
    ),
    bounce_kind=_some("hard", "soft"),
    is_machine=_some(True, False),
    parent_id=_some("m", "m", "n"),
    variant=_some("A", "B"),
    happened_at=_mostly(moments),
    **recipients,
)
page_views = _rows(
    0,
    8,
    id=st.integers(0, 99).map(str),
    page=_some("/", "/price"),
    visitor_id=_some("v", "w"),
    visit_id=_some("1", "2"),
    ip=_some("192.0.2.1", "192.0.2.2"),
    contact_id=_some(*IDS),
    original_source=_some(None, None, "ADS", "ODD"),
    utm_medium=_some("cpc", "Email "),
    utm_source=_some("linkedin", "partner"),
    utm_campaign=_some("spring", "Autumn ", "?"),
    referrer=_some("https://www.google.com/x", "https://t.co/a", "https://blog.example/", " "),
    country=_some("DE"),
    variant=_some("A"),
    viewed_at=_mostly(moments),
)
form_submissions = _rows(
    0,
    5,
    id=ids,
    form_id=_some("Demo", "paper"),
    kind=_some("inquiry", "other"),
    variant=_some("A"),
    page=_some("/"),
    product=_some("boat"),
    original_source=_some("ADS", "ODD"),
    utm_campaign=_some("spring", "Fair"),
    submitted_at=_mostly(moments),
    **recipients,
)
orders = _rows(
    0,
    4,
    id=ids,
    company_id=_some(*IDS),
    product=_some("boat"),
    status=_some("paid", "cancelled", "shipped"),
    amount=_mostly(amounts),
    currency=currencies,
    ordered_at=_mostly(moments),
    **recipients,
)
owners = _rows(0, 3, id=st.sampled_from(["1", "2"]), team=_some("inside", "field"))
STAGES = [
    {
        "source": source,
        "id": f"{pipeline}:{stage}:{copy}",
        "pipeline_id": pipeline,
        "stage": stage,
        "is_won": stage == "won",
        "is_closed": stage != "open",
    }
    for source in ("crm", "shop")
    for pipeline in ("new", "old")
    for stage in ("open", "won", "lost")
    for copy in range(2 if stage == "won" else 1)
]
PIPELINES = [
    {"source": "crm", "id": "new", "name": "New business"},
    {"source": "shop", "id": "old", "name": "Orders"},
]


@st.composite
def records(draw: st.DrawFn) -> Records:
    """All entities of one small company."""
    return {
        "campaigns": draw(campaigns),
        "companies": draw(companies),
        "contacts": draw(contacts),
        "costs": draw(costs),
        "deals": draw(deals),
        "email_events": draw(email_events),
        "form_submissions": draw(form_submissions),
        "links": draw(links),
        "orders": draw(orders),
        "owners": draw(owners),
        "page_views": draw(page_views),
        "pipelines": PIPELINES,
        "pipeline_stages": STAGES,
        "stage_changes": draw(stage_changes),
    }


@st.composite
def _stated_costs(draw: st.DrawFn) -> ConfiguredCost:
    first_day = draw(days)
    return ConfiguredCost(
        kind=draw(st.sampled_from(["media", "wages"])),
        department=draw(st.sampled_from(["marketing", "sales"])),
        amount=draw(amounts),
        first_day=first_day,
        last_day=first_day + timedelta(days=draw(st.integers(0, 40))),
        currency=draw(currencies),
        channel=draw(_some("search")),
        campaign_id=draw(_some("crm:1", "shop:9")),
        product=draw(_some("boat")),
    )


STAGE_MAP = {"lead": "lead", "mql": "mql", "sql": "sql", "opportunity": "opportunity"}
RATES = (
    Rate(currency="USD", valid_from=date(2025, 1, 1), rate=Decimal("0.912345")),
    Rate(currency="USD", valid_from=date(2026, 3, 29), rate=Decimal("0.8")),
)


@st.composite
def _joining(draw: st.DrawFn) -> Joining:
    """What makes records one."""
    never = st.sampled_from([(), (), (("crm:1", "shop:2"), ("crm:2", "crm:3", "shop:1"))])
    return Joining(
        addresses=draw(st.sampled_from([True, True, False])),
        plus_is_same=draw(st.booleans()),
        dotless_hosts=draw(st.sampled_from([(), ("odd.example",)])),
        shared_addresses=draw(st.sampled_from([(), ("A@*",)])),
        never=draw(never),
        ids=draw(st.sampled_from([(), ("contacts",), ("companies",), ("companies", "contacts")])),
        bare_ids=draw(st.sampled_from([{}, {"shop": "crm"}])),
        domains=draw(st.booleans()),
        freemail_hosts=("mail.example",),
        aliases=draw(st.sampled_from([{}, {"Fair": ("autumn", "crm:4"), "?": ("shop:1",)}])),
    )


SYSTEMS = st.sampled_from([(), (), ("crm",), ("shop",), ("crm", "shop")])


@st.composite
def rules(draw: st.DrawFn) -> Rules:
    """Settings of every kind."""
    own = draw(st.booleans())
    return Rules(
        zone=ZoneInfo(draw(st.sampled_from(ZONES))),
        home_currency="EUR",
        stages={
            "crm": {**STAGE_MAP, "customer": "customer"},
            "shop": {**STAGE_MAP, "customer": "fan", "subscriber": "sal"} if own else STAGE_MAP,
        },
        ladder=(*LADDER[:2], "sal", *LADDER[2:], "fan") if own else LADDER,
        joining=draw(_joining()),
        systems_of_record={
            entity: systems for entity in Section.model_fields if (systems := draw(SYSTEMS))
        },
        fill_skipped=draw(st.booleans()),
        channels=(
            ChannelRule(channel="search", where="original_source = 'ADS'"),
            ChannelRule(channel="web", where="original_source = 'WEB'"),
        ),
        customer_is=draw(st.sampled_from(CustomerIs)),
        customer_ends=draw(st.sampled_from(CustomerEnds)),
        customer_days=draw(st.sampled_from([1, 30, 89, 365])),
        costs=tuple(draw(st.lists(_stated_costs(), max_size=2))),
        spread_sales_cost=draw(st.booleans()),
        rates=draw(st.sampled_from([RATES, ()])),
        form_kinds=draw(st.sampled_from([{}, {"inquiry": ("d?mo",), "content": ("*",)}])),
        excluded_addresses=draw(st.sampled_from([(), ("*@acme.example", "?@odd.example")])),
        excluded_companies=draw(st.sampled_from([(), ("acme*", "test [1]")])),
        pipelines=draw(st.sampled_from([(), (), (), ("new",), ("Orders",)])),
        deal_types=draw(st.sampled_from([(), (), (), ("newbusiness",)])),
    )
