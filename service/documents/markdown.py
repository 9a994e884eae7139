"""The little Markdown that generated documents need."""

from collections.abc import Iterable, Sequence

NOTICE = "<!-- Written by `make docs`; change the code that it is written from. -->"


def page(title: str, *blocks: str) -> str:
    """A whole document of blocks parted by blank lines."""
    return "\n\n".join([f"# {title}", NOTICE, *blocks]) + "\n"


def table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [_row(header), _row(["---"] * len(header)), *(_row(row) for row in rows)]
    return "\n".join(lines)


def code(text: str) -> str:
    return f"`{text}`" if text else ""


def _row(cells: Sequence[str]) -> str:
    return "| " + " | ".join(cell.replace("|", "\\|").replace("\n", " ") for cell in cells) + " |"
