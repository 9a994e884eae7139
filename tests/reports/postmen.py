"""Mail servers on loopback that keep what they take and misbehave where they are told to."""

import socket
import socketserver
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from reports import Smtp

# The steps of a conversation, in order, as a letter to one recipient goes through them.
STEPS = ("connect", "ehlo", "mail", "rcpt", "data", "body", "quit")
_STEP_OF = {"EHLO": "ehlo", "MAIL": "mail", "RCPT": "rcpt", "DATA": "data", "QUIT": "quit"}
_ANSWERS = {"connect": "220 here", "data": "354 go on", "quit": "221 bye"}


class Postman(socketserver.ThreadingTCPServer):
    """Takes letters. `faults` says by step what it answers instead of the usual: a line such as
    "451 later"; "drop" breaks the connection; "stall" says nothing until the other side leaves;
    "take and drop" takes the letter and breaks the connection without a word."""

    daemon_threads = True
    allow_reuse_address = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Conversation)
        self.faults: dict[str, str] = {}
        self.taken: Counter[str] = Counter()
        self.letters: list[bytes] = []
        self.ending = threading.Event()

    def smtp(self, timeout: float = 5) -> Smtp:
        host, port = self.server_address[:2]
        sender = "Arrears <arrears@example.org>"
        return Smtp(str(host), int(port), "none", sender=sender, timeout=timeout)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A sender that was killed is no news."""


class _Conversation(socketserver.StreamRequestHandler):
    server: Postman

    def handle(self) -> None:
        recipient = ""
        if not self._answer("connect"):
            return
        while line := self.rfile.readline().decode().strip():
            word = line.split()[0].upper()
            if word == "RCPT":
                recipient = line.partition("<")[2].partition(">")[0]
            if not self._answer(_STEP_OF.get(word, "")) or word == "QUIT":
                return
            if word == "DATA" and "data" not in self.server.faults and not self._take(recipient):
                return

    def _take(self, recipient: str) -> bool:
        lines = []
        while (line := self.rfile.readline()) != b".\r\n":
            if not line:
                return False
            lines.append(line)
        fault = self.server.faults.get("body")
        if fault in (None, "take and drop", "take and stall"):
            self.server.taken[recipient] += 1
            self.server.letters.append(b"".join(lines))
        return self._answer("body")

    def _answer(self, step: str) -> bool:
        """False where the conversation is over."""
        told = self.server.faults.get(step, _ANSWERS.get(step, "250 fine"))
        if told.endswith("drop"):
            return False
        if told.endswith("stall"):
            self.connection.settimeout(0.05)
            while not self.server.ending.is_set():
                try:
                    if not self.connection.recv(1, socket.MSG_PEEK):
                        break
                except TimeoutError:
                    continue
                except OSError:
                    break
                self.server.ending.wait(0.02)
            return False
        self.wfile.write(told.encode() + b"\r\n")
        return True


@contextmanager
def postman() -> Iterator[Postman]:
    """A server that answers until the end of the block."""
    with Postman() as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
        thread.start()
        yield server
        server.ending.set()
        server.shutdown()
        thread.join()
