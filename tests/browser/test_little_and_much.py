"""Databases that are empty, small, oddly named or crowded, as a browser shows them."""

import csv
import io
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from dashboard.pages import PAGES
from queries import Answers, Definitions
from tests.browser.conftest import NOW, PHONE, Open
from tests.browser.test_journeys import idle
from tests.dashboard.test_pages import SMALL
from tests.support.case_database import (
    Tables,
    a_case,
    a_contact,
    a_payment,
    a_promise,
    a_team,
    an_agent,
    figures_of,
)  # fmt: skip

pytestmark = pytest.mark.browser
Serve = Callable[[Answers], str]
NAMES = (
    "Feldüberweisungs- und Rückstandsbearbeitungsabteilung Südwest, 2. Etage links",
    "🏦🧾 emoji 👩‍💼",
    "喆堃 嘉兴电催一组",
    "<img src=x onerror=alert(1)>",
    '=HYPERLINK("http://evil.example","x")',
    "T & <b>bold</b>",
)


def stands(page: Page) -> None:
    """Waits until a page says something, whatever that is."""
    expect(page.locator("#page .panel").first).to_be_visible()
    expect(page.locator(".waiting")).to_have_count(0)
    idle(page)


def walk(page: Page, path: str) -> None:
    """Goes to another page as the links of the app do: nothing is loaded anew."""
    stands(page)
    page.evaluate(
        "path => window.dash_clientside.set_props('address', { pathname: path, search: '' })", path
    )
    expect(page.locator(f'.nav [aria-current=page] [href="{path}"]')).to_have_count(1)


@pytest.mark.parametrize("rows", SMALL)
def test_every_page_says_something_sensible_where_little_is(
    visit: Open, serve: Serve, tmp_path: Path, rows: str
) -> None:
    at = serve(figures_of(SMALL[rows], Definitions(), NOW, tmp_path))
    shown = visit(at=at, size=PHONE, language="zh-Hans")
    for page in PAGES:
        walk(shown, page.path)
        stands(shown)
        expect(shown.get_by_text("出了点问题")).to_have_count(0)
        assert shown.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
        # No panel is left without a word.
        empty = shown.evaluate(
            "[...document.querySelectorAll('.panel')].filter(p => !p.innerText.trim()).length"
        )
        assert empty == 0


def odd() -> Tables:
    """A team of each awkward name, each with an agent of that name and one case."""
    tables: dict[str, list[Any]] = {
        name: [] for name in ("teams", "agents", "cases", "payments", "contacts", "promises")
    }
    for at, name in enumerate(NAMES):
        team, agent, case = f"T{at}", f"A{at}", f"C{at}"
        tables["teams"].append(a_team(team, name=name))
        tables["agents"].append(an_agent(agent, team, name=name))
        tables["cases"].append(
            a_case(case, team_id=team, agent_id=agent, placed_on="2026-09-01", product=name,
                   segment=name, delinquent_since="2026-08-20")
        )  # fmt: skip
        for day in (10, 17):
            tables["payments"].append(
                a_payment(f"P{at}-{day}", case, paid_at=f"2026-11-{day} 10:00", amount="50.00")
            )
            tables["contacts"].append(
                a_contact(f"N{at}-{day}", case, agent_id=agent, contacted_at=f"2026-11-{day} 09:00")
            )
        tables["promises"].append(
            a_promise(f"R{at}", case, agent_id=agent, made_at="2026-11-10 10:00",
                      due_on="2026-11-16", amount="50.00")
        )  # fmt: skip
    return tables


def test_awkward_names_are_names_and_nothing_else(
    visit: Open, serve: Serve, tmp_path: Path
) -> None:
    at = serve(figures_of(odd(), Definitions(), NOW, tmp_path))
    for language in ("en", "zh-Hans"):
        shown = visit(at=at, language=language)
        for page in PAGES:
            walk(shown, page.path)
            stands(shown)
            assert shown.evaluate("document.documentElement.scrollWidth") <= 1440
            assert shown.locator("#page img[src=x], #page .panel b").count() == 0
    teams = visit("/recovery", at=at)
    stands(teams)
    cells = teams.locator("#by-team-grid .ag-pinned-left-cols-container [col-id=team]")
    # A grid draws its rows after everything else is there.
    expect(cells).to_have_count(len(NAMES))
    assert sorted(cells.all_inner_texts()) == sorted(NAMES)
    with teams.expect_download() as waiting:
        teams.locator("#by-team-csv").click()
    text = Path(waiting.value.path()).read_text(encoding="utf-8-sig")
    names = [row["Team"] for row in csv.DictReader(io.StringIO(text))]
    assert sorted(name.removeprefix("'") for name in names) == sorted(NAMES)
    assert [name for name in names if name.startswith("=")] == []


def test_two_thousand_agents_are_listed_and_found(
    visit: Open, serve: Serve, tmp_path: Path
) -> None:
    agents = [an_agent(f"A{at:04d}", f"T{at % 20:02d}", name=f"Agent {at}") for at in range(2_000)]
    cases = [
        a_case(f"C{at:04d}", team_id=f"T{at % 20:02d}", agent_id=f"A{at:04d}",
               placed_on="2026-09-01", delinquent_since="2026-08-20")
        for at in range(2_000)
    ]  # fmt: skip
    contacts = [
        a_contact(f"N{at}", f"C{at:04d}", agent_id=f"A{at:04d}", contacted_at="2026-11-18 09:00")
        for at in range(2_000)
    ]
    tables: Tables = {
        "teams": [a_team(f"T{at:02d}", name=f"Team {at}") for at in range(20)],
        "agents": agents, "cases": cases, "contacts": contacts,
    }  # fmt: skip
    at = serve(figures_of(tables, Definitions(), NOW, tmp_path))
    shown = visit(at=at)
    for page in PAGES:
        walk(shown, page.path)
        stands(shown)
    walk(shown, "/contacts")
    stands(shown)
    expect(shown.locator("#by-agent-rows")).to_have_text("2,000 rows")
    drawn = shown.locator("#by-agent-grid .ag-center-cols-container .ag-row")
    expect(drawn.nth(10)).to_be_attached()
    assert drawn.count() < 200
    shown.locator("#filter-agent").fill("Agent 1999")
    shown.get_by_role("option", name="Agent 1999").click()
    expect(shown.locator("#by-agent-rows")).to_have_text("1 row")
    expect(shown.locator("#by-agent-grid .ag-floating-bottom")).to_contain_text("chosen agent")


def test_figures_that_are_too_old_say_so_in_red_on_every_page(
    visit: Open, serve: Serve, tmp_path: Path
) -> None:
    old = NOW - timedelta(days=5)
    changed = a_case("C9", placed_on="2026-10-01", updated_at="2026-11-17 18:00")
    tables = {**SMALL["all"], "cases": [*SMALL["all"]["cases"], changed]}
    at = serve(figures_of(tables, Definitions(), old, tmp_path))
    shown = visit(at=at)
    for page in PAGES:
        walk(shown, page.path)
        stands(shown)
        line = shown.locator(".freshness-stale")
        expect(line).to_contain_text("Out of date")
        expect(line).to_contain_text("Figures up to")
        expect(line).to_contain_text("newest change in the source")
        expect(line).to_have_css("color", "rgb(166, 27, 27)")
