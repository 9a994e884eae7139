"""The part of Targets for spreadsheets: take all targets of the period along, send them back, and
see everything that is wrong, row by row, before anything is saved."""

import base64
import binascii
from collections.abc import Mapping, Sequence
from urllib.parse import urlencode

from dash import html
from flask import Response

from charts import Language
from dashboard.acts import Act, Doing, Done, Fields, RefusedError, text_of, whole_of
from dashboard.components.form import act_form, entry, hidden, labelled, send
from dashboard.pages.page import Panel, View
from dashboard.pages.targets.acts import Wish, save
from dashboard.pages.targets.look import Look, look_of, units_of
from dashboard.targets.sheets import Known, SheetRow, read_sheet, sheet_of
from queries.desk.targets import subject_of
from queries.targets.progress import TARGETABLE
from queries.targets.target import LEVELS, Aim, Marks, Version

MOST_ERRORS = 200
KINDS = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


def sheets_panel(view: View, look: Look) -> Panel:
    """Links to take the targets along, and the form to send them back."""
    language = view.language
    query = urlencode({"span": f"{look.grain}:{look.start}", "metric": look.metric.name})
    links = html.P(
        [
            language.t("Take the targets of {period} along:",
                       period=language.grain(look.grain, look.start)),
            *(
                html.A(kind.upper(), href=f"/targets/sheet.{kind}?{query}", className="sheet-link",
                       download="")
                for kind in KINDS
            ),
        ]
    )  # fmt: skip
    body = [
        hidden("seen", ""),
        html.Div(
            [
                labelled(
                    language.t("Spreadsheet (XLSX or CSV)"),
                    entry("file", "file", accept=".xlsx,.csv", required=True),
                ),
                labelled(
                    language.t("Reason for rows without one"),
                    entry("text", "reason", maxLength=500, size=36),
                ),
                send(language.t("Check"), name="step", value="check", quiet=True),
                send(language.t("Save"), name="step", value="save", disabled=True),
            ],
            className="act-row",
        ),
        html.Ul(className="sheet-errors"),
    ]
    form = act_form("targets-import", "import-targets", body, language)
    note = language.t("Nothing is saved before all rows are right.")
    return Panel("sheets", language.t("Spreadsheets"), [links, form], note=note, wide=True)


def import_targets(doing: Doing, fields: Fields) -> Done:
    """Checks a sheet, or saves what was checked: all of its rows or none."""
    language = doing.language
    name, data = _file(fields, language)
    rows = _rows(doing, name, data)
    newest = _newest(doing, rows)
    changed = [row for row in rows if _differs(row, newest.get(row.aim))]
    if not changed:
        raise RefusedError(language.t("Every row is as it is already: there is nothing to save."))
    general = text_of(fields, "reason", 500)
    nameless = [row.number for row in changed if not (row.reason or general)]
    if nameless:
        told = language.t("A reason is missing: in its row, or one for all changes.")
        raise _refused([(number, "", told) for number in nameless], language)
    seen = {subject_of(row.aim): _number(newest.get(row.aim)) for row in changed}
    if text_of(fields, "step", 10) != "save":
        return Done(_checked(changed, rows, language), again=False, data={"seen": seen})
    given = fields.get("seen")
    known = given if isinstance(given, dict) else {}
    wishes = [
        Wish(row.aim, row.marks, row.reason or general, _seen(known, row, language), row.owner)
        for row in changed
    ]
    return save(doing, wishes)


def _file(fields: Fields, language: Language) -> tuple[str, bytes]:
    """Name and content of the file, as the browser packs it."""
    sent = fields.get("file")
    given = sent if isinstance(sent, dict) else {}
    try:
        data = base64.b64decode(text_of(given, "data", 4_000_000), validate=True)
    except (binascii.Error, ValueError):
        data = b""
    if not data:
        raise RefusedError(language.t("Choose a spreadsheet first."))
    return text_of(given, "name", 200), data


