"""The mail in programs that understand little: without pictures, without its style block, in
Outlook on Windows, which lays out like Word."""

import re
from html.parser import HTMLParser
from pathlib import Path

import pytest

from reports import Report, mail

NO_END = ("meta", "img", "br", "link", "input")
SHOWN = ("td", "th", "p", "h1", "h2")


class Elements(HTMLParser):
    """Every element with its attributes and those that it stands in."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str]]] = []
        self.open: list[str] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, {name: value or "" for name, value in attrs}))
        if tag not in NO_END:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def of(self, *tags: str) -> list[dict[str, str]]:
        return [held for tag, held in self.found if tag in tags]


@pytest.fixture(scope="module")
def html(awkward: Report) -> str:
    return mail.write(awkward, b"%PDF", b"PK").html


@pytest.fixture(scope="module")
def elements(html: str) -> Elements:
    """What is there where a program drops the style block."""
    return Elements(re.sub(r"<style>.*?</style>", "", html, flags=re.DOTALL))


def test_every_element_is_closed(elements: Elements) -> None:
    assert elements.open == []


def test_it_says_its_language_and_its_title(awkward: Report, html: str) -> None:
    assert f'<html lang="{awkward.language.html_lang}"' in html
    assert f"<title>{awkward.title}</title>" in html
    assert '<meta charset="utf-8">' in html


def test_nothing_comes_from_elsewhere(html: str) -> None:
    """No script, form or frame; no address but those of the pictures inside."""
    elements = Elements(html)
    assert not elements.of("script", "form", "iframe", "link", "object", "video", "svg", "base")
    sources = [held["src"] for _, held in elements.found if "src" in held]
    assert sources
    assert all(re.fullmatch(r"cid:\w+@arrears", one) for one in sources)
    tags = re.findall(r"<[^>]*>", html)
    assert not [tag for tag in tags if re.search(r"https?:|//\w|url\(|@import", tag)]
    style = re.findall(r"<style>(.*?)</style>", html, flags=re.DOTALL)
    assert not [one for one in style if re.search(r"https?:|url\(|@import", one)]


def test_colours_sizes_and_fonts_need_no_style_block(elements: Elements) -> None:
    for held in elements.of(*SHOWN):
        assert re.search(r"(?<!-)color:\s*#[0-9a-f]{6}", held["style"]), held
        assert "font-family:" in held["style"]
    for held in elements.of("p", "h1", "h2"):
        assert "font-size:" in held["style"]


def test_tables_are_layout_or_have_heads(html: str) -> None:
    """Those of layout say so; those of figures have the name of each as the head of its row."""
    for table in re.findall(r"<table(?![^>]*presentation).*?</table>", html, flags=re.DOTALL):
        rows = table.count("<tr")
        assert rows
        assert len(re.findall(r'<th [^>]*scope="row"', table)) == rows


def test_widths_and_grounds_hold_in_outlook(html: str, elements: Elements) -> None:
    """As attributes of tables, and a width that does not rest on max-width."""
    for held in elements.of("table"):
        assert held["width"] == "100%"
        assert (held["cellpadding"], held["cellspacing"], held["border"]) == ("0", "0", "0")
    grounds = [held for held in elements.of("table", "body") if "background-color" in held["style"]]
    assert grounds
    assert all(re.fullmatch("#[0-9a-f]{6}", held["bgcolor"]) for held in grounds)
    outlook = re.findall(r"<!--\[if mso\]>(.*?)<!\[endif\]-->", html)
    assert ['width="640"' in one for one in outlook] == [True, False]
    # It pads cells and nothing else.
    padded = [
        held for held in elements.of("p", "h1", "h2", "span") if "padding" in held.get("style", "")
    ]
    assert padded == []
    inlined = " ".join(held.get("style", "") for _, held in elements.found)
    assert not re.search(r"flex|grid|float|position:|var\(|calc\(", inlined)


def test_without_pictures_their_words_are_read(awkward: Report, elements: Elements) -> None:
    pictures = elements.of("img")
    assert len(pictures) == 3
    for held in pictures:
        assert int(held["width"]) <= 640
        assert len(held["alt"]) > 40
        assert "font:" in held["style"]
        assert "color:" in held["style"]


def test_what_is_dark_on_white_is_light_on_dark(html: str) -> None:
    """Each class that colours a text has a colour for a dark ground."""
    template = Path(mail.__file__).with_name("templates") / "report.html"
    plain = template.read_text(encoding="utf-8").split("@media", 1)[0]
    rules = re.findall(r"([^{}]+)\{([^}]*)\}", plain.partition("<style>")[2])
    coloured = {
        name
        for selector, body in rules
        if re.search(r"(?<!-)color:", body)
        for name in re.findall(r"\.(\w+)(?=\s*(?:,|$))", selector)
    }
    assert {"quiet", "better", "worse", "even", "brand", "mark"} <= coloured
    dark = html.split("prefers-color-scheme: dark", 1)[1].split("@media", 1)[0]
    assert [name for name in coloured if f".{name}" not in dark] == []
    assert '<meta name="color-scheme" content="light dark">' in html
