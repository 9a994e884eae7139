"""Data health: what the jobs did, what was left out, and nothing that is nobody's business."""

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from charts import Language
from dashboard import create_app
from dashboard.gate import Gate
from dashboard.operations import NextRun
from dashboard.pages.health.words import cleaned, told
from queries import Definitions, UserError
from queries.definition import Words
from queries.desk import JobRun
from queries.rights import OPERATOR
from tests.dashboard.browserless import Browserless, every, find, texts
from tests.dashboard.figures import NOW, Given
from tests.support.case_database import a_case, a_payment, figures_of

AT = datetime(2026, 11, 18, 20, 30, tzinfo=UTC)  # half past four the next morning in Shanghai
RESULT = {
    "generation": 7, "full": False, "seconds": 1.25, "changed": {"cases": 3, "payments": 39},
    "dirty_days": 4, "as_of": "2026-11-18", "set_aside": 5, "repaired": {}, "differences": None,
}  # fmt: skip
DIFFERENCE = {
    "table": "cases", "column": "stage", "given": "Unknown codes: 'PTP?' (20).",
    "expected": "one of notice, call", "cure": "translate them", "level": "warning",
}  # fmt: skip
DONE = JobRun(3, "refresh", "s", AT, AT, AT, "done", "Generation 7 updated.", 1.5, RESULT)
FAILED = replace(
    DONE, id=4, outcome="failed", result=None,
    detail="Cannot open '/srv/secret place/cases.duckdb'.\nExpected: a database\nTo do: check it",
)  # fmt: skip


@dataclass
class Jobs:
    """The jobs of a service, as a test wants them."""

    done: Sequence[JobRun] = ()
    coming: Sequence[NextRun] = ()
    broken: bool = False
    limits: list[int] = field(default_factory=list)

    def runs(self, limit: int) -> Sequence[JobRun]:
        self.limits.append(limit)
        if self.broken:
            raise UserError("The desk postgresql://me:pw@db/desk does not answer.")
        return self.done[:limit]

    def next_runs(self) -> Sequence[NextRun]:
        return self.coming


def browser_of(jobs: Jobs | None, answers: Any = None) -> Browserless:
    app = create_app(
        answers or Given(),
        branding_name="North & South",
        default_locale="en",
        gate=Gate(OPERATOR, lambda: NOW),
        operations=jobs,
    )
    return Browserless(app, app.server.test_client())


def shown(jobs: Jobs | None = None, answers: Any = None, search: str = "") -> Any:
    browser = browser_of(jobs, answers)
    return browser.show(path="/health", search=search)["page"]


def rows(page: Any, name: str) -> list[dict[str, Any]]:
    return find(page, f"{name}-grid")["rowData"]


def test_a_refresh_tells_how_long_it_took_and_what_had_changed() -> None:
    page = shown(Jobs([DONE]))
    (run,) = rows(page, "runs")
    assert (run["job"], run["outcome"]) == ("Refresh of the figures", "✓ done")
    assert (run["seconds"], run["changed"], run["days"], run["set_aside"]) == (1.5, 42, 4, 5)
    assert run["told"] == ""
    changed = {row["table"]: row["rows"] for row in rows(page, "changed")}
    assert changed == {"cases": 3, "payments": 39}
    (total,) = find(page, "changed-grid")["dashGridOptions"]["pinnedBottomRowData"]
    assert (total["table"], total["rows"]) == ("All tables together", 42)


def test_times_are_business_time_and_the_zone_is_named() -> None:
    page = shown(Jobs([DONE], [NextRun("refresh", Words("Refresh", "刷新"), AT)]))
    assert rows(page, "runs")[0]["started_text"] == "19 Nov 2026, 04:30"
    assert rows(page, "coming")[0]["due_text"] == "19 Nov 2026, 04:30"
    for name in ("runs", "coming", "changed"):
        assert "Asia/Shanghai" in str(find(page, f"{name}-note")["children"])


def test_a_failed_job_stands_on_top_with_its_reason_and_without_any_path() -> None:
    page = shown(Jobs([FAILED, DONE]))
    lead = texts(find(page, "health-lead")["children"])
    assert "Refresh of the figures failed" in lead
    assert "Cannot open …. Expected: a database To do: check it" in lead
    assert "secret place" not in str(page)
    assert "srv" not in str(page)


