"""Small case databases for tests: builders of rows with defaults, and writing them to any source.

A builder takes text the way a person writes it ("2024-03-05 10:00", "100.00") and gives the
Python value of the column; what cannot be read stays as it is, so that bad rows can be built too.
"""

import csv
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, time
from decimal import Decimal, InvalidOperation
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import sqlalchemy as sa
from sqlalchemy.dialects import mysql

from queries import Answers, Definitions
from queries.contract import TABLES, Column, Kind
from queries.source import SourceSpec
from queries.store import refresh
from tests.support.spark import drop_schema, make_tables

Row = dict[str, object]
Tables = dict[str, list[Row]]
REQUIRED = tuple(name for name, table in TABLES.items() if table.required)


def a_row(table: str, **values: object) -> Row:
    """One row of a table of the contract, columns in its order; what is not given is empty."""
    columns = TABLES[table].columns
    unknown = set(values) - {column.name for column in columns}
    assert not unknown, f"{table} has no column {unknown}"
    return {column.name: typed(values.get(column.name), column.kind) for column in columns}


def a_team(team_id: str = "T1", **values: object) -> Row:
    return a_row("teams", **{"team_id": team_id, "name": f"Team {team_id}", **values})


def an_agent(agent_id: str = "A1", team_id: str = "T1", **values: object) -> Row:
    defaults = {"agent_id": agent_id, "name": f"Agent {agent_id}", "team_id": team_id}
    return a_row("agents", **{**defaults, **values})


def a_case(case_id: str = "C1", **values: object) -> Row:
    defaults = {
        "case_id": case_id,
        "customer_id": f"K-{case_id}",
        "product": "card",
        "placed_on": "2024-03-01",
        "placed_amount": "1000.00",
        "delinquent_since": "2024-02-20",
        "team_id": "T1",
        "agent_id": "A1",
        "stage": "call",
    }
    return a_row("cases", **{**defaults, **values})


def a_payment(payment_id: str = "P1", case_id: str = "C1", **values: object) -> Row:
    defaults = {
        "payment_id": payment_id,
        "case_id": case_id,
        "paid_at": "2024-03-05 10:00",
        "amount": "100.00",
    }
    return a_row("payments", **{**defaults, **values})


def a_contact(contact_id: str = "N1", case_id: str = "C1", **values: object) -> Row:
    defaults = {
        "contact_id": contact_id,
        "case_id": case_id,
        "agent_id": "A1",
        "contacted_at": "2024-03-05 10:00",
        "channel": "call",
        "direction": "outbound",
        "outcome": "right_party",
    }
    return a_row("contacts", **{**defaults, **values})


def a_promise(promise_id: str = "R1", case_id: str = "C1", **values: object) -> Row:
    defaults = {
        "promise_id": promise_id,
        "case_id": case_id,
        "agent_id": "A1",
        "made_at": "2024-03-04 10:00",
        "due_on": "2024-03-08",
        "amount": "100.00",
    }
    return a_row("promises", **{**defaults, **values})


def an_assignment(case_id: str = "C1", team_id: str = "T2", **values: object) -> Row:
    defaults = {"case_id": case_id, "team_id": team_id, "from_at": "2024-03-05 00:00"}
    return a_row("assignments", **{**defaults, **values})


def a_stage(case_id: str = "C1", stage: str = "visit", **values: object) -> Row:
    defaults = {"case_id": case_id, "stage": stage, "entered_at": "2024-03-05 09:00"}
    return a_row("stage_history", **{**defaults, **values})


def an_adjustment(adjustment_id: str = "J1", case_id: str = "C1", **values: object) -> Row:
    defaults = {
        "adjustment_id": adjustment_id,
        "case_id": case_id,
        "booked_on": "2024-03-05",
        "amount": "10.00",
        "kind": "interest",
    }
    return a_row("adjustments", **{**defaults, **values})


def a_snapshot(case_id: str = "C1", **values: object) -> Row:
    defaults = {"case_id": case_id, "as_of": "2024-03-31", "dpd": 40, "balance": "1000.00"}
    return a_row("snapshots", **{**defaults, **values})


def typed(value: object, kind: Kind) -> object:
    """The Python value that a text stands for; the text itself where it stands for none."""
    if not isinstance(value, str) or value == "":
        return value
    try:
        match kind:
            case "date":
                return date.fromisoformat(value)
            case "timestamp":
                return datetime.fromisoformat(value)
            case "money" | "number":
                return Decimal(value)
            case "integer":
                return int(value)
    except (ValueError, InvalidOperation):
        pass
    return value


def write(tables: Mapping[str, Sequence[Row]], kind: str, folder: Path) -> str:
    """Write a whole case database and give its source URL; what was there before is replaced.

    `kind` is duckdb, sqlite, csv or parquet, written into `folder`, or the URL of a database, of
    which Spark keeps its files in `folder` too.
    """
    folder.mkdir(parents=True, exist_ok=True)
    match kind:
        case "duckdb" | "sqlite":
            return _write_database(tables, f"{kind}:///{folder / f'cases.{kind}'}")
        case "csv":
            return _write_csv(tables, folder)
        case "parquet":
            return _write_parquet(tables, folder)
    if kind.startswith("sc://"):
        return _write_spark(tables, kind, folder)
    return _write_database(tables, kind)


