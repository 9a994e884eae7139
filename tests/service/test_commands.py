"""Every command as it is called; what it does in detail is tested where it is done."""

import csv
import io
import json
import os
import re
import threading
from contextlib import ExitStack
from datetime import UTC, date, datetime
from pathlib import Path

import click
import pytest

from queries import METRICS, Answers, Period, Question, UserError
from queries.desk import Slot, open_desk
from service.documents.commands import all_commands
from service.door import DIFFERENT, FAILED, WRONG, Door, Refusal
from service.locks import figures_lock
from tests.service.conftest import LAST_DAY, House, told


def desk_of(house: House):  # type: ignore[no-untyped-def]
    return open_desk(f"sqlite:///{house.folder}/var/desk.db")


# ---- all commands


@pytest.mark.parametrize("context", list(all_commands()), ids=lambda context: context.command_path)
def test_every_command_explains_itself_with_an_example(context: click.Context) -> None:
    assert context.command.help
    assert "Example" in context.get_help()
    assert f"    {context.command_path}" in context.get_help()


def test_help_needs_no_settings(house: House) -> None:
    (house.folder / "config.yaml").write_text("sevrer: {}")
    assert house.run("refresh", "--help").exit_code == 0


def test_wrong_settings_end_a_command_without_a_traceback(house: House) -> None:
    (house.folder / "config.yaml").write_text("sevrer: {}")
    result = house.run("refresh")
    assert result.exit_code == WRONG
    assert "config.yaml: sevrer: no such setting" in result.stderr
    assert "To do: correct them" in result.stderr
    assert "Traceback" not in result.output


def test_a_refusal_is_red_on_the_error_stream() -> None:
    @click.command()
    def refuse() -> None:
        raise Refusal(UserError("Wrong.", "right", "do right"))

    from click.testing import CliRunner

    result = CliRunner().invoke(refuse, color=True)
    assert result.exit_code == WRONG
    assert result.stdout == ""
    assert result.stderr.startswith("\x1b[31mWrong.\x1b[0m\nExpected: right")