def test_a_job_that_works_again_raises_no_alarm() -> None:
    later = replace(DONE, id=5)
    running = replace(DONE, id=6, outcome="running", result=None, seconds=None)
    page = shown(Jobs([running, later, FAILED]))
    assert "failed" not in texts(find(page, "health-lead")["children"])
    assert [run["outcome"] for run in rows(page, "runs")] == ["… running", "✓ done", "× failed"]


@pytest.mark.parametrize(
    "secret",
    [
        "/srv/arrears/var/figures", "var/figures/figures-1.duckdb", "C:\\Data\\cases.db",
        "postgresql+psycopg://me:hunter2@db:5432/x", "'/a b/c d'", "password=hunter2",
        "~/keys/id", "../up/there", "token: hunter2", "\\\\server\\share",
    ],
)  # fmt: skip
def test_places_and_secrets_are_taken_out(secret: str) -> None:
    text = cleaned(f"It failed at {secret} (again), 20 of 548516 rows.")
    assert text == "It failed at … (again), 20 of 548516 rows."


def test_texts_without_places_stay_as_they_are() -> None:
    for text in (
        "Generation 4 rebuilt: 985,017 changed rows; as of 2026-11-23; 13.2 s.",
        "Unknown codes: 'PTP?' (20).",
        "fill the date, as YYYY-MM-DD or YYYY-MM-DD HH:MM:SS",
        "translate them under source.tables.cases.codes.stage",
    ):
        assert cleaned(text) == text


@pytest.mark.parametrize("kind", ["IOException", "NoResultFound", "KeyError"])
def test_a_fault_of_ours_is_named_by_kind_alone(kind: str) -> None:
    said = told(replace(FAILED, detail=f"{kind}: 'customer 77' at x = 1"), Language("en"))
    assert said == f"A fault of Arrears ({kind}); the log of the server tells more."


def test_what_a_job_did_is_no_fault() -> None:
    sent = replace(DONE, job="weekly_report", detail="Sent to a folder.", result={"sent": 2})
    assert told(sent, Language("zh_Hans_CN")) == "已发送2次。"
    assert told(replace(sent, result={"sent": 1}), Language("en")) == "Sent 1 time."
    repaired = replace(DONE, job="reconcile", detail="Repaired: payments 2026-10-01.")
    assert told(repaired, Language("en")) == repaired.detail


def test_reconciliation_names_the_days_that_it_repaired() -> None:
    days = [f"2026-10-{day:02d}" for day in range(1, 13)]
    repaired = {**RESULT, "repaired": {"payments": days, "cases": days[:1]}}
    runs = [
        replace(DONE, id=9, job="reconcile", result=repaired),
        replace(DONE, id=8, job="reconcile"),
        replace(FAILED, id=7, job="reconcile"),
    ]
    found = rows(shown(Jobs(runs)), "reconciled")
    assert [(row["table"], row["days"]) for row in found[:2]] == [("payments", 12), ("cases", 1)]
    assert found[0]["which"].endswith("2026-10-10 and 2 more")
    assert (found[2]["days"], found[2]["which"]) == (0, "No day differed from the source.")
    assert found[3]["which"].startswith("Cannot open …")


def test_differences_are_those_of_the_newest_comparison() -> None:
    none = replace(DONE, id=9)
    older = replace(DONE, id=8, result={**RESULT, "differences": [DIFFERENCE]})
    page = shown(Jobs([none, older]))
    (row,) = rows(page, "differences")
    assert (row["level"], row["table"], row["column"]) == ("! warning", "cases", "stage")
    assert row["given"] == DIFFERENCE["given"]
    same = replace(older, result={**RESULT, "differences": []})
    assert "is as the contract says" in texts(shown(Jobs([same])))
    assert "has not been compared" in texts(shown(Jobs([none])))


