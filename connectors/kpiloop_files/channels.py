"""Where a visit came from, told by its UTM parameters, else by who referred it."""

from collections.abc import Mapping
from urllib.parse import urlsplit

PAID_SEARCH = "paid_search"
PAID_SOCIAL = "paid_social"
DISPLAY = "display"
ORGANIC_SEARCH = "organic_search"
ORGANIC_SOCIAL = "organic_social"
EMAIL = "email"
REFERRAL = "referral"
DIRECT = "direct"
OTHER = "other"

CHANNELS = (
    PAID_SEARCH,
    PAID_SOCIAL,
    DISPLAY,
    ORGANIC_SEARCH,
    ORGANIC_SOCIAL,
    EMAIL,
    REFERRAL,
    DIRECT,
    OTHER,
)

_SEARCH = frozenset(
    {
        "baidu", "bing", "brave_search", "duckduckgo", "ecosia", "google", "naver", "qwant",
        "startpage", "yahoo", "yandex",
    }
)  # fmt: skip
_BESIDE_SEARCH = frozenset(
    {
        "accounts", "android", "calendar", "classroom", "docs", "drive", "groups", "mail", "meet",
        "sites",
    }
)  # fmt: skip
"""Where search engines keep people's mail and files, and where their phones' other apps are."""
_SOCIAL = frozenset(
    {
        "facebook", "instagram", "linkedin", "lnkd", "mastodon", "pinterest", "reddit", "threads",
        "tiktok", "twitter", "x", "xing", "youtube", "whatsapp",
    }
)  # fmt: skip
_OTHER_HOSTS = {
    "com.google.android.googlequicksearchbox": "google",
    "fb.me": "facebook",
    "search.brave.com": "brave_search",
    "t.co": "twitter",
    "ya.ru": "yandex",
    "youtu.be": "youtube",
}
_PAID = frozenset({"cpc", "ppc", "paid", "paidsearch", "paid_search", "sem", "cpm", "cpv"})
_PAID_SOCIAL = frozenset({"paid_social", "paidsocial", "paid-social"})
_DISPLAY = frozenset({"display", "banner", "programmatic"})
_EMAIL = frozenset({"email", "e-mail", "newsletter", "mail"})
_SOCIAL_MEDIA = frozenset({"social", "organic_social", "social-media", "social_media"})
_PAID_CLICKS = {"gclid": PAID_SEARCH, "msclkid": PAID_SEARCH}


def channel_of(query: Mapping[str, str], referrer: str, hosts: frozenset[str]) -> str:
    """The channel of a visit's first page: its query, its referrer, and the site's own hosts."""
    source = query.get("utm_source", "").lower()
    medium = query.get("utm_medium", "").lower()
    if medium or source:
        return _of_utm(source, medium)
    for click, channel in _PAID_CLICKS.items():
        if click in query:
            return channel
    return _of_referrer(referrer, hosts)


def _of_utm(source: str, medium: str) -> str:
    is_social = _site(source) in _SOCIAL
    named = (
        (_PAID_SOCIAL, PAID_SOCIAL),
        (_PAID, PAID_SOCIAL if is_social else PAID_SEARCH),
        (_DISPLAY, DISPLAY),
        (_EMAIL, EMAIL),
        (_SOCIAL_MEDIA, ORGANIC_SOCIAL),
    )
    found = next((channel for media, channel in named if medium in media), "")
    if found:
        return found
    if medium == "referral":
        return REFERRAL
    if medium in {"", "organic"}:
        known = _of_site(_site(source))
        return known or (EMAIL if source in _EMAIL else OTHER)
    return OTHER


def _of_referrer(referrer: str, hosts: frozenset[str]) -> str:
    host = host_of(referrer)
    if not host or host in hosts:
        return DIRECT
    return _of_site(_site(host)) or REFERRAL


def _of_site(site: str) -> str:
    if site in _SEARCH:
        return ORGANIC_SEARCH
    return ORGANIC_SOCIAL if site in _SOCIAL else ""


def host_of(link: str) -> str:
    """The host that a link names, in lower case and without `www.`; empty where it names none."""
    try:
        host = urlsplit(link).hostname or ""
    except ValueError:
        return ""
    return host.removeprefix("www.")


def _site(host: str) -> str:
    """The name by which a site is known: `google` of google.co.uk and of news.google.com."""
    if host in _OTHER_HOSTS:
        return _OTHER_HOSTS[host]
    labels = host.split(".")
    found = next((each for each in labels if each in _SEARCH or each in _SOCIAL), "")
    return "" if found in _SEARCH and not _BESIDE_SEARCH.isdisjoint(labels) else found
