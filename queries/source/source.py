"""What every kind of case database can do once it is open, and what they have in common.

A kind says how rows are fetched. Which rows are wanted exactly, and which others must come along
because they share a key, is settled here in DuckDB, the same for all.
"""

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Protocol

import duckdb

from queries.contract import TABLES
from queries.definitions import Definitions
from queries.source import wanted
from queries.source.clean import moment_column
from queries.source.layout import Found, Layout
from queries.source.restrictions import (
    ChangedSince,
    Everything,
    OfCases,
    OnDays,
    Restriction,
    WithKeys,
)
from queries.source.temporary import forget
from queries.source.values import as_text, identifier, moment, stamp


class Source(Protocol):
    """An open case database, seen through the contract."""

    @property
    def tables(self) -> frozenset[str]:
        """Canonical tables that the source has."""

    def columns(self, table: str) -> frozenset[str]:
        """Canonical columns that the source has for `table`."""

    def stage(self, table: str, restriction: Restriction, into: str) -> None:
        """Make the TEMP TABLE `into`: all columns of the contract in its names (absent ones NULL),
        not cleaned, native types or VARCHAR; `inside` is FALSE for rows that the restriction does
        not want and that share a key with one that it wants."""

    def count(self, table: str) -> int:
        """Rows of `table`, counted by the source itself."""

    def watermark(self, table: str, since: datetime | None = None) -> datetime | None:
        """The newest credible `updated_at`, naive in the source's zone. Rows older than `since`
        need not be looked at."""

    def changed_cases(self, table: str, since: datetime, into: str) -> None:
        """Make the TEMP TABLE `into` (key, case_id, moment) of the rows changed since `since`, and
        of those that share a key with one: which cases and moments (business zone) they touch."""

    def close(self) -> None:
        """Let go of the database."""


