"""Aggregates and filters: what is legal runs in DuckDB, and everything else is refused."""

from collections.abc import Iterator
from contextlib import suppress

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kpiloop.errors import DefinitionError
from kpiloop.kpi.aggregate import read_aggregate, read_filter
from kpiloop.kpi.measure import Function
from kpiloop.kpi.table import Table, tables
from kpiloop.kpi.units import DAYS, MONEY, RATIO, Unit, unit_of
from kpiloop.schema.fields import Kind

DEALS = tables()["deals"]
PLACE = "pack.toml [measures.x]"

TYPES = {
    Kind.TEXT: "VARCHAR",
    Kind.WHOLE: "BIGINT",
    Kind.NUMBER: "DECIMAL(20, 6)",
    Kind.RATE: "DECIMAL(24, 12)",
    Kind.MONEY: "DECIMAL(18, 4)",
    Kind.FLAG: "BOOLEAN",
    Kind.INSTANT: "TIMESTAMP",
    Kind.DAY: "DATE",
}

AGGREGATES = {
    "count(*)": unit_of("deal"),
    "COUNT( * )": unit_of("deal"),
    "count(won_at)": unit_of("deal"),
    "count(distinct customer_id)": unit_of("customer"),
    "count(distinct company.industry)": unit_of("deal"),
    "sum(amount_home)": MONEY,
    "sum(amount_home * 0.19)": MONEY,
    "sum(-amount_home + 5)": MONEY,
    "sum(coalesce(amount_home, 0))": MONEY,
    "sum(case when stage = 'won' then amount_home else 0 end)": MONEY,
    "sum(case stage when 'won' then 1 when 'lost' then 0 end)": RATIO,
    "sum(company.employees)": RATIO,
    "avg(days_between(created_at, won_at))": DAYS,
    "avg(days_between(person.became_lead_at, won_day) + 1)": DAYS,
    "min(amount_home)": MONEY,
    "max(days_between(created_day, closed_at))": DAYS,
    "median(amount_home)": MONEY,
}

FILTERS = [
    "stage = 'won'",
    "stage <> 'won' AND (country = 'DE' OR country = 'AT')",
    "stage IN ('a', 'b') AND NOT deal_type LIKE 'x%'",
    "deal_type NOT LIKE '%test%'",
    "lower(country) = 'de' OR upper(deal.country) = 'DE'",
    "company.industry IS NOT NULL",
    "person.segment IS NULL",
    "amount_home BETWEEN 10 AND 99.5",
    "amount_home * 2 - 1 > 0",
    "amount > 1000",
    "days_between(created_at, won_at) <= 30",
    "created_day >= '2026-01-01'",
    "created_day BETWEEN '2026-01-01' AND '2026-12-31'",
    "created_day IN ('2026-01-01', '2026-01-02')",
    "created_at <= won_at",
    "coalesce(country, company.country, 'unknown') = 'unknown'",
    "case when amount_home > 0 then true else false end",
    "owner.is_active",
    "owner.is_active IS TRUE AND owner.is_active IS NOT FALSE",
    "NOT owner.is_active",
    "industry = 'it''s; drop table deals; --'",
    "\"country\" = 'DE'",
    "stage = 'won' -- of all pipelines",
    "true",
]

