"""Letters as they are kept with their edition, so that one that could not be sent is sent later
as it was proven."""

import base64
from collections.abc import Sequence

import orjson

from queries.desk.editions import LETTER, EditionFile
from reports.folder import as_page
from reports.mail import Attachment, Letter

SUFFIX = ".letter"


def packed(letter: Letter) -> bytes:
    """The letter without its files, which are kept beside it."""
    pictures = [[name, base64.b64encode(png).decode()] for name, png in letter.pictures]
    return orjson.dumps(
        {"subject": letter.subject, "text": letter.text, "html": letter.html, "pictures": pictures}
    )


def letter_of(files: Sequence[EditionFile]) -> Letter:
    """The letter of the files of an edition in one language, its attachments beside it."""
    (kept,) = [one for one in files if one.media_type == LETTER]
    data = orjson.loads(kept.content)
    return Letter(
        data["subject"],
        data["text"],
        data["html"],
        [(name, base64.b64decode(png)) for name, png in data["pictures"]],
        [_attachment(one) for one in files if one.media_type != LETTER],
    )


def for_folder(files: Sequence[EditionFile], frozen: bytes) -> list[Attachment]:
    """What a folder gets: the files, the letter as a page, the frozen figures."""
    letter = letter_of(files)
    (kept,) = [one for one in files if one.media_type == LETTER]
    stem = kept.name.removesuffix(SUFFIX)
    return [
        *letter.attachments,
        Attachment(f"{stem}.html", as_page(letter), "text", "html"),
        Attachment(f"{stem}.json", frozen, "application", "json"),
    ]


def _attachment(file: EditionFile) -> Attachment:
    kind, _, subtype = file.media_type.partition("/")
    return Attachment(file.name, file.content, kind, subtype)
