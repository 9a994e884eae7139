"""What a trial proved: the table, and the list of what went wrong."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from benchmarks.faults.checking import Checked, stale_at
from benchmarks.faults.keeping import Kept
from benchmarks.faults.story import Fault, Told
from benchmarks.faults.viewers import Answer
from queries import Definitions
from queries.desk import Delivery, JobRun
from queries.desk.deliveries import LEASE

# The clocks of two processes and the publishing of a file are told apart by less than this.
SLACK = 0.5
QUIET = "nothing"


@dataclass(frozen=True)
class Row:
    """A line of the table: a fault, or the time without one."""

    name: str
    at: float
    errors: int
    errors_seconds: float
    recovered: float | None
    within: float
    answers: int
    wrong: int


def rows_of(
    told: Told, answers: Sequence[Answer], kept: Mapping[int, Kept], checked: Checked
) -> list[Row]:
    """One row for each fault, which lasts until the next one begins, and one for before."""
    begins = [told.begun, *(fault.begun for fault in told.faults), float("inf")]
    rows = []
    for number, (fault, here) in enumerate(_parted(told, answers)):
        start, end = begins[number], begins[number + 1]
        bad = [a for a in here if not a.good]
        generations = {n for n, one in kept.items() if start <= one.seen < end}
        rows.append(
            Row(
                fault.name if fault else QUIET,
                start - told.begun,
                len(bad),
                bad[-1].ended - bad[0].ended if bad else 0.0,
                recovered(fault, answers, kept) if fault else None,
                fault.within if fault else 0.0,
                sum(a.good for a in here),
                sum(generation in generations for generation, _ in checked.wrong),
            )
        )
    return rows


def recovered(fault: Fault, answers: Iterable[Answer], kept: Mapping[int, Kept]) -> float | None:
    """Seconds from the end of the fault until a viewer was shown what happened after it."""
    for answer in answers:
        one = kept.get(answer.generation or 0)
        if answer.good and one is not None and one.newest > fault.newest:
            # Later than the fault: nobody knew of such changes before.
            return answer.ended - fault.over
    return None


def wrongs(
    told: Told,
    answers: Sequence[Answer],
    kept: Mapping[int, Kept],
    checked: Checked,
    definitions: Definitions,
) -> list[str]:
    """Everything that must not have been, in words."""
    found = list(told.wrong)
    found += [f"generation {number}: {words}" for number, words in checked.wrong]
    found += _errors(told, answers)
    found += _old(answers, kept)
    found += _stale(told, answers, kept, definitions)
    for row in rows_of(told, answers, kept, checked)[1:]:
        if row.recovered is None:
            found.append(f"{row.name}: never newer figures")
        elif row.recovered > row.within:
            found.append(f"{row.name}: {row.recovered:.1f} s to recover, {row.within} promised")
    return found


def _errors(told: Told, answers: Sequence[Answer]) -> list[str]:
    """Errors that viewers saw when they were to see none, or for longer than a fault allows."""
    found = []
    for fault, here in _parted(told, answers):
        bad = [answer for answer in here if not answer.good]
        name, allowed = (fault.name, fault.errors_within) if fault else (QUIET, 0.0)
        lasted = bad[-1].ended - bad[0].ended if bad else 0.0
        if bad and (not allowed or lasted > allowed):
            kinds = Counter(f"{a.status}{' without figures' * (a.status == 200)}" for a in bad)
            told_kinds = ", ".join(f"{count} {kind}" for kind, count in kinds.items())
            found.append(
                f"{name}: {told_kinds} from {bad[0].ended - told.begun:.1f} s on"
                f" for {lasted:.1f} s; allowed are {allowed:.1f} s"
            )
    return found


def _parted(told: Told, answers: Sequence[Answer]) -> Iterator[tuple[Fault | None, list[Answer]]]:
    """Each fault with the answers that ended from its beginning to that of the next; None stands
    for the time before the first."""
    begins = [0.0, *(fault.begun for fault in told.faults), float("inf")]
    for number, fault in enumerate((None, *told.faults)):
        start, end = begins[number], begins[number + 1]
        yield fault, [a for a in answers if start <= a.ended < end]


def _old(answers: Sequence[Answer], kept: Mapping[int, Kept]) -> list[str]:
    """Figures that were older than those published, or than what the same viewer had seen."""
    found, seen = [], Counter[int]()
    published = sorted((one.seen + SLACK, number) for number, one in kept.items())
    for answer in answers:
        if not answer.good:
            continue
        generation = answer.generation or 0
        newest = max((n for at, n in published if at < answer.begun), default=0)
        if generation < max(newest, seen[answer.viewer]):
            found.append(f"generation {generation} was shown after {newest} had been published")
        seen[answer.viewer] = generation
    return found


def _stale(
    told: Told, answers: Sequence[Answer], kept: Mapping[int, Kept], definitions: Definitions
) -> list[str]:
    """Pages that did not say how old their figures are, or said so of fresh ones."""
    found = []
    for answer in answers:
        one = kept.get(answer.generation or 0)
        if not answer.good or answer.stale is None or one is None:
            continue
        allowed = {stale_at(one.newest, at, definitions) for at in (answer.begun, answer.ended)}
        if answer.stale not in allowed:
            found.append(f"generation {one.number} was said to be stale: {answer.stale}")
    for fault in told.faults:
        said = any(a.stale for a in answers if fault.begun < a.ended < fault.over)
        if fault.away and not said:
            found.append(f"{fault.name}: nobody was told that figures were stale")
    return found


def wrong_deliveries(
    letters: Mapping[tuple[str, str], int],
    deliveries: Sequence[Delivery],
    people: int,
    now: datetime,
) -> list[str]:
    """Letters that came twice, or that did not come though nothing says why. One that a killed
    process had claimed is taken up again when its claim lapses; a short trial ends before."""
    found = [f"{who} got {subject!r} {n} times" for (who, subject), n in letters.items() if n > 1]
    mailed = [one for one in deliveries if one.channel == "smtp"]
    if len({one.recipient for one in mailed}) != people:
        found.append(f"{len(mailed)} deliveries by mail for {people} readers")
    got = {who for who, _ in letters}
    held = [
        one for one in deliveries
        if one.outcome == "claimed" and max(one.queued_at, one.next_at) + LEASE > now
    ]  # fmt: skip
    found += [
        f"{one.recipient} did not get what is {one.outcome}"
        for one in mailed
        if one.recipient not in got and one.outcome != "unknown" and one not in held
    ]
    return found + [
        f"a delivery to {one.recipient} stays {one.outcome}: {one.detail}"
        for one in deliveries
        if one.outcome in ("claimed", "failed") and one not in held
    ]


def wrong_runs(runs: Sequence[JobRun]) -> list[str]:
    """Runs of jobs without an end."""
    return [f"{run.job} {run.slot} has no end" for run in runs if run.outcome == "running"]


def table(rows: Sequence[Row]) -> str:
    """As it stands in docs/performance.md."""
    lines = [
        "| fault | after | errors seen, for | newer figures shown after | answers | differences |",
        "|---|---|---|---|---|---|",
    ]
    for row in rows:
        errors = f"{row.errors}, {row.errors_seconds:.1f} s" if row.errors else "0"
        after = f"{row.recovered:.0f} s (promised {row.within:.0f} s)" if row.recovered else "–"
        lines.append(
            f"| {row.name} | {row.at:.0f} s | {errors} | {after} | {row.answers:,} | {row.wrong} |"
        )
    return "\n".join(lines)
