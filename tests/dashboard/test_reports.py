"""The page Reports as each persona: what they may read and nothing else, in all of its parts."""

import json
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st

from dashboard.editions.seen import Archive
from dashboard.pages.reports.archive import MOST
from queries import Answers
from queries.desk.editions import WAITED_IN_VAIN, Edition, Issue, Made
from queries.desk.reading import readable
from queries.period import Period
from queries.rights import Person, Scope
from service.simulation.names import DEPARTMENTS
from tests.dashboard.archives import (
    LAST_WEEK,
    OUTCOMES,
    READS,
    SECRET,
    do,
    editions_of,
    furnished,
    house,
)
from tests.dashboard.browserless import every, texts
from tests.dashboard.personas import NOW, PERSONAS, Enter, House, ask, assert_nothing_foreign
from tests.support.editions import keep

__all__ = ["furnished", "house"]
PARTS = ("", "?part=mine", "?part=schedule", "?part=check", "?part=deliveries")


def shown(client: FlaskClient, search: str = "", path: str = "/reports") -> str:
    """All that is drawn of a page, as text."""
    return json.dumps(page_of(client, search, path), ensure_ascii=False)


def page_of(client: FlaskClient, search: str = "", path: str = "/reports") -> Any:
    drawn = json.loads(ask(client, path, search)["drawn"])
    return [drawn["tree"], *(part["children"] for part in drawn["still"].values())]


def codes(house: House) -> dict[str, str]:
    return {name: one.printed for name, one in editions_of(house.desk).items()}


@pytest.mark.parametrize("persona", READS)
def test_the_archive_lists_what_one_may_read_and_nothing_else(
    house: House, enter: Enter, persona: str
) -> None:
    client = enter(persona)
    for search in ("", "?report=team", "?find=team", "?find=2026-11", "?before=2027-01-01"):
        told = shown(client, search)
        for name, code in codes(house).items():
            assert name in READS[persona] or code not in told, f"{persona} sees {name}"
        assert_nothing_foreign(house, persona, told)
    told = shown(client)
    assert {name for name, code in codes(house).items() if code in told} == READS[persona]


@pytest.mark.parametrize("persona", READS)
def test_an_edition_that_one_may_not_read_is_like_one_that_there_is_not(
    house: House, enter: Enter, persona: str
) -> None:
    client = enter(persona)
    none = shown(client, "?edition=0000-0000-0000").replace("0000-0000-0000", "")
    for name, code in codes(house).items():
        told = shown(client, f"?edition={code}")
        assert_nothing_foreign(house, persona, told)
        if name not in READS[persona]:
            assert told.replace(code, "") == none
        elif persona != "agent":
            assert f"/report/{code.replace('-', '')}/" in told
            assert "edition-facts" in told


@pytest.mark.parametrize("persona", [name for name in READS if name != "administrator"])
def test_whom_reports_went_to_is_for_those_who_run_them(
    house: House, enter: Enter, persona: str
) -> None:
    client = enter(persona)
    everything = [*PARTS, *(f"?edition={code}" for code in codes(house).values()),
                  "?part=mine&find=failed@example.org"]  # fmt: skip
    for search in everything:
        told = shown(client, search)
        assert not [secret for secret in SECRET if secret in told], search
        assert "settle-delivery" not in told


def test_who_runs_reports_sees_all_that_is_open_with_its_history(
    house: House, enter: Enter
) -> None:
    told = texts(page_of(enter("administrator"), "?part=deliveries"))
    for wanted in (*SECRET, "gone@example.org", "the account is disabled.", "History (1 attempt)"):
        assert wanted in told
    edition = codes(house)["whole"]
    told = texts(page_of(enter("administrator"), f"?edition={edition}"))
    assert all(recipient in told for recipient in OUTCOMES)
    assert "✓ sent to 1, × failed for 1, ? not certain for 1, … on its way to 1" in told


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("2026-11-12", {"before"}),
        ("2026-W46", {"before"}),
        ("2026-11", {"whole", "before", "both", "first", "second", "third"}),
        ("2026-10", set()),
        ("weekly", {"whole", "before", "both"}),
        ("TEAM PACK", {"first", "second", "third"}),
        ("9999-12-31", set()),
        ("2026-13", set()),
        ("%", set()),
    ],
)
def test_editions_are_found_by_period_and_word(
    house: House, enter: Enter, words: str, found: set[str]
) -> None:
    told = shown(enter("administrator"), f"?find={words}")
    assert {name for name, code in codes(house).items() if code in told} == found


