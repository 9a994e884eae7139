"""How current and how complete the figures are, and what the words mean."""

from datetime import date, timedelta
from zoneinfo import ZoneInfo

from charts import Language
from queries import METRICS, Question
from queries.desk.editions import WAITED_IN_VAIN
from reports import cells
from reports.frozen import Aside, Frozen
from reports.parts import Block, Cell, Column, Note, Section, Table
from reports.sections.headline import BESIDES, HEADLINE
from reports.spans import Covered

REASONS = {
    "repeated_key": "a newer row has the same key",
    "no_key": "no key",
    "no_date": "no date, or one that cannot be read",
    "date_too_early": "a date before 1990",
    "date_in_future": "a date in the future",
    "no_number": "an amount that is no number",
    "unknown_code": "a code outside the contract",
    "unknown_case": "a case that does not exist",
}
# What an order may note, and every reader of the report is to know.
NOTES = (WAITED_IN_VAIN,)


def questions(_covered: Covered, _as_of: date) -> dict[str, Question]:
    return {}


def tell(frozen: Frozen, language: Language) -> Section:
    blocks: list[Block] = [Note(text, alert=True) for text in warnings(frozen, language)]
    blocks += [Note(text) for text in _late(frozen, language)]
    blocks.append(_freshness(frozen, language))
    if frozen.aside:
        blocks += [_aside_by_table(frozen, language), _aside(frozen, language)]
    elif frozen.freshness.set_aside:
        blocks.append(
            Note(language.t("Which rows were set aside is told to those who see all figures."))
        )
    else:
        blocks.append(Note(language.t("No row was set aside.")))
    missing = absent(frozen, language)
    if missing:
        blocks.append(Note(missing))
    t = language.t
    return Section("data_note", t("Data note"), t("Data note"), blocks)


def warnings(frozen: Frozen, language: Language) -> list[str]:
    """Why the figures are not final or not current; empty when they are."""
    t = language.t
    found = []
    if frozen.incomplete:
        found.append(
            t(
                "Provisional: the figures reach to {as_of}, the period ends on {last}.",
                as_of=language.date(frozen.freshness.as_of),
                last=language.date(frozen.period.last),
            )
        )
    if frozen.freshness.stale:
        found.append(
            t(
                "Stale: nothing has changed in the case database for more than {hours} hours.",
                hours=frozen.definitions.stale_after_hours,
            )
        )
    if frozen.about.note:
        found.append(t(frozen.about.note))
    return found


def _late(frozen: Frozen, language: Language) -> list[str]:
    """Which figures will still change, and until when."""
    t = language.t
    late = [
        metric
        for metric in frozen.known((*HEADLINE, *BESIDES))
        if frozen.figure("now", metric).provisional
    ]
    if not late:
        return [t("All figures of the period are final.")]
    titles = language.listed([language.words(METRICS[metric].title) for metric in late])
    text = t("Not final yet: {titles}.", titles=titles)
    if any(metric.startswith("promise") for metric in late):
        until = frozen.period.last + timedelta(days=frozen.definitions.grace_days)
        text += language.after(
            t(
                "Promises due {this} can still be kept until {day}.",
                this=frozen.covered.said(language).at_this,
                day=language.date(until),
            )
        )
    return [text]


def _freshness(frozen: Frozen, language: Language) -> Table:
    t, fresh = language.t, frozen.freshness
    zone = ZoneInfo(frozen.definitions.business_zone)
    watermark = t("not known")
    if fresh.watermark:
        source = fresh.watermark.replace(tzinfo=ZoneInfo(frozen.definitions.source_zone))
        watermark = language.moment(source.astimezone(zone))
    lines = (
        (t("Figures cover whole days up to"), language.date(fresh.as_of)),
        (t("Newest change in the case database"), watermark),
        (t("Figures made at"), language.moment(fresh.refreshed_at.astimezone(zone))),
        (t("Generation of the figures"), str(fresh.generation)),
        (t("Business time zone"), frozen.definitions.business_zone),
        (t("Currency"), frozen.definitions.currency),
        (t("Rows counted"), language.count(fresh.counted)),
        (t("Rows set aside"), language.count(fresh.set_aside)),
        (t("Edition"), frozen.code),
    )
    rows = [[cells.name(title), Cell(text, text, "text")] for title, text in lines]
    columns = [Column(t("What"), "text"), Column(t("State"), "text")]
    return Table("freshness", t("Where these figures come from"), columns, rows)


def _aside_by_table(frozen: Frozen, language: Language) -> Table:
    """One line per table, short enough for paper; examples of keys are in the workbook."""
    t = language.t
    by_table: dict[str, list[Aside]] = {}
    for one in frozen.aside:
        by_table.setdefault(one.table, []).append(one)
    rows = [
        [
            cells.name(language.t(table)),
            cells.number(language, sum(one.rows for one in group)),
            cells.name(language.listed([_reason(language, one) for one in group])),
        ]
        for table, group in by_table.items()
    ]
    columns = [Column(t("Table"), "text"), Column(t("Rows"), "count"), Column(t("Reason"), "text")]
    note = t(
        "Counted and set aside together are all rows of the case database. The workbook gives"
        " examples of keys."
    )
    return Table("aside_tables", t("Rows set aside and not counted"), columns, rows, note)


def _reason(language: Language, one: Aside) -> str:
    reason = language.t(REASONS.get(one.reason, one.reason))
    return language.t("{reason} ({rows})", reason=reason, rows=language.count(one.rows))


def _aside(frozen: Frozen, language: Language) -> Table:
    t = language.t
    columns = [
        Column(t("Table"), "text"),
        Column(t("Reason"), "text"),
        Column(t("Rows"), "count"),
        Column(t("Examples of keys"), "text"),
    ]
    rows = [_aside_row(language, row) for row in frozen.aside]
    title = t("Rows set aside, with examples")
    return Table("aside", title, columns, rows, on_paper=False)


def _aside_row(language: Language, row: Aside) -> list[Cell]:
    return [
        cells.name(language.t(row.table)),
        cells.name(language.t(REASONS.get(row.reason, row.reason))),
        cells.number(language, row.rows),
        cells.name(", ".join(row.examples)),
    ]


def absent(frozen: Frozen, language: Language) -> str:
    """The line that names what the source cannot give."""
    lacking = [metric for metric in (*HEADLINE, *BESIDES) if not frozen.has(metric)]
    if not lacking:
        return ""
    tables = sorted({table for metric in lacking for table in METRICS[metric].needs})
    titles = language.listed([language.words(METRICS[metric].title) for metric in lacking])
    return language.t(
        "Left out, because the case database has no rows in {tables}: {titles}.",
        tables=language.listed([language.t(table) for table in tables]),
        titles=titles,
    )