def _rows(doing: Doing, name: str, data: bytes) -> Sequence[SheetRow]:
    """The rows of the sheet, or all that is wrong with them."""
    language, staff = doing.language, doing.answers.staff()
    metrics = {key: TARGETABLE[key] for key in TARGETABLE if key in doing.answers.available()}
    read = read_sheet(
        name, data, Known(metrics, {level: staff.units(level) for level in LEVELS}), language
    )
    errors = [(one.row, one.column, one.told) for one in read.errors]
    as_of = doing.answers.freshness().as_of
    errors += [
        (
            row.number, language.t("Starts on"),
            language.t(
                "{period} is over: targets are set for periods that are running or to come.",
                period=language.grain(row.aim.grain, row.aim.starts_on),
            ),
        )
        for row in read.rows
        if row.aim.period.last <= as_of
    ]  # fmt: skip
    if errors:
        raise _refused(sorted(errors), language)
    return read.rows


def _refused(errors: Sequence[tuple[int, str, str]], language: Language) -> RefusedError:
    told = language.n(
        "{count} entry cannot be saved. Nothing was saved.",
        "{count} entries cannot be saved. Nothing was saved.",
        len(errors),
    )
    lines = []
    for row, column, text in errors[:MOST_ERRORS]:
        place = language.t("Row {n}", n=row) if row else ""
        lines.append(": ".join(part for part in (place, column, text) if part))
    return RefusedError(told, data={"lines": lines})


def _newest(doing: Doing, rows: Sequence[SheetRow]) -> Mapping[Aim, Version]:
    found: dict[Aim, Version] = {}
    for grain, start in {(row.aim.grain, row.aim.starts_on) for row in rows}:
        found |= doing.desk.newest_targets(grain, start, start)
    return found


def _differs(row: SheetRow, version: Version | None) -> bool:
    """Whether a row says something new. One without a target says nothing where there is none."""
    if version is None or version.verdict in ("refused", "withdrawn"):
        return row.marks.target is not None
    return row.marks != version.marks


def _number(version: Version | None) -> int:
    return version.number if version else 0


def _seen(known: Mapping[str, object], row: SheetRow, language: Language) -> int:
    number = whole_of(known, subject_of(row.aim))
    if number is None or number < 0:
        raise RefusedError(language.t("Check the sheet first, then save it."))
    return number


def _checked(changed: Sequence[SheetRow], rows: Sequence[SheetRow], language: Language) -> str:
    told = language.n(
        "All rows are right. {count} target would be set.",
        "All rows are right. {count} targets would be set.", len(changed),
    )  # fmt: skip
    same = len(rows) - len(changed)
    if not same:
        return told
    more = language.n("{count} row is as it is already.", "{count} rows are as they are already.",
                      same)  # fmt: skip
    return told + language.after(more)


# ---- the sheet to take along


def sheet(view: View, kind: str) -> Response:
    """The targets in force of the period, of all metrics; of the chosen metric a row for each unit,
    so that it can be filled in."""
    look, staff, desk = look_of(view), view.source.staff(), view.source.desk
    valid = desk.targets_in_force(look.grain, look.start, look.start) if desk else {}
    inside = {aim: one for aim, one in valid.items() if aim.unit in staff.units(aim.level)}
    who, now = view.person.name, view.freshness.refreshed_at
    empty = [
        Version(0, aim, 0, Marks(None), who, "", who, now)
        for unit in units_of(view, look, staff)
        if (aim := look.aim(unit.level, unit.key)) not in inside
    ]
    versions = sorted([*inside.values(), *empty], key=lambda one: _place(one.aim, look))

    def label(level: str, unit: str) -> str:
        return staff.units(level).get(unit, "")

    made = sheet_of(versions, label, view.language, "xlsx" if kind == "xlsx" else "csv")
    response = Response(made, content_type=KINDS[kind])
    name = f"arrears-targets-{look.grain}-{look.start}.{kind}"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _place(aim: Aim, look: Look) -> tuple[bool, str, int, str]:
    return aim.metric != look.metric.name, aim.metric, LEVELS.index(aim.level), aim.unit


ACTS = (Act("import-targets", "set targets", import_targets),)
