"""From the options of `arrears figures` to questions."""

from collections.abc import Iterable, Sequence
from datetime import date, timedelta

from queries import DIMENSIONS, METRICS, Period, Question, UserError
from queries.period import GRAINS, floor
from service.settings import near

WEEKS = 13


def split_names(texts: Iterable[str]) -> tuple[str, ...]:
    """("a,b", "c") → ("a", "b", "c"), each once, in order."""
    names = (name.strip() for text in texts for name in text.split(","))
    return tuple(dict.fromkeys(name for name in names if name))


def known(kind: str, names: Sequence[str], among: Iterable[str]) -> None:
    """Raise UserError for the first of `names` that is not among the known ones."""
    listed = list(among)
    for name in names:
        if name not in listed:
            raise UserError(
                f"Unknown {kind} {name!r}{near(name, listed)}.",
                "one of " + ", ".join(listed),
                "`arrears figures --list` says what each of them means",
            )


def period_of(first: date | None, last: date | None, as_of: date) -> Period:
    """The days from `first` to `last`, both included.

    Without `last` it is the as-of day, without `first` 13 weeks end with `last`; without both it
    is the last 13 whole weeks.
    """
    if first is None and last is None:
        end = floor(as_of + timedelta(days=1), "week")
        return Period(end - timedelta(weeks=WEEKS), end)
    end = (last or as_of) + timedelta(days=1)
    return Period(first or end - timedelta(weeks=WEEKS), end)


def limits(texts: Iterable[str]) -> dict[str, tuple[str, ...]]:
    """("team=T1", "product=card,loan") → {"team": ("T1",), "product": ("card", "loan")}."""
    where: dict[str, tuple[str, ...]] = {}
    for text in texts:
        name, equals, values = text.partition("=")
        name = name.strip()
        if not equals:
            raise UserError(f"--where {text} has no “=”.", "a limit such as team=T1,T2")
        known("dimension", [name], DIMENSIONS)
        where[name] = (*where.get(name, ()), *_values(values))
    return where


def _values(text: str) -> tuple[str, ...]:
    # An empty value is a value: agent= limits to what no agent did.
    return tuple(value.strip() for value in text.split(","))


def questions(
    metrics: Iterable[str], by: Iterable[str], where: Iterable[str], period: Period
) -> list[Question]:
    """One question for each metric, so that curves and sums can be asked for together."""
    names, split, slices = split_names(metrics), split_names(by), limits(where)
    if not names:
        raise UserError("--metric names no metric.", "names such as collected,recovery_rate")
    known("metric", names, METRICS)
    known("dimension", split, (*GRAINS, *DIMENSIONS))
    return [Question((name,), period, split, slices) for name in names]
