"""What every connector's settings and its answers to a wrong setting must do."""

import tomllib
from collections.abc import Iterable
from contextlib import closing
from pathlib import Path
from socket import create_server
from typing import Any

from pydantic import ValidationError

from kpiloop.connector.base import CheckStatus, Connector, Settings
from kpiloop.engine.pull.report import PullReport
from kpiloop.engine.pull.run import PullRequest, pull
from kpiloop.errors import CredentialError, KpiloopError, ScopeError
from kpiloop.project.setting_names import SettingNames
from kpiloop.testing.explaining import expect, not_tested, some
from kpiloop.testing.keys import with_wrong_key
from kpiloop.testing.vendor_account import VendorAccount
from kpiloop.warehouse.store import Warehouse

_KEY_WORDS = ("token", "secret", "password")
_KEY = "key"
"""What the name of a key ends with."""
_OF_EVERY_SOURCE = {"connector", "share", "fields"}


class SettingsContract:
    """Subclass it in your tests, in a class whose name begins with `Test`; pytest does the rest.

        class TestSettings(SettingsContract):
            \"\"\"Acme's settings explain themselves, and so do its answers to wrong ones.\"\"\"

    It asks for the account by the fixture `account`, which gives a `VendorAccount` that refuses a
    wrong key.
    """

    def test_keys_are_kept_secret(self, account: VendorAccount) -> None:
        """Every setting that is a key is a SecretStr, so that no log or error ever shows it."""
        expect_keys_are_secret(_settings_type(account))

    def test_each_key_says_where_to_get_one(self, account: VendorAccount) -> None:
        """The description of a key tells the user where the vendor shows it."""
        model = _settings_type(account)
        bare = [name for name in _names(model).secrets if not model.model_fields[name].description]
        expect(
            not bare,
            "these keys do not say where to get one",
            where=f"{model.__name__}: {some(bare)}",
            todo='Field(description="Acme shows it under Profile > API.")',
        )

    def test_an_unknown_setting_is_refused(self, account: VendorAccount) -> None:
        """A misspelled setting is an error, not a setting that has no effect."""
        model = _settings_type(account)
        expect(
            _refuses_unknown(model) and model.model_config.get("frozen"),
            "a misspelled setting is accepted without a word, or settings can be changed later",
            where=model.__name__,
            todo="leave extra and frozen in model_config as kpiloop.Settings has them",
        )

    def test_the_example_loads(self, account: VendorAccount) -> None:
        """What `kpiloop init` writes into the source's table is TOML of legal settings."""
        with closing(account.make_connector(account.base_url)) as connector:
            expect_example_loads(type(connector))

    def test_the_doctor_finds_nothing_wrong(self, account: VendorAccount) -> None:
        """`checks` passes on an account that works."""
        with closing(account.make_connector(account.base_url)) as connector:
            found = list(connector.checks())
        if not found:
            not_tested(
                "what `kpiloop doctor` says of the system",
                todo="override checks() and look at the reach, the key and its rights",
            )
        failed = [f"{each.what}: {each.found}" for each in found if _is_failed(each.status)]
        expect(not failed, f"checks fail on an account that works: {some(failed)}")

    def test_the_doctor_finds_a_wrong_key(self, account: VendorAccount) -> None:
        """With a wrong key a check fails, and says what to do."""
        with closing(_wrong(account)) as connector:
            failed = _failed_checks(connector)
        if failed is None:
            not_tested("a wrong key at `kpiloop doctor`", todo="override checks()")
        expect(
            failed,
            "`kpiloop doctor` is content with a wrong key",
            todo="ask something that needs the key in checks(), and yield a Check that FAILED",
        )
        bare = [what for what, todo in failed if not todo]
        expect(
            not bare, f"a failed check does not say what to do: {some(bare)}", todo="Check(todo=…)"
        )

    def test_a_wrong_key_is_told_as_a_key(self, account: VendorAccount, tmp_path: Path) -> None:
        """With a wrong key a pull stops with CredentialError, and says what to do."""
        with closing(_wrong(account)) as connector:
            report = _pull(connector, tmp_path)
        if report.is_green and report.counts.read:
            not_tested("a wrong key", todo="the account takes any: let it answer 401 to others")
        _expect_error(report, CredentialError, "a wrong key")

    def test_a_missing_right_is_told_as_a_right(
        self, account: VendorAccount, tmp_path: Path
    ) -> None:
        """With a key that lacks a right a stream stops with ScopeError, or is left out."""
        with closing(account.make_connector_without_right(account.base_url)) as connector:
            report = _pull(connector, tmp_path)
        if not any(each.unavailable for each in report.streams):
            _expect_error(report, ScopeError, "a key without the right")

    def test_a_system_that_cannot_be_reached_is_told(
        self, account: VendorAccount, tmp_path: Path
    ) -> None:
        """Where nothing listens a pull stops with an error that says what to look at."""
        with create_server(("127.0.0.1", 0)) as listener:
            nobody = f"http://127.0.0.1:{listener.getsockname()[1]}"
        with closing(account.make_connector(nobody)) as connector:
            report = _pull(connector, tmp_path)
        if report.is_green and report.counts.read:
            not_tested("an unreachable system", todo="make_connector does not use its base_url")
        _expect_error(report, KpiloopError, "a system that cannot be reached")


