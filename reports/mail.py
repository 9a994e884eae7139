"""The report as a letter: HTML that reads without pictures, plain text, inline pictures, files."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from email.headerregistry import HeaderRegistry, UnstructuredHeader
from email.message import EmailMessage
from email.policy import SMTP, EmailPolicy, Policy
from email.utils import format_datetime, parseaddr
from functools import lru_cache
from hashlib import sha256
from html import escape

from css_inline import CSSInliner
from jinja2 import Environment, PackageLoader, StrictUndefined

from charts import Language
from reports.pace import in_letter
from reports.parts import Picture, Report

# The pictures of the letter, in order, as far as the report has them.
PICTURED = ("collected", "kept", "aging")
# Drawn narrower than shown, so that their texts can still be read on a phone.
PICTURE_PX = (480, 220)
# Beside the sheet, in the grey of the letter's template, which makes it lighter where it is dark.
_GREY = 'class="quiet" style="color:#5b6672;'
_FOOT = f'{_GREY}margin:0;padding:0 16px 24px;text-align:center;font:12px/1.5 Arial,sans-serif"'


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
        .render(**values, pictures=[(content_id(one), one, _alt(report, one)) for one in chosen])
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
        [(content_id(one), one.chart.as_png(report.language, *PICTURE_PX)) for one in chosen],
        files,
    )


@dataclass(frozen=True)
class Postmark:
    """What a letter bears besides for one reader: of which `report` and edition it is, in which
    language its foot is written, and where they go on from it, empty where the pages have no
    address."""

    report: str
    edition: str
    locale: str
    unsubscribe: str = ""
    reports: str = ""


def address(
    letter: Letter,
    sender: str,
    recipient: str,
    key: str,
    now: datetime,
    postmark: Postmark | None = None,
) -> EmailMessage:
    """The message for one recipient.

    The same `key` and recipient give the same Message-ID, so that a mail server which is handed a
    letter twice can tell.
    """
    if postmark is not None:
        letter = _with_foot(letter, postmark)
    message = EmailMessage(policy=_policy())
    message["Subject"] = letter.subject
    message["From"] = sender
    message["To"] = recipient
    message["Date"] = format_datetime(now)
    message["Message-ID"] = _message_id(sender, recipient, key)
    # Keeps out-of-office answers away.
    message["Auto-Submitted"] = "auto-generated"
    if postmark is not None:
        _mark(message, postmark, sender)
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


def _mark(message: EmailMessage, postmark: Postmark, sender: str) -> None:
    """What mail programs and servers sort by, and by which they unsubscribe (RFC 2919, 8058)."""
    message["List-Id"] = f"<{postmark.report}.arrears.{_domain(sender)}>"
    message["X-Arrears-Edition"] = postmark.edition
    if postmark.unsubscribe.startswith("https://"):
        # One click is for https only.
        message["List-Unsubscribe"] = f"<{postmark.unsubscribe}>"
        message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"


class _WholeHeader(UnstructuredHeader):
    """One line, however long: the library would make encoded words of a long address, which the
    programs that look for it do not read."""

    def fold(self, *, policy: Policy) -> str:
        return f"{self.name}: {self}{policy.linesep}"  # type: ignore[attr-defined]


@lru_cache(maxsize=1)
def _policy() -> "EmailPolicy[EmailMessage]":
    headers = HeaderRegistry()
    headers.map_to_type("list-unsubscribe", _WholeHeader)  # type: ignore[arg-type]
    return SMTP.clone(header_factory=headers)


def _with_foot(letter: Letter, postmark: Postmark) -> Letter:
    """The letter with a last line for its reader: links, or whom to ask where there are none."""
    language = Language(postmark.locale)
    if not postmark.unsubscribe:
        whom = language.t("Ask whoever runs the reports to change what you receive.")
        return _ending(letter, whom, escape(whom))
    links = [
        (language.t("Unsubscribe"), postmark.unsubscribe),
        (language.t("All your reports"), postmark.reports),
    ]
    text = "\n".join(f"{told}: {address}" for told, address in links)
    page = " · ".join(f'<a href="{escape(to)}" {_GREY}">{escape(it)}</a>' for it, to in links)
    return _ending(letter, text, page)


def _ending(letter: Letter, text: str, page: str) -> Letter:
    body, end, rest = letter.html.rpartition("</body>")
    foot = f"<p {_FOOT}>{page}</p>\n"
    return replace(
        letter, text=f"{letter.text.rstrip()}\n\n{text}\n", html=body + foot + end + rest
    )


def _domain(sender: str) -> str:
    return parseaddr(sender)[1].rpartition("@")[2] or "localhost"


def _message_id(sender: str, recipient: str, key: str) -> str:
    domain = _domain(sender)
    digest = sha256(f"{key}\n{recipient}".encode()).hexdigest()[:32]
    return f"<arrears.{digest}@{domain}>"


def content_id(picture: Picture) -> str:
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
