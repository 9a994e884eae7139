"""How one canonical table lies in a source, and finding out."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from queries.contract import TABLES, Column, Table
from queries.errors import UserError
from queries.source.mapping import SourceSpec, TableMapping


@dataclass(frozen=True)
class Layout:
    """How one canonical table lies in the source.

    `columns`: canonical name -> name in the source; `types`: canonical name -> DuckDB type as
    delivered; `unique`: the source itself guarantees that no key repeats.
    """

    table: Table
    columns: Mapping[str, str]
    types: Mapping[str, str] = field(default_factory=dict)
    unique: bool = False

    @property
    def key_part(self) -> str:
        """The column whose equality is necessary for equal keys: the text part of the key."""
        return next(n for n in self.table.key if self.table.by_name[n].kind == "text")

    def type_of(self, name: str) -> str:
        return self.types.get(name, "VARCHAR")


def matched(wanted: str, available: Iterable[str]) -> str | None:
    """The available name that is `wanted`, or the only one that is but for upper and lower case."""
    names = list(available)
    if wanted in names:
        return wanted
    alike = [name for name in names if name.casefold() == wanted.casefold()]
    return alike[0] if len(alike) == 1 else None


def columns_of(table: Table, mapping: TableMapping, available: Sequence[str]) -> dict[str, str]:
    """Canonical name -> name in the source, of the columns that the source has."""
    found = {
        column.name: matched(mapping.columns.get(column.name, column.name), available)
        for column in table.columns
    }
    return {name: source for name, source in found.items() if source is not None}


def missing_columns(table: Table, columns: Mapping[str, str]) -> list[Column]:
    """Required columns that the source does not have."""
    return [c for c in table.columns if not c.optional and c.name not in columns]


@dataclass(frozen=True)
class Found:
    """What a source has of the contract: the columns of each table that is there, in the source's
    names, and for queries of the organisation that do not run, what the database said."""

    columns: Mapping[str, Sequence[str]]
    broken: Mapping[str, str] = field(default_factory=dict)

    def usable(self, spec: SourceSpec) -> dict[str, dict[str, str]]:
        """Table -> columns (canonical name -> name in the source) of the tables that can be read.

        An optional table that only has the name of one of the contract's, and lacks its columns,
        is something else.
        """
        out = {}
        for name, available in self.columns.items():
            columns = columns_of(TABLES[name], spec.mapping(name), available)
            if not missing_columns(TABLES[name], columns):
                out[name] = columns
        return out

    def lacking(self, spec: SourceSpec) -> list[str]:
        """What stands in the way of reading: required tables, and those that are mapped."""
        return [
            problem
            for name, table in TABLES.items()
            if table.required or name in spec.tables
            for problem in self._lacking(spec, table)
        ]

    def _lacking(self, spec: SourceSpec, table: Table) -> list[str]:
        mapping = spec.mapping(table.name)
        if table.name in self.broken:
            return [f"a working select for table {table.name} ({self.broken[table.name]})"]
        if table.name not in self.columns:
            return [f"table {table.name}" + (f" ({mapping.table})" if mapping.table else "")]
        columns = columns_of(table, mapping, self.columns[table.name])
        missing = [column.name for column in missing_columns(table, columns)]
        return [f"column {', '.join(missing)} of table {table.name}"] if missing else []


def require(spec: SourceSpec, found: Found) -> None:
    """Raise a UserError that lists everything that stands in the way."""
    lacking = found.lacking(spec)
    if lacking:
        raise UserError(
            "The case database lacks: " + "; ".join(lacking) + ".",
            "every required table and column of the contract",
            "map them under source.tables in config.yaml; `arrears check` explains each",
        )


def without_end(select: str) -> str:
    """A query as it can stand in brackets: without a closing semicolon."""
    return select.strip().rstrip(";").rstrip()
