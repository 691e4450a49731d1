"""Recordings: a vendor's answers without its secrets, and a server that gives them again."""

import json
from collections.abc import Iterator, Mapping
from contextlib import closing, suppress
from pathlib import Path
from types import MappingProxyType

import pytest
from pydantic import SecretStr

from kpiloop import NotFoundError, Source
from kpiloop.testing import (
    FaultServer,
    ImpatientClock,
    Received,
    Recorder,
    Replay,
    Reply,
    Scrubber,
    answer,
)
from kpiloop.web_api import Api, BearerToken
from support.small_crm import KEY, SmallAccount, SmallConnector, SmallSettings

NO_RULES: Mapping[str, str] = MappingProxyType({})


def talkative(request: Received) -> Reply:
    """A vendor that repeats keys, sets cookies and links to itself."""
    host = f"http://{request.headers['host']}"
    key = request.headers.get("authorization", "").removeprefix("Bearer ")
    return answer(
        {
            "results": [
                {"id": 1, "email": "Ada@lovelace.com", "owner": "o@acme.example"},
                {"id": 2, "email": "ada@lovelace.com", "note": f"made with {key}"},
                {"id": 3, "email": "grace@navy.mil", "phone": "+49 89 1234567"},
            ],
            "access_token": "a-token-that-nobody-knew",
            "next": f"{host}/v2/contacts?after=3",
        },
        headers={"Set-Cookie": "session=42", "X-Request-Id": "r-1"},
    )


@pytest.fixture
def vendor() -> Iterator[FaultServer]:
    """It, served."""
    with FaultServer(talkative) as server:
        yield server


def api(base_url: str) -> Api:
    """A client with a key."""
    return Api(base_url, system="acme", auth=BearerToken(SecretStr(KEY)), clock=ImpatientClock())


def scrubber(rules: Mapping[str, str] = NO_RULES) -> Scrubber:
    """What knows the client's key."""
    settings = SmallSettings(token=SecretStr(KEY), base_url="https://api.acme.example")
    return Scrubber(settings, rules=rules)


def recorded(
    vendor: FaultServer, file: Path, *paths: str, rules: Mapping[str, str] = NO_RULES
) -> str:
    """What stands in the file after these paths were asked for."""
    with (
        Recorder(f"{vendor.base_url}/v2", file, scrubber(rules)) as recorder,
        api(recorder.base_url) as client,
    ):
        for path in paths:
            client.get(path)
    return file.read_text(encoding="utf-8")


def test_no_secret_is_recorded(vendor: FaultServer, tmp_path: Path) -> None:
    """Neither the key, wherever it stands, nor cookies, nor tokens by their names."""
    text = recorded(vendor, tmp_path / "r.json", f"/contacts?token={KEY}")
    for secret in (KEY, "session=42", "a-token-that-nobody-knew", "authorization", "r-1"):
        assert secret not in text


def test_people_become_examples(vendor: FaultServer, tmp_path: Path) -> None:
    """The same address becomes the same example; examples stay; the author's rules are followed."""
    text = recorded(vendor, tmp_path / "r.json", "/contacts", rules={r"\+[\d ]{8,}": "+1 555 0100"})
    [exchange] = json.loads(text)["exchanges"]
    rows = exchange["answer"]["json"]["results"]
    assert [row["email"] for row in rows] == [
        "person1@customer.example",
        "person1@customer.example",
        "person2@customer.example",
    ]
    assert rows[0]["owner"] == "o@acme.example"
    assert rows[2]["phone"] == "+1 555 0100"


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b'{"by": "ada\\u0040lovelace.com", "key": "ab\\/cd\\/ef12"}', "application/json"),
        (b"name;mail;key\nJos\xe9;ada@lovelace.com;ab/cd/ef12", "text/csv; charset=latin-1"),
        (b"by=ada%40lovelace.com&key=ab%2Fcd%2Fef12", "application/x-www-form-urlencoded"),
    ],
    ids=["escaped", "latin-1", "form"],
)
def test_spelling_hides_nothing(body: bytes, kind: str, tmp_path: Path) -> None:
    """Keys and people are found however the vendor writes them down."""
    file = tmp_path / "r.json"
    keeper = Scrubber(secrets=["ab/cd/ef12"])
    with (
        FaultServer([answer(body, kind=kind)]) as vendor,
        Recorder(vendor.base_url, file, keeper) as recorder,
        api(recorder.base_url) as client,
    ):
        client.get("/echo")
    with Replay(file) as replay, api(replay.base_url) as client:
        told = client.get("/echo").body.decode("latin-1") + file.read_text(encoding="utf-8")
    assert "HIDDEN" in told
    assert [each for each in ("lovelace", "ab/cd", "ab%2F") if each in told] == []


