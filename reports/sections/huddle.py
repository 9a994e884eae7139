"""The whole of a huddle sheet below its sentences: what is to be done today, team by team, or agent
by agent where the sheet is of one team. What does not fit on its one page is in its workbook."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date

from charts import Language
from charts.bars import clipped
from queries import METRICS, Question
from queries.figures import Key
from queries.targets.progress import Progress
from queries.targets.words import needed
from reports import cells, drawn, scopes, tables
from reports.frozen import Frozen
from reports.parts import Block, Cell, Column, Drawing, Note, Picture, Section, Table
from reports.sections import data_note, due, targets
from reports.sections.headline import lines
from reports.sections.promises import PENDING
from reports.spans import Covered, titled

SHOWN = ("collected", "untouched_7d", "untouched_30d")
# Millimetres of the page: what a table and the pictures have together, and what narrows that.
ROOM, ROW, LINE, WARNING, AIMS = 104, 5, 4, 9, 10
# Half-widths of a line.
LINE_LETTERS = 105
PICTURES, LOWEST, HIGHEST = 16, 24, 46
# Half-widths of a name.
LONGEST = 24


def questions(covered: Covered, as_of: date) -> dict[str, Question]:
    today = due.today(covered)
    found = {"due_today": Question(PENDING, today)}
    for unit in ("team", "agent"):
        found[f"{unit}_now"] = Question((*SHOWN, "open_cases"), covered.period, (unit,))
        found[f"{unit}_due"] = Question(PENDING, today, (unit,))
    asked = due.questions(covered, as_of)
    return {**found, **{name: asked[name] for name in ("due_past", "due_days")}}


def tell(frozen: Frozen, language: Language) -> Section:
    t = language.t
    unit = "team" if len(_working(frozen, language, "team")) > 1 else "agent"
    units = _working(frozen, language, unit)
    absent = data_note.absent(frozen, language)
    room = _room(frozen, language, absent)
    named = _largest(frozen, unit, units, room // ROW - 1)
    blocks: list[Block] = [*_pictures(frozen, language, room - ROW * (len(named) + 1))]
    if units:
        short, whole = (
            _table(frozen, language, unit, named, LONGEST),
            _table(frozen, language, unit, units, None),
        )
        blocks.append(short)
        if short.rows != whole.rows:
            blocks.append(replace(whole, key="today_whole", on_paper=False))
        if len(named) < len(units):
            blocks.append(
                Note(
                    language.n(
                        "{count} more with fewer open cases is in the workbook.",
                        "{count} more with fewer open cases are in the workbook.",
                        len(units) - len(named),
                    )
                )
            )
    if absent:
        blocks.append(Note(absent))
    return Section("huddle", t("Today"), t("Today"), blocks)


def _room(frozen: Frozen, language: Language, absent: str) -> int:
    """What the page has left for the table and the pictures beside what else it has to say."""
    told = (
        language.sentences(data_note.warnings(frozen, language)),
        scopes.correction(frozen.about, language),
        absent,
    )
    letters = (len(text) * (2 if language.chinese else 1) for text in told if text)
    notes = sum(WARNING + LINE * (count // LINE_LETTERS) for count in letters)
    return ROOM - notes - AIMS * bool(frozen.standings.stood)


def _working(frozen: Frozen, language: Language, unit: str) -> list[Key]:
    """Those with anything to see or to do, in the order of names for agents."""
    question = f"{unit}_now"
    found = (
        tables.by_name(frozen, language, question, unit)
        if unit == "agent"
        else tables.ordered(frozen, question, unit)
    )
    metrics = (*SHOWN, "open_cases")
    return [
        key
        for key in found
        if any(frozen.figure(question, metric, key).value for metric in metrics)
        or frozen.figure(f"{unit}_due", PENDING[0], key).value
    ]


def _largest(frozen: Frozen, unit: str, units: Sequence[Key], most: int) -> list[Key]:
    """Those with the most open cases, as many as there is room for, in their own order."""

    def cases(key: Key) -> tuple[int, str]:
        return -(frozen.figure(f"{unit}_now", "open_cases", key).numerator or 0), str(key)

    kept = set(sorted(units, key=cases)[:most])
    return [key for key in units if key in kept]


def _table(
    frozen: Frozen, language: Language, unit: str, units: Sequence[Key], longest: int | None
) -> Table:
    t = language.t
    known = frozen.known(SHOWN)
    aims = _aims(frozen, unit)
    columns = [Column(t("Team") if unit == "team" else t("Agent"), "text")]
    columns += [cells.column(language, metric) for metric in known[:1]]
    if frozen.has(*PENDING):
        columns += [
            Column(t("Promises due today"), "count"), Column(t("Amount due today"), "money"),
        ]  # fmt: skip
    columns += [cells.column(language, metric) for metric in known[1:]]
    if aims:
        columns += [
            Column(t("Standing"), "text"), Column(t("Of target"), "share"),
            Column(t("To do a day"), "count"),
        ]  # fmt: skip
    rows = [_row(frozen, language, unit, key, aims.get(str(key)), longest) for key in units]
    rows.append(_row(frozen, language, unit, None, _headline(frozen, aims), longest))
    rows = [row[: len(columns)] for row in rows]
    title = t("Today by team") if unit == "team" else t("Today by agent")
    return Table("today", title, columns, rows, _note(frozen, language, aims), totals=1)


def _row(
    frozen: Frozen,
    language: Language,
    unit: str,
    key: Key | None,
    aim: Progress | None,
    longest: int | None,
) -> list[Cell]:
    """The cells of one unit; of the whole where there is no key."""
    keys = () if key is None else (key,)
    asked, due_asked = ("now", "due_today") if key is None else (f"{unit}_now", f"{unit}_due")
    name = language.t("Total")
    if key is not None:
        name = tables.label(frozen, language, unit, key)
    money, *rest = (
        cells.of(language, cells.counted(frozen.figure(asked, metric, *keys),
                                         frozen.figure("now", metric)))
        for metric in frozen.known(SHOWN)
    )  # fmt: skip
    today = [
        cells.of(language, cells.counted(frozen.figure(due_asked, metric, *keys),
                                         frozen.figure("now", metric)))
        for metric in frozen.known(PENDING)
    ]  # fmt: skip
    return [cells.name(clipped(name, longest) if longest else name), money, *today, *rest,
            *_standing(language, aim)]  # fmt: skip


def _standing(language: Language, aim: Progress | None) -> list[Cell]:
    if aim is None:
        return [Cell("", ""), Cell("", None, "share"), Cell("", None, "count")]
    return [
        targets.standing(language, aim),
        targets.part(language, aim.attained),
        cells.value(language, aim.metric, needed(aim)),
    ]


def _aims(frozen: Frozen, unit: str) -> dict[str, Progress]:
    """By unit its target of the month: of the first metric that adds up over days, money first."""
    stood = [one for one in frozen.standings.stood if one.aim.level == unit and one.pace]
    metric = next((name for name in METRICS if any(one.aim.metric == name for one in stood)), "")
    return {one.aim.unit: one for one in stood if one.aim.metric == metric}


def _headline(frozen: Frozen, aims: dict[str, Progress]) -> Progress | None:
    """The target of the whole for the same metric."""
    metrics = {one.aim.metric for one in aims.values()}
    return frozen.standings.headline(metrics.pop()) if metrics else None


def _note(frozen: Frozen, language: Language, aims: dict[str, Progress]) -> str:
    """Which target the last columns tell of, and how long there is for it."""
    if not aims:
        return ""
    one = next(iter(aims.values()))
    span = next(span for span in frozen.standings.spans if span.grain == one.aim.grain)
    return language.n(
        "Target: {metric}, {period}. {count} working day is left; each has to bring what is to do.",
        "Target: {metric}, {period}. {count} working days are left; each has to bring what is to"
        " do.",
        span.days - span.over,
        metric=language.words(one.metric.title),
        period=language.grain(one.aim.grain, one.aim.starts_on),
    )


def _pictures(frozen: Frozen, language: Language, room: int) -> Iterator[Block]:
    """The money of the last days and what is promised for the next, where the page has room, and
    the days of both for the workbook."""
    t, question = language.t, lines(frozen.covered)
    height = min(HIGHEST, room - PICTURES)
    days = _days(frozen, language)
    if height >= LOWEST:
        title = t(
            "{figure} {by}", figure=language.words(METRICS["collected"].title), by=t("by day")
        )
        chart = drawn.over_time(frozen, language, title, ("collected",), "bars", question)
        place = Drawing("column", days.key, (1,))
        yield Picture("collected", chart, height, half=True, drawing=place, front=True)
    yield days
    if not frozen.has(*PENDING):
        return
    promised = replace(due.days(frozen, language), on_paper=False)
    if height >= LOWEST:
        yield replace(due.picture(frozen, language, promised), height=height, half=True, front=True)
    yield promised


def _days(frozen: Frozen, language: Language) -> Table:
    """The figures of the cards day by day."""
    covered = frozen.covered
    question = lines(covered)
    known = list(frozen.answers[question].question.metrics)
    columns = [Column(covered.column(language), "date")]
    columns += [cells.column(language, metric) for metric in known]
    rows = [
        [
            cells.day(covered.place(language, start), start),
            *(cells.of(language, frozen.figure(question, metric, start)) for metric in known),
        ]
        for start in frozen.spans(question)
    ]
    title = titled(language.t(covered.kind.each))
    return Table("trend", title, columns, rows, on_paper=False)
