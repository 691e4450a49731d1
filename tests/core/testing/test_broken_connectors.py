"""Wrong connectors: each is caught by the test that is for it, in words that say what to do."""

from pathlib import Path

import pytest

from kpiloop.testing import ReadContract, SecretsContract, SettingsContract, WriteContract
from support.faults import Fault, asked_by, reading, setting, telling, the_test, writing
from support.small_crm import small_account

FAULTS = [
    reading(
        "SkipsEqualTimes",
        "records_of_one_time_are_all_read",
        "records that were changed at the same moment were not all read",
        "sort by (time, id)",
    ),
    reading("StandsStill", "no_page_comes_twice", "pages come again", "send the cursor"),
    reading(
        "NumbersEverything",
        "second_pull_changes_nothing",
        "a second pull finds changes in an account that stands still",
        "a record's id and values must be the same at each read",
    ),
    reading(
        "TakesLimitsForTheEnd",
        "failing_server_is_asked_again",
        "503 answers changed what was stored: contacts",
        "let Api send every request",
    ),
    reading(
        "TakesLimitsForTheEnd",
        "answer_that_is_cut_off_is_asked_for_again",
        "a stream could not be read to its end",
        "the method of that stream meets it",
    ),
    reading(
        "TakesLimitsForTheEnd",
        "key_that_runs_out_costs_nothing_but_time",
        "the pull ended well in a key that ran out",
        "let the errors of Api pass",
    ),
    reading(
        "TurnsByOffset",
        "delete_between_two_pages_costs_no_other_record",
        "deletes while pages were turned cost other records: contacts",
        "go on after the last id",
    ),
    reading(
        "NeverEnds",
        "pull_stores_everything",
        "stream contacts gives the same rows again and again",
        "the method of that stream meets it",
    ),
    reading(
        "TurnsInPlace",
        "rate_limit_is_waited_for",
        "stream contacts gives the same rows again and again",
        "the method of that stream meets it",
    ),
    reading(
        "Misspells",
        "every_declared_field_is_met",
        "no row of the account has what the wire model declares: MisspeltContact.email",
        "correct the path of the field",
    ),
    reading(
        "NumbersRows",
        "reading_everything_again_changes_nothing",
        "a full read does not give what the pulls before it have stored",
        "a record's id and values must be the same at each read",
    ),
    reading(
        "TakesLimitsForTheEnd",
        "rate_limit_is_waited_for",
        "429 answers (slow down) changed what was stored: contacts",
        "let Api send every request",
    ),
    reading(
        "GoesBackAPage",
        "checkpoint_goes_on_where_its_page_ended",
        "skips or repeats rows",
        "a page's checkpoint says where the next page begins",
    ),
    reading(
        "IgnoresDeletes",
        "delete_is_read",
        "a deleted record still counts, even after a full read",
        "mark the time of deletion in the wire model with Deleted()",
    ),
    reading(
        "ListsTheFirstPage",
        "no_id_is_left_out",
        "the ids leave out records that the stream gives",
        "page by page to the end",
    ),
    reading(
        "HasOneFingerprint",
        "delete_is_found_by_the_ids",
        "a deleted record still counts after the next pull",
        "a fingerprint must be another one as soon as a record has come or gone",
    ),
    reading(
        "ReadsRowsItself",
        "broken_row_costs_that_row",
        "a stream could not be read to its end",
        "the method of that stream meets it",
    ),
    reading(
        "DropsBadRows",
        "broken_row_costs_that_row",
        "a record that cannot be read was not set aside",
        "drop nothing in the connector",
    ),
    reading(
        "IgnoresTheStart",
        "two_windows_give_what_one_gives",
        "a window gives what was changed before its start",
        "ask the vendor for what changed after read.window.start",
    ),
    reading(
        "RoundsTheEnd",
        "two_windows_give_what_one_gives",
        "lose records that one window gives: contacts",
        "rounded outwards",
    ),
    reading(
        "TurnsByOffset",
        "edit_between_two_pages_costs_no_record",
        "edits while pages were turned cost records: contacts",
        "offsets skip what moves",
    ),
    reading(
        "TakesWebPagesForNothing",
        "web_page_is_not_taken_for_data",
        "the pull ended well in a web page in place of an answer",
        "let the errors of Api pass",
    ),
    reading(
        "SaysNoMore",
        "outage_costs_nothing_but_time",
        "does not say what to do next: RefusedError: small: it did not work",
        "raise the errors of kpiloop with todo=",
    ),
    reading(
        "NeverLooksAgain",
        "edit_is_read_by_the_next_pull",
        "the pull after an edit did not bring the new value",
        "see whether the edit moves the time that the stream's filter asks for",
    ),
    reading(
        "FindsNoId",
        "pull_stores_everything",
        "the wire models refuse records of the account",
        "see the names and kinds of its fields",
    ),
    writing(
        "MakesRecords",
        "unknown_record_costs_the_others_nothing",
        "was confirmed",
        "reject it in the vendor's words",
    ),
    writing(
        "ConfirmsUnsent",
        "values_are_read_back_as_they_were_sent",
        "what was confirmed is not what is read back",
        "confirm a change only by the vendor's answer for that row",
    ),
    writing(
        "JudgesBatches",
        "unknown_record_costs_the_others_nothing",
        "changes of records that exist were not confirmed",
        "judge each row by what the vendor says of that row",
    ),
    writing(
        "TakesSilenceForNo",
        "lost_answer_is_not_a_refusal",
        "changes whose answer was lost were reported as rejected",
        "report Status.UNKNOWN",
    ),
    writing(
        "TakesSilenceForYes",
        "nothing_is_confirmed_without_an_answer",
        "reported as confirmed, though the vendor never answered",
        "report Status.UNKNOWN",
    ),
    writing(
        "BlamesRows",
        "key_that_is_refused_judges_no_row",
        "a key that is not accepted was reported as the fate of",
        "let CredentialError, ScopeError and QuotaError pass",
    ),
    writing(
        "ForgetsRows",
        "unknown_record_costs_the_others_nothing",
        "exactly one outcome for each change; without one: ",
        "yield an Outcome with the change's own id",
    ),
    writing(
        "ReadsText",
        "values_are_read_back_as_they_were_sent",
        "holds '-1' in place of Decimal('-1')",
        "give each value the type of its kind",
    ),
    writing(
        "MakesRecordsUp",
        "unknown_record_costs_the_others_nothing",
        "which does not exist",
        "leave out what the vendor left out",
    ),
    writing(
        "MakesFieldsTwice",
        "field_is_made_once",
        "the fields could not be made: it exists",
        "define() confirms a field that is there already",
    ),
    writing(
        "ReadsEmptyTexts",
        "new_field_is_empty",
        "current() must give each record that exists, with None for no value",
        'an empty text ("") is None',
    ),
    writing(
        "SendsNoNone",
        "none_clears_a_value",
        "holds Decimal('5') in place of None",
        "let current() read the record itself",
    ),
    writing(
        "ConfirmsUnsent",
        "second_value_replaces_the_first",
        "what was confirmed is not what is read back",
        "confirm a change only by the vendor's answer",
    ),
    writing(
        "ConfirmsUnsent",
        "value_that_is_refused_costs_the_others_nothing",
        "what was confirmed is not what is read back",
        "confirm a change only by the vendor's answer",
    ),
    writing(
        "ConfirmsUnsent",
        "rate_limit_is_waited_for_while_writing",
        "what was confirmed is not what is read back",
        "confirm a change only by the vendor's answer",
    ),
    writing(
        "ConfirmsUnsent",
        "plan_is_applied_once",
        "what was confirmed is not what is read back",
        "confirm a change only by the vendor's answer",
    ),
    writing(
        "ConfirmsUnsent",
        "value_that_somebody_changed_is_kept",
        "planned values 0 were confirmed, 0 rejected and 8 in conflict; right would be 7, 0 and 1",
        "current() must give what the record holds",
    ),
    writing(
        "TakesSilenceForNo",
        "lost_answers_are_found_out",
        "right would be 8, 0 and 0",
        "write() one true outcome for each change",
    ),
    writing("LeavesFields", "field_goes_when_it_is_retired", "retire() left", "remove the fields"),
    writing(
        "WritesMore",
        "nothing_else_is_changed",
        "writing a custom field changed something else: contacts",
        "send the field that was asked for",
    ),
    setting("KeyIsText", "keys_are_kept_secret", "look like keys", "token: SecretStr"),
    setting("SecondKeyIsText", "keys_are_kept_secret", "signing_key", "token: SecretStr"),
    setting(
        "KeyFromNowhere",
        "each_key_says_where_to_get_one",
        "these keys do not say where to get one",
        "Field(description=",
    ),
    setting(
        "TakesAnySetting",
        "unknown_setting_is_refused",
        "a misspelled setting is accepted",
        "leave extra and frozen",
    ),
    setting("ExampleIsNoToml", "example_loads", "`example` is no TOML", "write lines of TOML"),
    setting("ExampleNamesNothing", "example_loads", "has keys that are no settings", "comment out"),
    setting(
        "AlwaysWell",
        "doctor_finds_a_wrong_key",
        "`kpiloop doctor` is content with a wrong key",
        "ask something that needs the key",
    ),
    setting(
        "NoAdvice",
        "doctor_finds_a_wrong_key",
        "a failed check does not say what to do: key",
        "Check(todo=",
    ),
    setting(
        "TakesNoForNothing",
        "wrong_key_is_told_as_a_key",
        "a wrong key was taken for an empty account",
        "let the errors of Api pass",
    ),
    setting(
        "BlamesTheVendor",
        "wrong_key_is_told_as_a_key",
        "a wrong key must be told as CredentialError, but was: RefusedError",
        "refusals=",
    ),
    setting(
        "BlamesTheVendor",
        "missing_right_is_told_as_a_right",
        "must be told as ScopeError, but was: RefusedError",
        "refusals=",
    ),
    setting(
        "TakesNoForNothing",
        "system_that_cannot_be_reached_is_told",
        "a system that cannot be reached was taken for an empty account",
        "let the errors of Api pass",
    ),
    telling("TellsItsKey", "no_error_has_a_key", "token in an error"),
    telling("LogsItsKey", "no_log_or_store_has_a_key", "token in the log of small"),
    telling("ShowsItsKey", "no_repr_shows_a_key", "token in the repr of self.headers"),
    telling("PrintsItsKey", "no_check_shows_a_key", "token in a check of doctor"),
]


