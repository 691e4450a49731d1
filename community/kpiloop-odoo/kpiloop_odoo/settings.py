"""What the connector must know of an Odoo database."""

from kpiloop import Settings
from pydantic import Field, PositiveInt, SecretStr

ABOUT_KEY = """\
In Odoo, log in as the user whose rights kpiloop shall have, and make a key under
My Preferences > Security > API Keys. Keys run out; only administrators may make lasting ones.
Reading the history of stages and making custom fields need the right Administration > Settings."""


class OdooSettings(Settings):
    """One database of an Odoo server, version 19 or later."""

    base_url: str
    """Where Odoo is: https://acme.odoo.com."""

    api_key: SecretStr = Field(description=ABOUT_KEY)

    database: str | None = None
    """The database's name; no value: the server has one, or knows by the address which is meant."""

    requests_at_once: PositiveInt = 4
    """What the server's workers can do for kpiloop beside the people who work with it."""

    rows_per_page: PositiveInt = 1_000
    """How many records a call reads; fewer for a server with little memory."""
