"""An account for those who look, and their sign-in over HTTP, as a browser does it."""

import re
import urllib.parse
import urllib.request
from contextlib import closing
from http.cookiejar import CookieJar
from typing import Any

from queries.desk import open_desk
from queries.rights import EVERYTHING, Person
from service import clock

VIEWER = Person(None, "viewer", "manager", EVERYTHING)
PASSWORD = "looks at everything"
_TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')


def add_viewer(desk_url: str) -> None:
    """Gives the viewers of a run their account, where they have none yet."""
    with closing(open_desk(desk_url)) as desk:
        if all(one.person.name != VIEWER.name for one in desk.accounts()):
            desk.add_person(
                VIEWER.name, VIEWER.role, VIEWER.scope,
                password=PASSWORD, by="benchmark", now=clock.now("UTC"),
            )  # fmt: skip


def sign_in(address: str, name: str = VIEWER.name, password: str = PASSWORD) -> dict[str, str]:
    """The headers with which a viewer who has signed in asks. Raises AssertionError where the
    service refuses."""
    jar = CookieJar()
    browser = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(jar))
    with browser.open(f"{address}/sign-in", timeout=20) as form:
        found = _TOKEN.search(form.read().decode())
    assert found, "the sign-in form has no token"
    filled = {"csrf_token": found[1], "name": name, "password": password}
    # The start page, to which it leads, gives the token of the session.
    browser.open(f"{address}/sign-in", urllib.parse.urlencode(filled).encode(), timeout=20).close()
    cookies = {cookie.name: cookie.value or "" for cookie in jar}
    assert "_csrf_token" in cookies, "the service refused the sign-in"
    return {
        "Cookie": "; ".join(f"{key}={value}" for key, value in cookies.items()),
        "X-CSRFToken": cookies["_csrf_token"],
    }


def cookies_of(headers: dict[str, str], address: str) -> list[Any]:
    """The same cookies as Playwright wants them."""
    pairs = (one.split("=", 1) for one in headers["Cookie"].split("; "))
    return [{"name": name, "value": value, "url": address} for name, value in pairs]
