"""A chat service of this machine: keeps what it is sent and answers as it is told to."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any


@dataclass
class Gateway:
    """`answers` are used up one by one: a status, a status with a body, or None for a connection
    that breaks off; then all is well."""

    port: int = 0
    heard: list[dict[str, Any]] = field(default_factory=list)
    paths: list[str] = field(default_factory=list)
    answers: list[tuple[int, str] | int | None] = field(default_factory=list)

    @property
    def address(self) -> str:
        return f"json://user:hush@127.0.0.1:{self.port}/hook"


@contextmanager
def gateway() -> Iterator[Gateway]:
    kept = Gateway()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            kept.paths.append(self.path)
            body = self.rfile.read(int(self.headers["Content-Length"]))
            kept.heard.append(json.loads(body))
            answer = kept.answers.pop(0) if kept.answers else 200
            if answer is None:
                self.close_connection = True
                return
            status, text = (answer, "") if isinstance(answer, int) else answer
            self.send_response(status)
            if status in (301, 302, 307):
                self.send_header("Location", f"http://127.0.0.1:{kept.port}/elsewhere")
            self.send_header("Content-Length", str(len(text)))
            self.end_headers()
            self.wfile.write(text.encode())

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002
            """Nothing to the terminal of the tests."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    kept.port = server.server_address[1]
    thread = Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    yield kept
    server.shutdown()
    thread.join()
    server.server_close()
