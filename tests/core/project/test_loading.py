"""kpiloop.toml becomes a Project, or an error that names all that is wrong."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from types import MappingProxyType
from zoneinfo import ZoneInfo

import pytest

from kpiloop.errors import ConfigError
from kpiloop.project.costs import CostSpan
from kpiloop.project.customers import EndKind, EndRule
from kpiloop.project.defaults import stages_of
from kpiloop.project.loading import load_project
from support.acme import HEAD, Acme, Load, acme_host

FULL = """
fiscal_year_starts = 4
home = "data"
[sources.crm]
connector = "acme"
share = 0.5
pages = 50
[sources.crm.fields.contacts]
product = "properties.product_line"
[stages]
crm = { marketingqualifiedlead = "mql", subscriber = "" }
[channels]
rules = [ { channel = "paid_search", where = "original_source = 'PAID_SEARCH'" } ]
[customers]
count = "person"
ends = "no order for 365 days"
[[costs]]
kind = "wages"
department = "marketing"
amount = 24000
from = "2026-01"
[rates]
USD = 0.92
GBP = [ { from = 2026-02-01, rate = 1.2 }, { rate = 1.1 } ]
[exclude]
emails = ["*@acme.example"]
[deals]
pipelines = ["default"]
[measures.demos]
on = "people"
[kpis.demo_rate]
formula = "demos / new_leads"
[targets.new_leads]
month = 400
[[publish]]
kpi = "deal_cycle_days"
by = "company"
to = "crm"
band = true
[schedule]
pull = "every 15 minutes"
cycle = "0 6 * * mon-fri"
"""


def refusal(load: Load, text: str, environment: dict[str, str] | None = None) -> str:
    """What the error says that a text is refused with."""
    with pytest.raises(ConfigError) as caught:
        load(text, environment)
    assert caught.value.exit_code == 2
    return str(caught.value)


def test_every_section_is_read(load: Load, tmp_path: Path) -> None:
    """A file with all sections becomes a project of typed, frozen parts."""
    project = load(FULL)
    assert project.home == tmp_path / "data"
    assert project.timezone == ZoneInfo("Europe/Berlin")
    assert project.calendar.fiscal.starts == 4
    assert project.source("crm").settings == {"pages": 50}
    assert project.connector_of("crm") == "acme"
    assert project.sources["crm"].fields["contacts"] == {"product": "properties.product_line"}
    assert project.stages["crm"] == {"marketingqualifiedlead": "mql", "subscriber": ""}
    assert project.channels.rules[0].channel == "paid_search"
    assert project.customers.ends == EndRule(kind=EndKind.NO_ORDER, days=365)
    assert project.costs[0].amount == Decimal(24_000)
    assert [rate.rate for rate in project.rates["GBP"]] == [Decimal("1.1"), Decimal("1.2")]
    assert project.rates["USD"][0].rate == Decimal("0.92")
    assert project.deals.pipelines == ("default",)
    assert project.measures["demos"] == {"on": "people"}
    assert project.targets["new_leads"] == {"month": 400}
    assert project.publish[0].field_name == "kpiloop_deal_cycle_days_band"
    assert project.publish[0].entity == "companies"
    assert project.schedule.pull == "every 15 minutes"


def test_a_small_file_is_enough(load: Load, tmp_path: Path) -> None:
    """All but the time zone and the currency has a default."""
    project = load("[sources.acme]")
    assert project.home == tmp_path / ".kpiloop"
    assert project.connector_of("acme") == "acme"
    assert project.source("acme").share == Decimal("0.8")
    assert project.customers.ends.kind is EndKind.NEVER


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("[chanels]", "line 4: chanels is no key that kpiloop knows; did you mean 'channels'?"),
        (
            "[sources.acme]\nshar = 1",
            "line 5: sources.acme.shar is no key that kpiloop knows; did you mean 'share'?",
        ),
        ("[sources.acme]\ntokn = 'x'", "sources.acme.tokn is no key that kpiloop knows"),
        ("[sources.acme]\nshare = 80", "line 5: sources.acme.share must be at most 1"),
        ("[sources.acme]\nshare = 'x'", "sources.acme.share must be a number, without quotes"),
        ("[sources.acme]\npages = 'many'", "sources.acme.pages must be a whole number"),
        ("[sources.akme]", "there is no connector 'akme'; did you mean 'acme'?"),
        ("[sources.Acme]", "sources.Acme 'Acme' is no legal name"),
        ("[sources]\nacme = 7", "line 5: sources.acme must be a table"),
        (
            "[sources.acme.fields.contakts]\nproduct = 'x'",
            "sources.acme.fields.contakts is neither an entity nor a stream; did you mean",
        ),
        (
            "[sources.acme.fields.contacts]\nprodukt = 'x'",
            "sources.acme.fields.contacts.produkt is no field of contacts; did you mean 'product'?",
        ),
        ("[stages]\ncrm = {}", "stages.crm names a source 'crm' that is not there"),
        (
            "[sources.acme]\n[stages]\nacme = { x = 'mqll' }",
            "'mqll' is no stage of the ladder; did you mean 'mql'?",
        ),
        ("[[channels.rules]]\nchannel = 'paid'", "channels.rules[1].where is missing"),
        ("[customers]\nends = 'some day'", "customers.ends is no rule that kpiloop knows"),
        ("[customers]\ncount = 'deal'", "customers.count must be 'company' or 'person'"),
        ("[[costs]]\nkind = 'wage'", "costs[1].kind must be 'media', 'wages'"),
        ("[rates]\nEUR = 1", "rates.EUR is the home currency, which needs no rate"),
        ("[rates]\nUSD = 0", "must be greater than 0"),
        ("[rates]\nUSD = 1e8", "must be less than 100000000"),
        ("[rates]\nusd = 0.9", "'usd' is no currency code"),
        ("[rates]\nUSD = inf", "must be a finite number"),
        (
            "[[publish]]\nkpi = 'cac'\nby = 'person'\nto = 'crm'",
            "publish[1].to names a source 'crm' that is not there",
        ),
        ("[[publish]]\nauto = 'yes'", "publish[1].auto must be true or false"),
        ("[[publish]]\nfield = 'email'", "publish[1].field must begin with kpiloop_"),
        ("[schedule]\npull = 'often'", "schedule.pull 'often' is no schedule"),
        ("[schedule]\nsync = 'daily'", "schedule.sync is no key that kpiloop knows"),
        ("[kpis]\ncac = 'x'", "kpis.cac must be a table"),
        ("[project]\ncurrency = 'EUR'", "line 1: project.timezone is missing"),
        (
            "[project]\ncurrency = 'EUR'\ntimezone = 'Europe/Berln'",
            "project.timezone 'Europe/Berln' is no time zone; did you mean 'Europe/Berlin'?",
        ),
        (
            "[project]\ncurrency = 'EUR'\ntimezone = 'localtime'",
            "project.timezone 'localtime' is no time zone (legal: names of the IANA list)",
        ),
        ("timezone", "this is no TOML"),
    ],
)
def test_what_is_not_legal_is_named_with_its_place(load: Load, text: str, expected: str) -> None:
    """The message tells the line, the key, what is wrong, and the nearest legal word."""
    assert expected in refusal(load, text)


def test_all_problems_of_a_file_are_told_together(load: Load) -> None:
    """One run names everything that is wrong, connectors' settings included, in file order."""
    text = refusal(
        load,
        """
        [sources.acme]
        tokn = "x"
        [chanels]
        [[costs]]
        kind = "wage"
        department = "marketing"
        amount = 1
        """,
    )
    assert "3 things are not legal" in text
    assert text.index("sources.acme.tokn") < text.index("chanels") < text.index("costs[1].kind")


