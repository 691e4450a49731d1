"""How Mailchimp spells what the demo company knows: audiences, ids, countries, machines."""

from kpiloop_sandbox.company.mailings import Mailing, Readers
from kpiloop_sandbox.company.options import CompanyOptions
from kpiloop_sandbox.mailchimp.ids import short_id

AUDIENCES = {Readers.NEWSLETTER: "Acme newsletter", Readers.CUSTOMERS: "Acme customers"}
COUNTRY_CODES = {
    "Germany": "DE",
    "Austria": "AT",
    "Switzerland": "CH",
    "France": "FR",
    "Netherlands": "NL",
    "Italy": "IT",
    "Spain": "ES",
    "Poland": "PL",
    "Sweden": "SE",
    "United Kingdom": "GB",
    "United States": "US",
    "Canada": "CA",
    "Japan": "JP",
}
LANGUAGES = {"DE": "de", "AT": "de", "CH": "de", "FR": "fr", "IT": "it", "ES": "es", "PL": "pl"}
MACHINE_IP, HUMAN_IP = "198.51.100.7", "203.0.113.{}"


class Ids:
    """The ids of one company's audiences and campaigns."""

    def __init__(self, options: CompanyOptions) -> None:
        self._seed = options.seed

    def audience(self, readers: Readers) -> str:
        """The id of an audience."""
        return short_id(self._seed, "audience", readers.value)

    def campaign(self, mailing: Mailing) -> str:
        """The id of a mailing."""
        return short_id(self._seed, "campaign", mailing.name)
