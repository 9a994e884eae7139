"""What a page is: data and two functions. The frame around it asks, so that a page cannot."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from charts import Language
from dashboard.acts import Act
from dashboard.components.grid import Column, Grid, Move, Row
from dashboard.content import Content, Panel
from dashboard.view import View
from queries.figures import Answer, Question

__all__ = ["ALL_BUT_CHANNEL", "Answers", "Column", "Content", "Grid", "Move", "Page", "Panel",
           "Row", "View"]  # fmt: skip

Answers = Mapping[str, Answer]

# Only figures of contacts know the channel.
ALL_BUT_CHANNEL = ("team", "agent", "product", "segment", "bucket")


@dataclass(frozen=True)
class Page:
    """One page. All its questions go out in one call and are answered from one generation.

    `slices` are the filter dimensions that all its figures know; the bar shows the others as
    inactive. `questions` names each question; `draw` gets the answers under the same names.
    `acts` are what people can do there. A page that is not `dated` shows the state of now: period,
    comparison and grain are inactive there.
    """

    path: str
    title: Callable[[Language], str]
    slices: tuple[str, ...]
    questions: Callable[[View], dict[str, Question]]
    draw: Callable[[View, Answers], Content]
    dated: bool = True
    acts: tuple[Act, ...] = ()

    @property
    def name(self) -> str:
        """The name in the address of an export."""
        return self.path.strip("/") or "overview"
