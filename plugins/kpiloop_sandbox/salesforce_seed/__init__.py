"""The demo company as Salesforce would hold it: what sales works with, and only that.

Consistent with the company's HubSpot, with the disagreements that real systems have: people whom
sales never heard of are missing, some have another address here, a few were typed in by
salespeople alone, and some amounts were changed after they were agreed.
"""

from kpiloop_sandbox.salesforce_seed.load import load_company, load_stream

__all__ = ["load_company", "load_stream"]
