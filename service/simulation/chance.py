"""Drawing many things at once: weighted choices, ranks within groups, days moved to other days."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[Any]
Rng = np.random.Generator


def choose(rng: Rng, weights: Sequence[float] | Array, size: int) -> Array:
    """`size` positions into `weights`, each as likely as its weight."""
    steps = np.cumsum(np.asarray(weights, dtype=float))
    return np.searchsorted(steps, rng.random(size) * steps[-1], side="right").astype(np.int16)


def choose_rows(rng: Rng, weights: Array) -> Array:
    """One column for each row of `weights`, as likely as its weight within the row."""
    steps = np.cumsum(weights, axis=1, dtype=np.float32)
    aim = rng.random(len(weights), dtype=np.float32) * steps[:, -1]
    # Rounding may put the aim on the last step itself, which would be one column too far.
    found = (steps <= aim[:, None]).sum(axis=1)
    return np.minimum(found, weights.shape[1] - 1).astype(np.int16)


def happens(rng: Rng, probability: float | Array, size: int) -> Array:
    """True as often as `probability` says (one for all, or one for each)."""
    result: Array = rng.random(size) < probability
    return result


def ranks(counts: Array) -> Array:
    """0, 1, 2, … within each group, for groups of these sizes laid end to end."""
    counts = np.asarray(counts, dtype=np.int64)
    first = np.cumsum(counts) - counts
    result: Array = np.arange(counts.sum()) - np.repeat(first, counts)
    return result


def round_off(rng: Rng, expected: Array) -> Array:
    """Whole numbers whose mean is `expected`: 2.3 is 2 in 7 of 10 cases and 3 in the others."""
    return np.floor(expected + rng.random(len(expected))).astype(np.int64)


def logistic(x: Array) -> Array:
    """Log odds → probability."""
    result: Array = 1 / (1 + np.exp(-x))
    return result
