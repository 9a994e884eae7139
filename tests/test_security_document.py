"""docs/security.md names tests that exist, and docs/rights.md every right and role."""

import ast
import re
from pathlib import Path

from queries.rights import RIGHTS, ROLE_TITLES, SCOPES_OF

ROOT = Path(__file__).parents[1]
NAMED = re.compile(r"`(tests/[\w/]+\.py)::(test_\w+)`")


def text(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def missing(page: str) -> list[str]:
    """The tests that a page names and that are not at the top of their file."""
    return [f"{file}::{name}" for file, name in NAMED.findall(page) if name not in functions(file)]


def functions(file: str) -> set[str]:
    if not (ROOT / file).is_file():
        return set()
    nodes = ast.parse(text(file)).body
    return {node.name for node in nodes if isinstance(node, ast.FunctionDef)}


def test_every_test_that_the_document_names_exists() -> None:
    page = text("docs/security.md")
    assert missing(page) == []
    assert len(NAMED.findall(page)) > 50
    # Nothing is named in a form that would not be looked for.
    assert page.count("::") == len(NAMED.findall(page))


def test_a_test_that_is_gone_is_noticed() -> None:
    own = "tests/test_security_document.py"
    assert missing(f"`{own}::test_a_test_that_is_gone_is_noticed`") == []
    assert missing(f"`{own}::test_gone`, `tests/gone.py::test_gone`") == [
        f"{own}::test_gone",
        "tests/gone.py::test_gone",
    ]


def test_every_right_role_and_scope_is_documented() -> None:
    page = text("docs/rights.md")
    rows = [line for line in page.splitlines() if line.startswith("| `")]
    for name, right in RIGHTS.items():
        (row,) = [row for row in rows if row.startswith(f"| `{name}` {right.title.en} |")]
        assert right.title.zh in row
        assert row.count("| yes ") == len(right.roles)
    for words in ROLE_TITLES.values():
        assert f"{words.en} {words.zh}" in page
    for kind in {kind for kinds in SCOPES_OF.values() for kind in kinds}:
        assert [row for row in rows if row.startswith(f"| `{kind}` |")]
