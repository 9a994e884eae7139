"""A folder of CSV or Parquet extracts as case database: one file, or one sub-folder, per table."""

import csv
import gzip
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb

from queries.definitions import Definitions
from queries.errors import UserError
from queries.source.attached import CATALOG, AttachedSource, Relation, opened
from queries.source.mapping import SourceSpec
from queries.source.undoing import unless_opened
from queries.source.values import identifier, literal

_ENDINGS = (".csv", ".csv.gz", ".parquet")
_DELIMITERS = ",;\t|"
# Numbers the rows of several files: far more than a file has rows.
_ROWS_PER_FILE = 2**40


@dataclass(frozen=True)
class Files:
    """The files of one table, all of one kind."""

    paths: tuple[Path, ...]

    @property
    def is_csv(self) -> bool:
        return _ending(self.paths[0]) != ".parquet"

    def relation(self) -> Relation:
        """CSV is copied at the first touch, because every look would parse all of it again."""
        if self.is_csv:
            return Relation(_csv(self.paths), hold=True)
        listed = ", ".join(literal(str(path)) for path in self.paths)
        sql = f"read_parquet([{listed}], union_by_name = TRUE, hive_partitioning = FALSE)"
        return Relation(sql, row=f"(file_index * {_ROWS_PER_FILE} + file_row_number)")


def open_folder(
    path: Path, spec: SourceSpec, con: duckdb.DuckDBPyConnection, definitions: Definitions
) -> AttachedSource:
    """Make each table of the folder known by its name; files are only ever read."""
    relations = {name: found.relation() for name, found in tables_in(path).items()}
    side = con.cursor()
    side.execute(f"ATTACH ':memory:' AS {CATALOG}")
    with unless_opened(lambda: con.execute(f"DETACH {CATALOG}"), side.close):
        try:
            for name, relation in relations.items():
                side.execute(
                    f"CREATE VIEW {CATALOG}.main.{identifier(name)} AS SELECT * FROM {relation.sql}"
                )
            return opened(spec, con, definitions, side=side, relations=relations)
        except duckdb.Error as error:
            raise UserError(
                f"A file of the folder {path} cannot be read: {str(error).splitlines()[0]}",
                "CSV files in UTF-8 with a header line, or Parquet files",
            ) from error


def tables_in(folder: Path) -> dict[str, Files]:
    """Table name -> its files: payments.csv, payments.parquet, or payments/*.csv (or .parquet)."""
    if not folder.is_dir():
        raise UserError(
            f"There is no folder {folder}.",
            "a folder with one CSV or Parquet file, or one sub-folder of them, per table",
            "correct source.url; a database needs a URL such as duckdb:///cases.duckdb",
        )
    out: dict[str, Files] = {}
    for entry in sorted(folder.iterdir()):
        paths = _files(sorted(entry.iterdir())) if entry.is_dir() else _files([entry])
        if not paths:
            continue
        name = entry.name if entry.is_dir() else entry.name.removesuffix(_ending(entry))
        if name in out or len({_ending(path) == ".parquet" for path in paths}) > 1:
            raise UserError(
                f"Table {name} is there twice in {folder}.",
                "either one file or one sub-folder per table, CSV or Parquet, not both",
                "move one of them elsewhere",
            )
        out[name] = Files(tuple(paths))
    return out


def _files(entries: Sequence[Path]) -> list[Path]:
    return [p for p in entries if p.is_file() and _ending(p) and not p.name.startswith(".")]


def _ending(path: Path) -> str:
    """The ending that says what kind of file it is; empty for files that hold no table."""
    return next((end for end in _ENDINGS if path.name.endswith(end)), "")


def _csv(paths: Sequence[Path]) -> str:
    """All columns as text. Nothing is guessed from the rows but the delimiter, from the header, so
    that an extract reads the same today and tomorrow; files may order their columns differently."""
    selects = [f"SELECT * FROM {_one_csv(path)}" for path in paths]
    return "(" + " UNION ALL BY NAME ".join(selects) + ")"


def _one_csv(path: Path) -> str:
    header = _first_line(path)
    delimiter = max(_DELIMITERS, key=header.count)
    names = next(csv.reader([header], delimiter=delimiter), [])
    if not names or "" in names or len(set(names)) < len(names):
        raise UserError(
            f"The first line of {path} does not name the columns.",
            "a header line with the names of the columns, each once",
            "export the file with a header line",
        )
    columns = ", ".join(f"{literal(name)}: 'VARCHAR'" for name in names)
    return (
        f"read_csv({literal(str(path))}, auto_detect = FALSE, header = TRUE, nullstr = '',"
        f" delim = {literal(delimiter)}, quote = '\"', escape = '\"', columns = {{{columns}}})"
    )


def _first_line(path: Path) -> str:
    opened = gzip.open if path.name.endswith(".gz") else open
    try:
        with opened(path, "rt", encoding="utf-8-sig", newline="") as file:
            return str(file.readline()).rstrip("\r\n")
    except UnicodeDecodeError as error:
        raise UserError(
            f"The header of {path} is not UTF-8.",
            "CSV files in UTF-8",
            "export the file as UTF-8 (in a spreadsheet: “CSV UTF-8”)",
        ) from error
