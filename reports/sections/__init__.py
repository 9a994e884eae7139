"""The chapters that reports are made of, one file each; packs share them.

A chapter says which questions it needs and tells its section from the frozen answers. A chapter
whose figures the source cannot give tells None and is named in the data note.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date

from charts import Language
from queries import Period, Question
from reports.frozen import Frozen
from reports.parts import Section


@dataclass(frozen=True)
class Chapter:
    """`questions` for a period as known on a day; `tell` makes the section, or None."""

    key: str
    questions: Callable[[Period, date], Mapping[str, Question]]
    tell: Callable[[Frozen, Language], Section | None]
