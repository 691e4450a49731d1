"""A mail server on loopback that keeps what it is sent."""

import asyncio
from asyncio import Server
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from threading import Thread

from aiosmtpd.smtp import SMTP, Envelope, Session

UNKNOWN = "unknown"
"""Who is called so is known to no mail server."""


@dataclass  # without slots: the library looks at all members, which Python 3.11.2 cannot with slots
class MailSink:
    """The e-mails that arrived."""

    messages: list[EmailMessage] = field(default_factory=list[EmailMessage])
    port: int = 0

    async def listen(self) -> Server:
        """Take e-mails on a free port."""
        loop = asyncio.get_running_loop()
        server = await loop.create_server(
            lambda: SMTP(self, hostname="localhost", loop=loop), "127.0.0.1", 0
        )
        self.port = server.sockets[0].getsockname()[1]
        return server

    async def handle_RCPT(  # noqa: N802 - the name is the library's
        self,
        server: SMTP,
        session: Session,
        envelope: Envelope,
        address: str,
        options: list[str],
    ) -> str:
        """Take everybody's e-mails but those to who is unknown."""
        if address.startswith(UNKNOWN):
            return "550 5.1.1 there is nobody of this name"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(  # noqa: N802 - the name is the library's
        self, server: SMTP, session: Session, envelope: Envelope
    ) -> str:
        """Keep an e-mail."""
        assert isinstance(envelope.content, bytes)
        self.messages.append(message_from_bytes(envelope.content, policy=policy.default))
        return "250 OK"


@contextmanager
def mail_sink() -> Generator[MailSink]:
    """A mail server, as long as the block runs."""
    loop = asyncio.new_event_loop()
    thread = Thread(target=loop.run_forever)
    thread.start()
    sink = MailSink()
    server = asyncio.run_coroutine_threadsafe(sink.listen(), loop).result()
    try:
        yield sink
    finally:
        loop.call_soon_threadsafe(server.close)
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()
