"""Files of a report in a folder of another server, by SFTP: each appears whole or not at all.

Paramiko (LGPL-2.1) speaks the protocol; it takes half a second to import and few have such a
server, so it is imported when something is delivered.
"""

import socket
from base64 import b64decode, b64encode
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from typing import Any

from reports.failures import DeliveryError
from reports.mail import Attachment

# By the type of a pinned key, how the server may prove that it has it.
_PROVEN_BY = {"ssh-rsa": ("rsa-sha2-512", "rsa-sha2-256")}


@dataclass(frozen=True)
class Sftp:
    """A folder `path` on a server, which must be there. `host_key` is its key as OpenSSH writes it
    ("ssh-ed25519 AAAA…") or the fingerprint ("SHA256:…"); either a password or a file with a
    private key. `timeout` in seconds holds for each step."""

    host: str
    path: str
    username: str
    host_key: str
    port: int = 22
    password: str | None = field(default=None, repr=False)
    key_file: Path | None = None
    timeout: float = 30.0

    name = "sftp"

    def deliver(self, files: Sequence[Attachment]) -> list[str]:
        """Writes all files and answers with their names; the same files again change nothing.
        Raises DeliveryError."""
        with self._folder() as folder:
            return [self._write(folder, file) for file in files]

    def _write(self, folder: Any, file: Attachment) -> str:
        """First beside its place, then renamed: nobody ever fetches half a file."""
        target = f"{self.path.rstrip('/')}/{file.name}"
        # Always the same, so that what a broken connection leaves is written over.
        part = f"{self.path.rstrip('/')}/.{file.name}.part"
        folder.putfo(BytesIO(file.content), part, file_size=len(file.content), confirm=True)
        try:
            folder.posix_rename(part, target)
        except OSError as error:
            if error.errno is not None:
                raise
            # A server without that extension renames to a free name only.
            with suppress(FileNotFoundError):
                folder.remove(target)
            folder.rename(part, target)
        return file.name

    @contextmanager
    def _folder(self) -> Iterator[Any]:
        """A signed-in SFTPClient whose errors come out as DeliveryError."""
        import paramiko

        connection: Any = None
        try:
            there = socket.create_connection((self.host, self.port), self.timeout)
            connection = paramiko.Transport(there)
            connection.banner_timeout = connection.auth_timeout = self.timeout
            self._prove(connection)
            self._sign_in(connection)
            folder = connection.open_sftp_client()
            folder.get_channel().settimeout(self.timeout)
            yield folder
        except (paramiko.SSHException, OSError, EOFError) as error:
            raise _told(error) from error
        finally:
            if connection is not None:
                connection.close()

    def _prove(self, connection: Any) -> None:
        """Goes no further than to a server that has the known key."""
        kind, _, known = self.host_key.partition(" ")
        if known:
            wanted = _PROVEN_BY.get(kind, (kind,))
            connection.get_security_options().key_types = wanted
            kind = fingerprint(b64decode(known))
        connection.start_client(timeout=self.timeout)
        shown = fingerprint(connection.get_remote_server_key().asbytes())
        if shown != kind:
            raise DeliveryError(
                f"{self.host} has the key {shown}, which is not that of the configuration: it is "
                "another server, or its key was changed",
                permanent=True,
            )

    def _sign_in(self, connection: Any) -> None:
        if self.key_file is None:
            connection.auth_password(self.username, self.password or "")
        else:
            connection.auth_publickey(self.username, _private_key(self.key_file))


def fingerprint(key: bytes) -> str:
    """How OpenSSH names a key in short."""
    return "SHA256:" + b64encode(sha256(key).digest()).decode().rstrip("=")


def _private_key(path: Path) -> Any:
    import paramiko
    from paramiko.pkey import UnknownKeyType

    try:
        return paramiko.PKey.from_path(path)
    except (paramiko.SSHException, UnknownKeyType, OSError, ValueError, TypeError) as error:
        reason = f"{path} cannot be read as a private key without passphrase"
        raise DeliveryError(reason, permanent=True) from error


def _told(error: Exception) -> DeliveryError:
    """What a refusal means for trying again."""
    import paramiko

    if isinstance(error, paramiko.AuthenticationException):
        return DeliveryError(
            "The server does not let us in with this name and secret", permanent=True
        )
    if isinstance(error, PermissionError | FileNotFoundError):
        return DeliveryError(f"The folder of the server takes no files: {error}", permanent=True)
    if isinstance(error, paramiko.ssh_exception.IncompatiblePeer):
        return DeliveryError(f"The server does not have the known key: {error}", permanent=True)
    return DeliveryError(f"The server cannot be reached or broke off: {error!r}", permanent=False)
