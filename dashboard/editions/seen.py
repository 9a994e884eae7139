"""The one gate of the archive: which editions and files a person may read. Pages, files and acts
ask here and nowhere else; what somebody may not read is to them like what there is not."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

from queries.desk import Desk
from queries.desk.editions import Edition, FileEntry
from queries.desk.reading import readable
from queries.rights import RIGHTS, Person, right_to
from queries.staff import Staff

PAGE = "reports"
# What comes from an address is no longer than this, or is nothing that we gave out.
_LONGEST_CODE, _LONGEST_NAME = 40, 200
# So many are looked through first, then four times as many, until there are enough to show.
_FIRST = 500


@dataclass(frozen=True)
class Archive:
    """The archive as one person may read it. `staff` is that of their scope: of departments it has
    all teams, and for other scopes who works where decides nothing."""

    desk: Desk
    person: Person
    staff: Callable[[], Staff]

    def holds(self, edition: Edition) -> bool:
        """Whether the person may read an edition."""
        return self.person.may(PAGE) and readable(self.person, edition.issue, self.staff())

    def edition(self, code: str) -> Edition | None:
        """The edition with a code, however it is grouped, if the person may read it."""
        found = self.desk.edition(code) if 0 < len(code) <= _LONGEST_CODE else None
        return found if found is not None and self.holds(found) else None

    def entry(self, code: str, name: str) -> FileEntry | None:
        """The file of an edition by its name, if the person may read it."""
        edition = self.edition(code) if len(name) <= _LONGEST_NAME else None
        if edition is None:
            return None
        return next((one for one in self.desk.files_of(edition.id) if one.name == name), None)

    def newest(
        self,
        most: int,
        *,
        report: str | None = None,
        before: date | None = None,
        fits: Callable[[Edition], bool] = lambda _: True,
    ) -> Sequence[Edition]:
        """More than `most` editions where there are so many, the newest periods first; of one
        report, of periods that end by `before`, and only those that fit."""
        limit = _FIRST
        while True:
            found = self.desk.editions(report, limit=limit, before=before)
            seen = [one for one in found if self.holds(one) and fits(one)]
            if len(seen) > most or len(found) < limit:
                return seen
            limit *= 4


def reports_of(person: Person) -> list[str]:
    """The names of the reports that a person may receive and read."""
    prefix = right_to("")
    return [name.removeprefix(prefix) for name in RIGHTS
            if name.startswith(prefix) and person.may(name)]  # fmt: skip