HOSTILE = [
    "",
    ";",
    "count(*); drop table people",
    "drop table people",
    "select 1",
    "(select max(amount_home) from deals)",
    "sum((select 1))",
    "amount_home in (select amount_home from deals)",
    "exists (select 1)",
    "sum(amount_home) from deals",
    "sum(amount_home) as total",
    "sum(amount_home) over ()",
    "sum(amount_home) filter (where won_at is not null)",
    "sum(amount_home order by id)",
    "sum(distinct amount_home)",
    "count(distinct id, stage)",
    "count(distinct (id, stage))",
    "count(id, stage)",
    "count(* exclude (id))",
    "count()",
    "max(amount_home, 3)",
    "max (",
    "read_csv('/etc/passwd')",
    "count(read_text('/etc/passwd'))",
    "sum(length(read_blob('/etc/passwd')))",
    "count(getenv('HOME'))",
    "getenv('HOME') = 'x'",
    "pg_read_file('x') = 'x'",
    "count(current_setting('home_directory'))",
    "count(system.main.getenv('x'))",
    "copy deals to 'x.csv'",
    "attach 'x.db'",
    "install httpfs",
    "pragma database_list",
    "set memory_limit = '1GB'",
    "count(nextval('s'))",
    "sum(random())",
    "count(now())",
    "current_date",
    "count(x -> x)",
    "sum(list_sum([1, 2]))",
    "count({'a': 1})",
    "sum(amount_home::int)",
    "sum(cast(amount_home as int))",
    "try(amount_home) > 1",
    "$1",
    "?",
    ":x",
    "count(#1)",
    "@amount_home > 1",
    "~1 = 1",
    "stage || 'x' = 'y'",
    "stage SIMILAR TO 'x'",
    "stage ILIKE 'x'",
    "stage GLOB 'x'",
    "stage ~ 'x'",
    "stage COLLATE nocase = 'x'",
    "stage = any(['a'])",
    "stage LIKE country",
    "stage IN country",
    "stage IN ()",
    "amount_home / 2 > 1",
    "sum(amount_home / 2)",
    "sum(amount_home) / count(*)",
    "count(*) + 1",
    "amount_home % 2 = 1",
    "amount_home ^ 2 = 1",
    "sum(1e300)",
    "0x10 = 16",
    "x'00' = 'a'",
    "e'\\n' = 'a'",
    "'a' 'b' = 'ab'",
    "$$a$$ = 'a'",
    "stage = 'a\x00b'",
    "deals.stage = 'x'",
    "main.deals.stage = 'x'",
    "contact.email = 'x'",
    "person.* = 1",
    "nothing = 1",
    "rowid = 1",
    "Stage = 'x'",
    "sum(stage)",
    "avg(created_at)",
    "min(won_at)",
    "max(owner.is_active)",
    "sum(amount)",
    "median(deal.amount)",
    "sum(amount_home + days_between(created_at, won_at))",
    "stage",
    "1",
    "'x'",
    "null",
    "stage = 1",
    "stage = NULL",
    "amount_home > 'x'",
    "created_at > '2026-01-01'",
    "created_day > '2026-02-30'",
    "created_day > 'yesterday'",
    "created_day = created_at",
    "created_day > 5",
    "NOT stage",
    "stage AND true",
    "stage IS TRUE",
    "1 IS 1",
    "coalesce(stage, 1) = 'x'",
    "case when stage then 1 end > 0",
    "case when true then 1 else 'x' end > 0",
    "lower(amount_home) = 'x'",
    "-stage = 1",
    "days_between(created_at)",
    "days_between(created_at, won_at, closed_at) > 1",
    "days_between(created_at, stage) > 1",
    "days_between(created_at, '2026-01-01') > 1",
    "Days_Between(created_at, won_at) > 1",
    "x.days_between(created_at, won_at) > 1",
    "date_diff('day', created_at, won_at) > 1",
    "sum(sum(amount_home))",
    "median_survival(created_at, won_at)",
    "(" * 500 + "true" + ")" * 500,
    "not " * 400 + "true",
    " or ".join(["true"] * 200),
    "stage = '" + "x" * 3_000 + "'",
]


@pytest.fixture(scope="module")
def database() -> Iterator[duckdb.DuckDBPyConnection]:
    """Empty tables with the columns that a deal reaches, each under the name that it is used by."""
    with duckdb.connect() as connection:
        for via, columns in DEALS.reaches.items():
            listed = ", ".join(f'"{name}" {TYPES[reach.kind]}' for name, reach in columns.items())
            connection.execute(f'CREATE TABLE "{via}" ({listed})')
        connection.execute("CREATE MACRO days_between(a, b) AS date_diff('day', a, b)")
        yield connection


def rows_that_hold(database: duckdb.DuckDBPyConnection, condition: str) -> None:
    """Binds a condition to the tables and runs it."""
    sources = ", ".join(f'"{via}"' for via in DEALS.reaches)
    database.execute(f"SELECT count(*) FROM {sources} WHERE {condition}").fetchall()


@pytest.mark.parametrize(("text", "unit"), AGGREGATES.items())
def test_a_legal_aggregate_has_its_unit(text: str, unit: Unit) -> None:
    """Counts count deals or distinct ids; everything else is in the unit of what it takes."""
    assert read_aggregate(text, DEALS, PLACE).unit == unit


@pytest.mark.parametrize("text", AGGREGATES)
def test_a_legal_aggregate_runs(text: str, database: duckdb.DuckDBPyConnection) -> None:
    """What was accepted binds to the tables, by qualified and quoted names."""
    argument = read_aggregate(text, DEALS, PLACE).aggregate.argument
    written = argument.sql(dialect="duckdb") if argument is not None else "1"
    rows_that_hold(database, f"({written}) IS NOT NULL")


@pytest.mark.parametrize("text", FILTERS)
def test_a_legal_filter_runs(text: str, database: duckdb.DuckDBPyConnection) -> None:
    """What was accepted binds to the tables, without any conversion that could fail on data."""
    rows_that_hold(database, read_filter(text, DEALS, PLACE).condition.sql(dialect="duckdb"))


@pytest.mark.parametrize("text", HOSTILE)
def test_everything_else_is_refused_as_an_aggregate(text: str) -> None:
    """An aggregate that is not on the list is refused with its place and what is legal."""
    with pytest.raises(DefinitionError) as caught:
        read_aggregate(text, DEALS, f"{PLACE}.aggregate")
    assert caught.value.where == f"{PLACE}.aggregate"
    assert caught.value.legal


