"""Letters by SMTP: one connection per letter, permanent and temporary refusals told apart."""

import re
import smtplib
import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from email.errors import MessageError
from email.utils import parseaddr
from functools import cached_property
from typing import Any, Literal

from reports import mail
from reports.failures import DeliveryError
from reports.mail import Letter, Postmark

PERMANENT = range(500, 600)
# Not whether it exists, only whether it is one: "not an address" would be sent to "notanaddress".
_ADDRESS = re.compile(r"[^@\s]+@[^@\s]+")


@dataclass(frozen=True)
class Smtp:
    """A mail server. `timeout` in seconds holds for each step of the conversation."""

    host: str
    port: int = 587
    security: Literal["none", "starttls", "tls"] = "starttls"
    username: str | None = None
    password: str | None = None
    sender: str = "Arrears <arrears@localhost>"
    timeout: float = 30.0

    name = "smtp"

    def deliver(
        self,
        letter: Letter,
        recipient: str,
        key: str,
        now: datetime,
        *,
        leaving: Callable[[], None] = lambda: None,
        postmark: Postmark | None = None,
    ) -> str:
        """Hands the letter over and answers with its Message-ID. `leaving` is called when the
        server has taken the recipient, just before the letter itself; what it raises stops it.

        Raises DeliveryError, `unknown` where the connection broke after the letter was on its way.
        """
        try:
            message = mail.address(letter, self.sender, recipient, key, now, postmark)
        except (ValueError, MessageError) as error:
            raise DeliveryError(f"{recipient!r} is no mail address", permanent=True) from error
        if not _ADDRESS.fullmatch(parseaddr(recipient)[1]):
            raise DeliveryError(f"{recipient!r} is no mail address", permanent=True)
        with self._connection() as server:
            server.leaving = leaving
            server.send_message(message)
        return str(message["Message-ID"])

    @contextmanager
    def _connection(self) -> Iterator["_Server"]:
        """A signed-in connection whose errors come out as DeliveryError."""
        server: _Server | None = None
        try:
            server = self._connected()
            yield server
        except (smtplib.SMTPException, OSError) as error:
            raise _told(error, on_its_way=server is not None and server.on_its_way) from error
        finally:
            if server is not None:
                _leave(server)

    @cached_property
    def _trusted(self) -> ssl.SSLContext:
        """Whose certificates count; to read them takes longer than to hand a letter over."""
        return ssl.create_default_context()

    def _connected(self) -> "_Server":
        server: _Server
        if self.security == "tls":
            server = _SecureServer(
                self.host, self.port, timeout=self.timeout, context=self._trusted
            )
        else:
            server = _Server(self.host, self.port, timeout=self.timeout)
        if self.security == "starttls":
            server.starttls(context=self._trusted)
        if self.username is not None:
            server.login(self.username, self.password or "")
        return server


class _Server(smtplib.SMTP):
    """Knows whether a letter may have been taken although no answer came."""

    on_its_way = False
    leaving: Callable[[], None] = staticmethod(lambda: None)

    def data(self, msg: Any) -> tuple[int, bytes]:
        self.leaving()
        self.on_its_way = True
        answer = super().data(msg)
        self.on_its_way = False
        return answer


class _SecureServer(_Server, smtplib.SMTP_SSL):
    """The same over TLS from the first byte."""


def _leave(server: smtplib.SMTP) -> None:
    """Says goodbye; what a server answers to that changes nothing any more."""
    try:
        server.quit()
    except (smtplib.SMTPException, OSError):
        server.close()


def _told(error: Exception, *, on_its_way: bool) -> DeliveryError:
    """What a refusal means for trying again."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return _refused(*next(iter(error.recipients.values())))
    if isinstance(error, smtplib.SMTPResponseException):
        return _refused(error.smtp_code, error.smtp_error)
    if isinstance(error, smtplib.SMTPServerDisconnected):
        reason = f"The connection broke: {error}"
        return DeliveryError(reason, permanent=False, unknown=on_its_way)
    if isinstance(error, smtplib.SMTPException):
        return DeliveryError(str(error), permanent=True)
    reason = f"The mail server cannot be reached: {error}"
    return DeliveryError(reason, permanent=False, unknown=on_its_way)


def _refused(code: int, reason: bytes | str) -> DeliveryError:
    text = reason.decode(errors="replace") if isinstance(reason, bytes) else reason
    return DeliveryError(f"{code} {text}", permanent=code in PERMANENT)
