"""The statements that are sent, word by word, and whether each database's grammar takes them."""

import pytest
import sqlglot

from tests.queries.source.statements import ASKED, DIALECTS, GOLDEN, golden


@pytest.mark.parametrize("grammar", DIALECTS)
def test_the_statements_are_those_that_were_reviewed(grammar: str) -> None:
    """After a change that is meant: see tests/queries/source/statements.py."""
    assert golden(grammar) == (GOLDEN / f"{grammar}.sql").read_text(encoding="utf-8")


def test_there_is_no_file_of_a_grammar_that_is_not_compared() -> None:
    assert {path.name for path in GOLDEN.iterdir()} == {f"{name}.sql" for name in DIALECTS}


@pytest.mark.parametrize("grammar", DIALECTS)
def test_every_statement_is_of_its_grammar_and_only_reads(grammar: str) -> None:
    parsed = sqlglot.parse(golden(grammar), read=grammar, error_level=sqlglot.ErrorLevel.RAISE)
    statements = [one for one in parsed if one is not None and not _is_comment(one)]
    restrictions = sum(map(len, ASKED.values()))
    assert len(statements) > 2 * restrictions
    assert {type(one) for one in statements} == {sqlglot.exp.Select}
    # What it did not understand would be left as it was.
    assert not [one for one in statements if one.find(sqlglot.exp.Command)]


def _is_comment(one: sqlglot.exp.Expression) -> bool:
    return isinstance(one, sqlglot.exp.Semicolon)
