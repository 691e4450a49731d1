"""Small companies full of coincidences: equal instants, midnights, merges in a circle, gaps."""

from datetime import date, timedelta
from decimal import Decimal
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
from oracle.drawing import IDS, amounts, currencies, days, ids, moments, mostly, rows, some
from oracle.records import Records
from oracle.traffic_rows import email_totals, emails, figures, social_posts, traffic_days

ZONES = ("Europe/Berlin", "America/New_York", "Asia/Kolkata", "Asia/Beirut", "UTC")

STEPS = ["lead", "lead", "mql", "sql", "customer", "opportunity", "subscriber"]
rungs = st.sampled_from(STEPS)
same = st.sampled_from([None] * 6 + ["1", "crm:2", "shop:3", "crm:1; shop:2", "gone:1"])
merges = st.sampled_from([None] * 40 + ["1", "2", "3", "4", "2;3", " 1 ; 4;", "7"])
contacts = rows(
    3,
    9,
    id=ids,
    email=some(
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
    stage=mostly(rungs),
    created_at=mostly(moments),
    original_source=some("WEB", "ADS", "ODD"),
    utm_campaign=some("spring", " Spring", "spring\t", "autumn", "?"),
    company_id=some(*IDS),
    owner_id=some(*IDS[:2]),
    country=some("DE", "FR"),
    segment=some("small"),
    product=some("boat"),
    form_id=some("demo"),
    opted_out=st.sampled_from([None, None, None, None, False, True]),
    opted_out_at=st.none() | st.none() | st.none() | moments,
    merged_ids=merges,
)
companies = rows(
    2,
    6,
    id=ids,
    name=some("Firm", "Acme", "Test [1]", "Test 1"),
    domain=some("firm.example", "acme.example", "https://www.Firm.example/", "mail.example"),
    same_as=same,
    owner_id=some(*IDS[:2]),
    created_at=mostly(moments),
    country=some("DE", "IT"),
    industry=some("ships", "trains"),
    segment=some("large"),
    product=some("train"),
    merged_ids=merges,
)
deals = rows(
    3,
    9,
    id=ids,
    amount=mostly(amounts),
    currency=currencies,
    pipeline_id=mostly(st.sampled_from(["new", "old"])),
    stage=mostly(st.sampled_from(["open", "won", "won", "lost"])),
    deal_type=some("newbusiness", "existingbusiness"),
    company_id=some(*IDS),
    campaign_id=some("1", "2", "3"),
    owner_id=some(*IDS[:2]),
    product=some("boat", "train"),
    created_at=mostly(moments),
    closed_at=mostly(moments),
    is_won=some(None, None, True, False),
    is_closed=some(None, None, True, False),
    merged_ids=merges,
    same_as=same,
)
links = rows(
    6,
    16,
    id=st.integers(0, 99).map(str),
    from_entity=st.sampled_from(["deals", "deals", "deals", "contacts"]),
    parent_id=ids,
    to_entity=st.sampled_from(["contacts", "companies"]),
    to_id=ids,
    label=some("primary", "decider"),
)
stage_changes = rows(
    8,
    24,
    id=st.integers(0, 99).map(str),
    of_entity=st.sampled_from(["contacts", "contacts", "contacts", "deals"]),
    parent_id=st.sampled_from((*IDS, "5")),
    stage=mostly(st.sampled_from([*STEPS, "open", "won"])),
    entered_at=mostly(moments),
)
campaigns = rows(
    1,
    5,
    id=ids,
    name=some("Spring fair", "Fair"),
    same_as=same,
    utm_campaign=some("spring", "Autumn"),
    channel=some("search", "social"),
    product=some("boat"),
    owner_id=some(*IDS[:2]),
    starts_on=st.none() | days,
    ends_on=st.none() | days,
    created_at=mostly(moments),
)
costs = rows(
    1,
    4,
    id=ids,
    kind=some("media", "wages"),
    department=some("marketing", "sales"),
    channel=some("search"),
    campaign_id=some(*IDS),
    first_day=st.none() | days,
    last_day=st.none() | days,
    amount=mostly(amounts),
    currency=currencies,
)
recipients = {
    "contact_id": some(*IDS),
    "email": some(
        *("a@firm.example", "A+y@Firm.example", "a.x@odd.example", "B@acme.example"),
        *("z@acme.example", "new@firm.example"),
    ),
}
email_events = rows(
    0,
    12,
    id=st.integers(0, 99).map(str),
    kind=st.sampled_from(
        ["sent", "sent", "delivered", "open", "open", "click", "bounce", "unsubscribe"]
    ),
    bounce_kind=some("hard", "soft"),
    is_machine=some(True, False),
    parent_id=some("m", "m", "n"),
    campaign_id=some(None, "1", "2"),
    variant=some("A", "B"),
    happened_at=mostly(moments),
    **recipients,
)
page_views = rows(
    0,
    8,
    id=st.integers(0, 99).map(str),
    page=some("/", "/price"),
    visitor_id=some("v", "w"),
    visit_id=some("1", "2"),
    ip=some("192.0.2.1", "192.0.2.2"),
    contact_id=some(*IDS),
    original_source=some(None, None, "ADS", "ODD"),
    utm_medium=some("cpc", "Email "),
    utm_source=some("linkedin", "partner"),
    utm_campaign=some("spring", "Autumn ", "?"),
    referrer=some("https://www.google.com/x", "https://t.co/a", "https://blog.example/", " "),
    country=some("DE"),
    variant=some("A"),
    viewed_at=mostly(moments),
)
form_submissions = rows(
    0,
    5,
    id=ids,
    form_id=some("Demo", "paper"),
    kind=some("inquiry", "other"),
    variant=some("A"),
    page=some("/"),
    product=some("boat"),
    original_source=some("ADS", "ODD"),
    utm_campaign=some("spring", "Fair"),
    submitted_at=mostly(moments),
    **recipients,
)
orders = rows(
    0,
    4,
    id=ids,
    company_id=some(*IDS),
    product=some("boat"),
    status=some("paid", "cancelled", "shipped"),
    amount=mostly(amounts),
    currency=currencies,
    ordered_at=mostly(moments),
    **recipients,
)
activities = rows(
    0,
    10,
    id=st.integers(0, 99).map(str),
    kind=st.sampled_from(["call", "call", "meeting", "task", None]),
    owner_id=some(*IDS[:2]),
    contact_id=some(*IDS),
    company_id=some(None, None, *IDS[:2]),
    deal_id=some(*IDS),
    campaign_id=some("1", "2"),
    happened_at=mostly(moments),
)
campaign_members = rows(
    0,
    4,
    id=ids,
    parent_id=some("1", "2"),
    contact_id=some(*IDS),
    joined_at=mostly(moments),
    responded_at=mostly(moments),
)
survey_responses = rows(
    0,
    6,
    id=ids,
    kind=st.sampled_from(["csat", "csat", "nps", None]),
    score=mostly(st.integers(-1, 11).map(Decimal) | st.just(Decimal("3.999999"))),
    lowest=some(*map(Decimal, (0, 1, 1, 1))),
    highest=some(*map(Decimal, (2, 5, 5, 5, 7, 1))),
    product=some("boat"),
    answered_at=mostly(moments),
    **recipients,
)
owners = rows(
    0,
    3,
    id=st.sampled_from(["1", "2"]),
    team=some("Inside [1]", "inside", "field"),
    email=some("ann@acme.example", " Bob@acme.example"),
)
STAGES = [
    {
        "source": source,
        "id": f"{pipeline}:{stage}:{copy}",
        "pipeline_id": pipeline,
        "stage": stage,
        "name": f"{stage} [{pipeline}]",
        "position": place,
        "is_won": stage == "won",
        "is_closed": stage != "open",
    }
    for source in ("crm", "shop")
    for pipeline in ("new", "old")
    for place, stage in enumerate(("open", "won", "lost"))
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
        "activities": draw(activities),
        "campaign_members": draw(campaign_members),
        "campaigns": draw(campaigns),
        "companies": draw(companies),
        "contacts": draw(contacts),
        "costs": draw(costs),
        "deals": draw(deals),
        "email_events": draw(email_events),
        "email_totals": draw(email_totals),
        "emails": draw(emails),
        "figures": draw(figures),
        "form_submissions": draw(form_submissions),
        "links": draw(links),
        "orders": draw(orders),
        "owners": draw(owners),
        "page_views": draw(page_views),
        "pipelines": PIPELINES,
        "pipeline_stages": STAGES,
        "social_posts": draw(social_posts),
        "stage_changes": draw(stage_changes),
        "survey_responses": draw(survey_responses),
        "traffic_periods": draw(traffic_days),
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
        channel=draw(some("search")),
        campaign_id=draw(some("crm:1", "shop:9")),
        product=draw(some("boat")),
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
        inside_sales=draw(st.sampled_from([(), ("inside [1]", "bob@*"), ("in*",)])),
        passed_from=draw(st.sampled_from([(), ("won",), ("* [new]",), ("o?en", "lost")])),
    )
