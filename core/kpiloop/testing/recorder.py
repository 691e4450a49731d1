"""Records what a real vendor answers, for tests that need neither its account nor its network.

    settings = AcmeSettings(token=SecretStr(os.environ["ACME_TOKEN"]))
    file = Path("tests/recordings/contacts.json")
    with Recorder("https://api.acme.example", file, Scrubber(settings)) as recorder:
        acme = Acme(settings.model_copy(update={"base_url": recorder.base_url}), source)
        ...read what the tests are to read...

The file is written when the block ends well: without keys, cookies and headers, and with
`person1@customer.example` in place of people's addresses. Look through it before you commit it:
names and phone numbers need rules of your own (`Scrubber(rules=…)`), and what is no text (archives,
images) is kept as it came. `Replay` answers from it.
"""

from dataclasses import replace
from pathlib import Path
from urllib.parse import urlsplit

from kpiloop.testing.explaining import expect, some
from kpiloop.testing.fault_proxy import Exchange, FaultProxy
from kpiloop.testing.forwarding import Answered
from kpiloop.testing.recording import ROOT, Recorded, Recording, text_of, unescaped
from kpiloop.testing.scrubbing import KEPT_HEADERS, Scrubber
from kpiloop.testing.serving import Serving

_TEXTS = ("text/", "csv", "json", "xml", "form-urlencoded")
"""What stands in the types of contents that are text."""


class Recorder(Serving):
    """A proxy in front of a vendor, which writes a recording when it is left.

    Args:
        upstream: The vendor's base address.
        file: Where the recording is written.
        scrubber: What knows the secrets; made with the connector's settings.
    """

    def __init__(self, upstream: str, file: Path, scrubber: Scrubber) -> None:
        self._proxy = FaultProxy(upstream)
        super().__init__(self._proxy)
        self._base_path = urlsplit(upstream).path.rstrip("/")
        self._file = file
        self._scrubber = scrubber

    @property
    def base_url(self) -> str:
        """What the connector takes for the vendor's address."""
        return self._proxy.base_url

    def _leave(self, *, is_well: bool) -> None:
        if is_well:
            self._save()

    def _save(self) -> None:
        """Write the file; AssertionError, and no file, where a known secret is still in it."""
        recording = Recording(
            base_path=self._base_path,
            exchanges=[self._recorded(each) for each in self._proxy.exchanges],
        )
        left = [
            f"{secret} in {each.method} {each.path}"
            for each in recording.exchanges
            for secret in self._scrubber.found_in(_everything(each))
        ]
        expect(
            not left,
            f"the recording is not saved, for secrets are left in it: {some(left)}",
            todo="give the Scrubber a rule for this place, or leave this answer out",
        )
        recording.save(self._file)

    def _recorded(self, exchange: Exchange) -> Recorded:
        request, scrub = exchange.request, self._scrub
        return Recorded(
            method=request.method,
            path=scrub(request.path),
            query=scrub(request.query),
            body=scrub(unescaped(text_of(request))),
            answered=self._answered(exchange.answered),
        )

    def _answered(self, answered: Answered) -> Answered:
        headers = {
            name: self._scrub(value)
            for name, value in answered.headers.items()
            if name in KEPT_HEADERS
        }
        return replace(answered, headers=headers, body=self._scrubbed_body(answered))

    def _scrubbed_body(self, answered: Answered) -> bytes:
        """Text of any charset without secrets, in the same charset; what is no text as it is."""
        try:
            return self._scrub(unescaped(answered.body.decode("utf-8"))).encode()
        except UnicodeDecodeError:
            if not any(kind in answered.headers.get("content-type", "") for kind in _TEXTS):
                return answered.body
        return self._scrub(answered.body.decode("latin-1")).encode("latin-1", "replace")

    def _scrub(self, text: str) -> str:
        return self._scrubber.scrub(text.replace(self._proxy.root, ROOT))


def _everything(each: Recorded) -> str:
    answered = each.answered
    told = [*answered.headers.values(), answered.body.decode("latin-1")]
    return "\n".join([each.path, each.query, each.body, *told])
