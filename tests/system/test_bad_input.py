"""What a vendor leaves out, clears or spells wrongly, and how it comes right again."""

from kpiloop import Company, Deal
from kpiloop_sandbox.hubspot.kinds import COMPANIES, CONTACTS, DEALS
from support.home import Home
from support.living_account import SETTLED, LivingAccount

DEAL_FIELDS = "[sources.sandbox_hubspot.fields.deals]"
NAMES_FOR_NUMBERS = '[sources.sandbox_hubspot.fields.companies]\nemployees = "properties.name"\n'


def one(home: Home, table: str, column: str, record: int) -> object:
    """What is stored in a column of a record."""
    ((value,),) = home.rows(f"SELECT {column} FROM pulled.{table} WHERE id = '{record}'")
    return value


def quarantined(home: Home) -> set[tuple[object, ...]]:
    """Stream and record of all that is set aside."""
    return set(home.rows("SELECT stream, record_id FROM state.quarantine"))


def test_a_field_that_is_left_out_keeps_its_value_and_a_null_clears_it(
    account: LivingAccount, home: Home
) -> None:
    """A property that the account lost says nothing of the records; one without a value does."""
    kept, cleared = (
        int(record)
        for (record,) in home.rows(
            "SELECT id FROM pulled.deals WHERE product IS NOT NULL AND amount IS NOT NULL LIMIT 2"
        )
    )
    product = account.store.catalogue.live("deals")["product"]
    before = one(home, "deals", "product", kept)
    account.store.catalogue.put("deals", product.model_copy(update={"archived": True}))
    account.edit(DEALS).update(kept, {"amount": "4711"})
    account.edit(DEALS).update(cleared, {"amount": ""})
    home.green_pull()
    assert one(home, "deals", "amount", kept) == 4711
    assert one(home, "deals", "product", kept) == before
    assert one(home, "deals", "amount", cleared) is None

    account.store.catalogue.put("deals", product)
    account.edit(DEALS).update(kept, {"product": ""})
    home.green_pull()
    assert one(home, "deals", "product", kept) is None


def test_a_broken_record_waits_in_quarantine_until_it_is_mended(
    account: LivingAccount, home: Home
) -> None:
    """It is counted, costs no other record anything, and keeps what was known of it."""
    set_aside = quarantined(home)
    (deal, other), contact = account.ids(DEALS)[:2], account.ids(CONTACTS)[0]
    before = one(home, "deals", "amount", deal)
    account.edit(DEALS).update(deal, {"amount": "a lot"})
    account.edit(DEALS).update(other, {"amount": "4711"})
    account.edit(CONTACTS).update(contact, {"createdate": "yesterday"})
    assert home.green_pull().counts.quarantined == 2
    broken = {("contacts", str(contact)), ("deals", str(deal))}
    assert quarantined(home) - set_aside == broken
    assert one(home, "deals", "amount", deal) == before
    assert one(home, "deals", "amount", other) == 4711

    account.edit(DEALS).update(deal, {"amount": "5000"})
    account.edit(CONTACTS).update(contact, {"createdate": "2026-01-02T03:04:05Z"})
    account.wait(SETTLED)
    assert home.green_pull().counts.quarantined == 0
    assert quarantined(home) == set_aside
    assert one(home, "deals", "amount", deal) == 5000


def test_records_that_a_wrong_mapping_set_aside_are_loaded_once_it_is_right(
    account: LivingAccount, home: Home
) -> None:
    """The vendor need not touch them: the next pull looks at them again."""
    right = home.text
    home.text = right.replace(DEAL_FIELDS, NAMES_FOR_NUMBERS + DEAL_FIELDS)
    companies = account.ids(COMPANIES)
    new = account.edit(COMPANIES).create({"name": "New", "numberofemployees": "12"}).id
    counts = home.green_pull(full=True).counts
    assert counts.quarantined == len(companies) + 1
    assert home.rows(f"FROM pulled.companies WHERE id = '{new}'") == []
    assert len(home.living(Company)) >= len(companies) - 5

    account.wait(SETTLED)
    home.text = right
    assert home.green_pull().counts.released > len(companies) - 5
    assert quarantined(home) == set()
    assert one(home, "companies", "name", new) == "New"


def test_a_mapping_that_changes_is_applied_to_what_was_read_before(home: Home) -> None:
    """A full read gives every record the field that is asked for now."""
    with_mapping = home.living(Deal)
    home.text = home.text.replace(
        'product = "properties.product"', 'product = "properties.dealname"'
    )
    home.green_pull(full=True)
    names = home.rows(
        "SELECT count(*) FROM pulled.deals WHERE product = name AND deleted_at IS NULL"
    )
    assert names == [(len(with_mapping),)]
