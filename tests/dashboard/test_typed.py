"""Values as people type them, exact both ways."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from charts import Language
from dashboard.typed import UntypableError, as_typed, from_typed
from queries.metrics import METRICS

EN, ZH, YEN = Language("en"), Language("zh_Hans_CN"), Language("en", "JPY", 0)
MONEY, SHARE, COUNT, DAYS = (
    METRICS[name] for name in ("collected", "coverage", "attempts", "promise_lead_days")
)


@pytest.mark.parametrize(
    ("metric", "text", "value"),
    [
        (MONEY, "1,200,000.50", "120000050"), (MONEY, " ¥1 200 ", "120000"), (MONEY, "0", "0"),
        (MONEY, "1200000", "120000000"), (SHARE, "35.5%", "0.355"), (SHARE, "35.5", "0.355"),
        (SHARE, "100", "1"), (COUNT, "1,250", "1250"), (DAYS, "2.5", "2.5"), (COUNT, "", None),
        (MONEY, "  ", None),
    ],
)  # fmt: skip
def test_what_people_type(metric, text: str, value: str | None) -> None:
    wanted = None if value is None else Decimal(value)
    assert from_typed(metric, text, EN) == wanted


@pytest.mark.parametrize(
    ("metric", "text"),
    [
        (MONEY, "abc"), (MONEY, "-5"), (MONEY, "1.005"), (MONEY, "1,5"), (MONEY, "1e9"),
        (MONEY, "NaN"), (MONEY, "١٢"), (MONEY, "9" * 17), (COUNT, "2.5"), (SHARE, "1001"),
        (MONEY, "=1+1"), (MONEY, "1¥2"), (MONEY, "35%"), (SHARE, "¥35"), (COUNT, "5%"),
        (MONEY, "1 2"), (MONEY, "."), (SHARE, "%%x"),
    ],
)  # fmt: skip
def test_what_cannot_be_meant(metric, text: str) -> None:
    with pytest.raises(UntypableError, match=r"^(a|an) "):
        from_typed(metric, text, EN)


def test_what_is_expected_is_told_in_the_language_of_the_reader() -> None:
    with pytest.raises(UntypableError, match="最多 2 位小数"):
        from_typed(MONEY, "1.005", ZH)
    with pytest.raises(UntypableError, match="a whole amount"):
        from_typed(MONEY, "1.5", YEN)


@given(st.sampled_from((MONEY, COUNT)), st.integers(0, 10**16))
def test_whole_units_come_back_as_they_were(metric, value: int) -> None:
    for language in (EN, ZH, YEN):
        if metric is COUNT and value > 10**15:
            return
        text = as_typed(metric, value, language)
        if len(text.split(".")[0]) <= 15:
            assert from_typed(metric, text, language) == value


@given(st.sampled_from((SHARE, DAYS)), st.decimals(0, 10, places=6))
def test_parts_come_back_as_they_were(metric, value: Decimal) -> None:
    assert from_typed(metric, as_typed(metric, value, EN), EN) == value
