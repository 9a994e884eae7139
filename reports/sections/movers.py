"""Why it moved: the slices behind the change in money, and rates against mix behind the rates."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from charts import Language
from queries import DIMENSIONS, Figure, Question
from queries.figures import Key
from reports import cells, tables
from reports.frozen import Frozen
from reports.parts import Cell, Column, Section, Table
from reports.spans import Covered, titled
from reports.why import SPLITS, Reasons, reasons

QUOTIENTS = ("recovery_rate", "promise_kept_rate")
METRICS_SPLIT = ("collected", *QUOTIENTS)
# Slices named per dimension: those that moved most.
LARGEST = 3


def questions(covered: Covered, _as_of: date) -> dict[str, Question]:
    return {
        "product_now": Question(METRICS_SPLIT, covered.period, ("product",)),
        "product_before": Question(METRICS_SPLIT, covered.before, ("product",)),
    }


def tell(frozen: Frozen, language: Language) -> Section | None:
    t = language.t
    blocks = [one for one in (_money(frozen, language), _rates(frozen, language)) if one]
    return Section("movers", t("Why it moved"), t("Why it moved"), blocks) if blocks else None


def _money(frozen: Frozen, language: Language) -> Table | None:
    now, before = frozen.figure("now", "collected"), frozen.figure("before", "collected")
    if now.value is None or before.value is None:
        return None
    t, said = language.t, frozen.covered.said(language)
    columns = [
        Column(t("Split by"), "text"),
        Column(t("Slice"), "text"),
        Column(titled(said.this), "money"),
        Column(titled(said.last), "money"),
        Column(t("Change"), "share"),
        Column(t("Difference"), "money"),
    ]
    rows = [row for split in SPLITS for row in _slices(frozen, language, split)]
    rows.append([cells.name(t("Total")), Cell("", ""), *_values(language, now, before)])
    title = t("Collected: where the change came from")
    note = t("The {count} slices of each split that moved most.", count=LARGEST)
    if frozen.keys("agent_now"):
        note += language.after(t("They say where the change lies, not through whom."))
    return Table("moved_money", title, columns, rows, note, totals=1) if len(rows) > 1 else None


def _slices(frozen: Frozen, language: Language, split: str) -> list[list[Cell]]:
    whole = [frozen.figure(name, "collected") for name in ("now", "before")]
    keys = dict.fromkeys([*frozen.keys(f"{split}_now"), *frozen.keys(f"{split}_before")])
    if len(keys) < 2:
        return []
    pairs: list[tuple[Key, Figure, Figure]] = [
        (
            key,
            cells.counted(frozen.figure(f"{split}_now", "collected", key), whole[0]),
            cells.counted(frozen.figure(f"{split}_before", "collected", key), whole[1]),
        )
        for key in keys
    ]
    moved = sorted(pairs, key=lambda pair: (-abs(cells.moved(*pair[1:])), str(pair[0])))
    return [
        [
            cells.name(language.words(DIMENSIONS[split])),
            cells.name(tables.label(frozen, language, split, key)),
            *_values(language, now, before),
        ]
        for key, now, before in moved[:LARGEST]
        if cells.moved(now, before)
    ]


def _values(language: Language, now: Figure, before: Figure) -> list[Cell]:
    difference = cells.moved(now, before)
    return [
        cells.of(language, now),
        cells.of(language, before),
        cells.change(language, now, before),
        Cell(cells.signed_money(language, difference), difference, "money"),
    ]


def _rates(frozen: Frozen, language: Language) -> Table | None:
    t = language.t
    found = [
        (metric, one)
        for metric in frozen.known(QUOTIENTS)
        for split in SPLITS
        if (one := reasons(frozen, metric, split))
    ]
    if not found:
        return None
    columns = [
        Column(t("Figure"), "text"),
        Column(t("Split by"), "text"),
        Column(t("From the rates"), "points"),
        Column(t("From the mix"), "points"),
        Column(t("Together"), "points"),
        Column(t("Largest part"), "text"),
    ]
    rows = [_row(frozen, language, metric, one) for metric, one in found]
    note = t(
        "Rates: slices did better or worse than {last}. Mix: better or worse slices weigh more."
        " Both add up to the change.",
        last=frozen.covered.said(language).last,
    )
    title = t("Rates and mix: what moved the shares, in percentage points")
    return Table("moved_rates", title, columns, rows, note)


def _row(frozen: Frozen, language: Language, metric: str, found: Reasons) -> list[Cell]:
    largest = found.largest
    label = tables.label(frozen, language, found.dimension, largest.value)
    parts: Sequence[Decimal] = (found.rate, found.mix, found.total)
    return [
        cells.name(cells.column(language, metric).title),
        cells.name(language.words(DIMENSIONS[found.dimension])),
        *(Cell(cells.points(language, part), part, "points") for part in parts),
        cells.name(
            language.t(
                "{slice}: {points}", slice=label, points=cells.points(language, largest.total)
            )
        ),
    ]
