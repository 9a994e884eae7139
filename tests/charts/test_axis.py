import pytest
from hypothesis import given
from hypothesis import strategies as st

from charts import Language
from charts.axis import value_axis

EN, ZH = Language("en"), Language("zh_Hans_CN")


@pytest.mark.parametrize(
    ("values", "unit", "english", "chinese"),
    [
        ([0, 1_380_000], "money", "¥0 ¥0.5M ¥1M ¥1.5M", "¥0 ¥50万 ¥100万 ¥150万"),
        ([-1.0, 1.0], "money", "−¥1.0 −¥0.5 ¥0.0 ¥0.5 ¥1.0", "−¥1.0 −¥0.5 ¥0.0 ¥0.5 ¥1.0"),
        ([11_900], "count", "0 5,000 10,000 15,000", "0 5,000 10,000 15,000"),
        ([190_000], "count", "0 50K 100K 150K 200K", "0 5万 10万 15万 20万"),
        ([0, 3], "count", "0 1 2 3", "0 1 2 3"),
        ([0.6, 0.66], "share", "60% 62% 64% 66%", "60% 62% 64% 66%"),
        # Nothing but zeros: no tick is made up.
        ([0, 0], "money", "¥0", "¥0"),
        ([0.0], "share", "0%", "0%"),
        ([1.1], "days", "0.0 0.5 1.0 1.5", "0.0 0.5 1.0 1.5"),
    ],
)
def test_ticks_are_round_and_of_one_unit(values, unit, english, chinese):
    zoomed = unit == "share"
    for language, texts in ((EN, english), (ZH, chinese)):
        axis = value_axis(values, unit, language, from_zero=not zoomed)
        assert list(axis.texts) == texts.split()


@given(
    st.lists(st.none() | st.floats(-1e14, 1e14).map(lambda v: round(v, 2)), max_size=8),
    st.sampled_from(["money", "count", "share", "ratio", "days"]),
    st.booleans(),
)
def test_an_axis_holds_its_values_with_few_different_texts(values, unit, from_zero):
    axis = value_axis(values, unit, ZH, from_zero=from_zero)
    known = [value for value in values if value is not None]
    reach = axis.high - axis.low
    assert axis.low < axis.high
    assert all(axis.low - reach * 1e-6 <= v <= axis.high + reach * 1e-6 for v in known)
    # Zeros alone have one tick.
    assert (2 if any(known) else 1) <= len(axis.ticks) <= 8
    assert not from_zero or axis.low <= 0 <= axis.high