def test_a_bug_stays_loud(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(door: Door) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(Door, "now", broken)
    assert isinstance(house.run("refresh").exception, ZeroDivisionError)


def test_the_configuration_is_looked_for_in_order(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    told_by_environment = {"ARREARS_CONFIG": "theirs.yaml"}
    assert Door(None, {}).path is None
    (tmp_path / "config.yaml").touch()
    assert Door(None, {}).path == Path("config.yaml")
    assert Door(None, told_by_environment).path == Path("theirs.yaml")
    assert Door(Path("mine.yaml"), told_by_environment).path == Path("mine.yaml")


def test_the_version_is_printed(read_only_house: House) -> None:
    assert "0.1.0" in read_only_house.run("--version").output


# ---- refresh


def test_a_refresh_says_what_it_did_and_is_written_down(house: House) -> None:
    assert told(house.run("refresh"))[0].startswith("Generation 2 updated: 0 changed rows")
    assert told(house.run("refresh", "--full"))[0].startswith("Generation 3 rebuilt")
    desk = desk_of(house)
    assert [run.job for run in desk.last_runs()] == ["refresh"] * 3
    assert {run.outcome for run in desk.last_runs()} == {"done"}
    desk.close()


def test_a_refresh_explains_what_the_figures_are_kept_in(house: House) -> None:
    lines = told(house.run("refresh", "--explain"))
    table = [re.split(r"\s{2,}", line) for line in lines[3:-2]]
    rows = {tuple(names): int(count.replace(",", "")) for *names, count in table}
    assert rows["contacts", "team, agent, channel"] > 0
    assert rows.pop(("all facts",)) > 0
    assert rows.pop(("all sums",)) == sum(rows.values())
    assert lines[-1].startswith("Generation 2: ")


def test_a_refresh_without_a_source_is_refused_and_written_down(house: House) -> None:
    result = house.run("refresh", environ={"ARREARS_SOURCE__URL": "duckdb:///nowhere.duckdb"})
    assert result.exit_code == WRONG
    assert "nowhere.duckdb" in result.stderr
    desk = desk_of(house)
    assert desk.last_runs()[0].outcome == "failed"
    desk.close()


# ---- figures

FIGURES = ("figures", "--metric", "collected,promise_kept_rate", "--by", "team,month")
DAYS = ("--from", "2026-09-01", "--to", "2026-10-31")


def test_figures_are_those_that_pages_and_reports_get(read_only_house: House) -> None:
    result = read_only_house.run(*FIGURES, *DAYS, "--format", "json")
    rows = json.loads("\n".join(told(result)))
    definitions = Door(None, {}).settings.definitions()
    answers = Answers(read_only_house.folder / "var/figures", definitions)
    period = Period(date(2026, 9, 1), date(2026, 11, 1))
    by = ("team", "month")
    asked = answers.ask(
        Question(("collected",), period, by), Question(("promise_kept_rate",), period, by)
    )
    figures = [figure for answer in asked for figure in answer.figures]
    assert len(rows) == len(figures) > 4
    for row, figure in zip(rows, figures, strict=True):
        assert (row["team"], row["month"]) == (figure.keys[0], str(figure.keys[1]))
        assert row["n"] == figure.n
        if row["metric"] == "collected":
            assert round(float(row["value"]) * 100) == figure.value
        else:
            assert (row["numerator"], row["denominator"]) == (figure.numerator, figure.denominator)


def test_figures_come_as_csv(read_only_house: House) -> None:
    result = read_only_house.run(*FIGURES, *DAYS, "--where", "team=T1", "--format", "csv")
    rows = list(csv.DictReader(io.StringIO("\n".join(told(result)))))
    assert {row["team"] for row in rows} == {"T1"}
    assert {row["to"] for row in rows} == {"2026-10-31"}


def test_figures_come_as_a_table_in_the_wanted_language(read_only_house: House) -> None:
    text = "\n".join(told(read_only_house.run(*FIGURES, "--locale", "zh_Hans_CN")))
    assert "回款金额" in text
    assert f"数据截至 {LAST_DAY.year}年{LAST_DAY.month}月{LAST_DAY.day}日" in text


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--metric", "colected"), "did you mean 'collected'?"),
        (("--metric", "collected", "--by", "tema"), "did you mean 'team'?"),
        (("--metric", "collected", "--where", "team=T11"), "Unknown team 'T11'"),
        (("--metric", "collected", "--by", "outcome"), "cannot be split by"),
        (("--metric", "collected", "--by", "day,week"), "one grain of time"),
        (("--metric", "collected", "--from", "2026-03-02", "--to", "2026-03-01"), "holds no day"),
        ((), "names no metric"),
    ],
)
def test_a_question_that_makes_no_sense_is_refused(
    read_only_house: House, arguments: tuple[str, ...], message: str
) -> None:
    result = read_only_house.run("figures", *arguments)
    assert result.exit_code == WRONG
    assert message in result.stderr


def test_figures_can_be_listed_before_there_are_any(tmp_path: Path) -> None:
    text = "\n".join(told(House(tmp_path).run("figures", "--list")))
    assert all(name in text for name in METRICS)
    assert not list(tmp_path.iterdir())


def test_without_figures_the_cure_is_told(tmp_path: Path) -> None:
    result = House(tmp_path).run("figures", "--metric", "collected")
    assert result.exit_code == WRONG
    assert "run `arrears refresh`" in result.stderr


# ---- generate


def test_generate_writes_a_case_database(tmp_path: Path) -> None:
    house = House(tmp_path)
    order = ("generate", "--cases", "30", "--days", "30", "--to", "extract")
    assert "rows in 18 tables" in told(house.run(*order))[0]
    assert (tmp_path / "extract/cases.csv").exists()
    again = house.run(*order)
    assert again.exit_code == WRONG
    assert told(house.run(*order, "--replace"))


