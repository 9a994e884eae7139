"""The sign-in: a form without any script, and the ways out."""

from collections.abc import Callable, Mapping
from urllib.parse import urlencode

from dash import dcc, html
from flask import Flask, Response, make_response, redirect, render_template, request
from flask_wtf.csrf import generate_csrf

from charts import Language
from dashboard import colours
from dashboard.gate import Gate, inner
from dashboard.locales import COOKIE as LANGUAGE_COOKIE
from dashboard.locales import LOCALES, NAMES
from dashboard.shell import Branding
from queries.definition import Words
from queries.desk.signing import TooMany
from queries.dimensions import DIMENSIONS
from queries.rights import ROLE_TITLES, Person

_YEAR = 365 * 24 * 3600


def nothing_more() -> Words:
    """What the form tells besides, where there is nothing to tell."""
    return Words("", "")


def add_signing(  # noqa: PLR0913 what a form shows comes from many places
    server: Flask,
    gate: Gate,
    branding: Branding,
    language: Callable[[], Language],
    *,
    style: str,
    script: str,
    elsewhere: str | None = None,
    hint: Callable[[], Words] = nothing_more,
) -> None:
    """Adds the routes. `style` is the address of the style sheet, `script` chooses the colours;
    `elsewhere` is the name of a sign-in service, if there is one, `hint` what is told besides."""

    def form(status: int = 200, problem: str = "", name: str = "") -> Response:
        texts = language()
        page = render_template(
            "sign_in.html",
            t=texts.t, lang=texts.html_lang, languages=NAMES, brand=branding.name,
            icon=colours.icon(branding.accent), variables=colours.variables(),
            style=style, script=script, accent=branding.accent, problem=problem, name=name,
            hint=texts.words(hint()), elsewhere=elsewhere,
            next=inner(request.values.get("next")),
        )  # fmt: skip
        return make_response(page, status)

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
        texts = language()
        if isinstance(word, TooMany):
            minutes = int(word.wait.total_seconds() // 60)
            told = texts.t("Too many attempts. Try again in {n} minutes.", n=minutes)
            return form(429, told, name)
        if word is None:
            return form(403, texts.t("Name and password do not belong together."), name)
        gate.begin(word)
        return make_response(redirect(inner(request.form.get("next"))))

    @server.post("/sign-out")
    def sign_out() -> Response:
        gate.end(everywhere="everywhere" in request.form)
        return make_response(redirect("/sign-in"))


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
