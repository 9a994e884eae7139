"""A mail server that takes its time and remembers who got what."""

import asyncio
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes
from email.policy import default

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from tests.support.postgres import free_port

# Long enough to be killed in the middle of a mailing.
SECONDS = 0.4


class Sink:
    """Takes every letter within so many seconds; `letters` counts them by recipient and subject."""

    def __init__(self, seconds: float = SECONDS) -> None:
        self.seconds = seconds
        self.letters: Counter[tuple[str, str]] = Counter()
        self.port = free_port()

    async def handle_DATA(  # noqa: N802 aiosmtpd looks for this name
        self, server: SMTP, session: Session, envelope: Envelope
    ) -> str:
        assert isinstance(envelope.content, bytes)
        subject = str(message_from_bytes(envelope.content, policy=default)["Subject"])
        for address in envelope.rcpt_tos:
            self.letters[address, subject] += 1
        await asyncio.sleep(self.seconds)
        return "250 OK"

    @contextmanager
    def listening(self) -> Iterator[None]:
        """Takes letters meanwhile, on 127.0.0.1 only."""
        controller = Controller(self, hostname="127.0.0.1", port=self.port)
        controller.start()
        try:
            yield
        finally:
            controller.stop()
