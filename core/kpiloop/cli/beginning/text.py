"""The kpiloop.toml that `kpiloop init` writes: short, with a comment at each thing one may say.

What is commented out is legal as soon as its `# ` is taken away.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from kpiloop.cli.beginning.proposal import Proposal, example_of
from kpiloop.cli.beginning.system import System
from kpiloop.kpi.catalog import Catalog

_BEGINNING = """\
# A project of kpiloop: what to read, how to count, and what to write back.
# A misspelt key is told with what was probably meant; `kpiloop doctor` looks at the rest.

[project]
home = ".kpiloop"  # the databases of this project: a folder beside this file
timezone = "{timezone}"  # when a day begins
currency = "{currency}"  # what all money is converted to

# What to read. `share` is the part of the vendor's limits that kpiloop may use: leave some to
# others. Keys never stand in this file, but in the environment.
"""
_SOURCE = """
[sources.{source}]
connector = "{connector}"
share = 0.8
{more}"""
_RATES = """
# What other currencies are worth in {currency}, for ever or from a day on.
# [rates]
# {other} = 0.92

# Who counts nowhere: the own staff, tests, spam.
# [exclude]
# emails = ["*@acme.example", "test+*"]

[customers]
count = "company"  # or "person"
ends = "never"  # when one stops being a customer; or "no order for 365 days", "stage left"
"""
_SALES = """
# Which teams are inside sales, and from which stage of a pipeline on a deal is with sales; nothing
# said: teams that are called so, and a deal is when it is made.
# [sales]
# inside = ["inside sales", "ann@acme.example"]
# passed_from = ["Qualified to buy"]
"""
_PEOPLE = """
# Contacts of all systems are one person by address and by ids. These are the rules, as they are:
# [people]
# join = ["email", "same_as"]
# plus_addresses = "different"  # or "same": ann+news@ is ann@
# ignore_dots = ["gmail.com", "googlemail.com"]  # hosts at which a.nn@ is ann@
# shared = []  # addresses that many use and that join nobody, such as "info@*"
"""
_RECORDS = """
# A deal that is synced between two systems counts twice, unless they tell that it is the same, or
# this names the system whose deals count. Name several where each has deals of its own.
# [records]
# deals = "{source}"  # of {sources}
# stages = "{source}"  # in which stage people are
"""
_STAGES = """
# Which of the vendor's stages is which step from lead to customer. The connector knows these:
# [stages.{source}]
{stages}"""
_COSTS = """
# What no system knows, for the cost of a lead and of a customer: wages, software, overhead.
# [[costs]]
# kind = "wages"
# department = "marketing"
# amount = 24000
# every = "month"
"""
_TREE = """
# What the goal consists of: `kpiloop tree` draws it with its numbers, and each run checks them.
[trees.{goal}]
kgi = "{goal}"
[trees.{goal}.consists]
{edges}"""
_TARGETS = """
# What a KPI should reach: `kpiloop explain` lists them all.
"""
_OWN = """
# What {department} can move, with numbers of your own:
"""
_PUBLISHING = """
# What is written back, and into which records: nothing else ever is. `kpiloop plan` shows it
# first, `kpiloop apply` writes it; with `auto = true`, `kpiloop run` does both.
"""
_EXAMPLES = (
    ("revenue", "company"),
    ("win_rate", "company"),
    ("deal_cycle_days", "deal"),
    ("days_lead_to_mql", "person"),
)
"""Values that are of use in a record, for as far as some pack defines them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Choices:
    """What was asked or given."""

    systems: Sequence[System]
    timezone: str
    currency: str
    goals: Mapping[str, str] = field(default_factory=dict[str, str])
    """KPI → what it should reach in a month, as TOML writes the number."""
    proposal: Proposal | None = None
    """What goes with the goal."""

    @property
    def sources(self) -> Sequence[str]:
        """What the systems are called."""
        return [each.source for each in self.systems]


