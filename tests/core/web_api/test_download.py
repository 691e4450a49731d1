"""Files go to disk in pieces, and exist only when they are whole."""

import gzip
import resource
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from kpiloop.errors import NotFoundError, StoreError, UnavailableError, UntrustedAnswerError
from kpiloop.testing.fault_server import (
    FaultServer,
    Reply,
    answer,
    cut_off,
    gzip_bomb,
    redirect,
    web_page,
)
from kpiloop.web_api import Api

MakeApi = Callable[..., Api]

_ROWS = b"id,email\n" + b"1,ada@acme.example\n" * 200_000


def test_a_file_larger_than_what_memory_may_hold_is_saved(
    make_api: MakeApi, tmp_path: Path
) -> None:
    """The limit for answers does not hold for files."""
    to = tmp_path / "rows.csv"
    with FaultServer([answer(_ROWS, kind="text/csv")]) as server:
        assert make_api(server, json_limit=1000).download("/results", to) == to
    assert to.read_bytes() == _ROWS


def test_a_packed_file_is_saved_unpacked(make_api: MakeApi, tmp_path: Path) -> None:
    """As the vendor's own clients do."""
    packed = answer(gzip.compress(_ROWS), headers={"Content-Encoding": "gzip"}, kind="text/csv")
    with FaultServer([packed]) as server:
        to = make_api(server).download("/results", tmp_path / "rows.csv")
    assert to.read_bytes() == _ROWS


def test_a_file_that_was_cut_off_is_fetched_again_from_its_beginning(
    make_api: MakeApi, tmp_path: Path
) -> None:
    """Nothing of the first try is left in it."""
    replies = [cut_off("length", _ROWS[:900]), cut_off("chunked", _ROWS), answer(b"id\n1\n")]
    with FaultServer(replies) as server:
        to = make_api(server).download("/results", tmp_path / "rows.csv")
    assert to.read_bytes() == b"id\n1\n"


@pytest.mark.parametrize(
    ("reply", "error"),
    [
        (cut_off(), UnavailableError),
        (answer({}, status=404), NotFoundError),
        (gzip_bomb(64), UntrustedAnswerError),
        (web_page(), UntrustedAnswerError),
    ],
)
def test_a_download_that_fails_leaves_no_file_and_not_the_old_one_changed(
    reply: Reply, error: type[Exception], make_api: MakeApi, tmp_path: Path
) -> None:
    """Whoever reads the folder sees whole files only."""
    kept = tmp_path / "kept.csv"
    kept.write_bytes(b"old")
    with FaultServer([reply]) as server:
        for to in (kept, tmp_path / "new.csv"):
            with pytest.raises(error):
                make_api(server).download("/results", to, max_bytes=2**20)
    assert [path.name for path in tmp_path.iterdir()] == ["kept.csv"]
    assert kept.read_bytes() == b"old"


def test_a_folder_that_is_not_there_is_an_error_of_the_disk(
    make_api: MakeApi, tmp_path: Path
) -> None:
    """The vendor is not asked, let alone blamed."""
    with FaultServer([answer(b"x")]) as server:
        with pytest.raises(StoreError, match="cannot be written"):
            make_api(server).download("/results", tmp_path / "no" / "rows.csv")
        assert server.received == []


@pytest.fixture
def small_files_only() -> Iterator[None]:
    """A system that takes no file beyond a megabyte."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (2**20, hard))
    yield
    resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


@pytest.mark.usefixtures("small_files_only")
def test_a_full_disk_is_an_error_of_the_disk(make_api: MakeApi, tmp_path: Path) -> None:
    """It is not taken for a broken connection, not tried again, and leaves nothing behind."""
    with FaultServer([answer(_ROWS, kind="text/csv")]) as server:
        with pytest.raises(StoreError, match="cannot be written: File too large"):
            make_api(server).download("/results", tmp_path / "rows.csv")
        assert len(server.received) == 1
    assert list(tmp_path.iterdir()) == []


def test_a_result_on_another_host_is_fetched_without_our_key(
    make_api: MakeApi, tmp_path: Path
) -> None:
    """Vendors hand out signed addresses elsewhere; the key is none of that host's business."""
    with FaultServer([answer(_ROWS)]) as files, FaultServer([answer({})]) as server:
        api = make_api(server, headers={"X-Account": "7"})
        url = f"{files.base_url}/a.csv?signature=1"
        assert api.download(url, tmp_path / "a.csv", elsewhere=True).read_bytes() == _ROWS
        sent = files.received[0].headers
    assert "authorization" not in sent
    assert "x-account" not in sent


def test_a_result_on_another_host_is_only_fetched_where_the_connector_allows_it(
    make_api: MakeApi, tmp_path: Path
) -> None:
    """Neither a full address nor a redirect of that host leads further."""
    with FaultServer([answer({})]) as third, FaultServer([redirect(third.base_url)]) as files:
        with FaultServer([answer({})]) as server:
            api = make_api(server)
            with pytest.raises(UntrustedAnswerError, match="another origin"):
                api.download(f"{files.base_url}/a.csv", tmp_path / "a.csv")
            with pytest.raises(UntrustedAnswerError, match="not followed"):
                api.download(f"{files.base_url}/a.csv", tmp_path / "a.csv", elsewhere=True)
            with pytest.raises(UntrustedAnswerError, match="cannot be used"):
                api.download("http://files.example/a", tmp_path / "a.csv", elsewhere=True)
        assert third.received == []
