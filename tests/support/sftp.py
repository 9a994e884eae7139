"""An SFTP server on this machine that keeps its files in a folder, with faults to order."""

import os
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import paramiko
from paramiko import SFTPAttributes, SFTPHandle, SFTPServer, SFTPServerInterface

NAME, PASSWORD = "desk", "four kites over a harbour"


@dataclass
class Drop:
    """The server: `files` come into `folder`. `refuse` names operations that fail with a status;
    `gone` breaks off after so many writes; `old` knows no rename over a file that is there."""

    folder: Path
    host_key: paramiko.PKey
    port: int = 0
    clients: list[str] = field(default_factory=list)
    refuse: dict[str, int] = field(default_factory=dict)
    gone: int | None = None
    old: bool = False
    seen: list[tuple[str, ...]] = field(default_factory=list)
    transports: list[paramiko.Transport] = field(default_factory=list)

    def line(self) -> str:
        """The key as a line of ssh-keyscan has it."""
        return f"{self.host_key.get_name()} {self.host_key.get_base64()}"


class _Door(paramiko.ServerInterface):
    def __init__(self, drop: Drop) -> None:
        self.drop = drop

    def check_auth_password(self, username: str, password: str) -> int:
        known = (username, password) == (NAME, PASSWORD)
        return paramiko.AUTH_SUCCESSFUL if known else paramiko.AUTH_FAILED

    def check_auth_publickey(self, username: str, key: paramiko.PKey) -> int:
        known = username == NAME and key.get_base64() in self.drop.clients
        return paramiko.AUTH_SUCCESSFUL if known else paramiko.AUTH_FAILED

    def get_allowed_auths(self, username: str) -> str:
        return "password,publickey"

    def check_channel_request(self, kind: str, chanid: int) -> int:
        return paramiko.OPEN_SUCCEEDED


class _Handle(SFTPHandle):
    def __init__(self, drop: Drop, stream: Any) -> None:
        super().__init__()
        self.drop, self.stream = drop, stream

    def write(self, offset: int, data: bytes) -> int:
        if self.drop.gone is not None:
            self.drop.gone -= 1
            if self.drop.gone < 0:
                self.drop.transports[-1].close()
        if "write" in self.drop.refuse:
            return self.drop.refuse["write"]
        self.stream.seek(offset)
        self.stream.write(data)
        return paramiko.SFTP_OK

    def close(self) -> None:
        self.stream.close()


class _Files(SFTPServerInterface):
    def __init__(self, server: Any, drop: Drop) -> None:
        super().__init__(server)
        self.drop = drop

    def _at(self, path: str) -> Path:
        return self.drop.folder / path.lstrip("/")

    def _do(self, what: str, *names: str) -> int:
        self.drop.seen.append((what, *names))
        if what in self.drop.refuse:
            return self.drop.refuse[what]
        try:
            paths = [self._at(name) for name in names]
            if what == "remove":
                paths[0].unlink()
            elif what == "rename" and paths[1].exists():
                return paramiko.SFTP_FAILURE
            else:
                paths[0].replace(paths[1])
        except OSError as error:
            return SFTPServer.convert_errno(error.errno or 0)
        return paramiko.SFTP_OK

    def open(self, path: str, flags: int, attr: Any) -> Any:
        if "open" in self.drop.refuse:
            return self.drop.refuse["open"]
        try:
            return _Handle(self.drop, self._at(path).open("wb"))
        except OSError as error:
            return SFTPServer.convert_errno(error.errno or 0)

    def stat(self, path: str) -> Any:
        try:
            return SFTPAttributes.from_stat(os.stat(self._at(path)))
        except OSError as error:
            return SFTPServer.convert_errno(error.errno or 0)

    def remove(self, path: str) -> int:
        return self._do("remove", path)

    def rename(self, oldpath: str, newpath: str) -> int:
        return self._do("rename", oldpath, newpath)

    def posix_rename(self, oldpath: str, newpath: str) -> int:
        if self.drop.old:
            return paramiko.SFTP_OP_UNSUPPORTED
        return self._do("posix_rename", oldpath, newpath)


@contextmanager
def serving(drop: Drop) -> Iterator[Drop]:
    """Answers on a free port meanwhile."""
    listening = socket.create_server(("127.0.0.1", 0))
    drop.port = listening.getsockname()[1]

    def answer() -> None:
        # Ends when the listening socket is closed.
        with suppress(OSError):
            while True:
                connection, _ = listening.accept()
                transport = paramiko.Transport(connection)
                transport.add_server_key(drop.host_key)
                transport.set_subsystem_handler("sftp", SFTPServer, _Files, drop)
                drop.transports.append(transport)
                with suppress(paramiko.SSHException, EOFError):
                    transport.start_server(server=_Door(drop))

    thread = threading.Thread(target=answer, daemon=True)
    thread.start()
    try:
        yield drop
    finally:
        listening.shutdown(socket.SHUT_RDWR)
        listening.close()
        for transport in drop.transports:
            transport.close()
        thread.join(5)
