"""Posts, traffic in sums and figures of small companies."""

from hypothesis import strategies as st

from oracle.drawing import amounts, days, ids, moments, mostly, rows, some

numbers = st.none() | st.integers(0, 5000)

emails = rows(
    0,
    3,
    id=st.sampled_from(["m", "n"]),
    campaign_id=some("1", "2"),
    sent_at=mostly(moments),
)
email_totals = rows(
    0,
    8,
    id=ids,
    parent_id=some("m", "m", "n"),
    kind=st.sampled_from(["sent", "delivered", "unique_open", "unique_click", "bounce", "open"]),
    amount=numbers,
)
figures = rows(
    0,
    4,
    id=ids,
    name=st.sampled_from(["ad_clicks", "ad_clicks", "visitors"]),
    channel=some("paid_search", "paid_search", "search"),
    product=some("boat"),
    country=some("DE"),
    amount=mostly(amounts.filter(lambda amount: amount >= 0)),
    first_day=st.none() | days,
    last_day=st.none() | days,
)
social_posts = rows(
    0,
    6,
    id=ids,
    network=some("linkedin", " LinkedIn", "twitter", "blog"),
    campaign_id=some("1", "2"),
    product=some("boat"),
    impressions=numbers,
    reach=numbers,
    likes=numbers,
    comments=numbers,
    shares=numbers,
    reposts=numbers,
    reviews=numbers,
    clicks=numbers,
    posted_at=mostly(moments),
)
traffic_days = rows(
    0,
    6,
    id=ids,
    breakdown=some("source", "source", "page"),
    original_source=some("ADS", "ODD"),
    page=some("/"),
    utm_campaign=some("spring", "Autumn "),
    country=some("DE"),
    page_views=numbers,
    visits=numbers,
    contacts=numbers,
    first_day=mostly(days),
    last_day=st.none() | st.none() | days,
)
