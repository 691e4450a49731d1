"""Properties that HubSpot works out by itself when others change."""

import json
from collections.abc import Mapping
from typing import Any

from kpiloop_sandbox.hubspot.kinds import DEALS, Kind
from kpiloop_sandbox.serving.database import Documents

_STAGE = "dealstage"


def derived(
    kind: Kind, changed: Mapping[str, str], values: Mapping[str, str], documents: Documents
) -> dict[str, str]:
    """What follows from the changed values: whether a deal is closed, won, and how likely."""
    if kind is not DEALS or _STAGE not in changed:
        return {}
    metadata = _metadata(documents, values.get("pipeline", ""), changed[_STAGE])
    probability = metadata.get("probability", "")
    is_closed = metadata.get("isClosed", "false")
    is_won = is_closed == "true" and probability == "1.0"
    return {
        "hs_is_closed": is_closed,
        "hs_is_closed_won": str(is_won).lower(),
        "hs_deal_stage_probability": probability,
    }


def _metadata(documents: Documents, pipeline: str, stage: str) -> dict[str, str]:
    text = documents.get("pipelines/deals", pipeline or "default")
    stages: list[dict[str, Any]] = json.loads(text)["stages"] if text else []
    for each in stages:
        if each["id"] == stage:
            metadata: dict[str, str] = each["metadata"]
            return metadata
    return {}
