"""What the connector relies on in Odoo's JSON-2 API, held against the small Odoo and a real one."""

from urllib.error import HTTPError

import pytest
from odoo_account import OdooAccount


def _lead(account: OdooAccount, **values: object) -> int:
    made: list[int] = account.call("crm.lead", "create", vals_list=[{"name": "A fact", **values}])
    return made[0]


def _rows(
    account: OdooAccount, model: str, where: list[object], **names: object
) -> list[dict[str, object]]:
    found: dict[str, list[dict[str, object]]] = account.call(
        model,
        "web_search_read",
        domain=where,
        specification=names,
        order="id",
        limit=None,
        count_limit=1,
        context={"active_test": False},
    )
    return found["records"]


def _refusal(account: OdooAccount, model: str, method: str, **arguments: object) -> tuple[int, str]:
    with pytest.raises(HTTPError) as refused:
        account.call(model, method, **arguments)
    with refused.value as answer:
        text = answer.read().decode()
    return refused.value.code, text


def test_no_value_is_false(account: OdooAccount) -> None:
    """An empty field of any type but a number comes as false."""
    number = _lead(account)
    [row] = _rows(account, "crm.lead", [("id", "=", number)], function={}, date_closed={})
    assert (row["function"], row["date_closed"]) == (False, False)


def test_times_are_told_to_the_second_without_a_zone(account: OdooAccount) -> None:
    """A time is `YYYY-MM-DD HH:MM:SS`."""
    number = _lead(account)
    [row] = _rows(account, "crm.lead", [("id", "=", number)], write_date={})
    assert len(str(row["write_date"])) == len("2026-05-06 07:08:09")


def test_records_of_one_call_share_their_write_date(account: OdooAccount) -> None:
    """A transaction has one time, so pages cannot follow it."""
    made = account.call("crm.lead", "create", vals_list=[{"name": f"{n}"} for n in range(3)])
    rows = _rows(account, "crm.lead", [("id", "in", made)], write_date={})
    assert len({str(row["write_date"]) for row in rows}) == 1


def test_linked_records_are_read_with_the_record(account: OdooAccount) -> None:
    """A specification names fields of linked records; without, a link is a number."""
    number = _lead(account)
    names: dict[str, object] = {"company_currency": {"fields": {"name": {}}}, "stage_id": {}}
    [row] = _rows(account, "crm.lead", [("id", "=", number)], **names)
    assert isinstance(row["company_currency"], dict)
    assert isinstance(row["stage_id"], int)


def test_archived_records_are_read_where_the_context_says_so(account: OdooAccount) -> None:
    """A lost opportunity is archived."""
    number = _lead(account, active=False)
    assert len(_rows(account, "crm.lead", [("id", "=", number)])) == 1


def test_one_call_tells_whether_ids_came_or_went(account: OdooAccount) -> None:
    """Number, largest and sum of ids are counted by the database."""
    aggregates = ["__count", "id:max", "id:sum"]
    asked = {
        "domain": [],
        "groupby": [],
        "aggregates": aggregates,
        "context": {"active_test": False},
    }
    [before] = account.call("crm.lead", "formatted_read_group", **asked)
    number = _lead(account)
    [after] = account.call("crm.lead", "formatted_read_group", **asked)
    assert after["__count"] == before["__count"] + 1
    assert (after["id:max"], after["id:sum"]) == (number, before["id:sum"] + number)


def test_many_records_get_values_of_their_own_in_one_call(account: OdooAccount) -> None:
    """web_save_multi writes another value into each, and reads back what it wrote."""
    numbers = [_lead(account), _lead(account)]
    rows = account.call(
        "crm.lead",
        "web_save_multi",
        ids=numbers,
        vals_list=[{"function": "Buyer"}, {"function": "Owner"}],
        specification={"function": {}},
    )
    assert [row["function"] for row in rows] == ["Buyer", "Owner"]


def test_a_record_that_is_gone_refuses_the_whole_call(account: OdooAccount) -> None:
    """A call is one transaction: 404, and nothing is written."""
    number = _lead(account)
    status, text = _refusal(
        account,
        "crm.lead",
        "web_save_multi",
        ids=[number, 999999],
        vals_list=[{"function": "Buyer"}] * 2,
        specification={},
    )
    assert (status, "MissingError" in text) == (404, True)
    assert _rows(account, "crm.lead", [("id", "=", number)], function={})[0]["function"] is False


def test_an_unknown_model_is_404_and_an_unknown_field_500(account: OdooAccount) -> None:
    """What is not installed is not found; a wrong field is a bug of the server's own to it."""
    status, text = _refusal(account, "no.model", "fields_get", attributes=["type"])
    assert (status, "does not exist" in text) == (404, True)
    status, text = _refusal(
        account,
        "crm.lead",
        "web_search_read",
        domain=[],
        specification={"no_field": {}},
        order="id",
        limit=1,
        count_limit=1,
    )
    assert (status, '"builtins.ValueError"' in text) == (500, True)


def test_a_refusal_carries_a_stack_trace(account: OdooAccount) -> None:
    """`debug` is in every error's body, and must be shown to nobody."""
    _, text = _refusal(account, "no.model", "fields_get", attributes=["type"])
    assert '"debug": "Traceback' in text


def _field(account: OdooAccount) -> int:
    """Make a field of leads; its number."""
    [model] = _rows(account, "ir.model", [("model", "=", "crm.lead")])
    field = {"name": "x_kpiloop_fact", "field_description": "Fact", "ttype": "float"}
    made = account.call("ir.model.fields", "create", vals_list=[{**field, "model_id": model["id"]}])
    return int(made[0])


def test_a_number_that_was_never_written_is_zero(account: OdooAccount) -> None:
    """Numbers cannot be empty, which is why a check box stands beside each."""
    field = _field(account)
    number = _lead(account)
    [row] = _rows(account, "crm.lead", [("id", "=", number)], x_kpiloop_fact={})
    account.call("ir.model.fields", "unlink", ids=[field])
    assert row["x_kpiloop_fact"] == 0


def test_a_field_is_made_once_only(account: OdooAccount) -> None:
    """A call whose answer was lost must not be taken for refused when it is repeated."""
    field = _field(account)
    with pytest.raises(HTTPError) as refused:
        _field(account)
    refused.value.close()
    account.call("ir.model.fields", "unlink", ids=[field])
    assert refused.value.code == 422
