"""Acme CRM for kpiloop."""

from importlib.resources import files

from kpiloop import Command, Commands, Connectors, Derivations, Packs, hookimpl
from kpiloop_acme.derived import opt_outs
from kpiloop_acme.reads import Acme


@hookimpl
def kpiloop_connectors() -> Connectors:
    """The connector."""
    return [Acme]


@hookimpl
def kpiloop_packs() -> Packs:
    """What is measured of consent."""
    return [files(__name__) / "packs" / "consent.toml"]


@hookimpl
def kpiloop_derivations() -> Derivations:
    """How soon people opt out."""
    return [opt_outs]


@hookimpl
def kpiloop_commands() -> Commands:
    """A verb that says where the account is."""
    return [
        Command(
            name="acme",
            run="kpiloop_acme.verbs:acme",
            help="Say which Acme account a source reads.",
        )
    ]
