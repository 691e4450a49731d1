"""Reading over a line on which things go wrong: limits, failures, outages, keys that run out."""

from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from kpiloop.errors import KpiloopError
from kpiloop.testing.broken_rows import (
    BrokenRows,
    expect_broken_record_set_aside,
    expect_set_aside,
    row_places,
)
from kpiloop.testing.explaining import expect, not_tested, some
from kpiloop.testing.fault_proxy import FaultProxy
from kpiloop.testing.fault_server import Reply, answer, too_many, web_page
from kpiloop.testing.faults import (
    Fault,
    From,
    Sometimes,
    cut_answer,
    instead,
    slow_answer,
)
from kpiloop.testing.pulled_copy import PulledCopy, Rows, differences, expect_green
from kpiloop.testing.vendor_account import VendorAccount

_ASKED_TO_WAIT = 9
_RETRIES = (
    "let Api send every request: it waits and tries again by itself; an answer that your own code "
    "takes for empty is a lost page"
)


class DisturbedReads:
    """What must hold where the vendor or the line to it is not at its best."""

    def test_a_rate_limit_is_waited_for(self, account: VendorAccount, tmp_path: Path) -> None:
        """Where every third request meets a 429, the pull waits as asked and reads everything."""
        fault = Sometimes(instead(too_many(str(_ASKED_TO_WAIT))))
        with _bench(account, tmp_path) as bench:
            bench.expect_same_rows(fault, "429 answers (slow down)", todo=_RETRIES)
            usage = bench.copy.usage
            expect(
                fault.struck == 0 or usage.waited_seconds >= _ASKED_TO_WAIT,
                f"{fault.struck} answers asked to wait {_ASKED_TO_WAIT} s each, but the connector "
                f"waited {usage.waited_seconds:.1f} s in all",
                todo=f"{_RETRIES}; make it with clock=self.source.clock",
            )

    def test_a_failing_server_is_asked_again(self, account: VendorAccount, tmp_path: Path) -> None:
        """Where every third request meets a 503 at first, everything is read."""
        body = {"message": "try again"}
        fault = Sometimes(instead(answer(body, status=503)))
        with _bench(account, tmp_path) as bench:
            bench.expect_same_rows(fault, "503 answers", todo=_RETRIES)

    def test_an_answer_that_is_cut_off_is_asked_for_again(
        self, account: VendorAccount, tmp_path: Path
    ) -> None:
        """Half of an answer is not taken for all of it."""
        with _bench(account, tmp_path) as bench:
            bench.expect_same_rows(Sometimes(cut_answer), "answers cut in half", todo=_RETRIES)

    def test_a_slow_answer_is_waited_for(self, account: VendorAccount, tmp_path: Path) -> None:
        """Bytes that come slowly are whole in the end."""
        fault = Sometimes(slow_answer(0.005), every=5)
        with _bench(account, tmp_path) as bench:
            bench.expect_same_rows(fault, "slow answers", todo=_RETRIES)

    def test_an_outage_costs_nothing_but_time(self, account: VendorAccount, tmp_path: Path) -> None:
        """A system that fails in the middle stops the pull with a reason; the next one goes on."""
        with _bench(account, tmp_path) as bench:
            bench.expect_recovery(answer({"message": "we are down"}, status=503), "an outage")

    def test_a_key_that_runs_out_costs_nothing_but_time(
        self, account: VendorAccount, tmp_path: Path
    ) -> None:
        """A key that is refused halfway stops the pull with a reason; the next one goes on."""
        with _bench(account, tmp_path) as bench:
            bench.expect_recovery(answer({"message": "expired"}, status=401), "a key that ran out")

    def test_a_web_page_is_not_taken_for_data(self, account: VendorAccount, tmp_path: Path) -> None:
        """A login page or filter that answers 200 stops the pull, and deletes nothing."""
        with _bench(account, tmp_path) as bench:
            bench.expect_recovery(web_page(), "a web page in place of an answer")

    def test_a_broken_row_costs_that_row(self, account: VendorAccount, tmp_path: Path) -> None:
        """A row that cannot be read is set aside with its reason; all others are stored."""
        with _bench(account, tmp_path) as bench:
            broken = BrokenRows(row_places(account, bench.proxy))
            if not broken.places:
                expect_broken_record_set_aside(account, bench.copy)
                return
            bench.proxy.fault = broken
            report = bench.copy.pull(bench.proxy.base_url)
            expect_set_aside(report, broken, bench.expected.keys() - bench.copy.rows())


@contextmanager
def _bench(account: VendorAccount, folder: Path) -> Generator["_Bench"]:
    if not account.base_url:
        not_tested("what a bad line costs", todo="base_url is empty: nothing comes over a line")
    with (
        FaultProxy(account.base_url) as proxy,
        PulledCopy.of(account, folder / "undisturbed") as undisturbed,
        PulledCopy.of(account, folder / "copy") as copy,
    ):
        undisturbed.pull_green(proxy.base_url)
        if not proxy.received:
            not_tested("what a bad line costs", todo="the connector asks nothing of base_url")
        rows = undisturbed.rows()
        yield _Bench(proxy=proxy, copy=copy, expected=rows, requests=len(proxy.received))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Bench:
    """A proxy in front of the account, a copy to pull through it, and what should be in it."""

    proxy: FaultProxy
    copy: PulledCopy
    expected: Rows
    requests: int

    def expect_same_rows(self, fault: Fault, what: str, *, todo: str) -> None:
        """With the fault, the pull ends well and stores what it stores without it."""
        self.proxy.fault = fault
        report = self.copy.pull(self.proxy.base_url)
        self.proxy.fault = None
        expect_green(report)
        told = differences(self.expected, self.copy.rows())
        expect(not told, f"{what} changed what was stored: {some(told)}", todo=todo)

    def expect_recovery(self, reply: Reply, what: str) -> None:
        """From the middle on nothing but this reply: an error that explains, and nothing lost."""
        self.proxy.fault = From(self.requests // 2 + 1, instead(reply))
        report = self.copy.pull(self.proxy.base_url)
        self.proxy.fault = None
        unavailable = [each.stream for each in report.streams if each.unavailable]
        expect(
            not report.is_green or unavailable,
            f"the pull ended well in {what}: what was missing was taken for nothing",
            todo="let the errors of Api pass; catch none that you cannot repair",
        )
        expect_explained(report.errors, what)
        self.copy.pull_green(self.proxy.base_url)
        told = differences(self.expected, self.copy.rows())
        expect(
            not told,
            f"the pull after {what} did not bring the rest: {some(told)}",
            todo="each page's checkpoint must say where the next page begins, and a page must not "
            "be given before it is whole",
        )


def expect_explained(errors: tuple[KpiloopError, ...], what: str) -> None:
    """Each error says what to do next."""
    bare = [f"{type(each).__name__}: {each}" for each in errors if not each.todo]
    expect(
        not bare,
        f"an error after {what} does not say what to do next: {some(bare)}",
        todo="raise the errors of kpiloop with todo=…",
    )
