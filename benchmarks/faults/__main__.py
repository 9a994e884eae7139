"""`python -m benchmarks.faults [--minutes 10] [--viewers 50] [--cases 400]`: prints what was proved
and ends with 1 if anything was not."""

import argparse
import os
import platform
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

from benchmarks.faults import outcome
from benchmarks.faults.checking import Checked, check, shown_of
from benchmarks.faults.keeping import Keeper
from benchmarks.faults.place import RECIPIENTS, Place, Size, a_place
from benchmarks.faults.shop import Shop
from benchmarks.faults.story import Told, Trial, connecting
from benchmarks.faults.viewers import read
from benchmarks.faults.views import views

DAYS = 120
VIEWS = 30
# Seconds after the end of a fault until viewers are shown what happened since.
WITHIN = 120


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=10)
    parser.add_argument("--viewers", type=int, default=50)
    parser.add_argument("--cases", type=int, default=400)
    parser.add_argument("--log", type=Path, help="where the words of the service are kept")
    given = parser.parse_args()
    size = Size(given.cases, DAYS, given.viewers, VIEWS, pause=3.0, stale_after=75)
    with a_place(size, weekly_in=timedelta(minutes=4)) as place:
        try:
            wrong = run(place, given.minutes * 60, happen, alone=True)
        finally:
            if given.log:
                given.log.write_bytes(place.service.log.read_bytes())
    print("\n".join(wrong) if wrong else "Nothing wrong was shown.")
    raise SystemExit(1 if wrong else 0)


def run(
    place: Place, seconds: float, story: Callable[[Trial, float], None], *, alone: bool
) -> list[str]:
    """The whole trial, in which `story` happens; prints its table and tells what went wrong. While
    a fault lasts the scheduler is left `alone`, or refreshes by hand go on."""
    answers = place.folder / "answers.jsonl"
    shop = Shop(connecting(place), place.now, place.lag, every=place.size.write_every)
    with Keeper(place.disk.outside / "figures", place.folder / "kept") as keeper:
        trial = Trial(place, keeper, shop, alone=alone)
        with trial.running(answers, seconds):
            story(trial, seconds)
    return judge(place, trial.told, keeper, shop)


def happen(trial: Trial, seconds: float) -> None:
    """The faults, with quiet in between. What is promised is long: a minute until the next refresh
    or, where the lease of the schedule must lapse, 55 s until another process has it; then the
    refresh, beside the viewers."""
    quiet = max(5.0, (seconds - 420) / 5)
    trial.killed_while_sending(within=WITHIN)
    time.sleep(quiet)
    trial.case_database_away(100, within=WITHIN)
    time.sleep(quiet)
    trial.disk_full(61, within=WITHIN)
    time.sleep(quiet)
    trial.process_killed(within=WITHIN)
    time.sleep(quiet)
    trial.service_killed(within=WITHIN)


def judge(place: Place, told: Told, keeper: Keeper, shop: Shop) -> list[str]:
    """Compares everything that was shown and prints the table."""
    answers = read(place.folder / "answers.jsonl")
    kept = keeper.kept
    began = time.monotonic()
    shown = shown_of(answers, views(place.size.views))
    checked = check(list(kept.values()), shown, shop.begin, shop.writes, place.definitions)
    wrong = outcome.wrongs(told, answers, kept, checked, place.definitions)
    letters, deliveries, runs = place.sink.letters, place.deliveries(), place.runs()
    wrong += outcome.wrong_deliveries(letters, deliveries, RECIPIENTS, place.now())
    wrong += outcome.wrong_runs(runs)
    print(outcome.table(outcome.rows_of(told, answers, kept, checked)))
    print(about(place, told, checked, len(kept), len(shop.writes)))
    outcomes = sorted({(run.job, run.outcome) for run in runs})
    print("Runs:", ", ".join(f"{job} {end}" for job, end in outcomes))
    print(f"Checked in {time.monotonic() - began:.0f} s.")
    return wrong


def about(place: Place, told: Told, checked: Checked, kept: int, writes: int) -> str:
    """The line below the table: data, load and machine."""
    size, letters = place.size, place.sink.letters
    return (
        f"\n{size.viewers} viewers with {size.views} views for {told.ended - told.begun:.0f} s;"
        f" {size.cases:,} cases over {size.days} days, {writes:,} transactions,"
        f" {kept} generations; {checked.questions:,} questions with {checked.figures:,} figures"
        f" compared with the naive twin; {letters.total()} letters,"
        f" none twice: {max(letters.values(), default=0) <= 1}. The disk: {place.disk.kind}."
        f" {os.cpu_count()} cores, Python {platform.python_version()}."
    )


if __name__ == "__main__":
    main()