def test_rows_set_aside_are_told_with_reason_examples_and_cure(tmp_path: Path) -> None:
    database = {
        "cases": [a_case("C1", placed_on="2026-10-01", delinquent_since="2026-09-01")],
        "payments": [
            a_payment("P1", "C9", paid_at="2026-10-05 10:00"),
            a_payment("P2", "C8", paid_at="2026-10-05 10:00"),
            a_payment("P3", "C1", paid_at="never"),
        ],
    }
    page = shown(Jobs(), figures_of(database, Definitions(), NOW, tmp_path))
    found = {row["reason"]: row for row in rows(page, "aside")}
    unknown = found["a case that does not exist"]
    assert (unknown["table"], unknown["rows"], unknown["keys"]) == ("payments", 2, "P1, P2")
    assert found["no date, or one that cannot be read"]["cure"] == (
        "Fill the date in a readable form."
    )
    (total,) = find(page, "aside-grid")["dashGridOptions"]["pinnedBottomRowData"]
    assert total["rows"] == 3
    assert "of 6 rows" in texts(find(page, "health-lead")["children"])


def test_figures_older_than_allowed_are_red_and_said_in_words() -> None:
    stale = Given()
    stale.stale = True
    lead = find(shown(Jobs([DONE]), stale), "health-lead")["children"]
    assert "Out of date" in texts(lead)
    assert "older than the 26 hours allowed" in texts(lead)
    assert [box for box in every(lead, "Article") if "health-alarm" in box["className"]]
    assert "fine" in texts(find(shown(Jobs([DONE])), "health-lead")["children"])


@pytest.mark.parametrize("jobs", [None, Jobs()], ids=["not wired", "nothing ran"])
def test_without_jobs_the_page_says_so(jobs: Jobs | None) -> None:
    page = texts(shown(jobs))
    assert "This process runs no jobs" in page
    assert "No reconciliation has run yet" in page
    assert ("Job runs are not known here" if jobs is None else "No job has run yet") in page


def test_a_desk_that_does_not_answer_is_told_without_its_address() -> None:
    page = shown(Jobs(broken=True))
    assert "Job runs could not be read" in texts(page)
    assert "postgresql" not in str(page)
    assert rows(page, "aside")


@pytest.mark.parametrize(
    "result",
    [
        None, {}, {"changed": None}, {"changed": {"cases": "many"}, "seconds": "?"},
        {"repaired": [], "differences": ["x"]}, {"differences": [{"level": None}]},
    ],
)  # fmt: skip
@pytest.mark.parametrize("job", ["refresh", "reconcile", "weekly_report", "something_new"])
def test_results_of_another_version_do_not_break_the_page(job: str, result: Any) -> None:
    page = shown(Jobs([replace(DONE, job=job, result=result)]))
    assert len(rows(page, "runs")) == 1


def test_the_page_waits_for_the_first_figures() -> None:
    page = shown(Jobs([FAILED]), Given(empty=True))
    assert "There are no figures yet" in texts(page)


def test_every_table_can_be_taken_along() -> None:
    difference = {**RESULT, "differences": [DIFFERENCE], "repaired": {"cases": ["2026-10-01"]}}
    runs = [replace(DONE, job="reconcile", id=2, result=difference), DONE, FAILED]
    coming = [NextRun("refresh", Words("Refresh", "刷新"), AT + timedelta(hours=1))]
    browser = browser_of(Jobs(runs, coming))
    for name in ("runs", "changed", "coming", "aside", "reconciled", "differences"):
        assert browser.client.get(f"/export/health/{name}.xlsx").status_code == 200, name
        body = browser.client.get(f"/export/health/{name}.csv").data.decode("utf-8-sig")
        assert len(list(csv.reader(io.StringIO(body)))) > 1, name
        assert "srv" not in body
    header, *body = csv.reader(
        io.StringIO(browser.client.get("/export/health/runs.csv").data.decode("utf-8-sig"))
    )
    assert body[0][header.index("Started")].startswith("2026-11-19")


def test_filters_that_mean_nothing_here_are_off() -> None:
    browser = browser_of(Jobs([DONE]))
    page = browser.show(path="/health", search="?team=T1")
    assert page["controls"]["filter-team"]["disabled"] is True
    assert "stays chosen for the others" in texts(page["notice"])
