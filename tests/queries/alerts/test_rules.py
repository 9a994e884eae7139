"""Rules are read from anything: what can be meant is kept, the rest is told."""

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from queries.alerts import Draft, JobFailed, PaceMissed, RuleError, Stale, Threshold, Unusual, Ways
from queries.alerts.rules import KINDS, check_of, kind_of, settings_of, units_of

LOW: dict[str, Any] = {
    "metric": "promise_kept_rate", "units": ["T1", "T2"], "grain": "week", "side": "below",
    "limit": "0.55", "clear": "0.6", "periods": 2, "least": 40,
}  # fmt: skip


def test_each_kind_is_written_and_read_again() -> None:
    for check in (
        Threshold("collected", ("",), "day", "below", Decimal(5), Decimal(6), 3, 1),
        PaceMissed("collected", ("T1",), "month"),
        Unusual("promise_kept_rate", ("", "T1"), "week", both=True),
        Stale(),
        JobFailed(("refresh",)),
        JobFailed(),
    ):
        assert check_of(kind_of(check), settings_of(check)) == check


def test_a_threshold_means_what_was_said() -> None:
    check = check_of("threshold", LOW)
    assert check == Threshold(
        "promise_kept_rate", ("T1", "T2"), "week", "below", Decimal("0.55"), Decimal("0.6"), 2, 40
    )
    assert units_of(check) == ("T1", "T2")
    assert units_of(Stale()) == ()


@pytest.mark.parametrize(
    ("fault", "changed"),
    [
        ("metric", {"metric": "liquidation"}), ("metric", {"metric": ["collected"]}),
        ("metric", {"metric": None}), ("units", {"units": []}), ("units", {"units": "T1"}),
        ("units", {"units": ["T1", 7]}), ("too_many", {"units": [str(n) for n in range(101)]}),
        ("grain", {"grain": "year"}), ("side", {"side": "beside"}), ("number", {"limit": "NaN"}),
        ("number", {"limit": "1e99999999"}), ("number", {"limit": "9" * 500}),
        ("number", {"limit": True}), ("number", {"limit": None}), ("number", {"limit": {}}),
        ("clear", {"clear": "0.5"}), ("clear", {"side": "above", "clear": "0.6"}),
        ("periods", {"periods": 0}), ("periods", {"periods": "1.5"}), ("periods", {"periods": 99}),
        ("least", {"least": 0}), ("least", {"least": []}),
    ],
)  # fmt: skip
def test_what_cannot_be_meant_is_told(fault: str, changed: dict[str, Any]) -> None:
    with pytest.raises(RuleError) as caught:
        check_of("threshold", LOW | changed)
    assert caught.value.fault == fault
    assert caught.value.given
    assert caught.value.expected
    assert caught.value.cure


def test_each_kind_knows_the_figures_that_make_sense_for_it() -> None:
    with pytest.raises(RuleError, match="figure"):
        check_of("signal", {"metric": "open_balance", "units": [""], "grain": "week"})
    with pytest.raises(RuleError, match="figure"):
        check_of("pace", {"metric": "promise_kept_rate", "units": [""], "grain": "month"})
    with pytest.raises(RuleError, match="share"):
        check_of("pace", {"metric": "collected", "units": [""], "grain": "month", "share": "1.5"})
    with pytest.raises(RuleError, match="kind"):
        check_of("spell", {})


def test_the_worse_side_follows_the_figure() -> None:
    def worse(metric: str, *, both: bool = False) -> str:
        return Unusual(metric, ("",), "week", both=both).worse

    assert worse("promise_kept_rate") == "below"
    assert worse("promise_broken_rate") == "above"
    assert worse("attempts") == worse("collected", both=True) == "either"


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=8,
)


@given(st.sampled_from([*KINDS, "x"]), st.dictionaries(st.sampled_from([*LOW, "share"]), ANYTHING))
def test_nothing_but_a_rule_or_a_told_error_comes_of_anything(
    kind: str, settings: dict[str, Any]
) -> None:
    try:
        check = check_of(kind, LOW | settings)
    except RuleError:
        return
    assert check_of(kind, settings_of(check)) == check


def test_names_and_numbers_of_recipients_are_bounded() -> None:
    for name in ("", "   ", "x" * 121, "a\nb"):
        with pytest.raises(RuleError) as caught:
            Draft(name, Stale())
        assert caught.value.fault == "name"
    with pytest.raises(RuleError, match="51 recipients"):
        Draft("many", Stale(), tuple(f"mail:{n}@example.org" for n in range(51)))


def test_only_who_is_allowed_is_written_to() -> None:
    ways = Ways(("ops",), ("Example.org",), ("boss@elsewhere.example",), mail=True)
    for allowed in ("chat:ops", "mail:ann@example.org", "mail:BOSS@elsewhere.example"):
        assert ways.allows(allowed)
    for other in (
        "chat:other", "chat:", "ops", "mail:ann@sub.example.org", "mail:ann@elsewhere.example",
        "mail:example.org", "json://example.org", "mail:", "",
        "mail:x@elsewhere.example,ann@example.org", "mail:x y@example.org", "mail:@example.org",
        "mail:Ann <ann@example.org>", "mail:ann@example.org\n", "mail:a@b@example.org",
    ):  # fmt: skip
        assert not ways.allows(other), other
    assert not Ways(domains=("example.org",)).allows("mail:ann@example.org")
    assert Ways(mail=True).told(["mail:ann@example.org"]) == []
