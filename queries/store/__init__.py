"""The metrics store: ledger, facts and daily sums of one generation, and how the next is made."""

from queries.store.refresh import RefreshReport, reconcile, refresh

__all__ = ["RefreshReport", "reconcile", "refresh"]