UNPROVEN = {
    "test_a_slow_answer_is_waited_for": "a client that cannot wait would be none of Api",
    "test_a_stale_plan_sends_nothing": "the core refuses the plan, whatever the writer",
    "test_a_record_that_went_costs_the_others_nothing": "the core looks before it writes",
    "test_the_doctor_finds_nothing_wrong": "proven in test_connector_contract",
    "test_the_program_shows_no_key": "needs an installed plugin: the bundled connectors",
}
"""Tests of the contracts that no wrong connector here fails, and why."""


def test_every_test_of_a_contract_catches_somebody() -> None:
    """A test that no connector can fail would only cost time."""
    proven = {the_test(fault).__name__ for fault in FAULTS} | UNPROVEN.keys()
    contracts = (ReadContract, WriteContract, SettingsContract, SecretsContract)
    tests = {name for each in contracts for name in dir(each) if name.startswith("test_")}
    assert tests == proven


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.name)
def test_a_fault_is_caught_and_explained(fault: Fault, tmp_path: Path) -> None:
    """The author reads what is wrong and what to do about it."""
    with small_account(fault.connector) as account:
        given = {"account": account, "tmp_path": tmp_path}
        with pytest.raises(AssertionError) as caught:
            the_test(fault)(**{name: given[name] for name in asked_by(fault)})
    message = str(caught.value)
    assert fault.told in message
    assert f"To do: {fault.todo}" in message or fault.todo in message.partition("To do: ")[2]
