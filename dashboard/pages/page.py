"""What a page is: data and three functions. The frame around it asks, so that a page cannot."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from dash import Dash

from charts import Language
from dashboard.filters import Choices, Filters
from queries.definitions import Definitions
from queries.figures import Answer, Question
from queries.period import Period


@dataclass(frozen=True)
class View:
    """One look at one page: what was chosen, by whom it is read, and what the source can give.

    `dark` is the colour scheme; `available` the metrics whose tables the source has.
    """

    filters: Filters
    choices: Choices
    language: Language
    dark: bool
    available: frozenset[str]
    definitions: Definitions

    @property
    def period(self) -> Period:
        return self.filters.period(self.choices.as_of)

    @property
    def comparison(self) -> Period:
        return self.filters.comparison(self.choices.as_of)

    @property
    def where(self) -> Mapping[str, tuple[str, ...]]:
        return self.filters.slices

    def known(self, *metrics: str) -> tuple[str, ...]:
        """Those of `metrics` that the source can give."""
        return tuple(name for name in metrics if name in self.available)


@dataclass(frozen=True)
class Page:
    """One page. All its questions go out in one call and are answered from one generation.

    `questions` names each question; `draw` gets the answers under the same names. `register` adds
    callbacks of the page's own, if it needs any.
    """

    path: str
    title: Callable[[Language], str]
    questions: Callable[[View], dict[str, Question]]
    draw: Callable[[View, Mapping[str, Answer]], Any]
    register: Callable[[Dash], None] | None = None
