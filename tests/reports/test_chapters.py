"""What single chapters say: their numbers are made of the frozen figures and nothing else."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from charts import Language
from queries import Answer, Figure, Period
from reports import Branding, Report, cells
from reports.parts import Note, Table
from reports.sections.headline import a_month_earlier
from reports.sections.roll import forward
from reports.spans import to_date
from reports.weekly import WEEKLY
from tests.reports.conftest import Make
from tests.reports.fake import WEEK, FakeAnswers


def table(report: Report, section: str, key: str) -> Table | None:
    found = report.section(section)
    assert found is not None
    return next((one for one in found.tables if one.key == key), None)


def notes(report: Report, section: str) -> list[str]:
    found = report.section(section)
    assert found is not None
    return [block.text for block in found.blocks if isinstance(block, Note)]


def told(answers: FakeAnswers, locale: str = "en") -> Report:
    frozen = WEEKLY.freeze(answers, WEEK)  # type: ignore[arg-type]
    return WEEKLY.tell(frozen, Language(locale), Branding())


@pytest.mark.parametrize(
    ("first", "after", "days", "earlier"),
    [
        # A week inside a month, one that ends on the first, and a month longer than the one before.
        ("2026-11-16", "2026-11-23", ("2026-11-01", "2026-11-23"), ("2026-10-01", "2026-10-23")),
        ("2026-10-26", "2026-11-02", ("2026-11-01", "2026-11-02"), ("2026-10-01", "2026-10-02")),
        ("2027-03-25", "2027-04-01", ("2027-03-01", "2027-04-01"), ("2027-02-01", "2027-03-01")),
    ],
)
def test_the_month_to_date_meets_the_same_days_of_the_month_before(
    first: str, after: str, days: tuple[str, str], earlier: tuple[str, str]
) -> None:
    def period(pair: tuple[str, str]) -> Period:
        return Period(date.fromisoformat(pair[0]), date.fromisoformat(pair[1]))

    assert to_date(period((first, after)), "month") == period(days)
    assert a_month_earlier(period(days)) == period(earlier)


class Months(FakeAnswers):
    """Collected in the month so far and in the same days of the month before."""

    def _figure(self, metric, question, keys):
        one = super()._figure(metric, question, keys)
        amounts = {date(2026, 11, 1): 120_000_00, date(2026, 10, 1): 100_000_00}
        amount = amounts.get(question.period.start)
        if metric != "collected" or keys or amount is None:
            return one
        return Figure(metric, keys, amount, None, 10, provisional=False)


@pytest.mark.parametrize(
    ("locale", "expected"),
    [
        (
            "en",
            "Month to date (1–22 Nov 2026): ¥120,000 collected, 20.0% more than in the first 22"
            " days of Oct.",
        ),
        ("zh_Hans_CN", "本月至今（2026年11月1日–22日）回款 ¥120,000，较10月前 22 天增加 20.0%。"),
    ],
)
def test_the_month_to_date_is_told_on_page_one(locale: str, expected: str) -> None:
    assert expected in [one.text for one in told(Months(), locale).findings]


def test_a_part_of_the_days_is_compared_with_nothing() -> None:
    texts = " ".join(one.text for one in told(Months(as_of=date(2026, 11, 20))).findings)
    assert "Month to date" not in texts


def test_the_newest_placements_meet_all_earlier_ones_of_the_same_age(make: Make) -> None:
    report = make()
    newest = table(report, "vintages", "newest")
    assert newest is not None
    assert [row[0].text for row in newest.rows] == ["Aug 2026", "Sep 2026", "Oct 2026"]
    figures = report.frozen.answers["liquidation"].figures
    older = [one for one in figures if one.keys[0] < date(2026, 9, 1) and one.keys[1] == 1]
    wanted = Decimal(sum(one.numerator or 0 for one in older)) / sum(
        one.denominator or 0 for one in older
    )
    row = newest.rows[1]
    assert row[2].value == 1
    assert row[4].value == wanted
    assert row[5].value == row[3].value - wanted  # type: ignore[operator]
    assert row[6].value == 1500 * len(older)


def test_the_first_placements_of_all_have_nothing_to_be_compared_with(make: Make) -> None:
    class OneMonth(FakeAnswers):
        def _curve(self, question):
            yield Figure("liquidation", (date(2026, 10, 1), 0), 5, 100, 40, provisional=False)

    assert table(told(OneMonth()), "vintages", "newest") is None


def test_rolled_forward_is_what_ends_in_later_buckets(make: Make) -> None:
    frozen = make().frozen
    answer = frozen.answers["roll"]
    counts = {("M1", "M0"): 10, ("M1", "M1"): 20, ("M1", "M2"): 50, ("M1", "M4"): 5}
    counts |= {("M1", "paid"): 15, ("M7+", "M7+"): 90, ("M7+", "written_off"): 10}
    figures = [
        Figure("roll_rate", keys, count, 100, 100, provisional=False)
        for keys, count in counts.items()
    ]
    figures += [replace(one, metric="roll_rate_by_balance", numerator=1) for one in figures]
    given = replace(frozen, answers={"roll": Answer(answer.question, figures, answer.freshness)})
    assert forward(given, "roll", "M1").value == Decimal("0.55")
    # Nothing is later than the last bucket, and nothing is known of one without cases.
    assert forward(given, "roll", "M7+").value is None
    assert forward(given, "roll", "M7+").n == 100
    assert forward(given, "roll", "M3").value is None


def test_the_bridge_says_where_the_rest_of_the_money_came_from(make: Make) -> None:
    report = make()
    collected, on_open = (
        report.frozen.figure("now", name).numerator for name in ("collected", "collected_on_open")
    )
    language = report.language
    text = notes(report, "bridge")[0]
    assert "add up to the closing stock" in text
    assert language.money(collected) in text
    assert language.money((collected or 0) - (on_open or 0)) in text


def test_the_bridge_of_some_teams_counts_what_moved_between_them_and_others(make: Make) -> None:
    def cases(report: Report) -> dict[str, object]:
        bridge = table(report, "bridge", "bridge")
        assert bridge is not None
        return {str(row[0].text): row[1].value for row in bridge.rows}

    moved = "± Moved in from other teams, net"
    whole, some = cases(make()), cases(make(moved=400))
    assert moved not in whole
    assert int(str(some[moved])) >= 360
    # It foots, or it would not have been told.
    assert some["Closing stock"] == int(str(whole["Closing stock"])) + int(str(some[moved]))


def test_what_is_still_to_come_is_added_up(make: Make) -> None:
    report = make()
    pipeline = table(report, "promises", "pipeline")
    assert pipeline is not None
    assert pipeline.totals == 1
    for column in (1, 2):
        parts = [row[column].value for row in pipeline.rows[:-1]]
        assert pipeline.rows[-1][column].value == sum(parts)  # type: ignore[arg-type]


def test_figures_that_will_change_are_named_with_the_day_until_which(make: Make) -> None:
    assert (
        "Promises due this week can still be kept until 25 Nov 2026."
        in notes(make(), "data_note")[0]
    )

    class Final(FakeAnswers):
        def _figure(self, metric, question, keys):
            return replace(super()._figure(metric, question, keys), provisional=False)

    assert notes(told(Final()), "data_note") == ["All figures of the period are final."]
    assert "尚未定稿" in notes(make("zh_Hans_CN"), "data_note")[0]


def test_a_team_with_few_promises_has_no_bar_and_is_named() -> None:
    class Thin(FakeAnswers):
        def _figure(self, metric, question, keys):
            one = super()._figure(metric, question, keys)
            thin = metric == "promise_kept_rate" and keys == ("T5",)
            return replace(one, numerator=9, denominator=12, n=12) if thin else one

    section = told(Thin()).section("teams")
    assert section is not None
    charts = {one.key: one.chart for one in section.pictures}
    assert [place.key for place in charts["team_promise_kept_rate"].categories] == [
        "T1", "T2", "T3", "T4",
    ]  # fmt: skip
    assert charts["team_promise_kept_rate"].note == "Too few to draw: 喆堃 special cases."
    assert len(charts["team_collected"].categories) == 5
    assert charts["team_collected"].note == ""


def test_the_line_below_the_cards_says_only_what_is_needed(make: Make) -> None:
    assert make(empty=True).card_note == ""
    assert "A year ago: the week 52 weeks earlier." in make().card_note
    assert "Not final yet: Promises kept, Promised amount kept." in make().card_note


def test_a_change_over_few_rows_is_grey_and_not_better_or_worse() -> None:
    language = Language("en")

    def kept(share: int, due: int) -> Figure:
        return Figure("promise_kept_rate", (), share, due, due, provisional=False)

    assert cells.change(language, kept(9, 12), kept(300, 600)).tone == "none"
    assert cells.change(language, kept(9, 12), kept(300, 600)).quiet
    assert cells.change(language, kept(400, 600), kept(300, 600)).tone == "better"


def test_tables_of_the_contract_have_their_chinese_name_beside_their_own(make: Make) -> None:
    report = make("zh_Hans_CN", without=("promises", "contacts"))
    aside = table(report, "data_note", "aside_tables")
    assert aside is not None
    assert [row[0].text for row in aside.rows] == ["还款（payments）", "触达记录（contacts）"]
    assert "还款承诺（promises）" in notes(report, "data_note")[-1]
