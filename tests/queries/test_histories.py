"""A refresh of what changed gives the figures that a full refresh gives, whatever happened."""

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory

import duckdb
import pytest
from hypothesis import given

from queries import Answers, Figure
from queries.source import SourceSpec
from queries.store import RefreshReport, generations, reconcile, refresh
from queries.store.sums import FACTS
from tests.queries.agreement import Ask, asks
from tests.support.case_database import Tables, spec_of, whole_database
from tests.support.histories import Edit, History, after, histories, silent_edits, silently
from tests.support.strategies import SEEDS, Database, databases, examples

# Payments of the ledger as well: only there is kept when they became known.
FACTS_OF_CASES = sorted(
    {f.stored for f in FACTS.values() if f.stored != "f_roll"} | {"owners", "l_payments"}
)


class Shop:
    """A source that changes, a file or the database of a URL, and two stores of figures of it."""

    def __init__(self, folder: Path, database: Database, kind: str) -> None:
        self.folder = folder
        self.kind = kind
        self.database = database
        self.now = database.now
        self.spec: SourceSpec

    def holds(self, tables: Tables) -> None:
        self.spec = spec_of(whole_database(tables), self.kind, self.folder / "source")

    def refresh(self, store: str, *, full: bool) -> RefreshReport:
        return refresh(
            self.spec, self.database.definitions, self.folder / store, now=self.now, full=full
        )

    def reconcile(self, store: str) -> RefreshReport:
        return reconcile(self.spec, self.database.definitions, self.folder / store, now=self.now)

    def all_of(self, store: str, wanted: list[Ask]) -> list[object]:
        """Everything that the figures of a store say, the generation's own number left out."""
        answers = Answers(self.folder / store, self.database.definitions)
        questions = [ask.question(answers) for ask in wanted]
        fresh = answers.freshness()
        figures: list[object] = [f for a in answers.ask(*questions) for f in a.figures if any_in(f)]
        whole = (fresh.as_of, fresh.watermark, fresh.counted, fresh.set_aside)
        aside = sorted((table, reason, rows) for table, reason, rows, _ in answers.aside())
        return [whole, aside, answers.available(), *figures]

    def facts_of(self, store: str) -> dict[str, Counter[object]]:
        """Every stored fact by the id of its case, for the numbers of cases differ."""
        newest = generations.newest(self.folder / store)
        assert newest is not None
        with duckdb.connect(str(newest[1]), read_only=True) as con:
            return {
                table: Counter(
                    con.execute(
                        f"SELECT c.case_id, f.* EXCLUDE (case_no)"
                        f" FROM {table} f JOIN l_cases c USING (case_no)"
                    ).fetchall()
                )
                for table in FACTS_OF_CASES
            }


def any_in(figure: Figure) -> bool:
    """Whether a figure says anything: an empty slice may be left out."""
    return bool(figure.numerator or figure.denominator or figure.n)


@contextmanager
def shop(database: Database, kind: str = "duckdb") -> Iterator[Shop]:
    with TemporaryDirectory() as folder:
        made = Shop(Path(folder), database, kind)
        made.holds(database.tables)
        yield made


def moved(database: Database, tables: Tables, now: datetime) -> Database:
    return Database(tables, now.date(), database.definitions)


@examples(12)
@given(history=histories(), seed=SEEDS)
def test_incremental_equals_full(history: History, seed: int) -> None:
    grow(history, seed, "duckdb")


@pytest.mark.engines
@examples(3)
@given(history=histories(), seed=SEEDS)
def test_incremental_equals_full_on_mariadb(
    mariadb_url: Callable[[], str], history: History, seed: int
) -> None:
    grow(history, seed, mariadb_url())


@pytest.mark.engines
@pytest.mark.spark
@examples(1)
@given(history=histories(), seed=SEEDS)
def test_incremental_equals_full_on_spark(
    spark_url: Callable[[], str], history: History, seed: int
) -> None:
    grow(history, seed, spark_url())


def grow(history: History, seed: int, kind: str) -> None:
    """Refresh after every step of the history, by what changed and in full."""
    with shop(history.start, kind) as place:
        place.refresh("grown", full=True)
        now = history.start
        for step in history.steps:
            tables, place.now = after(now, place.now, step)
            now = moved(now, tables, place.now)
            place.holds(tables)
            place.refresh("grown", full=False)
            place.refresh("new", full=True)
            wanted = asks(seed, now.today)
            assert place.all_of("grown", wanted) == place.all_of("new", wanted)
            assert place.facts_of("grown") == place.facts_of("new")


@examples(8)
@given(
    database=databases(bad=False),
    changes=silent_edits(),
    seed=SEEDS,
)
def test_reconciliation_finds_what_no_stamp_tells(
    database: Database, changes: tuple[Edit, ...], seed: int
) -> None:
    with shop(database) as place:
        place.refresh("grown", full=True)
        place.holds(silently(database, changes))
        place.refresh("grown", full=False)
        place.refresh("new", full=True)
        wanted = asks(seed, database.today)
        before, right = place.all_of("grown", wanted), place.all_of("new", wanted)
        report = place.reconcile("grown")
        assert place.all_of("grown", wanted) == right
        if before[3:] != right[3:]:
            assert any(report.repaired_days.values())
        assert not any(place.reconcile("grown").repaired_days.values())
