"""The part of Reports in which a file that somebody holds is compared with the edition that was
sent. What comes of it is drawn by assets/reports.js."""

from dash import html

from dashboard.components.form import act_form, entry, labelled, send
from dashboard.editions.told import MOST_BYTES
from dashboard.pages.page import Content, Panel, View
from dashboard.pages.reports.look import nothing


def checking(view: View) -> Content:
    """The form, and a place for the verdict."""
    language = view.language
    heading = language.t("Is this file genuine?")
    if view.source.reports is None:
        told = language.t("Files cannot be checked here.")
        return Content(panels=[Panel("check", heading, nothing(told), wide=True)])
    most = MOST_BYTES // 2**20
    too_large = language.t("The file is larger than {most} MB. No report is.", most=most)
    titles = {
        "data-place": language.t("Place"), "data-sent": language.t("As sent"),
        "data-held": language.t("In the file"),
    }  # fmt: skip
    body = [
        labelled(
            language.t("PDF or XLSX"),
            entry(
                "file",
                "file",
                accept=".pdf,.xlsx",
                required=True,
                **{"data-most": str(MOST_BYTES), "data-too-large": too_large},
            ),
            hint=language.t("Drop the file here or choose it; at most {most} MB.", most=most),
        ),
        send(language.t("Check the file")),
        html.Div(className="file-verdict", role="status", **titles),  # type: ignore[arg-type]
    ]
    form = act_form("check-file", "check-report", body, language)
    note = language.t(
        "The file is read and compared with the archive, figure by figure; it is not kept."
    )
    return Content(panels=[Panel("check", heading, form, note=note, wide=True)])
