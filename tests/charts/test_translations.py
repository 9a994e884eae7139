import ast

import pytest

from charts import catalogue
from charts.members import EMPTY, MEMBERS, UNKNOWN
from queries import contract

LOCALE = "zh_Hans_CN"


def texts_of(package: str) -> set[str]:
    """The literal messages that a package hands to `t` and `n`."""
    found = set()
    for path in (catalogue.HOME / package).rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
                literal = {"t": 1, "n": 2}.get(node.func.attr, 0)
                found |= {
                    arg.value
                    for arg in node.args[:literal]
                    if isinstance(arg, ast.Constant) and isinstance(arg.value, str)
                }
    return found


@pytest.mark.parametrize("package", catalogue.PACKAGES)
def test_every_text_has_a_chinese_translation(package):
    assert not sorted(texts_of(package) - catalogue.messages(LOCALE).keys())


def test_one_english_text_has_one_chinese_translation_in_all_packages():
    found: dict[str, set[str]] = {}
    for package in catalogue.PACKAGES:
        for text, translation in catalogue.read(package, LOCALE).items():
            found.setdefault(text, set()).add(translation)
    assert {text: ways for text, ways in found.items() if len(ways) > 1} == {}


@pytest.mark.parametrize("package", catalogue.PACKAGES)
def test_translations_fill_in_the_same_names(package):
    for text, translation in catalogue.read(package, LOCALE).items():
        names = {part.split("}")[0] for part in text.split("{")[1:]}
        filled = {part.split("}")[0] for part in translation.split("{")[1:]}
        # An English singular may say "one" where Chinese counts.
        assert names <= filled | {"count"}, text
        assert filled <= names | {"count"}, text


def test_every_code_of_the_contract_has_a_name():
    codes = {
        "channel": contract.CHANNELS, "outcome": contract.OUTCOMES, "stage": contract.STAGES,
        "direction": contract.DIRECTIONS, "close_reason": contract.CLOSE_REASONS,
        "level": contract.LEVELS, "hardship": contract.HARDSHIPS,
    }  # fmt: skip
    for dimension, expected in codes.items():
        assert set(MEMBERS[dimension]) == set(expected)
    words = [w for named in MEMBERS.values() for w in named.values()] + [*EMPTY.values(), UNKNOWN]
    assert all(w.en and w.zh and w.en != w.zh for w in words)
