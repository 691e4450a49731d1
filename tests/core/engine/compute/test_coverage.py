"""What is not told of has no value, and a period that is told of in part is not a whole one."""

from collections.abc import Iterator
from datetime import date

import pytest

from kpiloop.engine.compute.coverage import Coverage
from kpiloop.kpi.calendar import Grain
from kpiloop.kpi.value import Completeness
from support.resolved_company import Company, company_in_memory

PACK = """
[measures.views]
title = "Views"
on = "page_views"
aggregate = "count(*)"
when = "viewed_at"
unit = "people"

[measures.leads]
title = "Leads"
on = "people"
aggregate = "count(*)"
when = "became_lead_at"

[kpis.both]
title = "Both"
formula = "views + leads"
unit = "people"
"""
UNTOLD = Coverage(untold={"page_views": "page_views"})
LOG = {"page_views": date(2026, 4, 12)}
SINCE = Coverage(first_day=date(2026, 2, 10), since=LOG, by_all_since=LOG)


@pytest.fixture
def company() -> Iterator[Company]:
    """One lead and one page view in May, of the same person."""
    with company_in_memory(PACK) as company:
        company.put("people", became_lead_at="2026-05-20T12:00")
        company.put("page_views", viewed_at="2026-05-20T11:00", person_id="1")
        yield company


def test_an_absent_count_is_0_where_a_source_tells_of_it(company: Company) -> None:
    """Nobody came in March."""
    assert company.one("views", "2026-03").value == 0


def test_what_no_source_tells_has_no_value(company: Company) -> None:
    """Nor has what is made of it; what is told of elsewhere is as it was."""
    company.connection.execute("DELETE FROM resolved.page_views")
    company.coverage = UNTOLD
    for kpi in ("views", "both"):
        found = company.one(kpi, "2026-05")
        assert (found.value, found.reason) == (None, "no source tells page_views")
    assert company.one("leads", "2026-05").value == 1


def test_of_a_record_nothing_is_added_to_what_no_source_tells(company: Company) -> None:
    """A sum of which one side is not known is not the other side."""
    assert company.per_record("both", "person")["1"][0] == 2
    company.connection.execute("DELETE FROM resolved.page_views")
    company.coverage = UNTOLD
    assert company.per_record("both", "person")["1"][0] is None


def test_before_the_first_day_that_is_told_nothing_is_known(company: Company) -> None:
    """A log of the last weeks does not say that nobody came before."""
    company.coverage = SINCE
    found = company.one("views", "2026-03")
    assert (found.value, found.reason) == (None, "no source tells page_views before 2026-04-12")
    assert company.one("views", "2026-04").value == 0


def test_the_period_in_which_the_telling_begins_is_partial(company: Company) -> None:
    """April's views are of half a month, and so is what is made of them; February's leads, too."""
    company.coverage = SINCE
    partial = {
        kpi: [
            each.period.key
            for each in company.values(kpi, last="2026-06-30")
            if each.completeness is Completeness.PARTIAL and each.value is not None
        ]
        for kpi in ("views", "leads", "both")
    }
    assert partial == {"views": ["2026-04"], "leads": ["2026-01", "2026-02"], "both": ["2026-04"]}
    assert company.one("views", "2026-05").completeness is Completeness.COMPLETE
    assert company.one("views", "ever", Grain.EVER).completeness is Completeness.COMPLETE


def test_where_a_second_source_begins_later_the_periods_before_are_partial(
    company: Company,
) -> None:
    """What the first one tells has a value, which is not to be compared with what both tell."""
    company.coverage = Coverage(since={"page_views": date(2026, 1, 1)}, by_all_since=LOG)
    for period in ("2026-03", "2026-04"):
        found = company.one("views", period)
        assert (found.value, found.completeness) == (0, Completeness.PARTIAL)
    assert company.one("views", "2026-05").completeness is Completeness.COMPLETE
