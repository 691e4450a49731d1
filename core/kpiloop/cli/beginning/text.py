"""The kpiloop.toml that `kpiloop init` writes: short, with a comment at each thing one may say.

What is commented out is legal as soon as its `# ` is taken away.
"""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from kpiloop.connector.base import Connector
from kpiloop.kpi.catalog import Catalog
from kpiloop.plugin_host.brought import ConnectorType
from kpiloop.project.setting_names import SettingNames

_BEGINNING = """\
# A project of kpiloop: what to read, how to count, and what to write back.
# A misspelt key is told with what was probably meant; `kpiloop doctor` looks at the rest.

[project]
home = ".kpiloop"  # the databases of this project: a folder beside this file
timezone = "{timezone}"  # when a day begins
currency = "{currency}"  # what all money is converted to

[sources.{source}]
connector = "{connector}"
share = 0.8  # the part of the vendor's limits that kpiloop may use: leave some to others
{keys}
# A field of your own in place of one that the connector reads:
# [sources.{source}.fields.deals]
# product = "properties.product_line"

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
_TARGETS = """
# What a KPI should reach: `kpiloop explain` lists them all.
"""
_PUBLISHING = """
# What is written back, and into which records: nothing else ever is. `kpiloop plan` shows it
# first, `kpiloop apply` writes it; with `auto = true`, `kpiloop run` does both.
"""
_ANY: ConnectorType = Connector
_BARE = re.compile(r"[A-Za-z0-9_-]+")
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

    connector: str
    timezone: str
    currency: str
    goals: Mapping[str, str] = field(default_factory=dict[str, str])
    """KPI → what it should reach in a month, as TOML writes the number."""

    @property
    def source(self) -> str:
        """The source is named as its connector is."""
        return self.connector.replace("-", "_")


def project_text(choices: Choices, connector: ConnectorType, catalog: Catalog) -> str:
    """The whole file."""
    names = SettingNames(source=choices.source, model=connector.settings_type)
    stages = "".join(f'# {of} = "{rung}"\n' for of, rung in _stages(connector).items())
    parts = [
        _BEGINNING.format(
            timezone=choices.timezone,
            currency=choices.currency,
            source=choices.source,
            connector=choices.connector,
            keys=_about_keys(names),
            other="EUR" if choices.currency == "USD" else "USD",
        ),
        _STAGES.format(source=choices.source, stages=stages) if stages else "",
        _COSTS,
        _TARGETS + _targets(choices.goals, catalog),
        _PUBLISHING + _published(choices.source, catalog) if _writes(connector) else "",
    ]
    return "".join(parts)


def _stages(connector: ConnectorType) -> Mapping[str, str]:
    """The vendor's stages, as TOML writes keys, and their steps."""
    return {
        of if _BARE.fullmatch(of) else json.dumps(of, ensure_ascii=False): rung
        for of, rung in connector.default_stages.items()
    }


def _about_keys(names: SettingNames) -> str:
    if not names.secrets:
        return ""
    ways = names.variable(names.secrets[0])
    return f"# Its key never stands here, but in the environment: {ways}\n"


def _targets(goals: Mapping[str, str], catalog: Catalog) -> str:
    if goals:
        return "\n".join(f"[targets.{kpi}]\nmonth = {goal}\n" for kpi, goal in goals.items())
    kpi = next(iter(catalog.kpis), "leads")
    return f"# [targets.{kpi}]\n# month = 400\n"


def _published(source: str, catalog: Catalog) -> str:
    return "\n".join(_publication(*each, source, catalog) for each in _examples(catalog))


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


def _writes(connector: ConnectorType) -> bool:
    return connector.writer is not _ANY.writer
