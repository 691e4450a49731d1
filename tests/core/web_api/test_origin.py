"""Where requests may go, and where they may not."""

from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from urllib3.util import parse_url

from kpiloop.errors import ConfigError
from kpiloop.web_api.origin import ElsewhereError, Origin, Params, ca_bundle, query_string, root_of

_ACME = Origin("https://api.acme.example/v2", system="acme")
_SEEN_AT = "https://api.acme.example/v2/contacts?limit=1"


@pytest.mark.parametrize(
    ("path", "url"),
    [
        ("/contacts", "https://api.acme.example/v2/contacts"),
        ("/a b", "https://api.acme.example/v2/a%20b"),
        ("//evil.example/x", "https://api.acme.example/v2//evil.example/x"),
        ("/@evil.example", "https://api.acme.example/v2/@evil.example"),
        ("https://api.acme.example/v2/contacts?p=2", "https://api.acme.example/v2/contacts?p=2"),
        ("https://API.acme.example:443/v2/x", "https://api.acme.example/v2/x"),
    ],
)
def test_a_path_is_taken_below_the_base_and_a_link_within_its_origin(path: str, url: str) -> None:
    """Nothing in a path can lead away from the base."""
    assert _ACME.address(path, None) == url


@pytest.mark.parametrize(
    "link",
    [
        "https://evil.example/v2/contacts",
        "//evil.example/v2",
        "http://api.acme.example/v2",
        "https://api.acme.example:8443/v2",
        "https://api.acme.example@evil.example/",
        "https://user:word@api.acme.example/",
        "https://evil.example\\@api.acme.example/",
        "https://api.acme.example\\.evil.example/",
        "ht\ntps://evil.example/",
        "https://api.acme.example.evil.example/",
        "ftp://api.acme.example/",
        "javascript:alert(1)",
        "https://[::1/",
        "https://api.acme.example:99999/",
    ],
)
def test_a_link_to_another_origin_is_refused(link: str) -> None:
    """Another scheme, host or port, however it is disguised."""
    with pytest.raises(ElsewhereError):
        _ACME.link(link, _SEEN_AT)


@settings(deadline=None)
@given(
    link=st.text(st.sampled_from("/:?#@\\[]. %&=\tahtpsevilcmx0189-"), max_size=40)
    | st.builds(
        "https://{}{}api.acme.example{}".format,
        st.text(st.sampled_from("@\\/#?.:\t a"), max_size=4),
        st.text(st.sampled_from("@\\/#?.:\t a"), max_size=4),
        st.text(st.sampled_from("@\\/#?.:\t a0"), max_size=6),
    )
)
def test_whatever_the_link_the_connection_goes_to_our_own_host(link: str) -> None:
    """Both parsers that have a say in it agree on that."""
    try:
        url = _ACME.link(link, _SEEN_AT)
    except ElsewhereError:
        return
    assert url.startswith("https://api.acme.example")
    assert urlsplit(url).netloc == "api.acme.example"
    assert parse_url(url).netloc == "api.acme.example"


def test_a_relative_link_is_taken_from_the_page_it_was_on() -> None:
    """As a browser would."""
    assert _ACME.link("/v2/x?p=2#top", _SEEN_AT) == "https://api.acme.example/v2/x?p=2"
    assert _ACME.link("?p=2", _SEEN_AT) == "https://api.acme.example/v2/contacts?p=2"


@pytest.mark.parametrize(
    "base",
    [
        "api.acme.example",
        "ftp://api.acme.example",
        "http://api.acme.example",
        "https://key@api.acme.example",
        "https://api.acme.example/?key=1",
        "https://",
        "",
    ],
)
def test_a_base_address_that_could_give_a_key_away_is_refused(base: str) -> None:
    """Plain http is for this machine only."""
    with pytest.raises(ConfigError, match="cannot be used") as caught:
        Origin(base, system="acme")
    assert "source acme" in str(caught.value)


@pytest.mark.parametrize("base", ["http://127.0.0.1:8701", "http://localhost", "http://[::1]:80"])
def test_plain_http_is_allowed_on_this_machine(base: str) -> None:
    """For sandboxes and tests."""
    assert Origin(base, system="acme").address("/x", None) == f"{base}/x"


def test_a_file_elsewhere_has_a_root_only_if_its_address_is_safe() -> None:
    """Results on other hosts are fetched by https too."""
    assert root_of("https://files.example/a?sig=1") == "https://files.example"
    assert root_of("http://files.example/a") is None
    assert root_of("/a") is None


def test_parameters_are_spelled_as_vendors_read_them() -> None:
    """Times in UTC, booleans in lower case, None left out, a list repeated."""
    berlin = timezone(timedelta(hours=1))
    params: Params = {
        "since": datetime(2026, 3, 1, 12, tzinfo=berlin),
        "archived": False,
        "limit": 100,
        "after": None,
        "id": ["1", "2"],
        "q": "a&b=ü",
    }
    assert query_string(params) == (
        "since=2026-03-01T11%3A00%3A00Z&archived=false&limit=100&id=1&id=2&q=a%26b%3D%C3%BC"
    )
    assert query_string({"at": datetime(2026, 3, 1, tzinfo=UTC)}) == "at=2026-03-01T00%3A00%3A00Z"


def test_parameters_are_added_to_a_query_that_is_there() -> None:
    """A link may bring its own."""
    assert _ACME.address("/x?a=1", {"b": 2}).endswith("/x?a=1&b=2")


def test_a_companys_own_certificates_are_taken_from_the_environment(tmp_path: Path) -> None:
    """REQUESTS_CA_BUNDLE comes before SSL_CERT_FILE; without both, the built-in ones hold."""
    first, second = tmp_path / "first.pem", tmp_path / "second.pem"
    first.touch()
    second.touch()
    assert ca_bundle({}) is True
    assert ca_bundle({"SSL_CERT_FILE": str(second)}) == str(second)
    both = {"REQUESTS_CA_BUNDLE": str(first), "SSL_CERT_FILE": str(second)}
    assert ca_bundle(both) == str(first)
    assert ca_bundle({"REQUESTS_CA_BUNDLE": ""}) is True


def test_certificates_that_are_not_there_are_named() -> None:
    """A typo must not fall back to anything."""
    with pytest.raises(ConfigError, match=r"REQUESTS_CA_BUNDLE.*no file '/no/such.pem'"):
        ca_bundle({"REQUESTS_CA_BUNDLE": "/no/such.pem"})
