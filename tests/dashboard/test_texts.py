"""Every text of the pages exists in Chinese, with the same values to fill in."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from string import Formatter

import pytest

import dashboard
from charts import catalogue

HOME = Path(dashboard.__file__).parent
FORMS = {"t": 1, "n": 2}


def messages() -> Iterator[str]:
    """The ids in calls of `.t(…)` and `.n(…)`, in templates of `t(…)`; read from the syntax tree,
    because Babel's own extraction loses a message when another keyword stands among its arguments.
    """
    for path in HOME.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
                for argument in node.args[: FORMS.get(node.func.attr, 0)]:
                    assert isinstance(argument, ast.Constant), f"{path.name}:{node.lineno}"
                    yield str(argument.value)
    for path in HOME.glob("templates/*.html"):
        yield from re.findall(r'\bt\("([^"]+)"', path.read_text())


@pytest.fixture(scope="module")
def chinese() -> dict[str, str]:
    return catalogue.read("dashboard", "zh_Hans_CN")


def test_every_text_is_translated(chinese: dict[str, str]) -> None:
    assert sorted(set(messages()) - set(chinese)) == []


def test_no_translation_is_left_over(chinese: dict[str, str]) -> None:
    assert sorted(set(chinese) - set(messages())) == []


def test_translations_fill_in_the_same_values(chinese: dict[str, str]) -> None:
    def fields(text: str) -> set[str | None]:
        return {name for _, name, _, _ in Formatter().parse(text) if name}

    assert {text: fields(text) for text in chinese} == {
        text: fields(translated) for text, translated in chinese.items()
    }
