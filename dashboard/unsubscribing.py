"""The page behind the link in a letter by which its reader declines the report without signing in.

Looking at it changes nothing, because scanners of mail follow links. The button and the one click
of a mail program (RFC 8058) post to the same address. No session is used and no token of one is
asked for: the word in the address is the proof, and it declines this report for this reader and
nothing else. A word that was not made here gets the same answer, whoever exists.
"""

from dataclasses import replace

from flask import Flask, Response, request
from flask_wtf.csrf import CSRFProtect

from charts import Language
from dashboard.gate import Gate
from dashboard.locales import LOCALES
from dashboard.report_names import report_name
from dashboard.signing import Forms


def add_unsubscribing(server: Flask, gate: Gate, forms: Forms) -> None:
    """Adds the page and what its button does."""
    seal = gate.desk.seal()

    def asked(word: str) -> tuple[str, str, Forms] | None:
        """The report, the address, and the form in the language of the letter."""
        key = seal.key(word)
        letter = gate.desk.letter_with(key) if key is not None else None
        if letter is None:
            return None
        report, address, locale = letter
        known = locale if locale in LOCALES.values() else forms.language().locale
        return report, address, replace(forms, language=lambda: Language(known))

    def unknown() -> Response:
        told = forms.language().t("This link is not known here. Copy it whole from the letter.")
        return forms.page("unsubscribe.html", 404, problem=told, report="", done=False)

    @server.get("/unsubscribe/<word>")
    def unsubscribe(word: str) -> Response:
        letter = asked(word)
        if letter is None:
            return unknown()
        report, address, form = letter
        name = report_name(report, form.language())
        return form.page("unsubscribe.html", report=name, address=address, done=False)

    @server.post("/unsubscribe/<word>")
    def unsubscribe_now(word: str) -> Response:
        letter = asked(word)
        if letter is None:
            return unknown()
        report, address, form = letter
        gate.desk.decline(report, address, now=gate.now(), origin=request.remote_addr or "")
        name = report_name(report, form.language())
        return form.page("unsubscribe.html", report=name, address=address, done=True)

    protection: CSRFProtect = server.extensions["csrf"]
    protection.exempt(unsubscribe_now)
