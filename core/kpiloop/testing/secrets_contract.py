"""What every connector must do with its keys: send them, and show them nowhere."""

from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

from kpiloop.connector.base import Connector
from kpiloop.errors import KpiloopError
from kpiloop.testing.explaining import not_tested
from kpiloop.testing.fault_proxy import FaultProxy
from kpiloop.testing.fault_server import Received, Reply, answer
from kpiloop.testing.faults import Fault, Forward, From
from kpiloop.testing.keys import keys_of, spellings
from kpiloop.testing.program_run import ProgramRun
from kpiloop.testing.pulled_copy import PulledCopy
from kpiloop.testing.vendor_account import VendorAccount
from kpiloop.testing.witness import Witness, witnessing

_REFUSALS = (400, 401, 403, 404, 429, 500)


class SecretsContract:
    """Subclass it in your tests, in a class whose name begins with `Test`; pytest does the rest.

        class TestSecrets(SecretsContract):
            \"\"\"Acme's key is sent to Acme, and shown to nobody.\"\"\"

    It asks for the account by the fixture `account`, which gives a `VendorAccount`. The keys of its
    connector are the canaries: they are looked for in logs, messages, reprs and stores.
    """

    def test_no_repr_shows_a_key(self, account: VendorAccount) -> None:
        """Neither the connector nor its settings, client or source show a key."""
        with closing(account.make_connector(account.base_url)) as connector:
            keys = _keys(connector)
            witness = Witness()
            for what in (connector, connector.settings, connector.source):
                witness.see(f"the repr of {type(what).__name__}", repr(what))
                witness.see(f"the text of {type(what).__name__}", str(what))
            for name, value in vars(connector).items():
                witness.see(f"the repr of self.{name}", repr(value))
        witness.expect_unseen(keys)

    def test_no_log_or_store_has_a_key(self, account: VendorAccount, tmp_path: Path) -> None:
        """A pull leaves no key in any log of any level, in its report or in the warehouse."""
        with closing(account.make_connector(account.base_url)) as connector:
            keys = _keys(connector)
        with witnessing() as witness, PulledCopy.of(account, tmp_path) as copy:
            witness.see("the report of a pull", copy.pull())
            witness.see("the warehouse", copy.everything_as_text())
        witness.expect_unseen(keys)

    def test_no_error_has_a_key(self, account: VendorAccount, tmp_path: Path) -> None:
        """A vendor that repeats the key in its refusal does not bring it into ours."""
        with closing(account.make_connector(account.base_url)) as connector:
            keys = _keys(connector)
        with FaultProxy(account.base_url) as proxy, witnessing() as witness:
            for number, status in enumerate(_REFUSALS):
                # Every other time the first request passes: it may only fetch a session.
                proxy.fault = From(1 + number % 2, _repeating(keys, status))
                with PulledCopy.of(account, tmp_path / str(status)) as copy:
                    report = copy.pull(proxy.base_url)
                    witness.see("the report of a pull", report)
                    witness.see("the warehouse", copy.everything_as_text())
                for error in report.errors:
                    witness.see_error(error)
        witness.expect_unseen(keys | _sessions(proxy.received))

    def test_no_check_shows_a_key(self, account: VendorAccount) -> None:
        """`kpiloop doctor` shows no key, whatever the vendor answers."""
        with closing(account.make_connector(account.base_url)) as connector:
            keys = _keys(connector)
        faults = [None, *(From(1, _repeating(keys, status)) for status in _REFUSALS)]
        with FaultProxy(account.base_url) as proxy, witnessing() as witness:
            for proxy.fault in faults:
                with closing(account.make_connector(proxy.base_url)) as connector:
                    _look(connector, witness)
        witness.expect_unseen(keys)

    def test_the_program_shows_no_key(self, account: VendorAccount, tmp_path: Path) -> None:
        """Neither `kpiloop doctor` nor `kpiloop pull` prints a key, or leaves one in a file."""
        with closing(account.make_connector(account.base_url)) as connector:
            keys = _keys(connector)
            program = ProgramRun.of(connector, tmp_path)
        witness = Witness()
        for arguments in (["doctor"], ["--json", "pull"], ["runs"]):
            witness.see(f"what `kpiloop {arguments[-1]}` prints", program.call(*arguments))
        for name, content in program.stored().items():
            witness.see(f"the file {name}", content.decode("latin-1"))
        witness.expect_unseen(keys)


def _keys(connector: Connector[Any]) -> dict[str, str]:
    keys = dict(keys_of(connector))
    if not keys:
        not_tested("where keys show up", todo="the settings hold none")
    return keys


def _look(connector: Connector[Any], witness: Witness) -> None:
    try:
        for check in connector.checks():
            witness.see("a check of doctor", check)
        witness.see("the account's own words", connector.account())
    except KpiloopError as error:
        witness.see_error(error)


def _repeating(keys: dict[str, str], status: int) -> Fault:
    """A fault: a refusal in whose words the keys stand that the request has carried."""

    def refuse(request: Received, forward: Forward) -> Reply:
        del forward
        sent = f"{request.headers} {request.query} {request.body!r}"
        known = [key for key in keys.values() if any(each in sent for each in spellings(key))]
        said = f"the key {' '.join([*known, *_carried(request)])} is wrong"
        return answer({"message": said, "detail": sent}, status=status)

    return refuse


def _carried(request: Received) -> list[str]:
    """The key or session that a request proves itself with."""
    return request.headers.get("authorization", "").split()[1:]


def _sessions(requests: Sequence[Received]) -> dict[str, str]:
    """Keys that a vendor gives for a while are keys as well."""
    found = {key for request in requests for key in _carried(request)}
    return {f"session {number}": key for number, key in enumerate(sorted(found), start=1)}
