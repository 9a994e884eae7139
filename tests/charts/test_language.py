from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from charts import Language
from queries.errors import UserError
from queries.metrics import METRICS
from queries.period import Period

EN, ZH = Language("en"), Language("zh_Hans_CN")
AT = datetime(2026, 11, 16, 7, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("minor", "english", "chinese"),
    [
        (0, "¥0", "¥0"),
        (99_900, "¥999", "¥999"),
        (123_450, "¥1.23K", "¥1,235"),
        (99_996_000, "¥1M", "¥100万"),
        (123_400_000, "¥1.23M", "¥123.4万"),
        (999_999_999_99, "¥1B", "¥10亿"),
        (213_279_971_25, "¥213.3M", "¥2.13亿"),
        (9_996_000_00, "¥10M", "¥999.6万"),
        (-4_567_890_100, "−¥45.7M", "−¥4,567.9万"),
        (-4, "¥0", "¥0"),
        (None, "–", "–"),
    ],
)
def test_short_money_rounds_into_the_unit_that_people_use(minor, english, chinese):
    assert EN.money(minor, compact=True) == english
    assert ZH.money(minor, compact=True) == chinese


def test_exact_money_keeps_every_minor_unit_of_its_currency():
    assert EN.money(-123_456_789) == ZH.money(-123_456_789) == "−¥1,234,567.89"
    assert EN.money(12_345_678_901_234_567_89) == "¥12,345,678,901,234,567.89"
    assert Language("en", "USD").money(50) == "$0.50"
    assert Language("en", "JPY", 0).money(1_234) == "¥1,234"
    assert Language("zh_Hans_CN", "USD").money(123_456_700, compact=True) == "US$123.5万"


def test_numbers_round_half_away_from_zero():
    assert EN.share(Decimal("0.12345")) == "12.3%"
    assert EN.share(Decimal("0.1225"), 1) == "12.3%"
    assert EN.ratio(Decimal("2.345")) == "2.35"
    assert (EN.days(4), ZH.days(Decimal("4.25"))) == ("4 d", "4.3天")
    assert (EN.count(12_345, compact=True), EN.count(123_456, compact=True)) == ("12,345", "123.5K")


def test_days_are_written_as_each_language_writes_them():
    day = date(2026, 11, 16)
    assert (EN.date(day), ZH.date(day)) == ("16 Nov 2026", "2026年11月16日")
    assert (EN.week(day), ZH.week(day)) == ("16–22 Nov", "11月16日–22日")
    assert (EN.month(day), ZH.month(day)) == ("Nov 2026", "2026年11月")
    assert (EN.grain("quarter", day), ZH.grain("quarter", day)) == ("Q4 2026", "2026年四季度")
    assert EN.moment(AT) == "16 Nov 2026, 07:30"
    assert ZH.moment(AT) == "2026年11月16日 07:30"


@pytest.mark.parametrize(
    ("first", "after", "english", "chinese"),
    [
        ("2026-11-16", "2026-11-17", "16 Nov 2026", "2026年11月16日"),
        ("2026-11-16", "2026-11-23", "16–22 Nov 2026", "2026年11月16日–22日"),
        ("2026-11-30", "2026-12-07", "30 Nov – 6 Dec 2026", "2026年11月30日–12月6日"),
        ("2025-12-29", "2026-01-05", "29 Dec 2025 – 4 Jan 2026", "2025年12月29日 – 2026年1月4日"),
        ("2026-11-01", "2026-12-01", "Nov 2026", "2026年11月"),
    ],
)
def test_a_span_names_the_year_and_month_once(first, after, english, chinese):
    span = Period(date.fromisoformat(first), date.fromisoformat(after))
    assert (EN.span(span), ZH.span(span)) == (english, chinese)


