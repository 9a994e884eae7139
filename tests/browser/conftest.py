"""A demo, served, and a browser that looks at it. Every page is watched: whatever is said on the
console or asked of another host fails the test."""

import shutil
import threading
from collections.abc import Callable, Iterator
from datetime import date, datetime
from functools import partial
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import waitress
from dash import Dash
from playwright.sync_api import Browser, BrowserContext, Page, Playwright, expect, sync_playwright
from waitress import wasyncore

from dashboard import create_app
from dashboard.gate import Gate
from dashboard.locales import COOKIE
from queries import Answers, Definitions
from queries.rights import OPERATOR
from queries.source import SourceSpec
from queries.store import refresh
from service.simulation import Plan, simulate, write

CHROMES = ("chromium", "chromium-browser", "google-chrome")
FLAGS = (
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
)  # fmt: skip
LAST_DAY = date(2026, 11, 22)
NOW = datetime(2026, 11, 23, 9, 0, tzinfo=ZoneInfo("Asia/Shanghai"))
DESK, PHONE = {"width": 1440, "height": 900}, {"width": 390, "height": 844}

Open = Callable[..., Page]

# On a machine with other work a page may take its time; what never comes fails all the same.
expect.set_options(timeout=20_000)


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Answers:
    """The figures of a small demo case database."""
    folder = tmp_path_factory.mktemp("demo")
    url = f"duckdb:///{folder}/cases.duckdb"
    write(simulate(Plan(cases=1_200, days=240, seed=7, last_day=LAST_DAY)), url)
    refresh(SourceSpec(url, {}), Definitions(), folder / "figures", now=NOW)
    return Answers(folder / "figures", Definitions())


Serve = Callable[[Dash], str]


@pytest.fixture(scope="session")
def serve_app() -> Iterator[Serve]:
    """Serves an app on a free port until all tests are over; gives the address."""
    servers = []

    def start(app: Dash) -> str:
        sockets: dict[int, Any] = {}
        server = waitress.create_server(
            app.server, map=sockets, host="127.0.0.1", port=0, threads=4
        )
        thread = threading.Thread(target=server.run, daemon=True)
        thread.start()
        servers.append((server, sockets, thread))
        return f"http://127.0.0.1:{server.effective_port}"

    yield start
    for server, sockets, thread in servers:
        # By the thread that waits for them: to another one they would be gone in its hands.
        server.trigger.pull_trigger(partial(wasyncore.close_all, sockets, ignore_all=True))
        thread.join(10)
        server.task_dispatcher.shutdown()


@pytest.fixture(scope="session")
def serve(serve_app: Serve) -> Callable[[Answers], str]:
    """Serves the pages over some answers; gives the address."""

    def start(answers: Answers) -> str:
        gate = Gate(OPERATOR, lambda: NOW)
        return serve_app(create_app(answers, gate=gate, default_locale="en"))

    return start


@pytest.fixture(scope="session")
def site(serve: Callable[[Answers], str], demo: Answers) -> str:
    return serve(demo)


@pytest.fixture(scope="session")
def playwright() -> Iterator[Playwright]:
    with sync_playwright() as started:
        yield started


@pytest.fixture(scope="session")
def chromium(playwright: Playwright) -> Iterator[Browser]:
    found = next(filter(None, map(shutil.which, CHROMES)), None)
    if found is None:
        pytest.skip("no Chromium on this machine")
    browser = playwright.chromium.launch(executable_path=Path(found), args=list(FLAGS))
    yield browser
    browser.close()


class Profiles:
    """Browser profiles by scheme and size. What a test left in one (cookies, what pages remember)
    is gone when the next one gets it; only the scripts that it has read once stay read."""

    def __init__(self, browser: Browser) -> None:
        self._browser = browser
        self._made: dict[tuple[str, int], BrowserContext] = {}

    def clean(self, scheme: str, size: dict, at: str) -> BrowserContext:
        key = (scheme, size["width"])
        if key not in self._made:
            self._made[key] = self._browser.new_context(color_scheme=scheme, viewport=size)
        context = self._made[key]
        context.clear_cookies()
        page = context.new_page()
        stored = {"origin": at, "storageTypes": "local_storage,indexeddb,service_workers"}
        context.new_cdp_session(page).send("Storage.clearDataForOrigin", stored)
        page.close()
        return context


@pytest.fixture(scope="session")
def profiles(chromium: Browser) -> Profiles:
    return Profiles(chromium)


@pytest.fixture
def visit(profiles: Profiles, site: str) -> Iterator[Open]:
    """Opens a page in a clean browser profile; the page that was open before is closed, for it
    would go on drawing. The console may say what holds `tolerate`, and nothing else."""
    pages, said, elsewhere = [], [], []

    def visiting(
        path: str = "/",
        *,
        language: str = "en",
        scheme: str = "light",
        size: dict = DESK,
        at: str = site,
        tolerate: str = "\n",
    ) -> Page:
        while pages:
            pages.pop().close()
        context = profiles.clean(scheme, size, at)
        context.add_cookies([{"name": COOKIE, "value": language, "url": at}])
        page = context.new_page()
        pages.append(page)
        page.set_default_timeout(15_000)
        page.on(
            "console",
            lambda message: (
                None if tolerate in message.text else said.append(f"{message.type}: {message.text}")
            ),
        )
        page.on("pageerror", lambda error: said.append(str(error)))
        page.on(
            "request",
            lambda request: (
                None
                if request.url.startswith((at, "data:", "blob:"))
                else elsewhere.append(request.url)
            ),
        )
        page.goto(at + path)
        return page

    yield visiting
    for page in pages:
        for one in page.context.pages:
            one.close()
    assert said == []
    assert elsewhere == []
