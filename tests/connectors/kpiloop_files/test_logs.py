"""Access logs: page views, with visitors, visits and the channels that brought them."""

import gzip

import pytest

from kpiloop_files.channels import channel_of
from support.files_folder import FilesFolder

CHROME = "Mozilla/5.0 (X11; Linux x86_64) Chrome/140.0"


def line(  # noqa: PLR0913 - the parts of a line
    time: str = "10/Oct/2026:13:55:36 +0200",
    target: str = "/",
    *,
    ip: str = "192.0.2.1",
    status: int = 200,
    referrer: str = "-",
    agent: str = CHROME,
    method: str = "GET",
) -> str:
    """One line of the combined format."""
    request = f"{method} {target} HTTP/1.1"
    return f'{ip} - - [{time}] "{request}" {status} 2326 "{referrer}" "{agent}"'


def at(clock: str) -> str:
    """A time of the day of the test."""
    return f"10/Oct/2026:{clock}:00 +0000"


@pytest.fixture
def site(folder: FilesFolder) -> FilesFolder:
    """A folder with the logs of acme.example."""
    folder.logs = [{"file": "access*.log*", "hosts": ["acme.example"]}]
    return folder


def read(site: FilesFolder, *lines: str) -> None:
    """Pull these lines."""
    site.write("access.log", "\n".join(lines) + "\n")
    site.counts()


def test_a_page_view_tells_page_time_address_and_utm(site: FilesFolder) -> None:
    """The page without its query, the time in UTC."""
    read(site, line(target="/pricing?utm_source=google&utm_medium=cpc&utm_campaign=Brand+A&x=1"))
    assert site.rows(
        "page, viewed_at::VARCHAR, ip, utm_source, utm_medium, utm_campaign, original_source",
        "page_views",
    ) == [
        ("/pricing", "2026-10-10 11:55:36", "192.0.2.1", "google", "cpc", "Brand A", "paid_search")
    ]


@pytest.mark.parametrize(
    "other",
    [
        line(target="/style.css"),
        line(target="/logo.png?v=3"),
        line(status=404),
        line(status=301),
        line(method="POST"),
        line(agent="Mozilla/5.0 (compatible; Googlebot/2.1)"),
        line(agent="-"),
    ],
)
def test_what_no_person_looked_at_is_no_page_view(site: FilesFolder, other: str) -> None:
    """Files of a page, errors, detours, forms being sent and robots."""
    read(site, other, line(target="/seen"))
    assert site.rows("page", "page_views") == [("/seen",)]


def test_a_pause_of_more_than_half_an_hour_begins_another_visit(site: FilesFolder) -> None:
    """Thirty minutes are still the same one."""
    read(site, *(line(at(clock)) for clock in ("10:00", "10:30", "11:00", "11:31")))
    visits = [
        visit for (visit,) in site.ask("SELECT visit_id FROM pulled.page_views ORDER BY viewed_at")
    ]
    assert visits[0] == visits[1] == visits[2] != visits[3]


def test_a_visitor_is_an_address_with_a_browser_for_one_day(site: FilesFolder) -> None:
    """Neither another browser nor another day is the same visitor."""
    read(
        site,
        line(at("10:00")),
        line(at("11:59")),
        line(at("10:00"), agent="Firefox"),
        line(at("10:00"), ip="192.0.2.2"),
        line("11/Oct/2026:10:00:00 +0000"),
    )
    assert site.ask("SELECT count(DISTINCT visitor_id) FROM pulled.page_views") == [(4,)]


def test_all_page_views_of_a_visit_have_the_channel_that_brought_it(site: FilesFolder) -> None:
    """The site's own pages bring nobody."""
    read(
        site,
        line(at("10:00"), "/a", referrer="https://www.google.de/"),
        line(at("10:01"), "/b", referrer="https://www.acme.example/a"),
    )
    assert site.rows("original_source", "page_views") == [("organic_search",)] * 2


