"""The part of My desk about the service itself, in one line: did its jobs go well."""

from collections.abc import Sequence
from typing import Any

from dash import dcc, html

from dashboard.pages.desk.figures import Section
from dashboard.pages.health.words import job_name
from dashboard.pages.page import Answers, Content, View
from queries.desk import JobRun
from queries.errors import UserError
from queries.figures import Question

MOST_RUNS = 200


def jobs_in_a_line() -> Section:
    """The newest run of each job, and the way to all of them."""
    return Section(_asks, _draws)


def _asks(_: View) -> dict[str, Question]:
    """It shows no figures."""
    return {}


def _draws(view: View, _: Answers) -> Content:
    text, failed = _told(view)
    way: list[Any] = []
    if "/health" in view.paths:
        way = [" ", dcc.Link(view.language.t("Open Data health"), href="/health", refresh=False)]
    look = "panel desk-jobs health-alarm" if failed else "panel desk-jobs"
    return Content(lead=[html.P([text, *way], id="desk-jobs", className=look)])


def _told(view: View) -> tuple[str, bool]:
    """The state in words, and whether something failed."""
    language = view.language
    if view.operations is None:
        return language.t("Job runs are not known here."), False
    try:
        newest = _newest(view.operations.runs(MOST_RUNS))
    except UserError:
        told = language.t("Job runs could not be read; the log of the server tells why.")
        return told, True
    failed = [job_name(run.job, language) for run in newest if run.outcome == "failed"]
    if failed:
        return language.t("× Failed: {jobs}.", jobs=language.listed(failed)), True
    if not newest:
        return language.t("No job has run yet."), False
    return language.t("✓ All jobs went well when they last ran."), False


def _newest(runs: Sequence[JobRun]) -> list[JobRun]:
    """Of each job the newest run that is over."""
    found: dict[str, JobRun] = {}
    for run in runs:
        if run.outcome != "running":
            found.setdefault(run.job, run)
    return list(found.values())
