"""The case database: opened read-only, mapped to the contract, staged into DuckDB and cleaned.

`open_source` gives a Source; its `stage` makes a temporary table of raw rows in the contract's
names, and `clean` makes of it the rows that count and those that are set aside. `differences`
compares a live database with the contract.
"""

from queries.source.check import Difference, differences
from queries.source.clean import REASONS, KnownCases, clean, moment_column
from queries.source.mapping import SourceSpec, TableMapping
from queries.source.opening import open_source
from queries.source.reaching import reach
from queries.source.restrictions import (
    ChangedSince,
    Everything,
    OfCases,
    OnDays,
    Restriction,
    WithKeys,
)
from queries.source.source import Source

__all__ = [
    "REASONS",
    "ChangedSince",
    "Difference",
    "Everything",
    "KnownCases",
    "OfCases",
    "OnDays",
    "Restriction",
    "Source",
    "SourceSpec",
    "TableMapping",
    "WithKeys",
    "clean",
    "differences",
    "moment_column",
    "open_source",
    "reach",
]