@pytest.mark.parametrize(
    ("query", "referrer", "channel"),
    [
        ({}, "", "direct"),
        ({}, "https://www.acme.example/x", "direct"),
        ({}, "https://www.google.co.uk/", "organic_search"),
        ({}, "https://news.google.com/", "organic_search"),
        ({}, "https://search.brave.com/", "organic_search"),
        ({}, "https://community.brave.com/", "referral"),
        ({}, "https://ya.ru/", "organic_search"),
        ({}, "android-app://com.google.android.googlequicksearchbox/", "organic_search"),
        ({}, "android-app://com.google.android.gm/", "referral"),
        ({}, "https://mail.google.com/", "referral"),
        ({}, "https://eu.mail.yahoo.com/", "referral"),
        ({}, "https://drive.google.com/file", "referral"),
        ({}, "https://l.facebook.com/", "organic_social"),
        ({}, "https://t.co/abc", "organic_social"),
        ({}, "https://partner.example/list", "referral"),
        ({}, "https://[broken", "direct"),
        ({"gclid": "1"}, "https://www.google.de/", "paid_search"),
        ({"utm_source": "google", "utm_medium": "cpc"}, "", "paid_search"),
        ({"utm_source": "linkedin", "utm_medium": "cpc"}, "", "paid_social"),
        ({"utm_source": "linkedin", "utm_medium": "paid_social"}, "", "paid_social"),
        ({"utm_source": "linkedin", "utm_medium": "social"}, "", "organic_social"),
        ({"utm_source": "newsletter", "utm_medium": "email"}, "", "email"),
        ({"utm_source": "newsletter"}, "", "email"),
        ({"utm_source": "adserver", "utm_medium": "banner"}, "", "display"),
        ({"utm_source": "google", "utm_medium": "organic"}, "", "organic_search"),
        ({"utm_source": "partner", "utm_medium": "referral"}, "", "referral"),
        ({"utm_source": "trade_fair", "utm_medium": "event"}, "", "other"),
    ],
)
def test_the_channel_is_told_by_utm_and_referrer(
    query: dict[str, str], referrer: str, channel: str
) -> None:
    """UTM parameters go before a referrer."""
    assert channel_of(query, referrer, frozenset({"acme.example"})) == channel


def test_equal_lines_of_one_second_are_several_page_views(site: FilesFolder) -> None:
    """A page that is loaded twice was seen twice."""
    read(site, line(), line())
    assert len(site.rows("id", "page_views")) == 2


def test_a_log_that_was_renamed_and_packed_gives_no_page_view_twice(site: FilesFolder) -> None:
    """As a server does at midnight; page views stay when their log is thrown away."""
    read(site, line(), line(target="/b"))
    content = (site.root / "access.log").read_bytes()
    (site.root / "access.log").unlink()
    site.write("access.log.1.gz", gzip.compress(content))
    assert (site.counts().new, len(site.rows("id", "page_views"))) == (0, 2)
    (site.root / "access.log.1.gz").unlink()
    site.write("access.log", line("11/Oct/2026:10:00:00 +0000"))
    assert site.counts().deleted == 0


def test_a_line_that_is_no_line_of_a_log_is_named_and_set_aside(site: FilesFolder) -> None:
    """The others are read."""
    read(site, line(), "-- rotated --", line("99/Foo/2026:10:00:00 +0000"), line(at("10:00")))
    assert site.reasons() == [
        "access.log, row 2: must be a line of the combined log format, not '-- rotated --'",
        f"access.log, row 3: must tell a time that there is, not {line('99/Foo/2026')[:59]!r}"[:58]
        + site.reasons()[1][58:],
    ]


def test_strange_bytes_in_an_agent_or_a_page_stop_nothing(site: FilesFolder) -> None:
    """Whoever asks a server may write what he likes into its log."""
    strange = line(target="/%ff?utm_source=%ff%00&a=[", agent='x\\"y\\xff')
    umlaut = line(target="/\xe4").encode("cp1252")
    site.write("access.log", strange.encode() + b"\n" + umlaut + b"\n")
    counts = site.counts()
    assert (counts.new, counts.quarantined) == (2, 0)
