"""The top of the Data health page: what is wrong now, and the state in four numbers."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from dash import html

from dashboard.pages.health.words import job_name, told
from dashboard.pages.page import View
from queries.desk import JobRun

MOST_FAILURES = 5


def local(view: View, moment: datetime, zone: str = "") -> datetime:
    """Business time; `zone` is that of a moment that names none."""
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=ZoneInfo(zone or "UTC"))
    return moment.astimezone(ZoneInfo(view.definitions.business_zone)).replace(tzinfo=None)


def result_of(run: JobRun) -> Mapping[str, Any]:
    """What a run told as data, if anything."""
    return run.result or {}


def alarm(view: View, runs: Sequence[JobRun], trouble: str) -> Iterator[html.Div]:
    """What is wrong now: figures too old, or a job whose newest run failed."""
    language = view.language
    if view.freshness.stale:
        text = language.n(
            "The newest change in the source is older than {count} hour.",
            "The newest change in the source is older than {count} hours.",
            view.definitions.stale_after_hours,
        )
        yield _alert(language.t("Out of date"), [html.P(text)])
    broken: dict[str, JobRun] = {}
    for run in runs:
        if run.outcome != "running":
            broken.setdefault(run.job, run)
    failed = [run for run in broken.values() if run.outcome == "failed"]
    for run in failed[:MOST_FAILURES]:
        heading = language.t("{job} failed", job=job_name(run.job, language))
        moment = language.moment(local(view, run.started_at))
        lines = told(run, language).splitlines() or [language.t("It left no reason.")]
        yield _alert(heading, [html.P(moment), *(html.P(line, lang="en") for line in lines)])
    if trouble and view.operations is not None:
        yield _alert(trouble, [])


def _alert(heading: str, body: Sequence[Any]) -> html.Div:
    return html.Div([html.Strong(heading), *body], className="panel health-alarm", role="alert")


def cards(view: View, runs: Sequence[JobRun]) -> html.Div:
    """How old the figures are, and how much is missing from them."""
    language, fresh = view.language, view.freshness
    rows = fresh.counted + fresh.set_aside
    share = language.share(None if not rows else _share(fresh.set_aside, rows), 2)
    shown = [
        _card(language.t("Figures up to"), language.date(fresh.as_of),
              language.t("the last whole business day")),
        _card(language.t("Newest change in the source"), _watermark(view), _age(view),
              alarm=fresh.stale),
        _card(language.t("Last refresh"), language.moment(local(view, fresh.refreshed_at)),
              _last_refresh(view, runs)),
        _card(language.t("Rows set aside"), language.count(fresh.set_aside),
              language.t("{share} of {rows} rows", share=share, rows=language.count(rows))),
    ]  # fmt: skip
    return html.Div(shown, className="cards")


def _card(heading: str, value: str, foot: str, *, alarm: bool = False) -> html.Article:
    return html.Article(
        [
            html.Header(html.H2(heading), className="panel-head"),
            html.P(value, className="health-value"),
            html.Footer(foot, className="kpi-foot"),
        ],
        className="panel kpi health-alarm" if alarm else "panel kpi",
    )


def _share(part: int, whole: int) -> Decimal:
    return Decimal(part) / whole


def _watermark(view: View) -> str:
    mark = view.freshness.watermark
    if mark is None:
        return view.language.t("not known")
    return view.language.moment(local(view, mark, view.definitions.source_zone))


def _age(view: View) -> str:
    language, hours = view.language, view.definitions.stale_after_hours
    if view.freshness.stale:
        return language.n(
            "older than the {count} hour allowed", "older than the {count} hours allowed", hours
        )
    return language.n("at most {count} hour old: fine", "at most {count} hours old: fine", hours)


def _last_refresh(view: View, runs: Sequence[JobRun]) -> str:
    """How long the newest refresh that worked took, and what it found."""
    language = view.language
    for run in runs:
        if run.job == "refresh" and run.outcome == "done" and result_of(run):
            return language.n(
                "{count} changed row in {seconds} s", "{count} changed rows in {seconds} s",
                changes(run), seconds=language.ratio(number(result_of(run).get("seconds")), 1),
            )  # fmt: skip
    return language.t("generation {number}", number=view.freshness.generation)


def changes(run: JobRun) -> int:
    """Rows that a run found changed, in all tables."""
    changed = result_of(run).get("changed")
    if not isinstance(changed, Mapping):
        return 0
    return sum(rows for rows in changed.values() if isinstance(rows, int))


def number(value: object) -> Decimal | None:
    """A number that came as data."""
    return Decimal(str(value)) if isinstance(value, (int, float)) else None
