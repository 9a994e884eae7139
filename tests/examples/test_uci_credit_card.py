"""The example that maps a real file by SELECTs agrees with a direct calculation from the file."""

import csv
import random
from collections import Counter
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from queries import Answers, Period, Question
from queries.source import SourceSpec
from queries.store import refresh
from service.configuration import read_settings

EXAMPLE = Path(__file__).parents[2] / "examples" / "uci-credit-card"
# Beside a checkout that has the shared reference data, the real 30 000 accounts are used.
REAL = Path(__file__).parents[3] / "shared" / "data" / "uci_credit_card" / "UCI_Credit_Card.csv"
NOW = datetime(2026, 11, 23, tzinfo=UTC)
FIXED = ("ID", "LIMIT_BAL", "SEX", "EDUCATION", "MARRIAGE", "AGE")
STATUS = ("PAY_6", "PAY_5", "PAY_4", "PAY_3", "PAY_2", "PAY_0")
PAID = tuple(f"PAY_AMT{k}" for k in range(6, 0, -1))
BILLS = tuple(f"BILL_AMT{k}" for k in range(6, 0, -1))
ENDS = tuple(date(2005, month, day) for month, day in zip(range(4, 10), (30, 31, 30, 31, 31, 30)))  # noqa: B905
EDGES = (0, 30, 60, 90, 120, 150, 180)


def _look_alike(path: Path) -> None:
    """A file of the same layout with the traps of the real one, for machines without it."""
    chance = random.Random(3)
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow([*FIXED, *reversed(STATUS), *reversed(BILLS), *reversed(PAID), "default"])
        for account in range(1, 301):
            status = [chance.choice((-2, -1, 0, 0, 2, 2, 3, 5, 8)) for _ in range(5)]
            bills = [chance.randrange(-500, 90_000) for _ in range(6)]
            paid = [chance.choice((0, 0, 1_000, chance.randrange(1, 9_999))) for _ in range(6)]
            newest = chance.choice((-1, 0, 1, 1, 2))
            fixed = [account, chance.choice((20_000, 100_000, 250_000)), 2, 2, 1, 30]
            writer.writerow([*fixed, newest, *status, *bills, *paid, 0])


@pytest.fixture(scope="module")
def accounts_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    if REAL.exists():
        return REAL
    path = tmp_path_factory.mktemp("uci") / "UCI_Credit_Card.csv"
    _look_alike(path)
    return path


@pytest.fixture(scope="module")
def rows(accounts_file: Path) -> list[dict[str, str]]:
    with accounts_file.open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="module")
def answers(accounts_file: Path, tmp_path_factory: pytest.TempPathFactory) -> Answers:
    settings = read_settings(EXAMPLE / "config.yaml", environ={})
    spec = SourceSpec(url=str(accounts_file.parent), tables=settings.source_spec().tables)
    folder = tmp_path_factory.mktemp("figures")
    report = refresh(spec, settings.definitions(), folder, now=NOW)
    assert report.set_aside == 0
    return Answers(folder, settings.definitions())


def _bucket(status: str) -> str:
    late = 30 * max(int(status), 0)
    return next((f"M{n}" for n, edge in enumerate(EDGES) if late <= edge), "M7+")


def test_collected_per_month_is_the_sum_of_the_payment_columns(
    answers: Answers, rows: list[dict[str, str]]
) -> None:
    question = Question(("collected",), Period(date(2005, 4, 1), date(2005, 10, 1)), ("month",))
    found = [figure.numerator for figure in answers.ask(question)[0].figures]
    assert found == [100 * sum(int(float(row[name])) for row in rows) for name in PAID]


def test_the_balance_at_each_month_end_is_the_bill(
    answers: Answers, rows: list[dict[str, str]]
) -> None:
    question = Question(("open_balance",), Period(date(2005, 4, 1), date(2005, 10, 1)), ("month",))
    found = [figure.numerator for figure in answers.ask(question)[0].figures]
    assert found == [100 * sum(int(float(row[name])) for row in rows) for name in BILLS]


def test_the_roll_matrix_is_the_count_of_status_pairs(
    answers: Answers, rows: list[dict[str, str]]
) -> None:
    for position, end in enumerate(ENDS[1:], start=1):
        before, after = STATUS[position - 1], STATUS[position]
        expected = Counter((_bucket(row[before]), _bucket(row[after])) for row in rows)
        day = Period(end, date.fromordinal(end.toordinal() + 1))
        answer = answers.ask(Question(("rolled_cases",), day, ("bucket", "to_state")))[0]
        assert {figure.keys: figure.numerator for figure in answer.figures} == expected


def test_what_the_file_does_not_know_is_hidden(answers: Answers) -> None:
    available = answers.available()
    assert "collected" in available
    assert not {"promise_kept_rate", "attempts", "coverage", "untouched_7d"} & available


def test_the_as_of_day_is_the_last_day_of_the_file(answers: Answers) -> None:
    assert answers.freshness().as_of == date(2005, 9, 30)