# ---- jobs


def test_jobs_are_listed_with_next_and_last_run(read_only_house: House) -> None:
    lines = told(read_only_house.run("jobs"))
    listed = {line.split()[0]: line for line in lines if line}
    assert "Mon 2026-11-30 07:30" in listed["weekly_report"]
    assert "Tue 2026-11-24 02:30" in listed["reconcile"]
    assert "2026-11-23 09:00" in listed["refresh"]
    assert "done" in listed["refresh"]
    assert any("Generation 1 rebuilt" in line for line in lines)


def test_the_next_times_of_a_report_are_listed_with_their_periods(read_only_house: House) -> None:
    lines = told(read_only_house.run("report", "list"))
    assert lines[:4] == [
        "weekly: Weekly report, en",
        "  leaves, time zone Asia/Shanghai:",
        "    Mon 2026-11-30 07:30 of 2026-11-23 to 2026-11-29",
        "    Mon 2026-12-07 07:30 of 2026-11-30 to 2026-12-06",
    ]
    off = {"ARREARS_REPORTS__WEEKLY__ENABLED": "false"}
    assert told(read_only_house.run("report", "list", environ=off))[1] == "  not scheduled"


def test_a_report_that_is_switched_off_is_no_job(read_only_house: House) -> None:
    environ = {"ARREARS_REPORTS__WEEKLY__ENABLED": "false"}
    assert "weekly_report" not in read_only_house.run("jobs", environ=environ).stdout


def test_a_job_is_run_by_hand(house: House) -> None:
    assert "No day differs" in told(house.run("jobs", "run", "reconcile"))[0]
    desk = desk_of(house)
    assert desk.last_runs()[0].job == "reconcile"
    desk.close()


def test_a_refresh_leaves_its_result_in_the_desk(house: House) -> None:
    told(house.run("refresh", "--full"))
    told(house.run("refresh"))
    desk = desk_of(house)
    newest, rebuilt = (run.result for run in desk.last_runs(2))
    desk.close()
    assert newest is not None
    assert rebuilt is not None
    assert (rebuilt["full"], newest["full"]) == (True, False)
    assert rebuilt["changed"]["payments"] > 100
    assert {"warning", "info"} <= {one["level"] for one in rebuilt["differences"]}
    assert newest["differences"] is None


def test_a_command_says_for_whom_it_waits(house: House) -> None:
    with ExitStack() as writing:
        writing.enter_context(figures_lock(house.folder / "var/figures"))
        threading.Timer(1.5, writing.pop_all().close).start()
        result = house.run("refresh")
    assert result.exit_code == 0
    assert f"Waiting for process {os.getpid()}" in result.stderr
    assert "Waiting" not in result.stdout


def test_an_unknown_job_is_refused(read_only_house: House) -> None:
    result = read_only_house.run("jobs", "run", "reconcil")
    assert result.exit_code == WRONG
    assert "did you mean 'reconcile'?" in result.stderr


def test_a_job_that_fails_ends_with_its_own_code(house: House) -> None:
    environ = {"ARREARS_SOURCE__URL": "duckdb:///nowhere.duckdb"}
    result = house.run("jobs", "run", "refresh", environ=environ)
    assert result.exit_code == FAILED
    assert "nowhere.duckdb" in result.stderr


def test_runs_of_the_desk_are_shown_in_business_time(house: House) -> None:
    desk = desk_of(house)
    due = datetime(2026, 11, 22, 20, 30, tzinfo=UTC)
    desk.note_run("reconcile", Slot("x", due), "missed", "Nobody was there.", due)
    desk.close()
    assert any(
        "2026-11-23 04:30:00" in line and "missed" in line for line in told(house.run("jobs"))
    )


# ---- report


