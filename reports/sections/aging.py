"""Aging: the open cases by days past due, and those that nobody has touched."""

from datetime import date
from decimal import Decimal

from charts import Language
from queries import METRICS, Figure, Question
from reports import cells, drawn, tables
from reports.frozen import Frozen
from reports.parts import Block, Cell, Column, Drawing, Picture, Section, Table
from reports.spans import Covered

STOCK = ("open_cases", "open_balance")
UNTOUCHED = ("untouched_7d", "untouched_14d", "untouched_30d")
BY_BUCKET = (*STOCK, *UNTOUCHED, "collected", "recovery_rate", "promise_kept_rate")


def questions(covered: Covered, _as_of: date) -> dict[str, Question]:
    return {
        "bucket_now": Question(BY_BUCKET, covered.period, ("bucket",)),
        "bucket_before": Question(BY_BUCKET, covered.before, ("bucket",)),
        over_time(covered): Question(("open_balance",), covered.trend, (covered.grain, "bucket")),
    }


def over_time(covered: Covered) -> str:
    """The name of the question for the balance of each bucket, span by span."""
    return f"bucket_{covered.kind.many}"


def tell(frozen: Frozen, language: Language) -> Section:
    t, covered = language.t, frozen.covered
    title = t("Open balance by bucket, {each}", each=t(covered.kind.each))
    weeks = _weeks(frozen, language, title)
    buckets = frozen.definitions.buckets
    blocks: list[Block] = [
        _stock(frozen, language),
        Picture(
            "aging",
            drawn.stock_over_time(frozen, language, title, over_time(covered)),
            height=60,
            drawing=Drawing("stacked", weeks.key, range(1, len(buckets) + 1)),
        ),
    ]
    untouched = frozen.known(UNTOUCHED)
    if untouched:
        columns, rows = tables.split(
            frozen, language, "bucket_now", "bucket", ("open_cases", *untouched),
            values=buckets, total="now",
        )  # fmt: skip
        shares = [part(language, row[2], row[1]) for row in rows]
        blocks.append(
            Table(
                "untouched",
                t("Open cases without an attempt for a week or longer"),
                [*columns, Column(t("Share of cases for 7 days"), "share")],
                [[*row, share] for row, share in zip(rows, shares, strict=True)],
                totals=1,
            )
        )
    return Section("aging", t("Aging"), t("Aging"), [*blocks, weeks])


def _stock(frozen: Frozen, language: Language) -> Table:
    t = language.t
    columns = [
        Column(t("Bucket"), "text"),
        *(
            column
            for metric, share, change in (
                ("open_cases", t("Share of cases"), t("Change in cases")),
                ("open_balance", t("Share of balance"), t("Change in balance")),
            )
            for column in (
                cells.column(language, metric),
                Column(share, "share"),
                Column(change, "share"),
            )
        ),
    ]
    rows = [_stock_row(frozen, language, bucket) for bucket in (*frozen.definitions.buckets, None)]
    return Table(
        "stock",
        t("Open cases by days past due"),
        columns,
        rows,
        t("Changes are on {last}.", last=frozen.covered.said(language).last),
        totals=1,
    )


def _stock_row(frozen: Frozen, language: Language, bucket: str | None) -> list[Cell]:
    name = tables.label(frozen, language, "bucket", bucket) if bucket else language.t("Total")
    row = [cells.name(name)]
    for metric in STOCK:
        whole = frozen.figure("now", metric)
        now, before = whole, frozen.figure("before", metric)
        if bucket:
            before = cells.counted(frozen.figure("bucket_before", metric, bucket), before)
            now = cells.counted(frozen.figure("bucket_now", metric, bucket), whole)
        row += [cells.of(language, now), _share(language, now, whole)]
        row.append(cells.change(language, now, before))
    return row


def _share(language: Language, some: Figure, whole: Figure) -> Cell:
    return part(language, cells.of(language, some), cells.of(language, whole))


def part(language: Language, some: Cell, whole: Cell) -> Cell:
    """One cell as a share of another."""
    if not isinstance(some.value, int | Decimal) or not isinstance(whole.value, int | Decimal):
        return Cell(cells.NOTHING, None, "share")
    if not whole.value:
        return Cell(cells.NOTHING, None, "share")
    share = Decimal(some.value) / Decimal(whole.value)
    return Cell(language.share(share), share, "share")


def _weeks(frozen: Frozen, language: Language, title: str) -> Table:
    buckets, covered = frozen.definitions.buckets, frozen.covered
    question = over_time(covered)
    columns = [Column(covered.column(language), "date")]
    columns += [Column(bucket, METRICS["open_balance"].unit) for bucket in buckets]
    rows = [
        [
            cells.day(covered.place(language, week), week),
            *(
                cells.of(language, frozen.figure(question, "open_balance", week, bucket))
                for bucket in buckets
            ),
        ]
        for week in frozen.spans(question)
    ]
    return Table("stock_weeks", title, columns, rows, on_paper=False)
