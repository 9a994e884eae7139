from datetime import date, datetime

import pyarrow as pa
import pyarrow.compute as pc
import pytest

from queries.contract import TABLES
from service.simulation import simulate
from service.simulation.bad_rows import faults
from tests.service.simulation.conftest import SPOILT

EVENTS = ("payments", "contacts", "promises")
WHEN = {"payments": "paid_at", "contacts": "contacted_at", "promises": "made_at"}


def _expected(rows: int) -> int:
    return max(1, round(SPOILT.bad_rows * rows))


@pytest.fixture(scope="module")
def clean() -> dict[str, pa.Table]:
    return simulate(type(SPOILT)(**{**SPOILT.__dict__, "bad_rows": 0}))


@pytest.mark.parametrize("name", EVENTS)
def test_a_thousandth_of_the_rows_is_bad_in_each_way(
    name: str, spoilt: dict[str, pa.Table], clean: dict[str, pa.Table]
) -> None:
    rows, when = spoilt[name], spoilt[name][WHEN[name]]
    cases = pa.chunked_array([clean["cases"]["case_id"].combine_chunks()])
    found = {
        "unknown_case": pc.sum(pc.invert(pc.is_in(rows["case_id"], cases.combine_chunks()))),
        "no_date": pc.sum(pc.is_null(when)),
        "date_in_future": pc.sum(pc.greater(when, datetime(2026, 11, 1))),  # noqa: DTZ001
        "date_too_early": pc.sum(pc.less(when, datetime(1990, 1, 1))),  # noqa: DTZ001
    }
    if name == "contacts":
        known = pa.array(TABLES[name].by_name["outcome"].codes)
        found["unknown_code"] = pc.sum(pc.invert(pc.is_in(rows["outcome"], known)))
    else:
        found["no_number"] = pc.sum(pc.is_null(rows["amount"]))
    key = TABLES[name].key[0]
    counts = {reason: number.as_py() for reason, number in found.items()}
    counts["repeated_key"] = len(rows) - pc.count_distinct(rows[key]).as_py()
    assert counts == dict.fromkeys(counts, _expected(len(clean[name])))
    assert set(counts) == set(faults(TABLES[name]))


@pytest.mark.parametrize("name", ["cases", "adjustments", "stage_history"])
def test_other_tables_hold_every_fault_that_they_can_have(
    name: str, spoilt: dict[str, pa.Table], clean: dict[str, pa.Table]
) -> None:
    more = len(spoilt[name]) - len(clean[name])
    assert more == len(faults(TABLES[name])) * _expected(len(clean[name]))


def test_of_a_repeated_key_the_good_row_is_the_newer(spoilt: dict[str, pa.Table]) -> None:
    seen: dict[str, datetime] = {}
    repeated = 0
    for key, updated in zip(
        spoilt["payments"]["payment_id"].to_pylist(),
        spoilt["payments"]["updated_at"].to_pylist(),
        strict=True,
    ):
        if key in seen:
            repeated += 1
            assert updated < seen[key]
        seen[key] = updated
    assert repeated


def test_future_dates_stay_in_the_future_for_years(spoilt: dict[str, pa.Table]) -> None:
    late = [day for day in spoilt["cases"]["placed_on"].to_pylist() if day and day.year > 2026]
    assert late
    assert min(late) > date(2036, 1, 1)