@pytest.mark.parametrize("text", HOSTILE)
def test_everything_else_is_refused_as_a_filter(text: str) -> None:
    """A filter that is not on the list is refused with its place and what is legal."""
    with pytest.raises(DefinitionError) as caught:
        read_filter(text, DEALS, f"{PLACE}.where")
    assert caught.value.where == f"{PLACE}.where"
    assert caught.value.legal


@pytest.mark.parametrize("text", AGGREGATES)
def test_a_filter_holds_no_aggregate(text: str) -> None:
    """Rows are chosen before anything is aggregated."""
    with pytest.raises(DefinitionError):
        read_filter(f"{text} > 0", DEALS, PLACE)


WORDS = st.sampled_from(
    [
        *("stage", "amount_home", "created_day", "person.country", "company.employees", "won_at"),
        *("owner.is_active", "'x'", "'2026-01-01'", "1", "2.5", "true", "null", "count", "sum"),
        *("(", ")", ",", "+", "-", "*", "/", "=", "<>", "<", ">=", "and", "or", "not", "in"),
        *("between", "like", "is", "case", "when", "then", "else", "end", "coalesce", "lower"),
        *("days_between", "distinct", "select", "from", "read_csv", ";", "--", '"', "'", "::int"),
    ]
)


def test_any_words_are_refused_or_run(database: duckdb.DuckDBPyConnection) -> None:
    """Whatever the words of a filter, they are refused with a reason or run in DuckDB."""
    accepted: list[str] = []

    @settings(max_examples=400, deadline=None)
    @given(st.lists(WORDS, max_size=9).map(" ".join))
    def read(text: str) -> None:
        with suppress(DefinitionError):
            accepted.append(read_filter(text, DEALS, PLACE).condition.sql(dialect="duckdb"))

    read()
    for condition in accepted:
        rows_that_hold(database, condition)


@pytest.mark.parametrize(
    ("text", "function"),
    [
        ("count(*)", Function.COUNT),
        ("count(won_at)", Function.COUNT),
        ("sum(amount_home)", Function.SUM),
        ("count(distinct person_id)", Function.COUNT_DISTINCT),
        ("avg(amount_home)", Function.AVG),
        ("median(amount_home)", Function.MEDIAN),
    ],
)
def test_an_aggregate_is_one_known_function(text: str, function: Function) -> None:
    """Computing learns which function it is, and so how it adds up."""
    assert read_aggregate(text, DEALS, PLACE).aggregate.function is function


def test_the_own_column_comes_before_the_persons() -> None:
    """A name that several entities have means the row's own column."""
    own, of_person = (
        read_filter(text, DEALS, PLACE).columns[0]
        for text in ("country = 'DE'", "person.country = 'DE'")
    )
    assert (own.via, of_person.via) == ("deal", "person")


def test_a_name_that_the_row_lacks_is_taken_from_what_it_references() -> None:
    """The nearest entity that has the column gives it: person, company, campaign, owner."""
    columns = read_filter("email = 'x' AND industry = 'y' AND team = 'z'", DEALS, PLACE).columns
    assert [(column.via, column.column) for column in columns] == [
        ("person", "email"),
        ("company", "industry"),
        ("owner", "team"),
    ]


def test_days_between_counts_local_days() -> None:
    """The function stands on the day columns of the instants that it names."""
    checked = read_aggregate("avg(days_between(created_at, won_at))", DEALS, PLACE)
    assert [column.column for column in checked.columns] == ["created_day", "won_day"]


def test_an_unknown_column_brings_a_suggestion() -> None:
    """The nearest column is suggested, qualified ones included."""
    with pytest.raises(DefinitionError, match="did you mean 'country'"):
        read_filter("contry = 'DE'", DEALS, PLACE)
    with pytest.raises(DefinitionError, match=r"did you mean 'company\.industry'"):
        read_filter("company.industri = 'IT'", DEALS, PLACE)


def test_amounts_in_several_currencies_are_not_added() -> None:
    """The column in home currency is named in place of the one in each row's own."""
    with pytest.raises(DefinitionError, match="use amount_home"):
        read_aggregate("sum(amount)", DEALS, PLACE)


def test_every_table_knows_its_dimensions_and_records() -> None:
    """A table's dimensions and records lead to columns that it reaches."""

    def leads_to_columns(table: Table) -> bool:
        reaches = (*table.dimensions().values(), *table.records().values())
        return all(table.reaches[reach.via][reach.column] == reach for reach in reaches)

    assert all(leads_to_columns(table) for table in tables().values())
    assert list(tables()["costs"].records()) == ["campaign"]
    assert list(tables()["people"].records()) == ["person", "company", "campaign"]
