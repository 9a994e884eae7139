"""The report as a letter: HTML that reads without pictures, plain text, inline pictures, files."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, parseaddr
from functools import lru_cache
from hashlib import sha256

from css_inline import CSSInliner
from jinja2 import Environment, PackageLoader, StrictUndefined

from reports.pace import in_letter
from reports.parts import Picture, Report

# The pictures of the letter, in order, as far as the report has them.
PICTURED = ("collected", "kept", "aging")
# Drawn narrower than shown, so that their texts can still be read on a phone.
PICTURE_PX = (480, 220)


@dataclass(frozen=True)
class Attachment:
    name: str
    content: bytes
    kind: str
    subtype: str


@dataclass(frozen=True)
class Letter:
    """One letter for any number of recipients. `pictures` are (content id, PNG)."""

    subject: str
    text: str
    html: str
    pictures: Sequence[tuple[str, bytes]]
    attachments: Sequence[Attachment]


def write(report: Report, pdf: bytes, workbook: bytes) -> Letter:
    """The letter with the finished files attached."""
    chosen = [one for key in PICTURED for one in report.pictures if one.key == key]
    files = (
        Attachment(f"{report.slug}.pdf", pdf, "application", "pdf"),
        Attachment(
            f"{report.slug}.xlsx",
            workbook,
            "application",
            "vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        ),
    )
    values = {
        "report": report, "t": report.language.t, "files": files, "no_data": "–",
        "aims": in_letter(report.frozen, report.language),
    }  # fmt: skip
    html = (
        _environment()
        .get_template("report.html")
        .render(**values, pictures=[(_content_id(one), one, _alt(report, one)) for one in chosen])
    )
    # The template's media queries (dark mode, phones) cannot be inlined and are kept.
    inliner = CSSInliner(load_remote_stylesheets=False, keep_at_rules=True)
    return Letter(
        report.language.t(
            "{name}: {report}, {span}",
            name=report.branding.name,
            # Whoever gets the packs of two teams tells them by their names.
            report=f"{report.title} · {report.scope}" if report.partial else report.title,
            span=report.span,
        ),
        _environment().get_template("report.txt").render(**values),
        inliner.inline(html),
        [(_content_id(one), one.chart.as_png(report.language, *PICTURE_PX)) for one in chosen],
        files,
    )


def address(letter: Letter, sender: str, recipient: str, key: str, now: datetime) -> EmailMessage:
    """The message for one recipient.

    The same `key` and recipient give the same Message-ID, so that a mail server which is handed a
    letter twice can tell.
    """
    message = EmailMessage(policy=SMTP)
    message["Subject"] = letter.subject
    message["From"] = sender
    message["To"] = recipient
    message["Date"] = format_datetime(now)
    message["Message-ID"] = _message_id(sender, recipient, key)
    # Keeps out-of-office answers away.
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(letter.text)
    message.add_alternative(letter.html, subtype="html")
    html = message.get_payload()[1]  # type: ignore[index]
    for content_id, png in letter.pictures:
        html.add_related(  # type: ignore[union-attr]
            png, "image", "png", cid=f"<{content_id}>", disposition="inline",
            filename=content_id.split("@", maxsplit=1)[0] + ".png",
        )  # fmt: skip
    for file in letter.attachments:
        message.add_attachment(
            file.content, maintype=file.kind, subtype=file.subtype, filename=file.name
        )
    return message


def _message_id(sender: str, recipient: str, key: str) -> str:
    domain = parseaddr(sender)[1].rpartition("@")[2] or "localhost"
    digest = sha256(f"{key}\n{recipient}".encode()).hexdigest()[:32]
    return f"<arrears.{digest}@{domain}>"


def _content_id(picture: Picture) -> str:
    return f"{picture.key}@arrears"


def _alt(report: Report, picture: Picture) -> str:
    return picture.chart.alt(report.language)


@lru_cache(maxsize=1)
def _environment() -> Environment:
    return Environment(
        loader=PackageLoader("reports", "templates"),
        autoescape=lambda name: bool(name and name.endswith(".html")),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
