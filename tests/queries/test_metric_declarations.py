"""Metric declarations speak of facts and measures that exist, in both languages."""

import re
from collections import Counter

import pytest

from queries import DIMENSIONS, METRICS
from queries.contract import TABLES
from queries.definition import Metric, Term, Words
from queries.planning import known_dimensions
from queries.store.sums import FACTS
from tests.support.naive import FIGURES

metrics = pytest.mark.parametrize("metric", METRICS.values(), ids=lambda metric: metric.name)
HAN = re.compile(r"[\u4e00-\u9fff]")


def texts(metric: Metric) -> tuple[Words, ...]:
    return metric.title, metric.explain, metric.counted_on


@metrics
def test_texts_are_there_in_both_languages(metric: Metric) -> None:
    for words in texts(metric):
        assert words.en
        assert not HAN.search(words.en.replace("渗透率", ""))
        assert HAN.search(words.zh)


@metrics
def test_explanations_are_sentences(metric: Metric) -> None:
    assert metric.explain.en[0].isupper()
    assert metric.explain.en.endswith((".", ".)"))
    assert metric.explain.zh.endswith("。")


def test_titles_differ() -> None:
    for language in ("en", "zh"):
        titles = Counter(getattr(metric.title, language) for metric in METRICS.values())
        assert not [title for title, count in titles.items() if count > 1]


@metrics
def test_terms_name_facts_and_measures_that_exist(metric: Metric) -> None:
    for term in metric.terms:
        assert term.measure in FACTS[term.fact].measures


@metrics
def test_terms_are_limited_by_what_their_fact_knows(metric: Metric) -> None:
    for term in metric.terms:
        fact = FACTS[term.fact]
        assert set(term.only) <= {*fact.dimensions, fact.outcome, "months"}
        assert all(term.only.values())
        held = (column for one in fact.columns((term.measure,), term.only)
                for column in one.split(" + "))  # fmt: skip
        assert set(held) <= set(fact.measures)


@metrics
def test_needs_are_tables_of_the_contract(metric: Metric) -> None:
    assert set(metric.needs) <= set(TABLES)


@metrics
def test_quotients_show_how_many_stand_behind_them(metric: Metric) -> None:
    assert bool(metric.n) or not metric.denominator


@metrics
def test_each_metric_can_be_split(metric: Metric) -> None:
    known = known_dimensions(metric)
    assert {"team", "agent", "department", "product", "segment", "region", "bucket"} <= known
    assert known <= set(DIMENSIONS)


@metrics
def test_shares_are_of_like_with_like(metric: Metric) -> None:
    """Money over money or count over count; days over a count."""
    if metric.denominator and metric.unit != "days":
        assert _money(metric.numerator) == _money(metric.denominator)


def _money(terms: tuple[Term, ...]) -> set[bool]:
    return {term.measure in ("amount", "balance", "kept_amount") for term in terms}


@metrics
def test_money_is_shown_as_money(metric: Metric) -> None:
    if not metric.denominator:
        assert (metric.unit == "money") == (_money(metric.numerator) == {True})


def test_the_twin_knows_each_metric() -> None:
    assert set(FIGURES) == set(METRICS)


def test_each_dimension_splits_something() -> None:
    assert set(DIMENSIONS) <= {d for metric in METRICS.values() for d in known_dimensions(metric)}
