"""kpiloop closes the loop of marketing numbers: pull, compute, write back.

This is the public door: what authors of connectors and plugins need is imported from here, from
`kpiloop.web_api` or from `kpiloop.testing`. A name is loaded when it is first used, so that opening
the door is quick.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from kpiloop.cli.application import Application
    from kpiloop.clock import Clock, ManualClock, SystemClock
    from kpiloop.connector.base import (
        Account,
        ChannelRule,
        Check,
        CheckStatus,
        Connector,
        Settings,
        Source,
    )
    from kpiloop.connector.reading import Absent, Cursor, Read, Slices, Stream, Window, reads
    from kpiloop.connector.writing import (
        Batching,
        Capacity,
        Change,
        Current,
        Definition,
        Outcome,
        Status,
        Value,
        Writer,
    )
    from kpiloop.deprecation import ContractWarning
    from kpiloop.derivation import Derivation, Deriving, Model, PluginSettings, derives
    from kpiloop.errors import (
        BusyError,
        ConfigError,
        CredentialError,
        DefinitionError,
        KpiloopError,
        NotFoundError,
        NotYetError,
        PluginError,
        QuotaError,
        RecordError,
        RefusedError,
        ScopeError,
        SettingsError,
        UnavailableError,
        UntrustedAnswerError,
        VendorError,
    )
    from kpiloop.hookspecs import (
        Command,
        Commands,
        Connectors,
        Derivations,
        Entities,
        Models,
        Packs,
        hookimpl,
    )
    from kpiloop.schema.email import Email, EmailEvent, EmailTotal
    from kpiloop.schema.engagement import Activity, CampaignMember, SocialPost, SurveyResponse
    from kpiloop.schema.fields import (
        Column,
        Day,
        DayAsInstant,
        Domain,
        Flag,
        Id,
        Instant,
        Kind,
        Money,
        Number,
        Rate,
        Text,
        Whole,
    )
    from kpiloop.schema.history import Link, StageChange
    from kpiloop.schema.items import Items
    from kpiloop.schema.money import Campaign, Cost, ExchangeRate, Figure
    from kpiloop.schema.orders import Order, OrderLine, Product
    from kpiloop.schema.people import Company, Contact, Segment, SegmentMember
    from kpiloop.schema.record import Deleted, Modified, Record, Wire
    from kpiloop.schema.registry import entities
    from kpiloop.schema.resolved import Resolved
    from kpiloop.schema.sales import Deal, Owner, Pipeline, PipelineStage
    from kpiloop.schema.terms import FirstOf, IsWord, ItemKey, Joined, Key, Spread, Term, Word
    from kpiloop.schema.web import FormSubmission, PageView, TrafficPeriod
    from kpiloop.web_api.page import Checkpoint, Page

__all__ = [
    "Absent",
    "Account",
    "Activity",
    "Application",
    "Batching",
    "BusyError",
    "Campaign",
    "CampaignMember",
    "Capacity",
    "Change",
    "ChannelRule",
    "Check",
    "CheckStatus",
    "Checkpoint",
    "Clock",
    "Column",
    "Command",
    "Commands",
    "Company",
    "ConfigError",
    "Connector",
    "Connectors",
    "Contact",
    "ContractWarning",
    "Cost",
    "CredentialError",
    "Current",
    "Cursor",
    "Day",
    "DayAsInstant",
    "Deal",
    "Definition",
    "DefinitionError",
    "Deleted",
    "Derivation",
    "Derivations",
    "Deriving",
    "Domain",
    "Email",
    "EmailEvent",
    "EmailTotal",
    "Entities",
    "ExchangeRate",
    "Figure",
    "FirstOf",
    "Flag",
    "FormSubmission",
    "Id",
    "Instant",
    "IsWord",
    "ItemKey",
    "Items",
    "Joined",
    "Key",
    "Kind",
    "KpiloopError",
    "Link",
    "ManualClock",
    "Model",
    "Models",
    "Modified",
    "Money",
    "NotFoundError",
    "NotYetError",
    "Number",
    "Order",
    "OrderLine",
    "Outcome",
    "Owner",
    "Packs",
    "Page",
    "PageView",
    "Pipeline",
    "PipelineStage",
    "PluginError",
    "PluginSettings",
    "Product",
    "QuotaError",
    "Rate",
    "Read",
    "Record",
    "RecordError",
    "RefusedError",
    "Resolved",
    "ScopeError",
    "Segment",
    "SegmentMember",
    "Settings",
    "SettingsError",
    "Slices",
    "SocialPost",
    "Source",
    "Spread",
    "StageChange",
    "Status",
    "Stream",
    "SurveyResponse",
    "SystemClock",
    "Term",
    "Text",
    "TrafficPeriod",
    "UnavailableError",
    "UntrustedAnswerError",
    "Value",
    "VendorError",
    "Whole",
    "Window",
    "Wire",
    "Word",
    "Writer",
    "derives",
    "entities",
    "hookimpl",
    "reads",
]

_HOMES = {
    "kpiloop.cli.application": ("Application",),
    "kpiloop.clock": ("Clock", "ManualClock", "SystemClock"),
    "kpiloop.connector.base": (
        "Account",
        "ChannelRule",
        "Check",
        "CheckStatus",
        "Connector",
        "Settings",
        "Source",
    ),
    "kpiloop.connector.reading": (
        "Absent",
        "Cursor",
        "Read",
        "Slices",
        "Stream",
        "Window",
        "reads",
    ),
    "kpiloop.connector.writing": (
        "Batching",
        "Capacity",
        "Change",
        "Current",
        "Definition",
        "Outcome",
        "Status",
        "Value",
        "Writer",
    ),
    "kpiloop.deprecation": ("ContractWarning",),
    "kpiloop.derivation": ("Derivation", "Deriving", "Model", "PluginSettings", "derives"),
    "kpiloop.errors": (
        "BusyError",
        "ConfigError",
        "CredentialError",
        "DefinitionError",
        "KpiloopError",
        "NotFoundError",
        "NotYetError",
        "PluginError",
        "QuotaError",
        "RecordError",
        "RefusedError",
        "ScopeError",
        "SettingsError",
        "UnavailableError",
        "UntrustedAnswerError",
        "VendorError",
    ),
    "kpiloop.hookspecs": (
        "Command",
        "Commands",
        "Connectors",
        "Derivations",
        "Entities",
        "Models",
        "Packs",
        "hookimpl",
    ),
    "kpiloop.schema.email": ("Email", "EmailEvent", "EmailTotal"),
    "kpiloop.schema.engagement": ("Activity", "CampaignMember", "SocialPost", "SurveyResponse"),
    "kpiloop.schema.fields": (
        "Column",
        "Day",
        "DayAsInstant",
        "Domain",
        "Flag",
        "Id",
        "Instant",
        "Kind",
        "Money",
        "Number",
        "Rate",
        "Text",
        "Whole",
    ),
    "kpiloop.schema.history": ("Link", "StageChange"),
    "kpiloop.schema.items": ("Items",),
    "kpiloop.schema.money": ("Campaign", "Cost", "ExchangeRate", "Figure"),
    "kpiloop.schema.orders": ("Order", "OrderLine", "Product"),
    "kpiloop.schema.people": ("Company", "Contact", "Segment", "SegmentMember"),
    "kpiloop.schema.registry": ("entities",),
    "kpiloop.schema.record": ("Deleted", "Modified", "Record", "Wire"),
    "kpiloop.schema.resolved": ("Resolved",),
    "kpiloop.schema.sales": ("Deal", "Owner", "Pipeline", "PipelineStage"),
    "kpiloop.schema.terms": (
        "FirstOf",
        "IsWord",
        "ItemKey",
        "Joined",
        "Key",
        "Spread",
        "Term",
        "Word",
    ),
    "kpiloop.schema.web": ("FormSubmission", "PageView", "TrafficPeriod"),
    "kpiloop.web_api.page": ("Checkpoint", "Page"),
}
_HOME_OF = {name: home for home, names in _HOMES.items() for name in names}


if not TYPE_CHECKING:  # type checkers would believe that the door has every name

    def __getattr__(name: str) -> object:
        if name not in _HOME_OF:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        value = getattr(import_module(_HOME_OF[name]), name)
        globals()[name] = value
        return value


def __dir__() -> list[str]:
    return __all__
