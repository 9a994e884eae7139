from datetime import date

import pytest

from queries import UserError
from service.yaml_text import parse


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("no", "no"),
        ("yes", "yes"),
        ("true", True),
        ("12:30", "12:30"),
        ("0123", "0123"),
        ("1_000", "1_000"),
        ("10", 10),
        ("-0.5", -0.5),
        ("1e3", 1000.0),
        ("2026-02-03", date(2026, 2, 3)),
        ("~", None),
        ("", None),
        ("[a, 1]", ["a", 1]),
    ],
)
def test_plain_values_are_what_they_look_like(text: str, value: object) -> None:
    assert parse(text, "x") == value


def test_a_key_is_not_written_twice() -> None:
    with pytest.raises(UserError, match=r"mine.yaml, line 2, column 1: 'a' stands here twice"):
        parse("a: 1\na: 2", "mine.yaml")


def test_bad_syntax_is_told_with_its_line() -> None:
    with pytest.raises(UserError, match=r"mine.yaml, line 2"):
        parse("a: [1\nb: 2", "mine.yaml")


@pytest.mark.parametrize("text", ["a: \x00", "2026-02-31", "!!python/object:os.system x"])
def test_what_no_yaml_can_mean_is_refused(text: str) -> None:
    with pytest.raises(UserError):
        parse(text, "mine.yaml")
