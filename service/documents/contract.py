"""docs/contract.md, from the tables that queries/contract.py declares."""

from queries.contract import TABLES, Column, Table
from service.documents.markdown import code, page, table

INTRODUCTION = """\
These are the tables and columns that Arrears relies on. Map them to those of your own database in
`source.tables` of the configuration ([settings.md](settings.md)); `arrears check` then lists every
difference at once. A table marked ★ is required; without one of the others the figures that need
it are hidden. A column that is not required may be missing or empty.

An incremental refresh reads the rows whose `updated_at` is newer than the last one; where a table
has no `updated_at` it reads the whole table. An index on `updated_at` and on `case_id` keeps it
quick. It says nothing of what happened: a row whose `updated_at` is empty, unreadable or before
1990 counts like any other, and every refresh reads it again. Any other date that is unreadable or
before 1990 sets its row aside.

Amounts are in major units (12.34). A timestamp without a zone is in `figures.source_zone`.
"""

KINDS = {
    "text": "text",
    "date": "day",
    "timestamp": "moment",
    "money": "amount",
    "integer": "whole number",
    "number": "number",
    "code": "code",
    "flag": "true or false",
}


def contract_page() -> str:
    """docs/contract.md."""
    tables = [_table(one) for one in TABLES.values()]
    return page("The contract with the case database", INTRODUCTION.strip(), *tables)


def _table(one: Table) -> str:
    heading = f"## {one.name}{' ★' if one.required else ''}"
    key = f"Key: {', '.join(code(name) for name in one.key)}."
    about = f"{one.help[:1].upper()}{one.help[1:]}. {key}" if one.help else key
    rows = [_row(column) for column in one.columns]
    return f"{heading}\n\n{about}\n\n{table(('column', 'kind', 'required', 'meaning'), rows)}"


def _row(column: Column) -> tuple[str, str, str, str]:
    meaning = ", ".join(code(value) for value in column.codes) or column.help
    if column.moment:
        meaning = f"{meaning}; not in the future" if meaning else "not in the future"
    return code(column.name), KINDS[column.kind], "" if column.optional else "yes", meaning