def project_text(choices: Choices, catalog: Catalog) -> str:
    """The whole file."""
    currency = choices.currency
    parts = [
        _BEGINNING.format(timezone=choices.timezone, currency=currency),
        *(_source(each) for each in choices.systems),
        _RATES.format(currency=currency, other="EUR" if currency == "USD" else "USD"),
        _SALES,
        *_over_all(choices.systems),
        *(_stages(each) for each in choices.systems if each.stages),
        _COSTS,
        *_proposed_tree(choices.proposal),
        _TARGETS + _targets(choices.goals, catalog),
        *_proposed_targets(choices),
        _published(choices.systems, catalog),
    ]
    return "".join(parts)


def _source(system: System) -> str:
    shown = system.shown
    keys = [_about_key(variable, hint) for variable, hint in system.keys.items()]
    missing = [f'# {name} = ""  # needed\n' for name in system.required if name not in shown]
    return _SOURCE.format(
        source=system.source,
        connector=system.connector.name,
        more="".join((*keys, *missing, system.example)),
    )


def _about_key(variable: str, hint: str) -> str:
    """Where the key belongs, and how one comes by it where a line says it."""
    more = f". {hint}" if hint and "\n" not in hint else ""
    return f"# Its key: {variable}{more}\n"


def _over_all(systems: Sequence[System]) -> Iterator[str]:
    """What several systems hold of the same."""
    if len(systems) > 1:
        yield _PEOPLE
    with_deals = [each.source for each in systems if each.may_hold_deals]
    if len(with_deals) > 1:
        yield _RECORDS.format(source=with_deals[0], sources=", ".join(with_deals))


def _stages(system: System) -> str:
    stages = "".join(f'# {of} = "{rung}"\n' for of, rung in system.stages.items())
    return _STAGES.format(source=system.source, stages=stages)


def _targets(goals: Mapping[str, str], catalog: Catalog) -> str:
    if goals:
        return "\n".join(f"[targets.{kpi}]\nmonth = {goal}\n" for kpi, goal in goals.items())
    kpi = next(iter(catalog.kpis), "leads")
    return f"# [targets.{kpi}]\n# month = 400\n"


def _proposed_tree(proposal: Proposal | None) -> Iterator[str]:
    if proposal and proposal.consists:
        edges = "".join(f'{kpi} = "{formula}"\n' for kpi, formula in proposal.consists.items())
        yield _TREE.format(goal=proposal.goal.name, edges=edges)


def _proposed_targets(choices: Choices) -> Iterator[str]:
    """One for each KPI that has none yet, department by department."""
    if choices.proposal is None:
        return
    for department, kpis in choices.proposal.by_department.items():
        yield _OWN.format(department=department or "nobody yet")
        for kpi in kpis:
            if kpi.name not in choices.goals:
                yield f"# [targets.{kpi.name}]\n# month = {example_of(kpi)}  # {kpi.title}\n"


def _published(systems: Sequence[System], catalog: Catalog) -> str:
    """Examples for the first system that can be written to."""
    target = next((each.source for each in systems if each.is_written), "")
    examples = "\n".join(_publication(*each, target, catalog) for each in _examples(catalog))
    return _PUBLISHING + examples if target else ""


def _examples(catalog: Catalog) -> Iterator[tuple[str, str]]:
    for kpi, by in _EXAMPLES:
        if kpi in catalog.kpis and by in catalog.per_record(kpi):
            yield kpi, by


def _publication(kpi: str, by: str, source: str, catalog: Catalog) -> str:
    lines: Sequence[str] = ("[[publish]]", f'kpi = "{kpi}"', f'by = "{by}"', f'to = "{source}"')
    if catalog.kpi(kpi).bands:
        bands = ", ".join(band.name for band in catalog.kpi(kpi).bands)
        lines = (*lines, f"band = true  # {bands} in place of the number")
    return "".join(f"# {line}\n" for line in lines)
