"""What the connector must know of an account."""

from typing import Literal

from pydantic import Field, PositiveInt, SecretStr

from kpiloop import Settings

_ABOUT_KEY = """\
In Mailchimp, make an API key under Account & billing > Extras > API keys. It ends with the data
center of the account (…-us6). Keys have no scopes: the key may do what its user may do."""


SurveyKind = Literal["csat", "nps", "ces"]


class MailchimpSettings(Settings):
    """One Mailchimp account: a key, or an OAuth app's token, which never runs out."""

    api_key: SecretStr | None = Field(default=None, description=_ABOUT_KEY)

    token: SecretStr | None = Field(
        default=None, description="What the account granted to an OAuth app: its code bought it."
    )

    data_center: str | None = Field(default=None, pattern="^[a-z]+[0-9]+$")
    """The account's data center (`us6`); no value: a key tells its own, the login server that of
    a token."""

    login_url: str = "https://login.mailchimp.com"
    """The server that knows where the account of a token is."""

    base_url: str | None = None
    """Where the API is; no value: at the data center."""

    connections: PositiveInt = 10
    """What Mailchimp allows each user at once, over all keys."""

    tell_machines: bool = True
    """Whether what programs opened and clicked is told from what people did: it takes a second
    call for each page of activity."""

    surveys: dict[str, SurveyKind] = Field(default_factory=dict[str, SurveyKind])
    """What surveys measure, by their ids: `surveys = { 8ef2a1 = "nps" }`. Mailchimp does not tell,
    and a number means nothing without its scale."""
