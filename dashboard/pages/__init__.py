"""The pages, in the order of the navigation. A page is one file, or a folder with a file for each
part; adding one is one line here."""

from collections.abc import Mapping

from dashboard.acts import Act
from dashboard.pages import aging, contacts, overview, people, promises, recovery
from dashboard.pages.alerts import page as alerts
from dashboard.pages.desk import page as desk
from dashboard.pages.health import page as health
from dashboard.pages.page import Page, View
from dashboard.pages.reports import page as reports
from dashboard.pages.targets import page as targets
from dashboard.pages.teams import page as teams

PAGES: tuple[Page, ...] = (
    desk.PAGE, overview.PAGE, recovery.PAGE, promises.PAGE, contacts.PAGE, aging.PAGE, teams.PAGE,
    targets.PAGE, alerts.PAGE, reports.PAGE, health.PAGE, people.PAGE,
)  # fmt: skip

# By name: what can be done on any page.
ACTS: Mapping[str, Act] = {act.name: act for page in PAGES for act in page.acts}

__all__ = ["ACTS", "PAGES", "Page", "View", "page_at", "page_named"]


def page_at(path: object, prefix: str = "/") -> Page | None:
    """The page of an address, or None; a trailing slash makes no difference."""
    wanted = "/" + str(path or "/").removeprefix(prefix).strip("/")
    return next((page for page in PAGES if page.path == wanted), None)


def page_named(name: str) -> Page | None:
    """The page of an export address."""
    return next((page for page in PAGES if page.name == name), None)