def test_an_edition_is_found_by_the_beginning_of_its_code(house: House, enter: Enter) -> None:
    code = codes(house)["third"]
    told = shown(enter("administrator"), f"?find={code[:7].upper()}")
    assert code in told
    assert codes(house)["whole"] not in told


def test_pages_of_the_archive_hold_each_edition_once(house: House, enter: Enter) -> None:
    start = LAST_WEEK.start
    for week in range(2, MOST + 12):
        days = Period(start - timedelta(weeks=week), start - timedelta(weeks=week - 1))
        for part in ("", "again"):
            keep(house.desk, days, now=NOW, part=part)
    client, seen, search = enter("executive"), [], ""
    for _ in range(10):
        page = page_of(client, search)
        seen += [texts(one["children"]) for one in every(page, "Code")]
        older = [one["href"] for one in every(page, "Link") if "before=" in str(one.get("href"))]
        if not older:
            break
        search = older[0].removeprefix("/reports")
    every_code = {one.printed for one in house.desk.editions(limit=1_000)}
    hidden = {codes_ for name, codes_ in by_name(house).items() if name not in READS["executive"]}
    assert len(seen) == len(set(seen))
    assert set(seen) == every_code - hidden


def by_name(house: House) -> dict[str, str]:
    """The codes of the six that have a name."""
    return {
        {"T1": "first", "T2": "second", "T3": "third"}[one.issue.part]: one.printed
        for one in house.desk.editions("team")
    }


def test_what_an_edition_notes_is_told_in_the_language_of_the_page(
    house: House, enter: Enter
) -> None:
    period = Period(LAST_WEEK.start - timedelta(weeks=40), LAST_WEEK.end - timedelta(weeks=40))
    edition = keep(house.desk, period, now=NOW, note=WAITED_IN_VAIN)
    client = enter("administrator")
    chinese = "本报告到期后曾等待更新的数据"
    for lang, told in (("en", WAITED_IN_VAIN), ("zh-Hans", chinese)):
        client.set_cookie("arrears_language", lang)
        assert told in shown(client, f"?edition={edition.printed}")
        assert edition.printed in shown(client, f"?find={told[:14]}")


def test_figures_that_moved_come_first_and_say_where_from(house: House, enter: Enter) -> None:
    search = f"?edition={codes(house)['whole']}"
    answer = ask(enter("executive"), "/reports", search)
    told = json.dumps(answer, ensure_ascii=False)
    assert told.index("Collected") < told.index("Recovery rate")
    assert "Late payments +¥20.00, Late reversals −¥2.00, Corrections −¥3.00" in told
    assert "+¥15.00" in told
    assert "1 figure has changed since." in told
    house.app.site.reports.fails = True  # type: ignore[union-attr]
    told = shown(enter("executive"), search)
    assert "What is known now cannot be compared here." in told


def test_the_file_of_the_comparison_passes_the_gate_too(house: House, enter: Enter) -> None:
    address = f"/export/reports/side-by-side.csv?edition={codes(house)['whole']}"
    assert enter("executive").get(address).status_code == 200
    for persona in ("manager", "lead of T1", "agent"):
        assert enter(persona).get(address).status_code == 404


def test_the_next_ten_runs_are_those_of_reports_that_one_may_read(enter: Enter) -> None:
    for persona, wanted in (("administrator", 20), ("executive", 10), ("lead of T1", 10)):
        page = page_of(enter(persona), "?part=schedule")
        rows = [row for grid in every(page, "AgGrid") for row in grid["rowData"]]
        assert len(rows) == wanted
    assert rows[0]["due_text"] == "30 Nov 2026, 07:30"
    assert rows[0]["weekday"] == "Mon"


def test_my_desk_shows_the_newest_reports_that_one_may_read(house: House, enter: Enter) -> None:
    told = shown(enter("executive"), path="/desk")
    assert "/reports" in told
    for name in ("first", "second", "third"):
        assert codes(house)[name] not in told
    assert codes(house)["whole"] in told


