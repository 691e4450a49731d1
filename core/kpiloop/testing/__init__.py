"""What authors of connectors and plugins test theirs with.

Contracts, to subclass in classes whose names begin with `Test`; they ask for the fixture `account`:

    ReadContract        paging, windows, equal times, edits and deletes, limits, outages, bad rows
    WriteContract       fields made once, values read back, lost answers, plans and conflicts
    SettingsContract    keys, examples, and what a wrong key, right or address is told as
    SecretsContract     the key is in no log, message, repr, store or answer of the program
    VendorAccount       the account that they are tested on: what differs by vendor
    ConnectorContract   the smallest one, for what needs no account that can be changed

Tools, which need no vendor: `FaultServer` answers what a test tells it, `FaultProxy` lets things go
wrong in front of any account, `Recorder` keeps a real vendor's answers without its secrets, and
`Replay` gives them again. `read_records` gives what a stream gives, for tests of wire models.
`ImpatientClock` never waits. pytest finds and runs the contracts, but
none of this imports it.
"""

from kpiloop.testing.clocks import ImpatientClock
from kpiloop.testing.connector_contract import ConnectorContract
from kpiloop.testing.fault_proxy import Exchange, FaultProxy
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
from kpiloop.testing.faults import (
    At,
    Fault,
    Forward,
    From,
    Sometimes,
    changed_answer,
    cut_answer,
    instead,
    lost_answer,
    meanwhile,
    slow_answer,
)
from kpiloop.testing.forwarding import Answered
from kpiloop.testing.read_contract import ReadContract
from kpiloop.testing.recorder import Recorder
from kpiloop.testing.records_read import read_records
from kpiloop.testing.replay import Replay
from kpiloop.testing.scrubbing import Scrubber
from kpiloop.testing.secrets_contract import SecretsContract
from kpiloop.testing.settings_contract import SettingsContract
from kpiloop.testing.vendor_account import VendorAccount
from kpiloop.testing.write_contract import WriteContract

__all__ = [
    "Answered",
    "At",
    "ConnectorContract",
    "Exchange",
    "Fault",
    "FaultProxy",
    "FaultServer",
    "Forward",
    "From",
    "ImpatientClock",
    "ReadContract",
    "Received",
    "Recorder",
    "Replay",
    "Reply",
    "Scrubber",
    "SecretsContract",
    "SettingsContract",
    "Sometimes",
    "VendorAccount",
    "WriteContract",
    "answer",
    "changed_answer",
    "cut_answer",
    "cut_off",
    "dripping_body",
    "dripping_headers",
    "gzip_bomb",
    "hung_up",
    "instead",
    "lost_answer",
    "meanwhile",
    "read_records",
    "redirect",
    "reset",
    "silence",
    "slow_answer",
    "too_many",
    "web_page",
]
