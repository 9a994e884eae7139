"""A disk without room fails a refresh in words, and leaves figures and disk as they were."""

import multiprocessing
import resource
from datetime import date
from multiprocessing.connection import Connection
from pathlib import Path

import pytest

from queries import Answers, Definitions, UserError
from queries.source import SourceSpec
from queries.store import refresh
from tests.support import case_database as build

NOW = build.morning_of(date(2026, 3, 10))


def _refresh(spec: SourceSpec, folder: Path, room: int, full: bool, told: Connection) -> None:
    """No file of this process may have more than `room` bytes."""
    _, most = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (room, most))
    try:
        refresh(spec, Definitions(), folder, now=NOW, full=full)
    except UserError as error:
        told.send(str(error))


# An increment fails when the last generation is copied, a rebuild within DuckDB.
@pytest.mark.parametrize("full", [False, True])
def test_a_full_disk_is_told_and_leaves_the_last_generation(tmp_path: Path, full: bool) -> None:
    spec = build.spec_of(
        build.whole_database({"cases": [build.a_case()], "payments": [build.a_payment()]}),
        "duckdb",
        tmp_path / "source",
    )
    folder = tmp_path / "figures"
    refresh(spec, Definitions(), folder, now=NOW)
    (published,) = folder.iterdir()
    here, there = multiprocessing.Pipe()
    process = multiprocessing.get_context("spawn").Process(
        target=_refresh,
        args=(spec, folder, published.stat().st_size // 2, full, there),
    )
    process.start()
    assert here.poll(60), "the refresh worked, or failed otherwise"
    told = here.recv()
    process.join()
    here.close()
    there.close()
    assert "There is no room for new figures" in told
    # An unfinished rebuild is gone on with.
    assert {path.name for path in folder.glob("*.duckdb")} - {"rebuilding.duckdb"} == {
        published.name
    }
    assert refresh(spec, Definitions(), folder, now=NOW, full=full).generation == 2
    assert Answers(folder, Definitions()).freshness().generation == 2