def test_a_preview_is_written_and_not_sent(house: House) -> None:
    paths = told(house.run("report", "preview", "weekly", "--to", "seen", "--for", "2026-11-11"))
    assert {Path(path).suffix for path in paths} >= {".pdf", ".xlsx", ".html"}
    assert all("W46" in path and (house.folder / path).stat().st_size > 100 for path in paths)
    assert "Nothing has been sent yet." in house.run("report", "list").stdout


def test_a_report_is_sent_once(house: House) -> None:
    assert told(house.run("report", "send", "weekly"))[0].startswith("Sent to var/outbox")
    assert "Everybody has it already" in told(house.run("report", "send", "weekly"))[0]
    lines = told(house.run("report", "list"))
    assert any("2026-11-16 to 2026-11-22: sent" in line for line in lines)
    assert list((house.folder / "var/outbox").glob("*.pdf"))


def test_what_was_sent_is_verified_and_written_again(house: House) -> None:
    told(house.run("report", "send", "weekly"))
    (sent,) = (house.folder / "var/outbox").glob("*.xlsx")
    first, which, *_ = told(house.run("report", "verify", str(sent)))
    assert first == "Genuine: this is the file of the edition as it was sent."
    code = which.rpartition("code ")[2].rstrip(".")
    kept = told(house.run("report", "again", code, "--to", "kept"))
    assert [Path(path).suffix for path in kept] == [".pdf", ".xlsx", ".html", ".json"]
    assert (house.folder / "kept" / sent.name).read_bytes() == sent.read_bytes()
    refused = house.run("report", "again", "dead-beef-0000", "--to", "kept")
    assert refused.exit_code == WRONG
    assert "No edition has the code" in refused.stderr


def test_a_file_that_is_no_edition_fails(read_only_house: House) -> None:
    other = read_only_house.folder / "other.pdf"
    other.write_text("no report")
    result = read_only_house.run("report", "verify", str(other))
    assert result.exit_code == FAILED
    assert "neither a PDF nor a workbook" in result.stderr


def test_a_report_that_does_not_reach_everybody_fails(house: House) -> None:
    environ = {
        "ARREARS_SMTP__HOST": "127.0.0.1",
        "ARREARS_SMTP__PORT": "1",  # nobody listens there
        "ARREARS_REPORTS__WEEKLY__RECIPIENTS": "[ann@example.org]",
    }
    result = house.run("report", "send", "weekly", environ=environ)
    assert result.exit_code == FAILED
    assert "ann@example.org" in result.stderr


def test_recipients_without_a_mail_server_are_refused(house: House) -> None:
    environ = {"ARREARS_REPORTS__WEEKLY__RECIPIENTS": "[ann@example.org]"}
    result = house.run("report", "send", "weekly", environ=environ)
    assert result.exit_code == WRONG
    assert "smtp.host" in result.stderr


def test_an_unknown_report_is_refused(read_only_house: House) -> None:
    for action in ("preview", "send"):
        result = read_only_house.run("report", action, "weakly", "--for", "2026-11-11")
        assert result.exit_code == WRONG
        assert "did you mean 'weekly'?" in result.stderr


# ---- check


def test_check_lists_what_differs_and_how_to_cure_it(read_only_house: House) -> None:
    result = read_only_house.run("check")
    text = "\n".join(told(result))
    assert "are set aside as unknown_case" in text
    assert "To do: deliver the case too" in text
    assert result.exit_code == 0
    assert read_only_house.run("check", "--strict").exit_code == DIFFERENT


def test_check_ends_with_its_own_code_when_figures_would_be_wrong(read_only_house: House) -> None:
    environ = {"ARREARS_SOURCE__TABLES": "{cases: {columns: {case_id: account_no}}}"}
    result = read_only_house.run("check", environ=environ)
    assert result.exit_code == DIFFERENT
    assert "error cases.case_id: There is no column account_no" in result.stdout


def test_a_database_that_cannot_be_opened_is_a_refusal(read_only_house: House) -> None:
    environ = {"ARREARS_SOURCE__URL": "duckdb:///nowhere.duckdb"}
    assert read_only_house.run("check", environ=environ).exit_code == WRONG
