"""The sign-in, the change of one's own password, and the ways out."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

from dash import dcc, html
from flask import Flask, Response, make_response, redirect, render_template, request
from flask_wtf.csrf import generate_csrf

from charts import Language
from dashboard import colours
from dashboard.gate import Gate, inner, onward
from dashboard.locales import COOKIE as LANGUAGE_COOKIE
from dashboard.locales import LOCALES, NAMES
from dashboard.shell import Branding
from queries.definition import Words
from queries.desk.people import LONGEST_PASSWORD, SHORTEST_PASSWORD
from queries.desk.signing import TooMany
from queries.dimensions import DIMENSIONS
from queries.rights import ROLE_TITLES, Person

_YEAR = 365 * 24 * 3600


def nothing_more() -> Words:
    """What the form tells besides, where there is nothing to tell."""
    return Words("", "")


@dataclass(frozen=True)
class Forms:
    """What all forms before and beside the pages share: they are plain documents without scripts
    but `script`, which chooses the colours; `style` is the address of the style sheet."""

    branding: Branding
    language: Callable[[], Language]
    style: str
    script: str

    def page(self, template: str, status: int = 200, **parts: object) -> Response:
        """A form as a document; `parts` are what it shows of its own."""
        texts = self.language()
        page = render_template(
            template,
            t=texts.t, lang=texts.html_lang, brand=self.branding.name,
            icon=colours.icon(self.branding.accent), variables=colours.variables(),
            style=self.style, script=self.script, accent=self.branding.accent, **parts,
        )  # fmt: skip
        return make_response(page, status)

    def patience(self, refused: TooMany) -> str:
        """What is told after too many guesses."""
        minutes = int(refused.wait.total_seconds() // 60)
        return self.language().t("Too many attempts. Try again in {n} minutes.", n=minutes)


def add_signing(
    server: Flask,
    gate: Gate,
    forms: Forms,
    *,
    elsewhere: str | None = None,
    hint: Callable[[], Words] = nothing_more,
) -> None:
    """Adds the routes. `elsewhere` is the name of a sign-in service, if there is one; `hint` is
    told on the form besides."""

    def form(status: int = 200, problem: str = "", name: str = "") -> Response:
        return forms.page(
            "sign_in.html", status,
            problem=problem, name=name, languages=NAMES, elsewhere=elsewhere,
            hint=forms.language().words(hint()), next=inner(request.values.get("next")),
        )  # fmt: skip

    @server.route("/sign-in", methods=["GET", "POST"])
    def sign_in() -> Response:
        chosen = request.args.get("language", "")
        if chosen in LOCALES:
            # To the same form, without the choice in its address.
            response = make_response(redirect(_form_of(inner(request.args.get("next")))))
            response.set_cookie(LANGUAGE_COOKIE, chosen, max_age=_YEAR, samesite="Lax")
            return response
        if request.method == "GET":
            return form()
        name = request.form.get("name", "")[:200]
        password = request.form.get("password", "")
        word = gate.desk.sign_in(name, password, gate.now(), request.remote_addr or "")
        if isinstance(word, TooMany):
            return form(429, forms.patience(word), name)
        if word is None:
            told = forms.language().t("Name and password do not belong together.")
            return form(403, told, name)
        gate.begin(word)
        return make_response(redirect(onward(request.form.get("next"))))

    @server.post("/sign-out")
    def sign_out() -> Response:
        gate.end(everywhere="everywhere" in request.form)
        return make_response(redirect("/sign-in"))


def add_password(server: Flask, gate: Gate, forms: Forms) -> None:
    """Adds the form by which people change their own password; all their other sessions end."""

    def form(status: int = 200, problem: str = "") -> Response:
        return forms.page("password.html", status, problem=problem, name=gate.person().name)

    @server.route("/password", methods=["GET", "POST"])
    def password() -> Response:
        person, t = gate.person(), forms.language()
        if not person.local:
            return form(403, t.t("You sign in with another service, which keeps your password."))
        if request.method == "GET":
            return form()
        fresh = request.form.get("fresh", "")
        if fresh != request.form.get("again", ""):
            return form(400, t.t("The new password was not the same both times."))
        if not SHORTEST_PASSWORD <= len(fresh) <= LONGEST_PASSWORD:
            return form(400, t.t("The new password must have 10 to 200 characters."))
        now, origin = gate.now(), request.remote_addr or ""
        known = gate.desk.sign_in(person.name, request.form.get("password", ""), now, origin)
        if isinstance(known, TooMany):
            return form(429, forms.patience(known))
        if known is None:
            return form(403, t.t("The present password is another one."))
        gate.desk.change_person(person.name, by=person.name, now=now, password=fresh)
        assert person.id is not None
        gate.begin(gate.desk.begin_session(person.id, person.name, now, origin))
        return make_response(redirect("/"))


def _form_of(address: str) -> str:
    return "/sign-in?" + urlencode({"next": address}) if address != "/" else "/sign-in"


def way_out(person: Person, labels: Mapping[str, str], language: Language) -> html.Details:
    """Who is signed in, as what, and how they leave; `labels` names the keys of their scope."""
    return html.Details(
        [
            html.Summary(person.name, title=person.name),
            html.Div(
                [
                    html.P(person.name, className="account-name"),
                    html.P(standing(person, labels, language), className="account-standing"),
                    *([_own_password(language)] if person.local else []),
                    _leaving(language.t("Sign out"), "here"),
                    _leaving(language.t("Sign out everywhere"), "everywhere"),
                ],
                className="account-menu",
            ),
        ],
        className="account",
    )


def standing(person: Person, labels: Mapping[str, str], language: Language) -> str:
    """The role and the scope in words, such as "Team lead · Team: Early calls"."""
    role = language.words(ROLE_TITLES[person.role])
    scope = person.scope
    if scope.dimension is None:
        return f"{role} · {language.t('everything')}"
    named = language.listed([labels.get(value, value) for value in scope.values])
    return f"{role} · {language.words(DIMENSIONS[scope.dimension])} · {named}"


def _own_password(language: Language) -> html.A:
    return html.A(language.t("Change password"), href="/password", className="account-link")


def _leaving(text: str, name: str) -> html.Form:
    return html.Form(
        [
            dcc.Input(type="hidden", name="csrf_token", value=generate_csrf()),
            dcc.Input(type="hidden", name=name, value="1"),
            html.Button(text, type="submit"),
        ],
        method="post",
        action="/sign-out",
    )
