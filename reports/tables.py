"""The two shapes of table that most sections share: compared with earlier, and split by a
dimension."""

from collections.abc import Sequence

from charts import Language
from queries import DIMENSIONS, METRICS, Figure
from queries.figures import Key
from reports import cells
from reports.frozen import Frozen
from reports.parts import Cell, Column, Table
from reports.spans import titled


def compared(
    frozen: Frozen, language: Language, key: str, title: str, metrics: Sequence[str]
) -> Table:
    """One row per metric: this period, the one before, the same a year ago, and the changes."""
    t, said = language.t, frozen.covered.said(language)
    columns = [
        Column(t("Figure"), "text"),
        Column(titled(said.this), "count"),
        Column(titled(said.last), "count"),
        Column(t("Change on {last}", last=said.last), "share"),
        Column(titled(said.year), "count"),
        Column(t("Change on last year"), "share"),
        Column("n", "count"),
    ]
    rows = [_compared_row(frozen, language, metric) for metric in frozen.known(metrics)]
    return Table(key, title, columns, rows)


def _compared_row(frozen: Frozen, language: Language, metric: str) -> list[Cell]:
    now, before, year_ago = (
        frozen.figure(question, metric) for question in ("now", "before", "year_ago")
    )
    return [
        cells.name(language.words(METRICS[metric].title)),
        cells.of(language, now),
        cells.of(language, before),
        _moved(language, now, before),
        cells.of(language, year_ago),
        _moved(language, now, year_ago),
        cells.number(language, now.n) if now.n is not None else Cell("", None, "count"),
    ]


def _moved(language: Language, now: Figure, before: Figure) -> Cell:
    """No change is shown from a whole span to a sum that is still growing."""
    growing = now.provisional and not METRICS[now.metric].denominator
    return Cell(language.t("not final")) if growing else cells.change(language, now, before)


def split(
    frozen: Frozen,
    language: Language,
    question: str,
    dimension: str,
    metrics: Sequence[str],
    *,
    values: Sequence[Key],
    total: str = "",
) -> tuple[list[Column], list[list[Cell]]]:
    """Columns and rows of `metrics` by one dimension. `total` names the question of the last row,
    which is asked for and never added up: rates and distinct counts cannot be added."""
    known = frozen.known(metrics)
    titles = [cells.column(language, metric) for metric in known]
    rows = [
        [
            cells.name(label(frozen, language, dimension, value)),
            *(
                cells.of(language, _part(frozen, question, metric, value, total))
                for metric in known
            ),
        ]
        for value in values
    ]
    if total:
        whole = [cells.of(language, frozen.figure(total, metric)) for metric in known]
        rows.append([cells.name(language.t("Total")), *whole])
    return [Column(_dimension(language, dimension), "text"), *titles], rows


def _part(frozen: Frozen, question: str, metric: str, value: Key, total: str) -> Figure:
    part = frozen.figure(question, metric, value)
    return cells.counted(part, frozen.figure(total, metric)) if total else part


def label(frozen: Frozen, language: Language, dimension: str, value: Key) -> str:
    """What a value is called: codes are translated, names of the organisation pass through."""
    if dimension == "bucket":
        return language.bucket(str(value), frozen.definitions.bucket_edges)
    return language.member(dimension, value, frozen.label(dimension, value))


def ordered(frozen: Frozen, question: str, dimension: str) -> list[Key]:
    """The values that the answer holds, in the order of the dimension's members."""
    order = {value: place for place, value in enumerate(frozen.members.get(dimension, {}))}
    found = frozen.keys(question)
    return sorted(found, key=lambda value: order.get(str(value), len(order)))


def by_name(
    frozen: Frozen, language: Language, question: str, dimension: str, position: int = 0
) -> list[Key]:
    """The values that the answer holds, in the order of what they are called; what has no name, as
    what nobody did, stands last."""
    found = frozen.keys(question, position)
    return sorted(
        found,
        key=lambda key: (key in ("", None), label(frozen, language, dimension, key), str(key)),
    )


def _dimension(language: Language, dimension: str) -> str:
    return language.words(DIMENSIONS[dimension])
