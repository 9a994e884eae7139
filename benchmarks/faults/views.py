"""What viewers look at: pages and files in two languages with all kinds of filters; and how their
requests are written and the answers read, over HTTP or in one process."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from hashlib import sha256
from itertools import cycle
from types import MappingProxyType
from typing import Any

from benchmarks.posting import body, told

PAGES = ("/", "/recovery", "/promises", "/contacts", "/aging", "/teams")
FILES = (
    "/export/overview/teams.csv", "/export/overview/trend-recovery_rate.csv",
    "/export/teams/results.csv", "/export/aging/bridge.csv", "/export/contacts/funnel.csv",
)  # fmt: skip
FILTERS = (
    "", "?period=last_month", "?team=T1", "?period=this_month&team=T2", "?product=card",
    "?bucket=M1&bucket=M2", "?compare=year&grain=month", "?period=today", "?period=this_week",
)  # fmt: skip
LANGUAGES = ("en", "zh-Hans")


@dataclass(frozen=True)
class View:
    """A page or a file at an address, in a language."""

    path: str
    search: str
    language: str
    dark: bool = False

    @property
    def is_file(self) -> bool:
        return self.path.startswith("/export/")

    @property
    def cookie(self) -> str:
        return f"arrears_language={self.language}"


def views(most: int) -> list[View]:
    """That many different views; every page and every filter is among the first."""
    languages, dark, found = cycle(LANGUAGES), cycle((False, False, True)), []
    for turn in range(len(FILTERS)):
        for number, page in enumerate((*PAGES, *FILES)):
            search = FILTERS[(turn + number) % len(FILTERS)]
            found.append(View(page, search, next(languages), next(dark)))
    return found[:most]


# The page that tells of jobs: of this moment, so it is asked for and read but not drawn again.
HEALTH = View("/health", "", "en")


@dataclass(frozen=True)
class Seen:
    """What an answer says: the generation of its figures (None: it shows none), whether it says
    that they are stale (files do not say), and a digest of what is shown."""

    generation: int | None
    stale: bool | None
    digest: str


# The headers of a viewer whom nobody asks for a name.
NOBODY: Mapping[str, str] = MappingProxyType({})

# Sends a request: method, address, body, headers → status, headers in lower case, content.
Send = Callable[[str, str, bytes | None, dict[str, str]], tuple[int, dict[str, str], bytes]]


def ask(view: View, send: Send, signed_in: Mapping[str, str] = NOBODY) -> tuple[int, Seen | None]:
    """Status and, where it is 200, what the answer shows; `signed_in` are headers of who asks."""
    cookies = filter(None, (view.cookie, signed_in.get("Cookie")))
    headers = {**signed_in, "Cookie": "; ".join(cookies)}
    if view.is_file:
        status, head, content = send("GET", view.path + view.search, None, headers)
        if status != 200:
            return status, None
        return status, Seen(int(head["arrears-generation"]), None, digest_of(content))
    scheme = "dark" if view.dark else "light"
    asked = {"path": view.path, "search": view.search, "scheme": scheme}
    posted = json.dumps(body(asked)).encode()
    headers["Content-Type"] = "application/json"
    status, _, content = send("POST", "/_dash-update-component", posted, headers)
    return (status, seen_on_page(told(json.loads(content)))) if status == 200 else (
        status, None,
    )  # fmt: skip


def seen_on_page(answer: dict[str, Any]) -> Seen:
    """What a page shows. The generation is None for a page that says that it failed or that there
    are no figures; then nothing else of it is right either."""
    drawn, shown = answer["drawn"], answer["shown"]
    if not shown or not shown["figures"]:
        return Seen(None, None, digest_of(drawn.encode()))
    generation, stale = shown["figures"]
    line = json.dumps(answer["freshness"])
    if ("freshness-stale" in line) != stale:
        raise AssertionError(f"the line of freshness and the page differ: {line}")
    return Seen(generation, stale, digest_of(drawn.encode() + line.encode()))


def digest_of(content: bytes) -> str:
    return sha256(content).hexdigest()[:24]