class CaseSource(ABC):
    """Staging on top of `_fetch`, which each kind of source brings. `found` is everything there
    is of the contract, readable or not."""

    # Whether `_fetch` gives no row too many.
    exact = False

    def __init__(
        self,
        con: duckdb.DuckDBPyConnection,
        definitions: Definitions,
        layouts: Mapping[str, Layout],
        found: Found,
    ) -> None:
        self.found = found
        self._con = con
        self._definitions = definitions
        self._layouts = dict(layouts)

    @property
    def tables(self) -> frozenset[str]:
        return frozenset(self._layouts)

    def columns(self, table: str) -> frozenset[str]:
        return frozenset(self._layouts[table].columns)

    @abstractmethod
    def count(self, table: str) -> int: ...

    @abstractmethod
    def close(self) -> None: ...

    @abstractmethod
    def _fetch(self, table: str, names: Sequence[str], restriction: Restriction, into: str) -> None:
        """Make the TEMP TABLE or VIEW `into` with the columns `names` (those that the source lacks
        are NULL) and `inside` (TRUE) of at least the rows that the restriction wants."""

    def indexed(self, table: str) -> frozenset[str] | None:
        """Canonical columns with which an index begins; None where indexes are of no use."""
        return None

    def stage(self, table: str, restriction: Restriction, into: str) -> None:
        self._stage(table, list(TABLES[table].by_name), restriction, into)

    def watermark(self, table: str, since: datetime | None = None) -> datetime | None:
        if "updated_at" not in self.columns(table):
            return None
        self._fetch_stamps(table, since, "source_stamps")
        kind = self._layouts[table].type_of("updated_at")
        credible = stamp(identifier("updated_at"), kind, self._definitions)
        row = self._con.execute(f"SELECT max({credible}) FROM source_stamps").fetchone()
        forget(self._con, "source_stamps")
        return row[0] if row else None

    def _fetch_stamps(self, table: str, since: datetime | None, into: str) -> None:
        """Fetch `updated_at` of rows among which the newest surely is, if any is newer."""
        wanted_rows = ChangedSince(since) if since else Everything()
        self._fetch(table, ["updated_at"], wanted_rows, into)

    def changed_cases(self, table: str, since: datetime, into: str) -> None:
        layout, main = self._layouts[table], moment_column(TABLES[table])
        of_cases = ["case_id"] if "case_id" in TABLES[table].by_name else []
        names = [*layout.table.key, *of_cases, "updated_at", *([main.name] if main else [])]
        known = [name for name in dict.fromkeys(names) if name in TABLES[table].by_name]
        self._stage(table, known, ChangedSince(since), "source_changed")
        key = " || ' | ' || ".join(self._as_text(table, name) for name in layout.table.key)
        case_id = self._as_text(table, "case_id") if of_cases else "CAST(NULL AS VARCHAR)"
        at = "CAST(NULL AS TIMESTAMP)"
        if main:
            zone = self._definitions.business_zone
            kind = self._layouts[table].type_of(main.name)
            at = moment(identifier(main.name), kind, self._definitions, zone)
        self._con.execute(
            f"CREATE OR REPLACE TEMP TABLE {identifier(into)} AS"
            f" SELECT {key} AS key, {case_id} AS case_id, {at} AS moment FROM source_changed"
        )
        forget(self._con, "source_changed")

    def _stage(self, table: str, names: Sequence[str], restriction: Restriction, into: str) -> None:
        layout = self._layouts[table]
        restriction = self._applicable(layout, restriction)
        self._fetch(table, names, restriction, into)
        if not self.exact and not isinstance(restriction, Everything):
            inside = self._condition(layout, restriction)
            self._con.execute(f"DELETE FROM {identifier(into)} WHERE ({inside}) IS NOT TRUE")
        if self._others_may_share_keys(layout, restriction):
            self._add_others(layout, names, restriction, into)

    def _condition(self, layout: Layout, restriction: Restriction) -> str:
        return wanted.condition(self._con, layout, restriction, self._definitions)

    def _applicable(self, layout: Layout, restriction: Restriction) -> Restriction:
        """Everything, where the table lacks the column that the restriction asks about."""
        match restriction:
            case ChangedSince() if "updated_at" not in layout.columns:
                return Everything()
            case OfCases() if "case_id" not in layout.columns:
                return Everything()
        return restriction

    def _others_may_share_keys(self, layout: Layout, restriction: Restriction) -> bool:
        """Rows of one case, of one day or with one key lie inside together."""
        match restriction:
            case Everything() | WithKeys():
                return False
            case OfCases():
                together = "case_id" in layout.table.key
            case OnDays(_, name):
                together = name in layout.table.key and layout.table.by_name[name].kind == "date"
            case _:
                together = False
        return not (together or layout.unique)

    def _add_others(
        self, layout: Layout, names: Sequence[str], restriction: Restriction, into: str
    ) -> None:
        """Add the rows outside that share the text part of a key with a row inside."""
        keys = self._repeating(layout, restriction, into)
        if not keys:
            return
        self._fetch(layout.table.name, names, WithKeys(keys), "source_others")
        listed = ", ".join(identifier(name) for name in names)
        has_key = self._condition(layout, WithKeys(keys))
        inside = self._condition(layout, restriction)
        self._con.execute(
            f"INSERT INTO {identifier(into)} ({listed}, inside) SELECT {listed}, FALSE"
            f" FROM source_others WHERE ({has_key}) AND ({inside}) IS NOT TRUE"
        )
        forget(self._con, "source_others")

    def _repeating(self, layout: Layout, restriction: Restriction, into: str) -> list[str]:
        """Text parts of the keys inside that other rows may have too; kinds of source that can find
        out which really repeat, do."""
        part = self._as_text(layout.table.name, layout.key_part)
        rows = self._con.execute(f"SELECT DISTINCT {part} FROM {identifier(into)}").fetchall()
        return [key for (key,) in rows if key is not None]

    def _as_text(self, table: str, name: str) -> str:
        return as_text(identifier(name), self._layouts[table].type_of(name))


def select_list(layout: Layout, expressions: Mapping[str, str]) -> str:
    """The columns of a staged table: names with their expressions, the marks after them."""
    listed = [f"{sql} AS {identifier(name)}" for name, sql in expressions.items()]
    marks = ["TRUE AS inside", *(["TRUE AS keys_are_unique"] if layout.unique else [])]
    return ", ".join((*listed, *marks))
