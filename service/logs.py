"""What the running service says on the error stream: lines for people, or JSON for machines.

Whoever reads logs is seldom whoever may see people: neither form holds a mail address, the name of
a recipient or the query of an address. Written with the standard library: what a library for JSON
lines would add to `json.dumps` are options that nobody here needs.
"""

import json
import logging
import re
import sys
from collections.abc import Iterable
from datetime import UTC, datetime

from service.settings import Settings

MASK = "…"

# Who signs in to a database or proxy; where it is, those who keep it running need to know.
_USER = re.compile(r"(?<=://)[^/@\s]*(?=@)")
_WORD = r"[^\s<>,;:\"'()/?@…]"
_MAIL = re.compile(f"{_WORD}+@{_WORD}*[^\\s<>,;:\"'()/?@….]")
# The query of an address of a page or of a database, up to its end.
_QUERY = re.compile(r"(?<=[\w/])\?[\w.~%-]+=[^\s'\"]*")

# Every wake-up and every query of the migrations would be a line.
_NOISY = ("apscheduler", "alembic", "fontTools", "matplotlib", "paramiko")


class Masking:
    """Takes people out of a text: every mail address, and `known` words such as whole recipients
    (“Ann Lee <ann@example.org>”)."""

    def __init__(self, known: Iterable[str] = ()) -> None:
        # The longest first: a name must not be left of what a shorter word cut.
        words = sorted({word for word in known if word}, key=len, reverse=True)
        self._known = re.compile("|".join(map(re.escape, words))) if words else None

    def __call__(self, text: str) -> str:
        if self._known is not None:
            text = self._known.sub(MASK, text)
        return _QUERY.sub("?" + MASK, _MAIL.sub(MASK, _USER.sub(MASK, text)))


class TextLines(logging.Formatter):
    """Time, level, logger and message, with the id of the request where there is one."""

    def __init__(self, masking: Masking) -> None:
        super().__init__("%(asctime)s %(levelname)s %(name)s: %(message)s")
        self._masking = masking

    def format(self, record: logging.LogRecord) -> str:
        text = self._masking(super().format(record))
        request = getattr(record, "request_id", None)
        return f"{text} [{request}]" if request else text


class JsonLines(logging.Formatter):
    """One JSON object a line: time (ISO 8601, UTC), level, logger, message, request_id (or null),
    and `error`, the traceback, where there is one."""

    def __init__(self, masking: Masking) -> None:
        super().__init__()
        self._masking = masking

    def format(self, record: logging.LogRecord) -> str:
        moment = datetime.fromtimestamp(record.created, UTC)
        line = {
            "time": moment.isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": self._masking(record.getMessage()),
            "request_id": getattr(record, "request_id", None),
        }
        if record.exc_info:
            line["error"] = self._masking(self.formatException(record.exc_info))
        return json.dumps(line, ensure_ascii=False)


def log_to_terminal(settings: Settings) -> None:
    """Writes what the service has to say to the error stream, in the form of `log.format`."""
    # Here, because only what serves pages has requests.
    from dashboard.requests import current_id

    def with_request(record: logging.LogRecord) -> bool:
        record.request_id = current_id()
        return True

    masking = Masking(_people(settings))
    handler = logging.StreamHandler(sys.stderr)
    as_json = settings.log.format == "json"
    handler.setFormatter(JsonLines(masking) if as_json else TextLines(masking))
    handler.addFilter(with_request)
    logging.basicConfig(level=logging.INFO, handlers=[handler])
    for noisy in _NOISY:
        logging.getLogger(noisy).setLevel(logging.WARNING)
    # More viewers than threads wait their turn; that is what the queue is for.
    logging.getLogger("waitress.queue").setLevel(logging.ERROR)


def _people(settings: Settings) -> list[str]:
    """Everybody whom the settings name."""
    weekly, smtp = settings.reports.weekly, settings.smtp
    return [*(one.address for one in weekly.recipients), smtp.sender, smtp.username or ""]
