"""Every text of the reports has its translation, with the same places to fill in."""

import ast
import re
from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path

import reports
from charts import catalogue
from queries.contract import TABLES
from reports.sections.bridge import CLOSING, STEPS
from reports.sections.data_note import NOTES, REASONS
from reports.spans import KINDS
from reports.verifying import UNREADABLE

# What of a kind of span is no text.
DATA = ("many", "trend")
HOME = Path(reports.__file__).parent
PLACES = re.compile(r"\{\w+\}")


def ids() -> Iterator[str]:
    for path in HOME.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call) and _name(node) in ("t", "n"):
                constants = node.args[: 2 if _name(node) == "n" else 1]
                yield from (one.value for one in constants if isinstance(one, ast.Constant))
    for path in (HOME / "templates").iterdir():
        yield from re.findall(r't\("([^"]+)"', path.read_text())
    yield from REASONS.values()
    yield from UNREADABLE.values()
    yield from NOTES
    # The data note names tables of the contract.
    yield from TABLES
    yield from (step.title for step in (*STEPS, CLOSING))
    for kind in KINDS.values():
        texts = [getattr(kind, one.name) for one in fields(kind) if one.name not in DATA]
        yield from filter(None, texts)


def _name(call: ast.Call) -> str:
    return getattr(call.func, "attr", "") or getattr(call.func, "id", "")


def test_every_text_is_translated() -> None:
    known = catalogue.read("reports", "zh_Hans_CN")
    assert sorted(set(ids()) - set(known)) == []


def test_no_translation_is_left_over() -> None:
    assert sorted(set(catalogue.read("reports", "zh_Hans_CN")) - set(ids())) == []


def test_translations_fill_in_the_same_values() -> None:
    for text, translation in catalogue.read("reports", "zh_Hans_CN").items():
        assert set(PLACES.findall(text)) >= set(PLACES.findall(translation)), text
        if "({before})" not in text:
            assert set(PLACES.findall(text)) == set(PLACES.findall(translation)), text
