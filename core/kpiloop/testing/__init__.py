"""What authors of connectors and plugins test theirs with."""

from kpiloop.testing.connector_contract import ConnectorContract
from kpiloop.testing.fault_server import (
    FaultServer,
    Received,
    Reply,
    answer,
    cut_off,
    dripping_body,
    dripping_headers,
    gzip_bomb,
    hung_up,
    redirect,
    reset,
    silence,
    too_many,
    web_page,
)

__all__ = [
    "ConnectorContract",
    "FaultServer",
    "Received",
    "Reply",
    "answer",
    "cut_off",
    "dripping_body",
    "dripping_headers",
    "gzip_bomb",
    "hung_up",
    "redirect",
    "reset",
    "silence",
    "too_many",
    "web_page",
]
