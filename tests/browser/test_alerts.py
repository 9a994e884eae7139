"""Alerts in a browser: a rule is made and changed, an alert acknowledged; by keyboard, on a phone,
in both languages, for screen readers."""

from collections.abc import Iterator
from contextlib import closing
from decimal import Decimal
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from dashboard import create_app
from dashboard.gate import Gate
from queries import Answers
from queries.alerts import Draft, Threshold, Ways
from queries.desk import Desk, open_desk
from queries.rights import EVERYTHING
from queries.targets import RULES
from service.alerting import evaluate
from tests.browser.conftest import DESK, NOW, PHONE, Open, Serve
from tests.browser.test_filters import faults
from tests.browser.test_views import SENTENCE, sign_in

pytestmark = pytest.mark.browser
WAYS = Ways(("collections room",), ("example.org",), (), True, True, ("22:00", "07:00"))
LIMIT = Decimal(10**12)


@pytest.fixture
def desk(tmp_path: Path, demo: Answers) -> Iterator[Desk]:
    """A desk with two alerts that were found in the figures."""
    with closing(open_desk(f"sqlite:///{tmp_path}/desk.db")) as desk:
        desk.add_person("Ada", "manager", EVERYTHING, password=SENTENCE, by="test", now=NOW)
        low = Threshold("collected", ("", "T1"), "week", "below", LIMIT, LIMIT)
        to = ("chat:collections room", "mail:ann@example.org")
        desk.add_rule(Draft("Collected is low", low, to), by="Ada", now=NOW)
        evaluate(desk, demo, RULES, "Asia/Shanghai", NOW)
        yield desk


@pytest.fixture
def door(demo: Answers, desk: Desk, serve_app: Serve) -> str:
    return serve_app(create_app(demo, gate=Gate(desk, lambda: NOW), ways=WAYS))


def opened(visit: Open, door: str, language: str = "en", size: dict = DESK, **more: str) -> Page:
    page = visit("/alerts", at=door, language=language, size=size, **more)
    sign_in(page, "Ada")
    expect(page.locator(".alert")).to_have_count(2)
    return page


def test_an_alert_is_acknowledged_with_a_note(visit: Open, door: str, desk: Desk) -> None:
    page = opened(visit, door)
    form = page.locator(".alert form").first
    form.locator("textarea").fill("The bank file is late; <b>Bo</b> calls them.")
    form.locator("button").click()
    expect(page.locator(".alert-taken .alert-note")).to_contain_text("<b>Bo</b> calls them.")
    expect(page.locator(".alert form")).to_have_count(1)
    assert len([one for one in desk.open_firings() if one.acknowledged_by == "Ada"]) == 1


def test_a_rule_is_made_refused_and_made_again_by_keyboard(
    visit: Open, door: str, desk: Desk
) -> None:
    page = opened(visit, door, tolerate="status of 400")
    page.get_by_text("New rule: Limit reached").focus()
    page.keyboard.press("Enter")
    form = page.locator("#new-rule-threshold form")
    form.locator("[name=name]").focus()
    page.keyboard.type("Contacts are low")
    form.locator("[name=metric]").select_option("right_party_rate")
    form.locator("[name=units][value=T1]").focus()
    page.keyboard.press("Space")
    form.locator("[name=limit]").focus()
    page.keyboard.type("ten")
    page.keyboard.press("Enter")
    expect(form.locator(".told")).to_contain_text("The limit is no value of this figure")
    form.locator("[name=limit]").fill("10")
    form.locator("[name=chats]").check()
    form.locator("[name=mails]").fill("ann@example.org")
    assert form.locator("[name=quiet_from]").input_value() == "22:00"
    form.locator("button").click()
    expect(page.get_by_text("Change: Contacts are low")).to_be_visible()
    made = next(rule for rule in desk.alert_rules() if rule.name == "Contacts are low")
    assert made.check == Threshold(
        "right_party_rate", ("T1",), "week", "below", Decimal("0.1"), Decimal("0.1")
    )
    page.get_by_text("Change: Contacts are low").click()
    changed = page.locator(f"#change-rule-{made.id} form")
    assert changed.locator("[name=limit]").input_value() == "10"
    assert changed.locator("[name=units][value=T1]").is_checked()
    assert changed.locator("[name=chats]").is_checked()
    page.locator(f"#switch-rule-{made.id} button").click()
    expect(page.locator(f"#switch-rule-{made.id} button")).to_have_text("Switch on")


@pytest.mark.parametrize(
    ("language", "scheme", "size"),
    [("en", "light", DESK), ("zh-Hans", "dark", DESK), ("zh-Hans", "light", PHONE)],
)  # fmt: skip
def test_axe_finds_nothing_serious_and_nothing_is_cut(
    visit: Open, door: str, language: str, scheme: str, size: dict
) -> None:
    page = opened(visit, door, language, size, scheme=scheme)
    for summary in page.locator(".alert-form > summary").all():
        summary.click()
    expect(page.locator("#rules-grid .ag-row").first).to_be_visible()
    assert faults(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
