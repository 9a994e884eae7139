"""Facts: what happened, attributed to the owner, bucket and stage of its day, one SQL file each.

Every file is one SELECT over the ledger (the cleaned rows of the case database, keyed by a number
per case) for the cases in the table `scope`. It is a pure function of those rows, so recomputing a
case gives the same facts whether one row changed or all did. The definitions come in as macros and
variables (queries/store/rules.py); nothing depends on the clock.
"""

from importlib.resources import files


def sql(name: str) -> str:
    """The SELECT of one fact, from the file of the same name."""
    return (files(__name__) / f"{name}.sql").read_text(encoding="utf-8")
