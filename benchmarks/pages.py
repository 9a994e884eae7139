"""How long people wait in the browser: the first visit to each page, and a change of filters.

`python -m benchmarks.pages [--visits 3] [--folder var/pages]` makes demo data, serves it with a
process of its own and looks at it with headless Chromium through Playwright, on the same machine.
Times are what the page itself saw, from the click to the frame in which the last change stands.
"""

import argparse
import shutil
import statistics
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from benchmarks.page import PAGE, put
from benchmarks.signing import cookies_of, sign_in
from benchmarks.steps import DEFINITIONS, LAST_DAY, NOW
from benchmarks.viewers import serve, until_healthy
from dashboard.pages import PAGES
from queries.source import SourceSpec
from queries.store import refresh
from service import demo
from service.simulation import Plan, simulate, write
from tests.browser.conftest import CHROMES, DESK, FLAGS

FIRST_GOAL_MS, CHANGE_GOAL_MS, BYTES_GOAL = 2_500, 300, 3_000_000
# Nothing has moved for so long: the page is done.
QUIET_MS = 1_200

# Notes when the cards, the charts in sight and the other charts last changed, as milliseconds since
# the last choice; the time is taken after the frame that shows the change.
WATCH = """
(() => {
  const seen = (window.seen = { start: 0, last: 0, cards: 0, sight: 0, charts: 0 });
  const kinds = (target) => {
    const element = target.nodeType === 1 ? target : target.parentElement;
    const chart = element && element.closest(".drawing");
    if (chart) {
      const at = chart.getBoundingClientRect();
      return at.bottom >= 0 && at.top <= innerHeight ? ["charts", "sight"] : ["charts"];
    }
    return element && element.closest(".kpi") ? ["cards"] : [];
  };
  new MutationObserver((changes) => {
    const found = new Set(changes.flatMap((change) => kinds(change.target)));
    if (!found.size) return;
    seen.last = performance.now();
    requestAnimationFrame(() => setTimeout(() => {
      seen.last = performance.now();
      found.forEach((kind) => (seen[kind] = seen.last - seen.start));
    }));
  }).observe(document, { subtree: true, childList: true, attributes: true, characterData: true });
  addEventListener("click", (event) => {
    if (event.target.closest("[role=option]")) {
      Object.assign(seen, { start: event.timeStamp, cards: 0, sight: 0, charts: 0 });
    }
  }, true);
})();
"""
DONE = f"seen.charts > 0 && performance.now() - seen.last > {QUIET_MS}"
TRANSFERRED = """
[...performance.getEntriesByType("resource"), ...performance.getEntriesByType("navigation")]
  .reduce((sum, entry) => sum + entry.transferSize, 0)
"""


@dataclass(frozen=True)
class Seen:
    """Milliseconds of one first visit and of the changes after it, and the bytes of the visit."""

    first: float
    transferred: int
    changes: list[dict[str, float]]


def look_at(browser: Browser, address: str, visits: int) -> Iterator[tuple[str, list[Seen]]]:
    """Each page with charts, with an empty cache at every visit."""
    cookies = cookies_of(sign_in(address), address)
    for page in PAGES:
        if page.name != "health":
            seen = []
            for number in range(visits):
                with _profile(browser) as profile:
                    profile.add_cookies(cookies)
                    seen.append(_visit(profile.new_page(), address + page.path, number))
            yield page.name, seen


@contextmanager
def _profile(browser: Browser) -> Iterator[BrowserContext]:
    context = browser.new_context(viewport=DESK)  # type: ignore[arg-type]
    context.add_init_script(WATCH)
    yield context
    context.close()


def _visit(page: Page, address: str, number: int) -> Seen:
    page.goto(address)
    _settle(page)
    first, transferred = page.evaluate("seen.charts"), page.evaluate(TRANSFERRED)
    changes = []
    # Another team at each visit, so that nobody has asked for the view before.
    for control, option in (("team", number), ("product", 0), ("segment", number)):
        page.locator(f"#filter-{control}").click()
        page.locator("[role=option]:visible").nth(option).click()
        _settle(page)
        changes.append(page.evaluate("({...seen})"))
        page.keyboard.press("Escape")
    return Seen(first, transferred, changes)


def _settle(page: Page) -> None:
    # The policy of the page allows no waiting inside it.
    while not page.evaluate(DONE):
        page.wait_for_timeout(100)


def table(found: Sequence[tuple[str, list[Seen]]]) -> str:
    """The lines of the document."""
    lines = [
        "| page | first visit, last chart (goal ≤ 2.5 s) | transferred (goal ≤ 3 MB)"
        " | a change: cards | charts in sight (goal ≤ 300 ms) | last chart |",
        "|---|---|---|---|---|---|",
    ]
    for name, seen in found:
        first = statistics.median(s.first for s in seen)
        sent = max(s.transferred for s in seen)
        changes = [change for s in seen for change in s.changes]
        cards, sight, charts = ([c[kind] for c in changes] for kind in ("cards", "sight", "charts"))
        in_time = statistics.median(sight) <= CHANGE_GOAL_MS
        lines.append(
            f"| {name.capitalize()} | {first / 1000:.1f} s{_missed(first <= FIRST_GOAL_MS)}"
            f" | {sent / 1e6:.1f} MB{_missed(sent <= BYTES_GOAL)} | {_spread(cards)}"
            f" | {_spread(sight)}{_missed(in_time)} | {_spread(charts)} |"
        )
    return "\n".join(lines)


def _missed(met: bool) -> str:
    return "" if met else ", **missed**"


def _spread(values: list[float]) -> str:
    return f"{statistics.median(values):.0f} ms ({min(values):.0f}–{max(values):.0f})"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--visits", type=int, default=3)
    parser.add_argument("--folder", type=Path, default=Path("var/pages"))
    given = parser.parse_args()
    figures = given.folder / "figures"
    if not figures.exists():
        given.folder.mkdir(parents=True, exist_ok=True)
        cases = f"duckdb:///{given.folder / 'cases.duckdb'}"
        plan = Plan(cases=demo.CASES, days=demo.DAYS, seed=demo.SEED, last_day=LAST_DAY)
        write(simulate(plan), cases, replace=True)
        refresh(SourceSpec(cases), DEFINITIONS, figures, now=NOW)
    chrome = next(filter(None, map(shutil.which, CHROMES)))
    with serve(figures, 1) as served, sync_playwright() as playwright:
        until_healthy(served.address)
        with playwright.chromium.launch(executable_path=chrome, args=list(FLAGS)) as browser:
            found = []
            for name, seen in look_at(browser, served.address, given.visits):
                found.append((name, seen))
                print(table(found).splitlines()[-1])
    put("browser", table(found))
    print(f"Written to {PAGE}.")


if __name__ == "__main__":
    main()