def expect_keys_are_secret(model: type[Settings]) -> None:
    """Every setting that looks like a key is a SecretStr."""
    secrets = _names(model).secrets
    bare = [
        name
        for name in model.model_fields
        if name not in secrets
        and (any(word in name for word in _KEY_WORDS) or name.rpartition("_")[2] == _KEY)
    ]
    expect(
        not bare,
        "these settings look like keys, but are no SecretStr: any log or error may show them",
        where=f"{model.__name__}: {some(bare)}",
        todo="token: SecretStr (from pydantic); ask for it with .get_secret_value() where it is "
        "sent, or give it to BearerToken as it is",
    )


def expect_example_loads(connector: type[Connector[Any]]) -> None:
    """The connector's example is TOML whose keys are settings."""
    text = f"[sources.contract]\n{connector.example.replace('{source}', 'contract')}"
    try:
        table: dict[str, object] = tomllib.loads(text)["sources"]["contract"]
    except tomllib.TOMLDecodeError as error:
        reason = str(error)
        table = {}
    else:
        reason = ""
    expect(
        not reason,
        f"`example` is no TOML: {reason}",
        where=connector.__name__,
        todo="write lines of TOML as they stand in a source's table, with {source} for its name",
    )
    unknown = table.keys() - {*_names(connector.settings_type).keys} - _OF_EVERY_SOURCE
    expect(
        not unknown,
        "`example` has keys that are no settings",
        where=f"{connector.__name__}: {some(sorted(unknown))}",
        todo="name settings of the connector; comment out what one may say besides",
    )


def _settings_type(account: VendorAccount) -> type[Settings]:
    with closing(account.make_connector(account.base_url)) as connector:
        return type(connector).settings_type


def _names(model: type[Settings]) -> SettingNames:
    return SettingNames(source="contract", model=model)


def _refuses_unknown(model: type[Settings]) -> bool:
    try:
        model.model_validate({"no_such_setting": 1})
    except ValidationError as error:
        return any(each["type"] == "extra_forbidden" for each in error.errors())
    return False


def _wrong(account: VendorAccount) -> Connector[Any]:
    with closing(account.make_connector(account.base_url)) as connector:
        return with_wrong_key(connector)


def _pull(connector: Connector[Any], folder: Path) -> PullReport:
    with Warehouse.open(folder / "warehouse.duckdb") as warehouse:
        return pull(warehouse, connector, PullRequest())


def _failed_checks(connector: Connector[Any]) -> list[tuple[str, str]] | None:
    """What failed, with what to do; None where nothing was looked at."""
    try:
        found = list(connector.checks())
    except KpiloopError as error:
        return [(error.what, error.todo)]
    failed = [(each.what, each.todo) for each in found if _is_failed(each.status)]
    return failed if found else None


def _is_failed(status: CheckStatus) -> bool:
    return status is CheckStatus.FAILED


def _expect_error(report: PullReport, kind: type[KpiloopError], what: str) -> None:
    expect(
        not report.is_green,
        f"{what} was taken for an empty account: the pull ended well",
        todo="let the errors of Api pass",
    )
    expect(
        any(isinstance(each, kind) for each in report.errors),
        f"{what} must be told as {kind.__name__}, but was: {some(_told(report.errors))}",
        todo="let the errors of Api pass; where the vendor says it in its own way, tell Api with "
        "refusals=",
    )
    bare = _told(each for each in report.errors if not each.todo)
    expect(not bare, f"an error does not say what to do next: {some(bare)}", todo="todo=…")


def _told(errors: Iterable[KpiloopError]) -> list[str]:
    return [f"{type(each).__name__}: {each.what}" for each in errors]
