"""Mailings, and what their readers do with them."""

import re
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from email.message import EmailMessage
from email.mime.multipart import MIMEMultipart
from email.mime.nonmultipart import MIMENonMultipart
from email.mime.text import MIMEText
from http.client import HTTPConnection
from urllib.parse import urlsplit
from urllib.request import Request, urlopen

from company.api import OdooApi
from company.mail_sink import MailSink

BODY = """
<div>
  <p>What is new at Acme.</p>
  <a href="https://acme.example/offer">See the offer</a>
  <a href="/unsubscribe_from_list">No more of this</a>
</div>
"""


def send(api: OdooApi, subject: str, *, campaign: int, partners: Sequence[int]) -> int:
    """Write a mailing to contacts, send it, and say its id."""
    (model,) = api.read("ir.model", [("model", "=", "res.partner")], "id")
    (mailing,) = api.create(
        "mailing.mailing",
        {
            "subject": subject,
            "email_from": "news@acme.example",
            "mailing_model_id": model["id"],
            "mailing_domain": repr([("id", "in", list(partners))]),
            "campaign_id": campaign,
            "body_arch": BODY,
            "body_html": BODY,
        },
    )
    api("mailing.mailing", "action_send_mail", ids=[mailing])
    return mailing


@dataclass(frozen=True, slots=True)
class Letter:
    """One e-mail of a mailing, in the hands of its reader."""

    message: EmailMessage

    def open(self) -> None:
        """Load the picture by which Odoo sees that the e-mail was opened."""
        with urlopen(self._address(r"/mail/track/\d+/\w+/blank\.gif")) as picture:
            picture.read()

    def click(self) -> None:
        """Follow the link, without going where it leads in the end."""
        link = urlsplit(self._address(r"/r/\w+/m/\d+"))
        with closing(HTTPConnection(link.netloc)) as connection:
            connection.request("GET", link.path)
            target = connection.getresponse().headers["Location"]
        assert target.startswith("https://acme.example/offer")

    def unsubscribe(self) -> None:
        """Press the button that mail programs show for the header of this name."""
        address = self.message["List-Unsubscribe"].strip("<>")
        with urlopen(Request(address, method="POST", data=b"")) as answer:
            answer.read()

    def bounce(self, api: OdooApi) -> None:
        """Come back from a mail server that knows no such reader."""
        report = MIMEMultipart("report", report_type="delivery-status")
        report["From"] = "MAILER-DAEMON@mail.example"
        report["To"] = "bounce@acme.example"
        report["Subject"] = "Undelivered mail returned to sender"
        report["Message-Id"] = f"<returned-{self.message['Message-Id'].strip('<>')}>"
        report.attach(MIMEText("There is nobody of this name."))
        original = MIMENonMultipart("text", "rfc822-headers")
        original.set_payload(f"Message-Id: {self.message['Message-Id']}\n")
        report.attach(original)
        api("mail.thread", "message_process", model=False, message=report.as_string())

    def _address(self, pattern: str) -> str:
        """The address in the e-mail whose path is like this."""
        body = self.message.get_body(("html",))
        assert body is not None
        found = re.search(rf"http://127\.0\.0\.1:\d+{pattern}", body.get_content())
        assert found, pattern
        return found[0]


def letters(sink: MailSink, subject: str) -> dict[str, Letter]:
    """The e-mails of a mailing by the first names of their readers."""
    return {
        message["To"].addresses[0].username: Letter(message)
        for message in sink.messages
        if message["Subject"] == subject
    }
