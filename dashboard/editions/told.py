"""What the service tells the pages of reports besides what the desk holds. Pages know nothing of
how a report is made, so what only the reports can say comes through here."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from charts import Language
from queries.definition import Words
from queries.desk.editions import Edition, EditionFile
from queries.restating import Restatement

# A report of many teams has 2 MB.
MOST_BYTES = 10 * 2**20


@dataclass(frozen=True)
class Differing:
    """A place where a file differs from its edition: what was sent and what it holds."""

    place: str
    sent: str
    held: str


@dataclass(frozen=True)
class Checked:
    """What a file is: whether all is well with it, in sentences of which the first says it all."""

    well: bool
    told: Sequence[str]
    differing: Sequence[Differing] = ()


class Reports(Protocol):
    """Implemented where reports are wired; the pages work without it."""

    def titles(self) -> Mapping[str, Words]:
        """The reports that there are, by name, in the order in which people know them."""

    def configured(self, report: str) -> Collection[str]:
        """The addresses that the configuration names for a report."""

    def letter(self, files: Sequence[EditionFile]) -> bytes:
        """The letter among the files of an edition in one language, as an HTML page."""

    def compared(self, edition: Edition) -> Sequence[Restatement]:
        """The figures of an edition as reported and as known now, within the scope of the edition:
        for whoever may read it. Raises UserError where they cannot be counted now."""

    def check(
        self, content: bytes, allowed: Callable[[Edition], bool], language: Language
    ) -> Checked:
        """Says of any bytes whether they are an edition; of those that are not `allowed` nothing is
        said, not even that they exist."""