@pytest.mark.parametrize(
    ("metric", "now", "before", "text", "direction", "verdict"),
    [
        ("collected", 103, 100, "+3.0%", "up", "better"),
        ("collected", 101, 100, "+1.0%", "even", "even"),
        ("collected", 98, 100, "−2.0%", "even", "even"),
        ("collected", 9_700, -10_000, "+197.0%", "up", "better"),
        ("collected", 50_000, 0, "+¥500", "up", "better"),
        ("collected", 0, 0, "¥0", "even", "even"),
        ("collected", None, 100, "no comparison", "none", "none"),
        ("promise_broken_rate", "0.22", "0.20", "+2.0 pp", "up", "worse"),
        ("promise_broken_rate", "0.203", "0.20", "+0.3 pp", "even", "even"),
        ("recovery_rate", "0.0092", "0.0096", "−0.04 pp", "down", "worse"),
        ("right_party_rate", "0.0092", "0.0096", "0.0 pp", "even", "even"),
        ("promise_lead_days", "6.5", "7", "−0.5 d", "down", "better"),
        ("promises_due", 120, 100, "+20.0%", "up", "none"),
    ],
)
def test_a_change_says_how_much_which_way_and_whether_it_is_good(
    metric, now, before, text, direction, verdict
):
    now, before = (Decimal(v) if isinstance(v, str) else v for v in (now, before))
    change = EN.change(METRICS[metric], now, before)
    assert (change.text, change.direction, change.verdict) == (text, direction, verdict)


def test_a_rate_of_one_percent_is_written_with_two_decimals():
    for language, points in ((EN, "−0.19 pp"), (ZH, "−0.19个百分点")):
        rate = METRICS["recovery_rate"]
        assert language.value(rate, Decimal("0.00949"), compact=True) == "0.95%"
        assert language.change(rate, Decimal("0.0095"), Decimal("0.0114")).text == points
        assert language.value(METRICS["coverage"], Decimal("0.7042")) == "70.4%"


def test_points_of_percent_have_their_chinese_name():
    change = ZH.change(METRICS["recovery_rate"], Decimal("0.123"), Decimal("0.11"))
    assert change.text == "+1.30个百分点"


@pytest.mark.parametrize(
    ("dimension", "value", "english", "chinese"),
    [
        ("outcome", "right_party", "Right party", "本人"),
        ("stage", "call", "Call", "电催"),
        ("channel", "call", "Call", "电话"),
        ("close_reason", "written_off", "Written off", "核销"),
        ("to_state", "M2", "M2", "M2"),
        ("weekday", 1, "Mon", "周一"),
        ("weekday", "7", "Sun", "周日"),
        ("hour", 9, "09:00", "09:00"),
        ("idle", "30+", "30+ d", "30天以上"),
        ("age", "8-15", "8–15 d", "8–15天"),
        ("agent", "", "Automated", "自动外呼"),
        ("agency", "", "In-house", "自营"),
        ("segment", "", "Not known", "未知"),
        ("team", "T1", "Zhao 喆", "Zhao 喆"),
        ("vintage", date(2026, 11, 1), "Nov 2026", "2026年11月"),
        ("week", date(2026, 11, 16), "16–22 Nov 2026", "2026年11月16日–22日"),
    ],
)
def test_codes_are_translated_and_names_pass_through(dimension, value, english, chinese):
    label = "Zhao 喆" if dimension == "team" else ""
    assert EN.member(dimension, value, label) == english
    assert ZH.member(dimension, value, label) == chinese


def test_a_bucket_can_say_its_days():
    edges = (0, 30, 60)
    assert [EN.bucket(b, edges) for b in ("M0", "M1", "M3+")] == [
        "M0 (0 d)", "M1 (1–30 d)", "M3+ (61+ d)",
    ]  # fmt: skip
    assert ZH.bucket("M2", edges) == "M2（31–60天）"


def test_a_text_without_translation_stays_english_and_a_plural_counts():
    assert ZH.t("A text {who} never translated", who="nobody") == "A text nobody never translated"
    assert EN.n("{count} case", "{count} cases", 1) == "1 case"
    assert EN.n("{count} case", "{count} cases", 1_234) == "1,234 cases"
    assert ZH.t("no data") == "无数据"


def test_an_unknown_language_is_the_users_error():
    with pytest.raises(UserError, match="fr"):
        Language("fr")
