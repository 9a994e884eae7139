"""Files of a report in a folder: each appears whole or not at all."""

import base64
import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import NamedTemporaryFile

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
        """First beside its place, then renamed: nobody ever opens half a file."""
        target = self.path / file.name
        with NamedTemporaryFile(dir=self.path, prefix=".", delete=False) as part:
            try:
                part.write(file.content)
                part.flush()
                os.fsync(part.fileno())
                # A temporary file is readable by its owner only; a report is for whoever has the
                # folder.
                Path(part.name).chmod(0o644)
                Path(part.name).replace(target)
            except OSError:
                # Half a file would take room from the next try.
                Path(part.name).unlink(missing_ok=True)
                raise
        return target


def as_page(letter: Letter) -> bytes:
    """The HTML of a letter with its pictures inside, to be opened in a browser."""
    html = letter.html
    for content_id, png in letter.pictures:
        source = f"data:image/png;base64,{base64.b64encode(png).decode()}"
        html = html.replace(f"cid:{content_id}", source)
    return html.encode()
