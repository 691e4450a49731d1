"""Writing over a line on which things go wrong: no value is lost, and none is made up."""

from collections.abc import Generator
from contextlib import contextmanager
from decimal import Decimal
from pathlib import Path

from kpiloop.connector.writing import Outcome, Status, Value
from kpiloop.errors import KpiloopError
from kpiloop.testing.explaining import expect, some
from kpiloop.testing.fault_proxy import FaultProxy
from kpiloop.testing.fault_server import answer, too_many
from kpiloop.testing.faults import At, Fault, From, Sometimes, instead, lost_answer
from kpiloop.testing.vendor_account import VendorAccount
from kpiloop.testing.writable import Writable, writable

_UNKNOWN = (
    "report Status.UNKNOWN for the changes whose answer was lost (UnavailableError): kpiloop "
    "reads the records back and sends again only what they do not hold"
)


class DisturbedWrites:
    """What must hold of values that are written over a bad line."""

    def test_a_rate_limit_is_waited_for_while_writing(
        self, account: VendorAccount, tmp_path: Path
    ) -> None:
        """Where every other call meets a 429 at first, all values are written."""
        with _behind_proxy(account, tmp_path) as (proxy, places):
            for place in places:
                values = _values(place)
                proxy.fault = Sometimes(instead(too_many("9")), every=2)
                outcomes = place.write(place.numbers(values))
                proxy.fault = None
                place.expect_confirmed(outcomes)
                place.expect_held(values, definition=place.number)

    def test_a_lost_answer_is_not_a_refusal(self, account: VendorAccount, tmp_path: Path) -> None:
        """Values that were written, but whose answer was lost, are unknown or found out."""
        with _behind_proxy(account, tmp_path) as (proxy, places):
            for place in places:
                values = _values(place)
                outcomes = _outcomes(proxy, place, values, At({1}, lost_answer))
                refused = [each for each in outcomes if _is_refused(each)]
                expect(
                    not refused,
                    "changes whose answer was lost were reported as rejected: "
                    f"{some(each.id for each in refused)}",
                    where=place.entity,
                    todo=_UNKNOWN,
                )
                confirmed = {each.id for each in outcomes if each.status is Status.CONFIRMED}
                told = {key: value for key, value in values.items() if key in confirmed}
                place.expect_held(told, definition=place.number)

    def test_nothing_is_confirmed_without_an_answer(
        self, account: VendorAccount, tmp_path: Path
    ) -> None:
        """Where no answer ever comes, nothing is confirmed and nothing rejected."""
        with _behind_proxy(account, tmp_path) as (proxy, places):
            for place in places:
                for fault in (lost_answer, instead(answer({"message": "down"}, status=503))):
                    outcomes = _outcomes(proxy, place, _values(place), From(1, fault))
                    judged = {each.status for each in outcomes if _is_judged(each)}
                    expect(
                        not judged,
                        f"changes were reported as {some(sorted(judged))}, though the vendor "
                        "never answered",
                        where=place.entity,
                        todo=_UNKNOWN,
                    )

    def test_a_key_that_is_refused_judges_no_row(
        self, account: VendorAccount, tmp_path: Path
    ) -> None:
        """What stops all writing is raised: no record is rejected for it."""
        with _behind_proxy(account, tmp_path) as (proxy, places):
            for place in places:
                fault = From(1, instead(answer({"message": "expired"}, status=401)))
                outcomes = _outcomes(proxy, place, _values(place), fault)
                expect(
                    not outcomes,
                    f"a key that is not accepted was reported as the fate of {len(outcomes)} rows",
                    where=place.entity,
                    todo="let CredentialError, ScopeError and QuotaError pass: the next run goes "
                    "on with the same rows",
                )


@contextmanager
def _behind_proxy(
    account: VendorAccount, folder: Path
) -> Generator[tuple[FaultProxy, list[Writable]]]:
    with (
        FaultProxy(account.base_url) as proxy,
        writable(account, folder, proxy.base_url) as places,
    ):
        for place in places:
            place.define()
        yield proxy, [*places]


def _is_judged(outcome: Outcome) -> bool:
    return outcome.status is Status.CONFIRMED or _is_refused(outcome)


def _is_refused(outcome: Outcome) -> bool:
    """For good: what was not even sent may be rejected as not final."""
    return outcome.status is Status.REJECTED and outcome.is_final


def _values(place: Writable) -> dict[str, Value]:
    return dict.fromkeys(place.ids, Decimal("7.25"))


def _outcomes(
    proxy: FaultProxy, place: Writable, values: dict[str, Value], fault: Fault
) -> list[Outcome]:
    """What a writer reports under a fault, up to the error that it may raise."""
    told: list[Outcome] = []
    proxy.fault = fault
    try:
        told.extend(place.writer.write(place.numbers(values), place.definitions))
    except KpiloopError:
        pass  # "no row is judged" is what is asked for
    finally:
        proxy.fault = None
    return told
