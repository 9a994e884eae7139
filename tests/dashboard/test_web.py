"""What goes over the web: headers, scripts, files, compression, health; nothing from elsewhere."""

import json
import re

import plotly.offline

from dashboard import web
from dashboard.app import ASSETS
from tests.dashboard.browserless import Browserless
from tests.dashboard.figures import Given


def test_every_answer_carries_the_security_headers(browser: Browserless) -> None:
    for path in ("/", "/_dash-layout", "/healthz", "/assets/arrears.css", "/nothing/here"):
        with browser.client.get(path) as answer:
            headers = answer.headers
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Referrer-Policy"] == "same-origin"
        assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]


def test_scripts_in_the_document_are_those_that_the_policy_names(browser: Browserless) -> None:
    answer = browser.client.get("/")
    rules = dict(
        rule.split(" ", 1) for rule in answer.headers["Content-Security-Policy"].split("; ")
    )
    scripts = re.findall(r"<script([^>]*)>(.*?)</script>", answer.get_data(as_text=True), re.S)
    inline = [text for attributes, text in scripts if text and "application/json" not in attributes]
    assert len(inline) == 2
    assert {web.hash_of(text) for text in inline} <= set(rules["script-src"].split())
    assert "unsafe" not in rules["script-src"]


def test_nothing_is_fetched_from_elsewhere(browser: Browserless) -> None:
    html = browser.client.get("/").get_data(as_text=True)
    addresses = re.findall(r'(?:src|href)="([^"]*)"', html)
    assert len(addresses) > 10
    assert all(address.startswith(("/", "data:")) for address in addresses)


def test_files_with_a_fingerprint_are_kept_and_figures_never(browser: Browserless) -> None:
    def kept(path: str) -> str:
        with browser.client.get(path) as answer:
            return answer.headers["Cache-Control"]

    html = browser.client.get("/").get_data(as_text=True)
    named = re.findall(r'(?:src|href)="(/assets/[^"]*)"', html)
    assert named
    assert all("immutable" in kept(path) for path in named)
    assert kept("/assets/arrears.css") == "no-cache"
    assert kept("/") == kept("/_dash-layout") == kept("/healthz") == "no-store"
    assert browser.post("address").headers["Cache-Control"] == "no-store"


def test_answers_are_compressed(browser: Browserless) -> None:
    answer = browser.client.get("/_dash-layout", headers={"Accept-Encoding": "gzip"})
    assert answer.headers["Content-Encoding"] == "gzip"


def test_health_tells_how_the_figures_are(answers: Given, browser: Browserless) -> None:
    assert browser.client.get("/healthz").get_json() == {
        "status": "ok", "figures": "current", "generation": 7, "as_of": "2026-11-18",
    }  # fmt: skip
    answers.stale = True
    assert browser.client.get("/healthz").get_json()["figures"] == "stale"


def test_the_plots_in_the_assets_are_of_the_installed_version() -> None:
    version = plotly.offline.get_plotlyjs_version()
    (bundle,) = (ASSETS / "vendor").glob("plotly-cartesian-*.min.js")
    assert bundle.name == f"plotly-cartesian-{version}.min.js"
    assert f"plotly.js (cartesian - minified) v{version}" in bundle.read_text()[:200]


def test_the_grid_speaks_chinese_by_a_dictionary_of_ours() -> None:
    text = (ASSETS / "vendor" / "ag-grid-zh-cn.js").read_text()
    words = json.loads(text[text.index("{") : text.rindex("}") + 1])
    assert words["noRowsToShow"]
    assert len(words) > 500


def test_the_sign_of_the_pages_is_part_of_the_document(browser: Browserless) -> None:
    """A file would be asked for again at every change of the address."""
    html = browser.client.get("/").get_data(as_text=True)
    (icon,) = re.findall(r'<link rel="icon" href="([^"]*)">', html)
    assert icon.startswith("data:image/svg+xml,")
    assert "favicon.ico" not in html
