"""What a page shows, as data: a lead and panels. Drawing, definitions, tables and exports follow
from it, so that no page makes any of them by hand."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from charts import Chart
from dashboard.components.grid import Grid


@dataclass(frozen=True)
class Panel:
    """A titled box.

    `name` is its id on the page and in the address of its export: lower case, digits, "-", "_".
    `body` is a Chart or a Grid (with table, row count and export) or a plain component. `metrics`
    are those whose definition is told on demand; `note` stands below the title. A `wide` panel
    takes a whole row, others `span` columns of the page. `height` is that of a chart, in pixels.
    """

    name: str
    title: str
    body: Any
    metrics: tuple[str, ...] = ()
    note: str = ""
    wide: bool = False
    span: int = 1
    height: int | None = None

    @property
    def exportable(self) -> bool:
        return isinstance(self.body, (Chart, Grid))


@dataclass(frozen=True)
class Content:
    """Components above the panels, and the panels in the order of reading, `columns` abreast.

    `hidden` are panels that the lead draws itself (tabs), here so that they can be exported.
    """

    lead: Sequence[Any] = ()
    panels: Sequence[Panel] = ()
    columns: int = 2
    hidden: Sequence[Panel] = ()

    def panel(self, name: str) -> Panel | None:
        every = (*self.panels, *self.hidden)
        return next((panel for panel in every if panel.name == name), None)