def test_half_a_surrogate_pair_is_recorded(tmp_path: Path) -> None:
    """What a vendor really sends comes back as it was."""
    file = tmp_path / "r.json"
    body = rb'{"name": "\ud83d"}'
    with (
        FaultServer([answer(body)]) as vendor,
        Recorder(vendor.base_url, file, scrubber()) as recorder,
        api(recorder.base_url) as client,
    ):
        client.get("/echo")
    with Replay(file) as replay, api(replay.base_url) as client:
        assert client.get("/echo").body == body


def test_only_examples_are_taken_for_examples() -> None:
    """A company whose name ends like an example has real people."""
    kept = "ada@acme.example o@example.com p@mail.example.org"
    assert scrubber().scrub(kept) == kept
    assert scrubber().scrub("ada@counterexample.com") == "person1@customer.example"


def test_a_secret_that_is_left_is_not_saved(vendor: FaultServer, tmp_path: Path) -> None:
    """A rule that brings a secret back is told with its place, and no file is written."""
    file = tmp_path / "r.json"
    with pytest.raises(AssertionError, match=r"secrets are left in it: sm… in GET /v2/contacts"):
        recorded(vendor, file, "/contacts", rules={"made with": f"made with {KEY}"})
    assert not file.exists()


def test_nothing_is_saved_where_the_block_fails(vendor: FaultServer, tmp_path: Path) -> None:
    """Half a recording would replace a whole one."""
    file = tmp_path / "r.json"
    with pytest.raises(LookupError), Recorder(vendor.base_url, file, scrubber()):
        raise LookupError
    assert not file.exists()


def test_a_replay_answers_as_the_vendor_did(vendor: FaultServer, tmp_path: Path) -> None:
    """Links lead to the replay; a time of asking may differ where it is named."""
    file = tmp_path / "r.json"
    recorded(vendor, file, "/contacts?until=2026-01-01&limit=3", "/contacts?after=3")
    with Replay(file, ignoring={"until"}) as replay, api(replay.base_url) as client:
        first = client.get("/contacts?limit=3&until=2027-12-31")
        assert first.find("next") == f"{replay.base_url}/contacts?after=3"
        assert client.get(str(first.find("next"))).status == 200
        assert len(replay.received) == 2


def test_what_was_not_recorded_is_told(vendor: FaultServer, tmp_path: Path) -> None:
    """The test fails with the request in question, though the connector may live with a 404."""
    file = tmp_path / "r.json"
    recorded(vendor, file, "/contacts")
    with pytest.raises(AssertionError, match=r"asked, but not recorded: GET /v2/deals\?limit=3"):
        ask_for_deals(file)


def ask_for_deals(file: Path) -> None:
    """As a connector would that can do without them."""
    with Replay(file) as replay, api(replay.base_url) as client, suppress(NotFoundError):
        client.get("/deals?limit=3")


def test_a_connector_reads_a_recording_as_it_read_the_vendor(
    account: SmallAccount, tmp_path: Path
) -> None:
    """Nothing but the window's end, which is the time of asking, needs to be named."""
    file = tmp_path / "r.json"

    def checks(base_url: str) -> list[str]:
        settings = SmallSettings(token=SecretStr(KEY), base_url=base_url)
        source = Source(name="small", clock=ImpatientClock())
        with closing(SmallConnector(settings, source)) as connector:
            return [f"{each.what} {each.status}" for each in connector.checks()]

    with Recorder(account.base_url, file, scrubber()) as recorder:
        before = checks(recorder.base_url)
    with Replay(file) as replay:
        assert checks(replay.base_url) == before == ["key ok"]
