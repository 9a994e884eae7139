"""Can the figures be trusted: how old they are, how the jobs went, which rows were left out, and
where the case database differs from its contract.

It shows no figures, so the filters do nothing here. All times are business time.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from dash import html

from charts import Language
from dashboard.components.grid import Value
from dashboard.live import WHOLE
from dashboard.pages.health.state import alarm, cards, changes, local, number, result_of
from dashboard.pages.health.words import (
    cleaned,
    cure_of,
    job_name,
    outcome_name,
    reason_name,
    told,
)  # fmt: skip
from dashboard.pages.page import Answers, Column, Content, Grid, Page, Panel, Row, View
from queries.desk import JobRun
from queries.errors import UserError
from queries.figures import Question

MOST_RUNS = 200
MOST_DAYS = 10


def title(language: Language) -> str:
    return language.t("Data health")


def questions(_: View) -> dict[str, Question]:
    """The page shows no figures, only what is known about them."""
    return {}


def draw(view: View, _: Answers) -> Content:
    runs, trouble = _runs(view)
    return Content(
        lead=[
            html.Div(
                [*alarm(view, runs, trouble), cards(view, runs)],
                id="health-lead",
                className="health-lead",
                **WHOLE,  # type: ignore[arg-type]
            ),
        ],
        panels=[
            _history(view, runs, trouble),
            _changed(view, runs),
            _coming(view),
            _aside(view),
            _reconciled(view, runs),
            _differences(view, runs),
        ],
    )


def _runs(view: View) -> tuple[Sequence[JobRun], str]:
    """The newest runs, or why they are not known."""
    language = view.language
    if view.operations is None:
        return (), language.t("Job runs are not known here.")
    try:
        return view.operations.runs(MOST_RUNS), ""
    except UserError:
        return (), language.t("Job runs could not be read; the log of the server tells why.")


# ---- jobs


def _zone_note(view: View) -> str:
    return view.language.t("In the time zone {zone}.", zone=view.definitions.business_zone)


def _history(view: View, runs: Sequence[JobRun], trouble: str) -> Panel:
    language = view.language
    heading = language.t("Job runs")
    if not runs:
        text = trouble or language.t("No job has run yet.")
        return Panel("runs", heading, _nothing(text), wide=True)
    columns = (
        Column.text("started", language.t("Started"), pinned=True, width=150),
        Column.text("job", language.t("Job"), width=240),
        Column.text("outcome", language.t("Outcome of the run"), width=110),
        Column("seconds", language.t("Seconds"), unit="ratio", width=104),
        Column.text("kind", language.t("Extent"), width=110),
        Column("changed", language.t("Changed rows"), kind="bar", width=150),
        Column("days", language.t("Days worked out anew"), width=100),
        Column("set_aside", language.t("Rows set aside"), width=92),
        Column("generation", language.t("Generation"), width=104),
        Column.text("told", language.t("What it says"), wrap=True),
    )
    rows = tuple(_run_row(run, view) for run in runs)
    note = _zone_note(view) + language.after(
        language.n("The newest {count} run.", "The newest {count} runs.", len(rows))
    )
    return Panel("runs", heading, Grid(columns, rows), note=note, wide=True)


def _run_row(run: JobRun, view: View) -> Row:
    language, result = view.language, result_of(run)
    kind = ""
    if "full" in result:
        kind = language.t("everything") if result["full"] else language.t("what changed")
    return Row(str(run.id), {
        "started": local(view, run.started_at),
        "job": job_name(run.job, language),
        "outcome": outcome_name(run.outcome, language),
        "seconds": _or_blank(number(run.seconds)),
        "kind": kind,
        "changed": changes(run) if "changed" in result else "",
        "days": _or_blank(_count(result.get("dirty_days"))),
        "set_aside": _or_blank(_count(result.get("set_aside"))),
        "generation": _or_blank(_count(result.get("generation"))),
        # A refresh that worked says in its columns all that its line says.
        "told": "" if "changed" in result and run.outcome == "done" else told(run, language),
    })  # fmt: skip


def _count(value: object) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def _or_blank(value: Value) -> Value:
    """A report has no rows to count: that is not "no data"."""
    return "" if value is None else value


def _nothing(text: str) -> html.P:
    return html.P(text, className="nothing")


def _changed(view: View, runs: Sequence[JobRun]) -> Panel:
    language = view.language
    heading = language.t("Rows changed by the last refresh")
    run = next(
        (run for run in runs if run.outcome == "done" and run.job == "refresh" and result_of(run)),
        None,
    )
    changed = result_of(run).get("changed") if run else None
    if run is None or not isinstance(changed, Mapping):
        return Panel("changed", heading, _nothing(language.t("No refresh has told yet.")))
    note = _zone_note(view) + language.after(
        language.t("Refresh of {moment}.", moment=language.moment(local(view, run.started_at)))
    )
    if not changes(run):
        return Panel("changed", heading, _nothing(language.t("Nothing had changed.")), note=note)
    columns = (
        Column.text("table", language.t("Table"), width=170),
        Column("rows", language.t("Changed rows"), kind="bar"),
    )
    rows = tuple(
        Row(str(table), {"table": str(table), "rows": count})
        for table, count in changed.items()
        if _count(count) is not None
    )
    total = Row("whole", {"table": language.t("All tables together"), "rows": changes(run)})
    return Panel("changed", heading, Grid(columns, rows, total), note=note)


def _coming(view: View) -> Panel:
    language = view.language
    heading = language.t("Next job runs")
    coming = view.operations.next_runs() if view.operations else ()
    if not coming:
        text = language.t("This process runs no jobs; another one or a person has to start them.")
        return Panel("coming", heading, _nothing(text))
    columns = (
        Column.text("due", language.t("Due"), width=160),
        Column.text("job", language.t("Job")),
    )
    rows = tuple(
        Row(f"{at}", {"due": local(view, run.due), "job": language.words(run.title)})
        for at, run in enumerate(coming)
    )
    return Panel("coming", heading, Grid(columns, rows), note=_zone_note(view))


# ---- the source


def _aside(view: View) -> Panel:
    language, aside = view.language, view.aside
    heading = language.t("Rows set aside, with examples")
    if not aside:
        return Panel("aside", heading, _nothing(language.t("No row was set aside.")), wide=True)
    columns = (
        Column.text("table", language.t("Table"), pinned=True, width=130),
        Column.text("reason", language.t("Reason"), width=230),
        Column("rows", language.t("Rows"), kind="bar", width=140),
        Column.text("keys", language.t("Examples of keys"), wrap=True),
        Column.text("cure", language.t("To do"), wrap=True),
    )
    rows = tuple(
        Row(f"{table} {reason}", {
            "table": table, "reason": reason_name(reason, language), "rows": count,
            "keys": language.listed(keys), "cure": cure_of(reason, language),
        })
        for table, reason, count, keys in aside
    )  # fmt: skip
    everything = language.t("All tables together")
    total = Row("whole", {"table": everything, "rows": sum(count for _, _, count, _ in aside)})
    note = language.t("These rows are in no figure until the source corrects them.")
    return Panel("aside", heading, Grid(columns, rows, total), note=note, wide=True)


def _reconciled(view: View, runs: Sequence[JobRun]) -> Panel:
    """Each reconciliation with the days on which the figures differed from the source."""
    language = view.language
    heading = language.t("Reconciliation with the source")
    found = [run for run in runs if run.job == "reconcile"]
    if not found:
        text = language.t("No reconciliation has run yet.")
        return Panel("reconciled", heading, _nothing(text), wide=True)
    columns = (
        Column.text("started", language.t("Started"), pinned=True, width=150),
        Column.text("outcome", language.t("Outcome of the run"), width=110),
        Column.text("table", language.t("What differed"), width=200),
        Column("days", language.t("Repaired days"), width=120),
        Column.text("which", language.t("Which days"), wrap=True),
    )
    rows = tuple(row for run in found for row in _repairs(run, view))
    note = _zone_note(view) + language.after(
        language.t("Days that differed were read again, so the figures are right now.")
    )
    return Panel("reconciled", heading, Grid(columns, rows), note=note, wide=True)


def _repairs(run: JobRun, view: View) -> Iterator[Row]:
    language = view.language
    head: dict[str, Any] = {
        "started": local(view, run.started_at),
        "outcome": outcome_name(run.outcome, language),
    }
    repaired = result_of(run).get("repaired")
    if run.outcome != "done" or not isinstance(repaired, Mapping):
        yield Row(str(run.id), {**head, "days": "", "which": told(run, language)})
        return
    if not repaired:
        same = language.t("No day differed from the source.")
        yield Row(str(run.id), {**head, "days": 0, "which": same})
    for fact, days in repaired.items():
        shown = language.listed([str(day) for day in days[:MOST_DAYS]])
        if len(days) > MOST_DAYS:
            more = language.n("and {count} more", "and {count} more", len(days) - MOST_DAYS)
            shown = f"{shown} {more}"
        values = {**head, "table": str(fact), "days": len(days), "which": shown}
        yield Row(f"{run.id} {fact}", values)


def _differences(view: View, runs: Sequence[JobRun]) -> Panel:
    """What the newest comparison of case database and contract found."""
    language = view.language
    heading = language.t("Differences from the contract")
    compared = (run for run in runs if isinstance(result_of(run).get("differences"), list))
    run = next(compared, None)
    if run is None:
        text = language.t("The case database has not been compared with the contract yet.")
        return Panel("differences", heading, _nothing(text), wide=True)
    moment = language.moment(local(view, run.started_at))
    note = language.t("Compared on {moment}.", moment=moment) + language.after(_zone_note(view))
    found = [one for one in result_of(run)["differences"] if isinstance(one, Mapping)]
    if not found:
        text = language.t("The case database is as the contract says.")
        return Panel("differences", heading, _nothing(text), note=note, wide=True)
    columns = (
        Column.text("level", language.t("Level"), pinned=True, width=110),
        Column.text("table", language.t("Table"), width=120),
        Column.text("column", language.t("Column"), width=110),
        Column.text("given", language.t("Found"), wrap=True),
        Column.text("expected", language.t("The contract expects"), wrap=True),
        Column.text("cure", language.t("To do"), wrap=True),
    )
    rows = tuple(_difference(at, one, language) for at, one in enumerate(found))
    note += language.after(language.t("The texts are for the operator and stay in English."))
    return Panel("differences", heading, Grid(columns, rows), note=note, wide=True)


def _difference(at: int, one: Mapping[str, Any], language: Language) -> Row:
    levels = {
        "error": language.t("× error"),
        "warning": language.t("! warning"),
        "info": language.t("i note"),
    }
    told_texts = {name: cleaned(str(one.get(name) or "")) for name in ("given", "expected", "cure")}
    level = str(one.get("level") or "")
    return Row(str(at), {
        "level": levels.get(level, level),
        "table": str(one.get("table") or language.t("several")),
        "column": str(one.get("column") or ""),
        **told_texts,
    })  # fmt: skip


PAGE = Page("/health", title, (), questions, draw, dated=False)
