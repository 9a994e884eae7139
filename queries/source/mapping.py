"""How an organisation's own tables become those of the contract."""

from collections.abc import Mapping
from dataclasses import dataclass, field

# Holds codes per canonical column: source code -> canonical code; "" stands for an empty value.
Codes = Mapping[str, Mapping[str, str]]


@dataclass(frozen=True)
class TableMapping:
    """Where one canonical table comes from.

    `table` names a table, view, file or folder of the source (default: the canonical name), or
    `select` is a query of the organisation's own, run inside the source. `columns` gives the source
    column of a canonical column where the names differ; `codes` translates codes.
    """

    table: str | None = None
    select: str | None = None
    columns: Mapping[str, str] = field(default_factory=dict)
    codes: Codes = field(default_factory=dict)


@dataclass(frozen=True)
class SourceSpec:
    """A case database: its URL or folder, and the mappings of the tables that need one."""

    url: str
    tables: Mapping[str, TableMapping] = field(default_factory=dict)

    def mapping(self, table: str) -> TableMapping:
        """The mapping of a canonical table; by its own names where none is given."""
        return self.tables.get(table) or TableMapping()

    def codes(self, table: str) -> Codes:
        """The code translations of a canonical table."""
        return self.mapping(table).codes