def test_a_wrong_key_is_told_with_the_legal_ones(load: Load) -> None:
    """The legal keys of a source are kpiloop's own and those of its connector."""
    text = refusal(load, "[sources.acme]\nurl = 'x'")
    assert "Legal: connector, share, fields, token, base_url, pages, token_file" in text


def test_two_publications_do_not_share_a_field(load: Load) -> None:
    """Two entries that would write the same field are both named."""
    entry = "[[publish]]\nkpi = 'cac'\nby = 'person'\nto = 'acme'\n"
    text = refusal(load, f"[sources.acme]\n{entry}{entry}")
    assert "publish[1] writes kpiloop_cac of contacts in acme, as another one does" in text
    assert "publish[2] writes kpiloop_cac of contacts in acme, as another one does" in text


class InOneTable(Acme):
    """A vendor whose deals are leads, as its people are."""

    field_places = MappingProxyType({"contacts": ("person", "lead"), "deals": ("lead",)})


PUBLISHED_TWICE = """
[sources.acme]
[[publish]]
kpi = "cac"
by = "person"
to = "acme"
[[publish]]
kpi = "cac"
by = "deal"
to = "acme"
"""


def test_two_entities_in_one_table_do_not_share_a_field(tmp_path: Path) -> None:
    """Where a vendor keeps both in one table, the names must differ; else they may be the same."""
    path = tmp_path / "kpiloop.toml"
    path.write_text(f"{HEAD}{PUBLISHED_TWICE}", encoding="utf-8")
    assert len(load_project(path, host=acme_host(), environment={}).publish) == 2
    host = replace(acme_host(), connectors={"acme": InOneTable})
    with pytest.raises(ConfigError) as caught:
        load_project(path, host=host, environment={})
    text = str(caught.value)
    assert "publish[1] writes kpiloop_cac of lead in acme, as another one does" in text
    assert 'field = "kpiloop_cac_by_deal"' in text


def test_a_cost_in_a_currency_without_rate_is_refused(load: Load) -> None:
    """A cost must be convertible into the home currency."""
    text = refusal(
        load,
        "[[costs]]\nkind='wages'\ndepartment='sales'\namount=1\ncurrency='USD'\nfrom='2026-01'",
    )
    assert "costs[1].currency is USD, which has no rate" in text


