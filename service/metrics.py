"""The metrics of the service for Prometheus; docs/operations.md says what each means.

What all processes share is read when somebody asks: job runs and deliveries from the desk, age and
generation from the figures. Only requests are counted in the process that answers them. With
several processes prometheus-client keeps those counts in files that all of them share, in the
folder that PROMETHEUS_MULTIPROC_DIR names; it looks at that variable when it is imported, so this
module is imported only after service/workers.py has set it.
"""

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from importlib.metadata import version
from itertools import product
from typing import get_args
from zoneinfo import ZoneInfo

from prometheus_client import CollectorRegistry, Histogram
from prometheus_client.core import (
    CounterMetricFamily,
    GaugeMetricFamily,
    InfoMetricFamily,
    Metric,
    SummaryMetricFamily,
)
from prometheus_client.exposition import choose_encoder
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector

from queries import Freshness
from queries.desk import Channel, Counts, DeliveryOutcome
from service.jobs import QUIET

# From a file of the page to a filter change over a million cases, in seconds.
_BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)


class Requests:
    """How long requests took, by route and status."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        shared = "PROMETHEUS_MULTIPROC_DIR" in os.environ
        self._seconds = Histogram(
            "arrears_request_duration_seconds",
            "Seconds from a request to its answer.",
            ("route", "status"),
            buckets=_BUCKETS,
            # Shared counts are read from the files of all processes, not from this one alone.
            registry=None if shared else self.registry,
        )
        if shared:
            MultiProcessCollector(self.registry)

    def answered(self, route: str, status: int, seconds: float) -> None:
        """Counts one request; `route` must be one of few."""
        self._seconds.labels(route, str(status)).observe(seconds)


@dataclass(frozen=True)
class Now:
    """What there is to tell at one moment; None where it could not be read."""

    moment: datetime
    source_zone: str
    freshness: Freshness | None
    counts: Counts | None
    checks: Mapping[str, bool]


def exposition(now: Now, requests: Requests, accept: str) -> tuple[bytes, str]:
    """Everything in the form that the `Accept` header of Prometheus asks for, and its type."""
    encode, content_type = choose_encoder(accept)
    return encode(_Together(now, requests)), content_type


class _Together(Collector):
    """Requests and state in one; made for one answer, so nothing is registered for good."""

    def __init__(self, now: Now, requests: Requests) -> None:
        self._now, self._requests = now, requests

    def collect(self) -> Iterator[Metric]:
        yield InfoMetricFamily(
            "arrears_build", "The program that runs.", {"version": version("arrears")}
        )
        yield from _checks(self._now)
        if self._now.freshness is not None:
            yield from _figures(self._now, self._now.freshness)
        if self._now.counts is not None:
            yield from _jobs(self._now.counts)
            yield _changed(self._now.counts)
            yield _deliveries(self._now.counts)
        yield from self._requests.registry.collect()


def _checks(now: Now) -> Iterator[Metric]:
    told = GaugeMetricFamily(
        "arrears_check_ok", "1 where a check of /readyz holds, else 0.", labels=("check",)
    )
    for name, ok in now.checks.items():
        told.add_metric((name,), float(ok))
    yield told


def _figures(now: Now, fresh: Freshness) -> Iterator[Metric]:
    yield GaugeMetricFamily(
        "arrears_figures_generation", "Number of the published figures.", fresh.generation
    )
    yield GaugeMetricFamily(
        "arrears_figures_refreshed_timestamp_seconds",
        "When the published figures were made, in Unix time.",
        fresh.refreshed_at.timestamp(),
    )
    if fresh.watermark is not None:
        newest = fresh.watermark.replace(tzinfo=ZoneInfo(now.source_zone))
        yield GaugeMetricFamily(
            "arrears_data_age_seconds",
            "Seconds since the newest change in the case database that the figures hold.",
            (now.moment - newest).total_seconds(),
        )
    yield GaugeMetricFamily(
        "arrears_figures_stale", "1 where pages call the figures stale, else 0.", float(fresh.stale)
    )
    yield GaugeMetricFamily(
        "arrears_rows_set_aside", "Rows of the source that do not count.", fresh.set_aside
    )


def _jobs(counts: Counts) -> Iterator[Metric]:
    """Runs of quiet jobs that were done are cleared up after a day: what is counted from rows that
    go would fall, so neither they nor durations of those jobs are told."""
    ended = CounterMetricFamily(
        "arrears_job_runs", "Runs that ended, by job and outcome.", labels=("job", "outcome")
    )
    running = GaugeMetricFamily("arrears_jobs_running", "Runs under way.", labels=("job",))
    for (job, outcome), rows in sorted(counts.runs.items()):
        if outcome != "running" and (job not in QUIET or outcome != "done"):
            ended.add_metric((job, outcome), rows)
    for job in sorted({job for job, _ in counts.runs}):
        running.add_metric((job,), counts.runs.get((job, "running"), 0))
    durations = SummaryMetricFamily(
        "arrears_job_duration_seconds", "Seconds that runs took.", labels=("job",)
    )
    for job, total in sorted(counts.seconds.items()):
        if job not in QUIET:
            durations.add_metric((job,), counts.timed[job], total)
    last = GaugeMetricFamily(
        "arrears_job_last_duration_seconds", "Seconds of the last run that was done.",
        labels=("job",),
    )  # fmt: skip
    done = GaugeMetricFamily(
        "arrears_job_last_done_timestamp_seconds",
        "When the last run that was done ended, in Unix time.",
        labels=("job",),
    )
    for job, run in sorted(counts.finished.items()):
        if run.seconds is not None and run.finished_at is not None:
            last.add_metric((job,), run.seconds)
            done.add_metric((job,), run.finished_at.timestamp())
    yield from (ended, running, durations, last, done)


def _changed(counts: Counts) -> Metric:
    changed = GaugeMetricFamily(
        "arrears_refresh_changed_rows",
        "Rows that the last refresh or reconciliation read as changed, by table.",
        labels=("job", "table"),
    )
    for job, run in sorted(counts.finished.items()):
        for table, rows in sorted((run.result or {}).get("changed", {}).items()):
            changed.add_metric((job, table), rows)
    return changed


def _deliveries(counts: Counts) -> Metric:
    """Every state, those that nothing is in too: an alert cannot compare with what is absent."""
    held = GaugeMetricFamily(
        "arrears_deliveries", "Deliveries of reports by state.", labels=("channel", "state")
    )
    for channel, state in product(get_args(Channel), get_args(DeliveryOutcome)):
        held.add_metric((channel, state), counts.deliveries.get((channel, state), 0))
    return held
