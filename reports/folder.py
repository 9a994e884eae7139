"""Files of a report in a folder: each appears whole or not at all."""

import base64
import os
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from reports.failures import DeliveryError
from reports.mail import Attachment, Letter


@dataclass(frozen=True)
class Folder:
    """A folder that takes copies: PDF, workbook, the letter as a page, the frozen figures."""

    path: Path

    name = "folder"

    def deliver(self, files: Sequence[Attachment]) -> list[Path]:
        """Writes all files and answers with their paths. Raises DeliveryError."""
        try:
            self.path.mkdir(parents=True, exist_ok=True)
            return [self._write(file) for file in files]
        except OSError as error:
            raise DeliveryError(f"The folder takes no files: {error}", permanent=False) from error

    def _write(self, file: Attachment) -> Path:
        """First beside its place, then renamed: nobody ever opens half a file.

        The name beside it is that of its content, and nothing in it is ever cut: whoever finds what
        a killed process left goes on with it, and two that write it at once write the same.
        """
        target = self.path / file.name
        digest = sha256(file.content).hexdigest()[:16]
        part = self.path / f".{file.name}.{digest}.part"
        try:
            with open(os.open(part, os.O_WRONLY | os.O_CREAT, 0o644), "wb") as beside:
                beside.write(file.content)
                beside.flush()
                os.fsync(beside.fileno())
            # Whatever the process may do with files, a report is for whoever has the folder.
            part.chmod(0o644)
            part.replace(target)
        except FileNotFoundError:
            # Another one has just put the same file there.
            if not target.exists():
                raise
        except OSError:
            # Half a file would take room from the next try.
            part.unlink(missing_ok=True)
            raise
        return target


def as_page(letter: Letter) -> bytes:
    """The HTML of a letter with its pictures inside, to be opened in a browser."""
    html = letter.html
    for content_id, png in letter.pictures:
        source = f"data:image/png;base64,{base64.b64encode(png).decode()}"
        html = html.replace(f"cid:{content_id}", source)
    return html.encode()
