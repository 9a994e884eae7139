"""Run all steps, each in a fresh process, and write the table into docs/performance.md.

`python -m benchmarks [--cases 100000] [--days 731] [--folder var/bench] [--one-in 1]`. CPU seconds
and peak memory come from the operating system's accounting of the child process.
"""

import argparse
import json
import os
import platform
import resource
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from benchmarks.page import PAGE, put, table


@dataclass(frozen=True)
class Run:
    """One step: wall and CPU seconds, peak memory in MB, and what the step says of itself."""

    wall: float
    cpu: float
    peak: float
    said: dict


def measure(step: str, folder: Path, *arguments: int) -> Run:
    """Run one step to its end; its failure ends the whole run."""
    import time

    command = [sys.executable, "-m", "benchmarks.steps", step, str(folder), *map(str, arguments)]
    started = time.perf_counter()
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as child:
        assert child.stdout is not None
        output = child.stdout.read()
        _, status, used = os.wait4(child.pid, 0)
        child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode:
        raise SystemExit(f"{step} failed")
    run = Run(
        time.perf_counter() - started,
        used.ru_utime + used.ru_stime,
        used.ru_maxrss / 1024,
        json.loads(output.splitlines()[-1]),
    )
    print(f"{step}: {run.wall:.1f} s, {run.cpu:.1f} s CPU, {run.peak:.0f} MB, {run.said}")
    return run


def told(runs: dict[str, Run]) -> str:
    """The rows of the page: goal, measured, verdict."""
    full, bare, one = runs["full"], runs["bare_sums"], runs["increment"]
    report, overview, made = runs["report"], runs["overview"], runs["generate"]
    seen = runs["viewed"].said
    ratio, share = full.cpu / bare.cpu, one.said["cpu"] / full.cpu
    rows = [
        ("Simulate and write the case database", "< 120 s",
         f"{made.wall:.0f} s, {made.peak:.0f} MB", made.wall < 120),
        ("Full refresh ÷ bare statements, CPU", "≤ 1.5", f"{ratio:.2f}"
         f" ({full.cpu:.1f} s ÷ {bare.cpu:.1f} s)", ratio <= 1.5),
        ("One-day increment ÷ full refresh, CPU", "≤ 1/20", f"1/{1 / share:.0f}"
         f" ({one.said['cpu']:.2f} s)", share <= 1 / 20),
        ("Overview, all figures, nothing cached", "≤ 100 ms",
         f"{overview.said['uncached_ms']:.0f} ms (cached {overview.said['cached_ms']:.1f} ms)",
         overview.said["uncached_ms"] <= 100),
        ("Weekly report, CPU", "≤ 3 s", f"{report.said['cpu']:.1f} s in a running service"
         f" ({report.cpu:.1f} s from a cold start, imports included)", report.said["cpu"] <= 3),
        ("Weekly report, peak memory", "≤ 300 MB", f"{report.peak:.0f} MB", report.peak <= 300),
        ("Full refresh, peak memory", "≤ 3 GB", f"{full.peak:.0f} MB", full.peak <= 3_000),
        ("20 viewers, each a view of their own that nobody has asked yet, p95", "≤ 2 s",
         f"{seen['own_p95_ms'] / 1000:.1f} s", seen["own_p95_ms"] <= 2_000),
        ("20 viewers, all the same new view, p95", "≤ 600 ms", f"{seen['same_p95_ms']:.0f} ms",
         seen["same_p95_ms"] <= 600),
        ("Start of two processes to healthy", "≤ 3 s", f"{seen['healthy_s']:.1f} s",
         seen["healthy_s"] <= 3),
        ("Two processes and their parent at rest", "≤ 350 MB", f"{seen['idle_mb']:.0f} MB",
         seen["idle_mb"] <= 350),
    ]  # fmt: skip
    changed = {k[8:]: v for k, v in one.said.items() if k.startswith("changed_")}
    lines = [
        table(rows),
        "",
        f"Data: {made.said['cases']:,} cases, {made.said['contacts']:,} contacts,"
        f" {made.said['payments']:,} payments, {made.said['promises']:,} promises."
        f" The increment changed {', '.join(f'{v:,} {k}' for k, v in changed.items() if v)}"
        f" and summed {one.said['dirty_days']} days anew."
        f" {os.cpu_count()} cores, Python {platform.python_version()}.",
    ]
    return "\n".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cases", type=int, default=100_000)
    parser.add_argument("--days", type=int, default=731)
    parser.add_argument("--folder", type=Path, default=Path("var/bench"))
    parser.add_argument("--one-in", type=int, default=1, help="cases that the new day touches")
    given = parser.parse_args()
    given.folder.mkdir(parents=True, exist_ok=True)
    runs = {"generate": _generate(given)}
    steps = ("bare_sums", "full", "increment_base", "increment", "overview", "report", "viewed")
    arguments = {"increment_base": (given.one_in,)}
    runs |= {step: measure(step, given.folder, *arguments.get(step, ())) for step in steps}
    put("measured", told(runs))
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    print(f"Written to {PAGE}; the largest process took {peak:.0f} MB.")


def _generate(given: argparse.Namespace) -> Run:
    whole = given.folder / "whole.duckdb"
    whole.unlink(missing_ok=True)
    return measure("generate", given.folder, given.cases, given.days)


if __name__ == "__main__":
    main()
