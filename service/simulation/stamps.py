"""When a row last changed. Never in the future: an edit that would be has not happened yet."""

import numpy as np

from service.simulation.chance import Array, Rng, happens
from service.simulation.plan import DAY, Plan


def edited(rng: Rng, plan: Plan, written: Array, share: float) -> Array:
    """Most rows stay as written, a share is corrected hours or days later."""
    size = len(written)
    written = np.minimum(written, plan.end)
    wait = np.where(
        happens(rng, 0.6, size),
        rng.exponential(3 * 3600, size),
        rng.exponential(4 * DAY, size),
    )
    later = written + 60 + wait.astype(np.int64)
    result: Array = np.where(happens(rng, share, size) & (later <= plan.end), later, written)
    return result


def in_time(plan: Plan, wanted: Array, otherwise: Array) -> Array:
    """`wanted` where it has already come, else `otherwise` (which has)."""
    result: Array = np.where(wanted <= plan.end, wanted, np.minimum(otherwise, plan.end))
    return result
