"""Sums that are kept: what those were worth at the start who are still there at the end."""

from collections.abc import Sequence
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kpiloop.errors import DefinitionError
from support.resolved_company import Company, company_in_memory

PACK = """
[measures.pipeline]
title = "Pipeline"
on = "deals"
aggregate = "sum(amount_home)"
from = "created_at"
until = "closed_at"
kept_by = "company_id"

[kpis.pipeline_kept_share]
title = "Pipeline kept"
meaning = "Share of the amount at the start whose companies still have a deal at the end."
formula = "pipeline_kept / pipeline_at_start"
unit = "ratio"
"""


@pytest.fixture
def company(company: Company) -> Company:
    """A company with the stock of this page."""
    company.pack = PACK
    return company


def put(
    company: Company, who: str | None, start: str, end: str | None, amount: int | None, **more: str
) -> None:
    """Store a deal that is open from start to end."""
    company.put(
        "deals", company_id=who, created_at=start, closed_at=end, amount_home=amount, **more
    )


def test_the_amount_at_the_start_counts_of_those_who_are_there_at_the_end(
    company: Company,
) -> None:
    """One stays, one leaves, one comes back by a larger deal and is kept with what it had."""
    put(company, "stays", "2026-03-10", None, 100)
    put(company, "leaves", "2026-03-10", "2026-04-10", 20)
    put(company, "comes back", "2026-03-10", "2026-04-10", 3)
    put(company, "comes back", "2026-04-20", None, 1000)
    april = company.one("pipeline_kept_share", "2026-04")

    assert (april.numerator, april.denominator, april.sample_size) == (103, 123, 3)


def test_an_id_is_kept_by_a_row_of_unknown_amount(company: Company) -> None:
    """That nobody knows the amount of the deal that goes on does not make the company leave."""
    put(company, "a", "2026-03-10", "2026-04-10", 7)
    put(company, "a", "2026-03-10", None, None)

    assert company.one("pipeline_kept_share", "2026-04").numerator == 7


def test_a_row_without_the_id_is_kept_by_itself(company: Company) -> None:
    """Two deals of unknown companies are not one company."""
    put(company, None, "2026-03-10", "2026-04-10", 7)
    put(company, None, "2026-03-10", None, 5)

    assert company.one("pipeline_kept_share", "2026-04").numerator == 5


@pytest.mark.parametrize(
    ("aggregate", "kept_by", "said"),
    [
        ("count(*)", "company_id", "only a stock that is a sum is kept by an id"),
        ("count(distinct company_id)", "company_id", "only a stock that is a sum"),
        ("sum(amount_home)", "compny_id", "'compny_id' is no id of deals.*company_id"),
        ("sum(amount_home)", "channel", "'channel' is no id of deals"),
    ],
)
def test_only_sums_are_kept_by_an_id_of_the_row(
    company: Company, aggregate: str, kept_by: str, said: str
) -> None:
    """A count keeps what it counts."""
    company.pack = PACK.replace("sum(amount_home)", aggregate).replace("company_id", kept_by)

    with pytest.raises(DefinitionError, match=said):
        _ = company.catalog


def test_a_flow_is_not_kept(company: Company) -> None:
    """What happens in a period is not there at its ends."""
    company.pack = """
[measures.won]
on = "deals"
aggregate = "sum(amount_home)"
when = "won_at"
kept_by = "company_id"
"""
    with pytest.raises(DefinitionError, match="only a stock that is a sum"):
        _ = company.catalog


def test_the_id_is_part_of_the_meaning_of_what_is_kept_alone(company: Company) -> None:
    """Kept by deals is another number; what is there at the start is the same."""
    by_company = company.catalog.measures
    company.pack = PACK.replace('"company_id"', '"id"')
    by_deal = company.catalog.measures

    assert by_company["pipeline_kept"].version != by_deal["pipeline_kept"].version
    assert by_company["pipeline_at_start"].version == by_deal["pipeline_at_start"].version


Deal = tuple[str | None, int, int, int | None, str | None]
"""Company, month of beginning, month of ending, amount, channel."""

deals = st.lists(
    st.tuples(
        st.sampled_from([None, "a", "b", "c"]),
        st.integers(1, 6),
        st.integers(1, 8),
        st.none() | st.integers(-5, 10**9),
        st.sampled_from([None, "ads", "mail"]),
    ),
    min_size=1,
    max_size=14,
)


def expected(rows: Sequence[Deal], cut: str | None, *, is_cut: bool, month: int) -> Decimal:
    """What is kept over a month, in plain Python; of a channel, by what held at the start."""

    def there(row: Deal, at: int) -> bool:
        return row[1] < at <= row[2]

    def key(place: int) -> str | int:
        return rows[place][0] or place

    asked = [n for n, row in enumerate(rows) if not is_cut or row[4] == cut]
    at_end = {key(n) for n in range(len(rows)) if there(rows[n], month + 1)}
    return sum(
        (Decimal(rows[n][3] or 0) for n in asked if there(rows[n], month) and key(n) in at_end),
        Decimal(0),
    )


@given(rows=deals, month=st.integers(2, 7))
@settings(max_examples=20, deadline=None)
def test_it_is_what_plain_python_says(rows: list[Deal], month: int) -> None:
    """In total and by channel; and by company the same as record by record."""
    with company_in_memory(PACK) as company:
        company.pack += '[kpis.kept]\ntitle = "Kept"\nformula = "pipeline_kept"\nunit = "money"\n'
        for who, begin, end, amount, channel in rows:
            start, until = (f"2026-{each:02}-15T12:00" for each in (begin, end))
            put(company, who, start, until, amount, **({"channel": channel} if channel else {}))
        period = f"2026-{month:02}"
        assert company.one("kept", period).value == expected(rows, None, is_cut=False, month=month)
        for (channel,), value in company.by("kept", "channel", period=period).items():
            assert value == expected(rows, channel, is_cut=True, month=month)
