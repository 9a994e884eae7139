"""The chapters that reports are made of, one file each; packs share them.

A chapter says which questions it needs and tells its section from the frozen answers. A chapter
whose figures the source cannot give tells None and is named in the data note.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from types import ModuleType

from charts import Language
from queries import Question
from reports.frozen import Frozen
from reports.parts import Section
from reports.spans import Covered


@dataclass(frozen=True)
class Chapter:
    """`questions` for what is covered as known on a day; `tell` makes the section, or None. One
    that is not `on_paper` is in the workbook only."""

    key: str
    questions: Callable[[Covered, date], Mapping[str, Question]]
    tell: Callable[[Frozen, Language], Section | None]
    on_paper: bool = True

    def section(self, frozen: Frozen, language: Language) -> Section | None:
        told = self.tell(frozen, language)
        return replace(told, on_paper=self.on_paper) if told else None


def chapters(*modules: ModuleType, on_paper: bool = True) -> tuple[Chapter, ...]:
    """The chapters of these modules, in their order."""
    return tuple(
        Chapter(one.__name__.rsplit(".", 1)[-1], one.questions, one.tell, on_paper)
        for one in modules
    )
