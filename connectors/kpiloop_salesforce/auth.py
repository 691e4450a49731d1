"""Sessions: tokens that tell no end, and are renewed once when Salesforce says that they are over.

The client credentials flow is answered by the org's own domain only. A refresh token is never used
twice at once: `Api` renews one at a time. A token is sent to `base_url` and to nobody else; where
Salesforce says that the org is elsewhere, that is told rather than followed.
"""

from collections.abc import Mapping
from threading import Lock
from urllib.parse import urlsplit

from pydantic import SecretStr

from kpiloop import CredentialError, RefusedError, Source
from kpiloop.web_api import Answer, Api, Form, NoAuth
from kpiloop_salesforce.jwt_bearer import GRANT, assertion
from kpiloop_salesforce.paths import TOKEN
from kpiloop_salesforce.settings import SalesforceSettings

WHERE_KEYS = "in Salesforce, look under Setup > External Client App Manager"


class Session:
    """Proves who asks, by a token that is fetched when it is first needed.

    Raises:
        CredentialError: The settings hold no key with which one could be had.
    """

    def __init__(self, settings: SalesforceSettings, source: Source) -> None:
        self._settings = settings
        self._source = source
        self._lock = Lock()
        self._token: SecretStr | None = None
        if not (settings.client_secret or settings.private_key):
            raise self._denied("there is neither a client_secret nor a private_key")

    def headers(self) -> Mapping[str, str]:
        """The token.

        Raises:
            CredentialError: Salesforce opens no session.
        """
        with self._lock:
            if self._token is None:
                self._token = self._fetched()
            return {"Authorization": f"Bearer {self._token.get_secret_value()}"}

    def renew(self, answer: Answer) -> bool:  # noqa: ARG002 - the protocol gives it
        """A new session: one that is over says nothing before."""
        with self._lock:
            self._token = self._fetched()
        return True

    def _fetched(self) -> SecretStr:
        answer = self._asked()
        self._refuse_another_org(answer.find("instance_url"))
        found = answer.find("access_token")
        if isinstance(found, str) and found:
            return SecretStr(found)
        raise self._denied("the answer holds no access token")

    def _refuse_another_org(self, instance_url: object) -> None:
        if not isinstance(instance_url, str) or not instance_url:
            return
        if urlsplit(instance_url).hostname != urlsplit(self._settings.base_url).hostname:
            raise CredentialError(
                f"the org is at {instance_url}, which base_url does not say",
                where=f"source {self._source.name}",
                legal="base_url, the org's My Domain",
                todo=f'set base_url = "{instance_url}"',
            )

    def _asked(self) -> Answer:
        source, form = self._source, self._form()
        with Api(
            self._settings.base_url,
            system=source.name,
            auth=NoAuth(),
            clock=source.clock,
            workers=1,
        ) as api:
            try:
                return api.request("POST", TOKEN, form=form)
            except (RefusedError, CredentialError) as error:
                reason = error.what
        raise self._denied(reason)

    def _form(self) -> Form:
        settings = self._settings
        if settings.private_key:
            return {"grant_type": GRANT, "assertion": assertion(settings, self._source)}
        assert settings.client_secret
        form: dict[str, str | SecretStr] = {
            "grant_type": "client_credentials",
            "client_id": settings.client_id,
            "client_secret": settings.client_secret,
        }
        if settings.refresh_token:
            form |= {"grant_type": "refresh_token", "refresh_token": settings.refresh_token}
        return form

    def _denied(self, reason: str) -> CredentialError:
        name = self._source.name
        return CredentialError(
            f"Salesforce opens no session: {reason}",
            where=f"source {name}",
            legal="base_url, the org's My Domain, with the app's client_id and client_secret, or "
            "with its private_key and a username",
            todo=f"{WHERE_KEYS}, whether the app allows the client credentials flow and has a user "
            f"to run as, and set KPILOOP_{name.upper()}_CLIENT_SECRET to its secret",
        )