# ---- why did I not get my report?


def why(client: FlaskClient, search: str = "?part=mine") -> str:
    return texts(page_of(client, search))


def test_a_recipient_reads_what_became_of_their_reports(house: House, enter: Enter) -> None:
    manager = enter("manager")
    assert "Not subscribed any more: nothing is sent. Not due before 30 Nov 2026, 07:30" in why(
        manager
    )
    assert "Sent 23 Nov 2026, 09:00. The mail server has taken it under <" in why(manager)
    done, told = do(manager, "subscribe-report",
                    {"report": "team", "locale": "zh_Hans_CN", "step": "subscribe"})  # fmt: skip
    assert (done, told["told"]) == (200, "You are subscribed: Team pack.")
    assert "Subscribed since 23 Nov 2026, in this language: Chinese." in why(manager)
    assert "Was made before the subscription, 23 Nov 2026, 09:00." in why(manager)
    done, _ = do(manager, "subscribe-report", {"report": "team", "step": "unsubscribe"})
    assert done == 200
    assert "Unsubscribed since 23 Nov 2026: nothing is sent." in why(manager)


def test_who_has_no_address_is_told_who_sets_it(enter: Enter) -> None:
    told = why(enter("executive"))
    assert "You have no mail address here, so no report can be sent to you." in told
    assert "arrears users change NAME --mail ADDRESS" in told


@pytest.mark.parametrize(
    ("who", "told"),
    [
        ("failed@example.org", "Could not be delivered: 550 no such mailbox"),
        ("UNKNOWN@example.org", "It may have arrived or not: <"),
        ("waiting@example.org", "Waits to be sent, at the earliest 23 Nov 2026, 09:00."),
        ("gone@example.org", "Withheld: the account is disabled."),
        ("boss@example.org", "The configuration sends it to Boss@example.org."),
        ("boss@example.org", "Was made without this recipient."),
        ("lead of T2", "Not subscribed: nothing is sent."),
        ("nobody here", "Nobody of that name or address was ever to get a report."),
    ],
)
def test_who_runs_reports_is_told_why_anybody_has_not_got_one(
    enter: Enter, who: str, told: str
) -> None:
    assert told in why(enter("administrator"), f"?part=mine&find={who}")


def test_several_that_fit_are_offered(enter: Enter) -> None:
    page = page_of(enter("administrator"), "?part=mine&find=example.org")
    links = [one["href"] for one in every(page, "Link") if "find=" in str(one.get("href"))]
    assert len(links) == 8
    assert "find=unknown%40example.org" in " ".join(links)


def test_a_name_that_looks_like_an_address_reads_nothing_of_that_address(
    house: House, enter: Enter
) -> None:
    house.desk.add_person(
        "failed@example.org", *PERSONAS["manager"], password="seven slow lighthouses",
        by="test", now=NOW,
    )  # fmt: skip
    told = why(enter("failed@example.org", "seven slow lighthouses"))
    assert "550 no such mailbox" not in told


# ---- the gate by itself

SCOPES = st.sampled_from([
    Scope("everything"), Scope("nothing"), Scope("teams"), Scope("teams", ("T1",)),
    Scope("teams", ("T1", "T2")), Scope("teams", ("T3",)), Scope("teams", ("T9",)),
    Scope("departments", DEPARTMENTS[:1]), Scope("departments", DEPARTMENTS), Scope("departments"),
    Scope("agent", ("A001",)),
])  # fmt: skip


@given(mine=SCOPES, theirs=SCOPES, report=st.sampled_from(["weekly", "team", "x"]))
def test_the_staff_of_ones_own_scope_decides_like_that_of_the_house(
    figures: Answers, mine: Scope, theirs: Scope, report: str
) -> None:
    person = Person(1, "somebody", "manager", mine)
    edition = Edition(
        1, "c", Issue(report, LAST_WEEK, theirs),
        Made(NOW, "", "", "", "", None, LAST_WEEK.last, 1, provisional=False),
    )  # fmt: skip
    archive = Archive(None, person, figures.within(mine).staff)  # type: ignore[arg-type]
    assert archive.holds(edition) == readable(person, edition.issue, figures.staff())
    agent = replace(archive, person=replace(person, role="agent"))
    assert not agent.holds(edition)
