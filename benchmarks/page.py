"""The page of measurements: tables with a goal and a verdict, each between marks of its own."""

from collections.abc import Sequence
from pathlib import Path

PAGE = Path("docs/performance.md")
_VERDICTS = {True: "met", False: "**missed**", None: "–"}

# What was measured, its goal, what was found, and whether that meets it; None where there is none.
Row = tuple[str, str, str, bool | None]


def table(rows: Sequence[Row]) -> str:
    """The rows as Markdown."""
    lines = ["| what | goal | measured | |", "|---|---|---|---|"]
    lines += [f"| {what} | {goal} | {found} | {_VERDICTS[ok]} |" for what, goal, found, ok in rows]
    return "\n".join(lines)


def put(mark: str, text: str) -> None:
    """Replaces what stands between the marks of that name, which the page must have."""
    page = PAGE.read_text(encoding="utf-8")
    begin, end = f"<!-- {mark} -->", f"<!-- /{mark} -->"
    before, after = page.split(begin)[0], page.split(end)[1]
    PAGE.write_text(f"{before}{begin}\n{text}\n{end}{after}", encoding="utf-8")
