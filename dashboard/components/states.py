"""What a page shows when it cannot show figures: not yet, not any more, not at this address."""

from collections.abc import Sequence
from typing import Any

from dash import dcc, html

from charts import Language
from queries.errors import OtherVersionError, UserError


def nothing_yet(error: UserError, language: Language) -> html.Section:
    """Before the first refresh has finished, of all or of this version of the program."""
    if isinstance(error, OtherVersionError):
        return _message(
            language.t("The figures are from another version of Arrears"),
            [
                html.P([language.t("Work out the figures:"), " ", html.Code("arrears refresh")]),
                html.P(language.t("This page shows them as soon as they are there.")),
            ],
        )
    return _message(
        language.t("There are no figures yet"),
        [
            html.P(language.t("The case database has not been read so far.")),
            html.Ol(
                [
                    html.Li([language.t("Check the connection:"), " ", html.Code("arrears check")]),
                    html.Li(
                        [language.t("Work out the figures:"), " ", html.Code("arrears refresh")]
                    ),
                ]
            ),
            html.P(language.t("This page shows them as soon as they are there.")),
        ],
    )


def refused(error: UserError, language: Language) -> html.Section:
    """The figures could not answer; the reason is for the operator and stays in English."""
    told = [text for text in (error.given, error.expected, error.cure) if text]
    return _message(
        language.t("This view cannot be shown"),
        [html.P(text, lang="en") for text in told] + [_start(language)],
    )


def failed(language: Language, reference: str) -> html.Section:
    """A fault of ours; the log holds it under the same reference."""
    return _message(
        language.t("Something went wrong"),
        [
            html.P(
                language.t(
                    "The fault is noted in the log of the server under {reference}."
                    " Try again; if it stays, tell your administrator.",
                    reference=reference,
                )
            ),
            _start(language),
        ],
    )


def no_page(language: Language) -> html.Section:
    return _message(
        language.t("There is no such page"),
        [
            html.P(language.t("The address may be mistyped or from another version.")),
            _start(language),
        ],
    )


def loading(language: Language) -> html.Div:
    """Quiet boxes where cards and panels are about to stand."""
    boxes = [html.Div(className="panel waiting waiting-card") for _ in range(8)]
    panels = [html.Div(className="panel waiting waiting-panel") for _ in range(4)]
    return html.Div(
        [
            html.P(language.t("Loading figures …"), className="unseen"),
            html.Div(boxes, className="cards"),
            html.Div(panels, className="panels"),
        ],
        **{"aria-busy": "true"},  # type: ignore[arg-type]
    )


def _start(language: Language) -> html.P:
    return html.P(dcc.Link(language.t("Open the overview"), href="/", refresh=False))


def _message(title: str, body: Sequence[Any]) -> html.Section:
    return html.Section([html.H2(title), *body], className="panel message", role="alert")
