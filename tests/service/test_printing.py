import csv
import io
import json
from datetime import UTC, date, datetime

import pytest

from charts import Language
from queries import METRICS, Answer, Figure, Freshness, Period, Question
from service.printing import MONEY_MEASURES, as_csv, as_json, as_table, records

MEMBERS = {"team": {"T1": "Early calls 一组", "=T2": "=cmd()"}}
FRESH = Freshness(7, datetime(2026, 3, 2, tzinfo=UTC), date(2026, 3, 1), None, True, 100, 2)
FEBRUARY = Period(date(2026, 2, 1), date(2026, 3, 1))


def answer(metric: str, *figures: Figure, by: tuple[str, ...] = ("team",)) -> Answer:
    return Answer(Question((metric,), FEBRUARY, by), figures, FRESH)


COLLECTED = answer("collected", Figure("collected", ("T1",), -123_456, None, 3, True))
RATE = answer("recovery_rate", Figure("recovery_rate", ("=T2",), 100_00, 300_00, 9, False))
NOTHING = answer("recovery_rate", Figure("recovery_rate", ("T1",), 0, 0, 0, False))


def test_programs_get_money_in_whole_units_of_the_currency() -> None:
    row = records([COLLECTED], MEMBERS, 2)[0]
    assert (row["value"], row["numerator"], row["denominator"]) == ("-1234.56", "-1234.56", None)
    assert records([COLLECTED], MEMBERS, 0)[0]["value"] == "-123456"


def test_programs_get_shares_with_what_they_are_made_of() -> None:
    row = records([RATE], MEMBERS, 2)[0]
    assert (row["value"], row["numerator"], row["denominator"]) == ("0.333333", "100.00", "300.00")


def test_nothing_divided_by_nothing_is_no_value() -> None:
    assert records([NOTHING], MEMBERS, 2)[0]["value"] is None


def test_each_record_says_where_it_comes_from() -> None:
    row = records([COLLECTED], MEMBERS, 2)[0]
    assert row["team_name"] == "Early calls 一组"
    assert (row["from"], row["to"]) == ("2026-02-01", "2026-02-28")
    assert (row["as_of"], row["generation"], row["provisional"]) == ("2026-03-01", 7, True)


def test_json_keeps_chinese_and_exact_numbers() -> None:
    text = as_json(records([COLLECTED], MEMBERS, 2))
    assert "一组" in text
    assert json.loads(text)[0]["value"] == "-1234.56"


def test_no_cell_of_a_csv_is_taken_for_a_formula() -> None:
    text = as_csv(records([RATE, COLLECTED], MEMBERS, 2))
    evil, money = csv.DictReader(io.StringIO(text))
    assert evil["team"] == "'=T2"
    assert evil["team_name"] == "'=cmd()"
    # A negative amount begins like a formula and is a number all the same.
    assert money["value"] == "-1234.56"
    assert money["provisional"] == "true"


@pytest.mark.parametrize("text", ["+1+cmd", "@x", "-2+3", "\tx", "-", "\r=1"])
def test_dangerous_beginnings_are_defused(text: str) -> None:
    assert next(csv.DictReader(io.StringIO(as_csv([{"team": text}]))))["team"].startswith("'")


def test_days_are_dates_and_no_figures_are_no_rows() -> None:
    weekly = answer(
        "attempts", Figure("attempts", (date(2026, 2, 2),), 5, None, 5, False), by=("week",)
    )
    assert records([weekly], {}, 2)[0]["week"] == "2026-02-02"
    assert as_csv([]) == ""


@pytest.mark.parametrize(
    ("locale", "words"),
    [
        ("en", ["Team", "Recovery rate", "33.33%", "¥300.00", "as of 1 Mar 2026", "stale"]),
        ("zh_Hans_CN", ["团队", "回收率", "33.33%", "数据截至 2026年3月1日", "数据已过期"]),
    ],
)
def test_people_get_a_table_in_their_language(locale: str, words: list[str]) -> None:
    text = as_table([RATE, COLLECTED], MEMBERS, Language(locale, "CNY", 2))
    for word in words:
        assert word in text
    assert ("provisional" if locale == "en" else "暂定") in text


def test_the_measures_of_money_are_known() -> None:
    """A metric counted in money has sums of money, any other simple figure has none."""
    for metric in METRICS.values():
        if not metric.denominator:
            money = {term.measure in MONEY_MEASURES for term in metric.numerator}
            assert money == {metric.unit == "money"}, metric.name
