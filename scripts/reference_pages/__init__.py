"""The pages of docs/ that are written out of the code."""

from collections.abc import Callable, Mapping
from types import MappingProxyType

from kpiloop.kpi.catalog import Catalog
from kpiloop.kpi.pack import read_pack
from kpiloop.kpi.reference import markdown
from kpiloop_attribution import kpiloop_packs as attribution_packs
from kpiloop_clv import kpiloop_packs as clv_packs
from kpiloop_marketing import kpiloop_packs
from reference_pages.errors import errors_page
from reference_pages.plugins import plugins_page
from reference_pages.schema import DERIVED, schema_page


def _kpis_page() -> str:
    packs = map(read_pack, (*kpiloop_packs(), *attribution_packs(), *clv_packs()))
    return markdown(Catalog.of(packs, DERIVED))


PAGES: Mapping[str, Callable[[], str]] = MappingProxyType(
    {
        "errors.md": errors_page,
        "kpis.md": _kpis_page,
        "plugin_reference.md": plugins_page,
        "schema.md": schema_page,
    }
)
"""File name → what writes the page."""