_SQL_TYPES = {
    "text": sa.Text(),
    "code": sa.Text(),
    "date": sa.Date(),
    # MySQL leaves the fractions of a second out unless asked for.
    "timestamp": sa.DateTime().with_variant(mysql.DATETIME(fsp=6), "mysql", "mariadb"),
    "money": sa.Numeric(18, 4),
    "number": sa.Numeric(18, 4),
    "integer": sa.Integer(),
    "flag": sa.Boolean(),
}
_PYTHON_TYPES = {
    "date": date,
    "timestamp": datetime,
    "money": Decimal,
    "number": Decimal,
    "integer": int,
    "flag": bool,
}


def _fits(rows: Sequence[Row], column: Column) -> bool:
    """Whether every value is of the column's kind; one that is not makes the column text."""
    wanted = _PYTHON_TYPES.get(column.kind, str)
    return all(row[column.name] is None or isinstance(row[column.name], wanted) for row in rows)


def _as_text(value: object) -> str | None:
    return None if value is None else str(value)


def _write_database(tables: Mapping[str, Sequence[Row]], url: str) -> str:
    engine = sa.create_engine(url)
    meta = sa.MetaData()
    with engine.begin() as connection:
        for name in TABLES:
            connection.execute(sa.text(f"DROP TABLE IF EXISTS {name}"))
        for name, rows in tables.items():
            columns = TABLES[name].columns
            fits = {column.name: _fits(rows, column) for column in columns}
            made = sa.Table(
                name,
                meta,
                *(
                    sa.Column(c.name, _SQL_TYPES[c.kind] if fits[c.name] else sa.Text())
                    for c in columns
                ),
            )
            made.create(connection)
            if rows:
                values = [
                    {n: v if fits[n] else _as_text(v) for n, v in row.items()} for row in rows
                ]
                connection.execute(sa.insert(made).values(values))
    engine.dispose()
    return url


def _write_csv(tables: Mapping[str, Sequence[Row]], folder: Path) -> str:
    _forget_files(folder, "csv")
    for name, rows in tables.items():
        with (folder / f"{name}.csv").open("w", newline="", encoding="utf-8") as file:
            writer = csv.DictWriter(file, [column.name for column in TABLES[name].columns])
            writer.writeheader()
            writer.writerows(rows)
    return str(folder)


_ARROW_TYPES = {
    "date": pa.date32(),
    "timestamp": pa.timestamp("us"),
    "money": pa.decimal128(18, 4),
    "number": pa.decimal128(18, 4),
    "integer": pa.int64(),
    "flag": pa.bool_(),
}


def _write_parquet(tables: Mapping[str, Sequence[Row]], folder: Path) -> str:
    _forget_files(folder, "parquet")
    for name, rows in tables.items():
        pq.write_table(_arrow(name, rows), folder / f"{name}.parquet")
    return str(folder)


def _write_spark(tables: Mapping[str, Sequence[Row]], url: str, folder: Path) -> str:
    """Parquet files of this machine as tables of the schema that the URL names."""
    drop_schema(url)
    make_tables(url, {name: _arrow(name, rows) for name, rows in tables.items()}, folder)
    return url


def _arrow(name: str, rows: Sequence[Row]) -> pa.Table:
    arrays = {}
    for column in TABLES[name].columns:
        values = [row[column.name] for row in rows]
        if _fits(rows, column):
            arrays[column.name] = pa.array(values, _ARROW_TYPES.get(column.kind, pa.string()))
        else:
            arrays[column.name] = pa.array([_as_text(value) for value in values], pa.string())
    return pa.table(arrays)


def _forget_files(folder: Path, ending: str) -> None:
    for name in TABLES:
        (folder / f"{name}.{ending}").unlink(missing_ok=True)


def whole_database(tables: Mapping[str, Sequence[Row]]) -> Tables:
    """`tables` with the required ones that are missing, empty or with a usual team and agent."""
    usual = {"teams": [a_team()], "agents": [an_agent()]}
    out: Tables = {name: list(usual.get(name, [])) for name in REQUIRED}
    out.update({name: list(rows) for name, rows in tables.items()})
    return out


def spec_of(tables: Mapping[str, Sequence[Row]], kind: str, folder: Path) -> SourceSpec:
    return SourceSpec(url=write(tables, kind, folder), tables={})


def morning_of(today: date) -> datetime:
    """A moment on `today` at which tests refresh (UTC; the same day in the zones tests use)."""
    return datetime.combine(today, time(6), tzinfo=UTC)


def figures_of(
    tables: Mapping[str, Sequence[Row]],
    definitions: Definitions,
    now: datetime,
    folder: Path,
    kind: str = "duckdb",
) -> Answers:
    """Write the database into `folder`, refresh from it and open the figures."""
    spec = spec_of(whole_database(tables), kind, folder / "source")
    refresh(spec, definitions, folder / "figures", now=now)
    return Answers(folder / "figures", definitions)
