"""The pages, in the order of the navigation. A page is one file; adding one is one line here."""

from dashboard.pages import aging, contacts, health, overview, people, promises, recovery, teams
from dashboard.pages.page import Page, View

PAGES: tuple[Page, ...] = (
    overview.PAGE, recovery.PAGE, promises.PAGE, contacts.PAGE, aging.PAGE, teams.PAGE, health.PAGE,
    people.PAGE,
)  # fmt: skip

__all__ = ["PAGES", "Page", "View", "page_at", "page_named"]


def page_at(path: object, prefix: str = "/") -> Page | None:
    """The page of an address, or None; a trailing slash makes no difference."""
    wanted = "/" + str(path or "/").removeprefix(prefix).strip("/")
    return next((page for page in PAGES if page.path == wanted), None)


def page_named(name: str) -> Page | None:
    """The page of an export address."""
    return next((page for page in PAGES if page.name == name), None)
