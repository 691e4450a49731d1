"""The demo company as HubSpot would hold it."""

from kpiloop_sandbox.hubspot_seed.load import load_company, load_stream

__all__ = ["load_company", "load_stream"]