@pytest.mark.parametrize(
    ("span", "expected"),
    [
        ("every = 'once'\nfrom = 2026-01-05", 'every = "once" needs from and until'),
        ("every = 'year'", 'every = "year" needs from'),
        ("from = 2026-01-05", "from must be a month or the first day of one"),
        ("until = 2026-01-05", "until must be a month or the last day of one"),
        ("from = '2026-02'\nuntil = '2026-01'", "until is before from"),
        ("from = 'January'", "must be a day (2026-01-31) or a month in quotes"),
        ("from = 2026-01-01T00:00:00Z", "must be a day (2026-01-31) or a month in quotes"),
        ("from = '2026-02-30'", "must be a day (2026-01-31) or a month in quotes"),
    ],
)
def test_the_days_of_a_cost_must_make_sense(load: Load, span: str, expected: str) -> None:
    """A cost whose days cannot be told is refused."""
    cost = "[[costs]]\nkind = 'wages'\ndepartment = 'sales'\namount = 1\n"
    assert expected in refusal(load, cost + span)


@pytest.mark.parametrize(
    ("span", "expected"),
    [
        (
            "from = '2025-12'\nuntil = '2026-02'",
            [
                CostSpan(date(2026, 1, 1), date(2026, 1, 31), Decimal("10.5")),
                CostSpan(date(2026, 2, 1), date(2026, 2, 28), Decimal("10.5")),
            ],
        ),
        (
            "every = 'year'\nfrom = '2025-07'",
            [
                CostSpan(date(2025, 7, 1), date(2026, 6, 30), Decimal("10.5")),
            ],
        ),
        (
            "every = 'once'\nfrom = 2026-01-10\nuntil = 2026-01-20",
            [CostSpan(date(2026, 1, 10), date(2026, 1, 20), Decimal("10.5"))],
        ),
        ("every = 'once'\nfrom = 2025-01-10\nuntil = 2025-01-20", []),
    ],
)
def test_a_cost_is_spread_over_its_days(load: Load, span: str, expected: list[CostSpan]) -> None:
    """A cost gives whole amounts with the days they are for, where those touch what is asked."""
    cost = "[[costs]]\nkind = 'wages'\ndepartment = 'sales'\namount = 10.5\n"
    (entry,) = load(cost + span).costs
    assert list(entry.spans(date(2026, 1, 15), date(2026, 3, 15))) == expected


def test_an_open_cost_goes_on_as_long_as_it_is_asked(load: Load) -> None:
    """Without days a monthly cost has always been there."""
    (entry,) = load("[[costs]]\nkind = 'wages'\ndepartment = 'sales'\namount = 10").costs
    spans = list(entry.spans(date(2025, 11, 15), date(2026, 2, 1)))
    assert [span.first_day for span in spans] == [
        date(2025, 11, 1),
        date(2025, 12, 1),
        date(2026, 1, 1),
        date(2026, 2, 1),
    ]


def test_an_unknown_source_is_told_with_the_nearest_one(load: Load) -> None:
    """Asking for a source that is not there names those that are."""
    with pytest.raises(ConfigError, match=r"no source 'akme'; did you mean 'acme'\?"):
        load("[sources.acme]").source("akme")


def test_the_file_is_found_by_name_variable_or_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The path that is given goes before $KPILOOP_CONFIG, and that before ./kpiloop.toml."""
    monkeypatch.chdir(tmp_path)
    for name in ("given.toml", "named.toml", "kpiloop.toml"):
        (tmp_path / name).write_text(HEAD, encoding="utf-8")
    host = acme_host()
    named = {"KPILOOP_CONFIG": str(tmp_path / "named.toml")}
    given = load_project(Path("given.toml"), host=host, environment=named)
    assert given.path == tmp_path / "given.toml"
    assert load_project(host=host, environment=named).path.name == "named.toml"
    assert load_project(host=host, environment={}).path == tmp_path / "kpiloop.toml"


def test_a_file_that_is_not_there_tells_what_to_do(tmp_path: Path) -> None:
    """Without a file the message leads to `init` and `demo`."""
    with pytest.raises(ConfigError, match="there is no such file") as caught:
        load_project(tmp_path / "kpiloop.toml", host=acme_host(), environment={})
    assert "kpiloop init" in caught.value.todo


def test_a_file_that_is_no_text_is_refused(tmp_path: Path) -> None:
    """Bytes that are no UTF-8 are told as such."""
    path = tmp_path / "kpiloop.toml"
    path.write_bytes(b"\xff\xfe[project]")
    with pytest.raises(ConfigError, match="cannot be read"):
        load_project(path, host=acme_host(), environment={})


def test_the_user_goes_before_what_a_connector_knows(load: Load) -> None:
    """The stages that a connector knows are overridden one by one, also to nothing."""
    project = load('[sources.acme]\n[stages]\nacme = { prospect = "mql", spam = "" }')
    stages = stages_of(project, "acme", acme_host())
    assert stages == {"prospect": "mql", "client": "customer"}
