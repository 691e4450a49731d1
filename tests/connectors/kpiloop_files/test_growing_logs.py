"""Access logs that a server is writing: lines that are alike, out of order, or not whole yet."""

import gzip

import pytest

from support.files_folder import FilesFolder

LINE = (
    '192.0.2.1 - - [10/Oct/2026:13:55:{second:02} +0000] "GET {page} HTTP/1.1" 200 5 "-" "Firefox"'
)
FIRST = LINE.format(second=1, page="/a")
SECOND = LINE.format(second=2, page="/b")


@pytest.fixture
def site(folder: FilesFolder) -> FilesFolder:
    """A folder with logs."""
    folder.logs = [{"file": "access.log*"}]
    return folder


def views(site: FilesFolder) -> int:
    """How many page views there are."""
    return len(site.rows("id", "page_views"))


def test_equal_lines_with_another_second_between_them_are_two_page_views(site: FilesFolder) -> None:
    """A server writes a line when its answer is sent: seconds stand out of order."""
    site.write("access.log", f"{FIRST}\n{SECOND}\n{FIRST}\n")
    site.counts()
    assert views(site) == 3


def test_equal_lines_stay_the_page_views_that_they_were_when_the_log_grows(
    site: FilesFolder,
) -> None:
    """What was read before is not new again."""
    site.write("access.log", f"{FIRST}\n{SECOND}\n")
    site.counts()
    site.write("access.log", f"{FIRST}\n{SECOND}\n{FIRST}\n")
    assert site.counts().new == 1


def test_a_line_without_its_end_is_read_when_it_is_whole(site: FilesFolder) -> None:
    """The server is still writing it: half a line is neither a page view nor an error."""
    for half in (SECOND[:60], SECOND):
        site.write("access.log", f"{FIRST}\n{half}")
        site.counts()
        assert (views(site), site.reasons()) == (1, [])
    site.write("access.log", f"{FIRST}\n{SECOND}\n")
    site.counts()
    assert (views(site), site.reasons()) == (2, [])


def test_a_packed_log_is_finished(site: FilesFolder) -> None:
    """Nobody writes on: its last line counts without an end."""
    site.write("access.log.1.gz", gzip.compress(f"{FIRST}\n{SECOND}".encode()))
    site.counts()
    assert views(site) == 2
