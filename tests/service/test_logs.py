"""Log lines that machines read, and that name nobody."""

import io
import json
import logging
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from flask import Flask

from dashboard.requests import watch_requests
from service.configuration import read_settings
from service.logs import JsonLines, Masking, TextLines, log_to_terminal

PEOPLE = {
    "ARREARS_REPORTS__WEEKLY__RECIPIENTS": "['Ann Lee <ann@example.org>', bob@example.org]",
    "ARREARS_SMTP__HOST": "mail.example.org",
}


def record(
    message: str, *arguments: object, error: BaseException | None = None
) -> logging.LogRecord:
    told = None if error is None else (type(error), error, None)
    made = logging.LogRecord("arrears.jobs", logging.WARNING, "", 0, message, arguments, told)
    made.created = 1_790_000_000.25
    return made


@contextmanager
def terminal(monkeypatch: pytest.MonkeyPatch) -> Iterator[io.StringIO]:
    """The error stream, with no logging set up; everything is as before afterwards."""
    root, levels = logging.getLogger(), {}
    for name in ("apscheduler", "alembic", "fontTools", "matplotlib", "waitress.queue"):
        levels[name] = logging.getLogger(name).level
    before, level = root.handlers[:], root.level
    root.handlers.clear()
    stream = io.StringIO()
    monkeypatch.setattr(sys, "stderr", stream)
    try:
        yield stream
    finally:
        root.handlers[:] = before
        root.setLevel(level)
        for name, kept in levels.items():
            logging.getLogger(name).setLevel(kept)


def test_a_json_line_holds_time_level_logger_message_and_request() -> None:
    assert json.loads(JsonLines(Masking()).format(record("%d rows “更新”", 7))) == {
        "time": "2026-09-21T14:13:20.250+00:00",
        "level": "warning",
        "logger": "arrears.jobs",
        "message": "7 rows “更新”",
        "request_id": None,
    }


def test_a_json_line_is_one_line_with_the_traceback_in_it() -> None:
    line = JsonLines(Masking()).format(record("two\nlines", error=ValueError("of ann@example.org")))
    assert "\n" not in line
    told = json.loads(line)
    assert told["message"] == "two\nlines"
    assert told["error"] == "ValueError: of …"


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("Sent to ann@example.org; bob.b@mail.example.org.", "Sent to …; …."),
        ("Sent to Ann Lee <ann@example.org>; var/outbox (en).", "Sent to …; var/outbox (en)."),
        ("550 <zoe@example.org>: unknown", "550 <…>: unknown"),
        ("GET /teams?agent=A7&name=Ann took long", "GET /teams?… took long"),
        ("postgresql+psycopg://ann:pw@db/name?user=ann", "postgresql+psycopg://…@db/name?…"),
        ("mailto:ann@example.org", "mailto:…"),
        ("Is it right? as_of=2026-01-02", "Is it right? as_of=2026-01-02"),
    ],
)
def test_people_are_taken_out_of_a_line(text: str, masked: str) -> None:
    assert Masking(["Ann Lee <ann@example.org>", ""])(text) == masked


def test_a_line_for_people_names_nobody_either() -> None:
    line = TextLines(Masking()).format(record("to %s", "ann@example.org"))
    assert line.endswith("WARNING arrears.jobs: to …")


@pytest.mark.parametrize("form", ["text", "json"])
def test_the_service_logs_in_the_form_of_the_settings(
    monkeypatch: pytest.MonkeyPatch, form: str
) -> None:
    server = Flask("t")
    watch_requests(server, None)

    @server.get("/work")
    def work() -> str:
        logging.getLogger("arrears.x").info("Sent to Ann Lee <ann@example.org> and eve@example.net")
        logging.getLogger("apscheduler").info("woke up")
        return "done"

    with terminal(monkeypatch) as stream:
        log_to_terminal(read_settings(None, {**PEOPLE, "ARREARS_LOG__FORMAT": form}))
        asked = {"X-Request-ID": "from-proxy.1"}
        answer = server.test_client().get("/work?name=Ann", headers=asked)
    assert answer.headers["X-Request-ID"] == "from-proxy.1"
    (line,) = stream.getvalue().splitlines()
    if form == "json":
        told = json.loads(line)
        assert told["message"] == "Sent to … and …"
        assert told["request_id"] == "from-proxy.1"
    else:
        assert line.endswith("INFO arrears.x: Sent to … and … [from-proxy.1]")


def test_an_unknown_form_is_refused() -> None:
    with pytest.raises(Exception, match=r"log\.format.*given 'xml', expected 'text' or 'json'"):
        read_settings(None, {"ARREARS_LOG__FORMAT": "xml"})
