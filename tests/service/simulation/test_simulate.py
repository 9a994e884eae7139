from datetime import date
from hashlib import sha256

import pyarrow as pa
import pytest

from queries.contract import TABLES
from queries.errors import UserError
from service.simulation import Plan, simulate
from service.simulation.arrow import schema
from tests.service.simulation.conftest import LAST_DAY


def _hash(tables: dict[str, pa.Table]) -> str:
    digest = sha256()
    for name, rows in tables.items():
        digest.update(name.encode())
        digest.update(str(rows.to_pylist()).encode())
    return digest.hexdigest()


def _small(**changes: object) -> Plan:
    order = {"cases": 150, "days": 90, "seed": 3, "last_day": LAST_DAY}
    return Plan(**(order | changes))  # type: ignore[arg-type]


def test_the_same_plan_gives_the_same_rows() -> None:
    assert _hash(simulate(_small())) == _hash(simulate(_small()))


def test_another_seed_gives_other_rows() -> None:
    assert _hash(simulate(_small())) != _hash(simulate(_small(seed=4)))


def test_the_wish_for_bad_rows_leaves_the_good_ones_as_they_are() -> None:
    clean, spoilt = simulate(_small(bad_rows=0)), simulate(_small(bad_rows=0.01))
    for name, rows in clean.items():
        assert spoilt[name].slice(0, len(rows)).equals(rows)


def test_every_table_has_the_columns_of_the_contract_and_rows(good: dict[str, pa.Table]) -> None:
    assert set(good) == set(TABLES)
    for name, rows in good.items():
        assert rows.schema.equals(schema(name))
        assert len(rows) > 0, name


def test_every_optional_column_is_filled_somewhere(good: dict[str, pa.Table]) -> None:
    empty = [
        f"{name}.{column}"
        for name, rows in good.items()
        for column in rows.column_names
        if rows[column].null_count == len(rows)
    ]
    assert empty == []


def test_every_required_column_is_filled_everywhere(good: dict[str, pa.Table]) -> None:
    for name, table in TABLES.items():
        for column in table.columns:
            assert column.optional or not good[name][column.name].null_count, column


def test_every_code_is_one_of_the_contract_and_nearly_all_occur(good: dict[str, pa.Table]) -> None:
    for name, table in TABLES.items():
        for column in table.columns:
            if column.codes:
                used = set(good[name][column.name].drop_null().to_pylist())
                assert used <= set(column.codes)
                assert len(used) >= 0.8 * len(column.codes), (name, column.name, used)


def test_keys_are_unique(good: dict[str, pa.Table]) -> None:
    for name, table in TABLES.items():
        rows = good[name].group_by(list(table.key)).aggregate([])
        assert len(rows) == len(good[name]), name


def test_progress_is_told_from_beginning_to_end() -> None:
    told: list[float] = []
    simulate(_small(), lambda _, share: told.append(share))
    assert told[0] == 0
    assert told[-1] == 1
    assert told == sorted(told)


@pytest.mark.parametrize(
    "changes",
    [{"cases": 1}, {"cases": 40, "days": 14}, {"teams": 1, "agents": 1}, {"teams": 3, "agents": 4},
     {"teams": 12, "agents": 200}, {"last_day": date(2024, 2, 29)}, {"cases": 7, "bad_rows": 0.05}],
)  # fmt: skip
def test_small_and_odd_shops_work(changes: dict[str, object]) -> None:
    plan = _small(**changes)
    tables = simulate(plan)
    assert len(tables["teams"]) == plan.teams
    assert len(tables["agents"]) == plan.agents
    assert len(tables["cases"]) >= plan.cases


@pytest.mark.parametrize(
    "changes",
    [{"cases": 0}, {"days": 3}, {"seed": -1}, {"teams": 9, "agents": 8}, {"bad_rows": 0.5}],
)
def test_an_impossible_plan_is_refused_by_name(changes: dict[str, object]) -> None:
    with pytest.raises(UserError) as refused:
        _small(**changes)
    assert any(name in refused.value.given for name in changes)


def test_names_are_unique_and_hold_rare_characters(good: dict[str, pa.Table]) -> None:
    names = good["agents"]["name"].to_pylist()
    assert len(set(names)) == len(names) == 80
    assert {"喆", "堃"} <= set("".join(names))
    assert any(name.isascii() for name in names)
    assert len(set(good["teams"]["department"].to_pylist())) == 2
