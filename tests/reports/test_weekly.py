from dataclasses import replace
from datetime import date

import pytest

from queries import Period
from queries.desk.editions import WAITED_IN_VAIN
from reports import About, ProofError, Report
from reports.frozen import thaw
from reports.mail import write
from reports.weekly import WEEKLY
from tests.reports.conftest import Make
from tests.reports.fake import WEEK, FakeAnswers

KEYS = [
    "movers", "trends", "vintages", "promises", "contacts", "aging", "bridge", "roll", "teams",
    "data_note", "meanings",
]  # fmt: skip


def keys(report: Report) -> list[str]:
    return [section.key for section in report.sections]


def notes(report: Report) -> str:
    section = report.section("data_note")
    assert section is not None
    texts = [getattr(block, "text", "") for block in section.blocks]
    return "\n".join(texts)


def test_the_default_period_is_the_last_whole_week() -> None:
    assert WEEKLY.period(date(2026, 11, 22)) == WEEK
    assert WEEKLY.period(date(2026, 11, 21)) == Period(date(2026, 11, 9), date(2026, 11, 16))


def test_a_full_source_gives_all_chapters(make: Make) -> None:
    assert keys(make()) == KEYS


def test_without_promises_and_contacts_their_chapters_are_left_out_and_named(make: Make) -> None:
    report = make(without=("promises", "contacts"))
    assert keys(report) == [key for key in KEYS if key not in ("promises", "contacts")]
    assert [card.metric for card in report.cards] == [
        "collected", "recovery_rate", "open_balance", "open_cases",
    ]  # fmt: skip
    assert "no rows in contacts, promises: Promises kept" in notes(report)


def test_a_database_without_rows_gives_a_report_that_says_so(make: Make) -> None:
    report = make(empty=True)
    assert {card.figure.text for card in report.cards} == {"no data"}
    assert "teams" not in keys(report)


def test_old_and_unfinished_data_is_announced_on_page_one(make: Make) -> None:
    report = make(stale=True, as_of=date(2026, 11, 20))
    assert "Provisional: the figures reach to 20 Nov 2026" in report.warning
    assert "Stale:" in report.warning
    assert make().warning == ""


@pytest.mark.parametrize(
    ("locale", "told"), [("en", "waited in vain for newer figures"), ("zh_Hans_CN", "但未等到")]
)
def test_a_report_that_waited_in_vain_says_so_in_each_language(
    make: Make, locale: str, told: str
) -> None:
    plain = make(locale)
    noted = replace(plain.frozen, about=About(note=WAITED_IN_VAIN))
    report = WEEKLY.tell(noted, plain.language, plain.branding)
    assert told in report.warning
    assert told in notes(report)
    assert told in write(report, b"", b"").text
    assert thaw(noted.to_json()) == noted
    # Editions of before there were notes keep the code that is printed on them.
    assert b"note" not in plain.frozen.to_json().split(b'"about"')[1].split(b"}")[0]
    assert noted.code != plain.frozen.code


def test_a_stock_that_does_not_foot_stops_the_report(make: Make) -> None:
    class Leaky(FakeAnswers):
        def _whole(self, metric: str, week: date) -> int:
            return super()._whole(metric, week) + (metric == "placed_cases" and week == WEEK.start)

        def _figure(self, metric, question, keys):
            one = super()._figure(metric, question, keys)
            if metric == "open_cases" and not keys:
                object.__setattr__(one, "numerator", one.numerator - 1)
            return one

    frozen = WEEKLY.freeze(Leaky(), WEEK)
    with pytest.raises(ProofError, match="inventory bridge of cases"):
        WEEKLY.tell(frozen, make().language, make().branding)


def test_a_thawed_edition_tells_the_same_report(make: Make) -> None:
    report = make("zh_Hans_CN")
    again = WEEKLY.tell(thaw(report.frozen.to_json()), report.language, report.branding)
    assert again == report


def test_the_change_of_a_growing_sum_is_not_told(make: Make) -> None:
    class Growing(FakeAnswers):
        def _figure(self, metric, question, keys):
            one = super()._figure(metric, question, keys)
            object.__setattr__(one, "provisional", metric == "promises_due" and not keys)
            return one

    frozen = WEEKLY.freeze(Growing(), WEEK)
    section = WEEKLY.tell(frozen, make().language, make().branding).section("promises")
    assert section is not None
    rows = {row[0].text: row for row in next(section.tables).rows}
    assert rows["Promises due"][3].text == "not final"
    assert rows["Promises made"][3].text != "not final"


def test_what_a_split_does_not_mention_is_zero_and_its_rate_unknown(make: Make) -> None:
    class Gap(FakeAnswers):
        def _figures(self, question):
            for one in super()._figures(question):
                if one.keys != ("T5",) or one.metric == "coverage":
                    yield one

    section = WEEKLY.tell(WEEKLY.freeze(Gap(), WEEK), make().language, make().branding).section(
        "teams"
    )
    assert section is not None
    row = next(row for row in next(section.tables).rows if row[0].text == "喆堃 special cases")
    assert row[1].text == "¥0"
    assert row[4].text == "–"


def test_rows_set_aside_are_accounted_for_by_table_and_reason(make: Make) -> None:
    section = make().section("data_note")
    assert section is not None
    tables = {table.key: table for table in section.tables}
    first = tables["aside_tables"].rows[0]
    assert [cell.text for cell in first] == ["payments", "12", "an amount that is no number (12)"]
    assert [row[3].text for row in tables["aside"].rows] == ["P100, P101", "K7"]
