"""The route of the files of editions: `/report/<code>/<name>`, to look at or to take along.

It passes the gate of the archive, so what somebody may not read answers like what there is not.
What is shown is shut in: a file can run nothing, ask for nothing and be framed by nobody.
"""

from collections.abc import Callable

from flask import Flask, Response, request

from dashboard.editions.seen import Archive
from dashboard.screen import Site
from queries.desk.editions import LETTER, PDF, XLSX, EditionFile, FileEntry

_SHUT = "frame-ancestors 'none'; base-uri 'none'; form-action 'none'"
# The viewers of browsers style their own frame; a letter has its styles and pictures inside.
_POLICIES = {
    PDF: f"default-src 'none'; style-src 'unsafe-inline'; object-src 'self'; {_SHUT}",
    LETTER: f"default-src 'none'; style-src 'unsafe-inline'; img-src data:; {_SHUT}; sandbox",
}
_NOTHING_RUNS = f"default-src 'none'; {_SHUT}; sandbox"


def add_files(server: Flask, seen: Callable[[], Site]) -> None:
    """Adds the route."""

    @server.get("/report/<code>/<name>")
    def report_file(code: str, name: str) -> Response:
        site = seen()
        if site.desk is None:
            return _nothing()
        archive = Archive(site.desk, site.person, site.answers.staff)
        entry = archive.entry(code, name)
        file = site.desk.file(entry.id) if entry is not None else None
        if entry is None or file is None:
            return _nothing()
        if file.media_type == LETTER:
            return _letter(site, entry, file)
        return _sent(file, take="take" in request.args)


def _letter(site: Site, entry: FileEntry, file: EditionFile) -> Response:
    """The letter as a page, which only the reports can make of it."""
    if site.desk is None or site.reports is None:
        return _nothing()
    page = site.reports.letter(site.desk.files_in(entry.edition_id, file.locale))
    return _shut_in(Response(page, content_type="text/html; charset=utf-8"), LETTER)


def _sent(file: EditionFile, *, take: bool) -> Response:
    known = file.media_type if file.media_type in (PDF, XLSX) else "application/octet-stream"
    response = Response(file.content, content_type=known)
    shown = "inline" if known == PDF and not take else "attachment"
    response.headers.set("Content-Disposition", shown, filename=file.name)
    return _shut_in(response, known)


def _shut_in(response: Response, media_type: str) -> Response:
    response.headers["Content-Security-Policy"] = _POLICIES.get(media_type, _NOTHING_RUNS)
    return response


def _nothing() -> Response:
    return Response("No such file.\n", 404, content_type="text/plain; charset=utf-8")
