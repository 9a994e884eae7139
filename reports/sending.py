"""Preview, send and write again: the front door of a report, from the question to the last
delivery."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from queries import Answers, UserError
from queries.desk import Desk
from queries.desk.deliveries import Channel
from queries.desk.editions import EditionFile
from queries.rights import EVERYTHING, Scope
from reports import issuing
from reports.catalogue import named
from reports.delivering import Clock, Delivering, Objection, Sent, Way, no_objection
from reports.folder import Folder
from reports.frozen import thaw
from reports.issuing import Issued, Order, Written
from reports.letters import for_folder
from reports.parts import Branding


@dataclass(frozen=True)
class Outcome:
    """What one run of a report came to: `sent` is what was tried, whatever became of it."""

    issued: Issued
    sent: Sequence[Sent]

    @property
    def whole(self) -> bool:
        """Whether everything that should have left has."""
        return not self.issued.refused and not self.failed

    @property
    def failed(self) -> Sequence[Sent]:
        """What should have left and has not."""
        return [one for one in self.sent if one.outcome not in ("sent", "withheld")]


class NotAllSentError(UserError):
    """Raised after everything was tried; `outcome` holds what came of the run."""

    def __init__(self, report: str, outcome: Outcome) -> None:
        self.outcome = outcome
        failed = outcome.failed
        told = [f"{one.delivery.recipient}: {one.detail}" for one in failed]
        refused = outcome.issued.refused
        told += [f"{what} did not stand its proof, {error.told}" for what, error in refused.items()]
        count = len(failed) + len(refused)
        super().__init__(
            f"{count} of {len(outcome.sent) + len(refused)} deliveries of the "
            f"{report} report failed. {'; '.join(told)}",
            "every recipient to be reached",
            "correct what is named and send again: those who have it are left out",
        )


def preview(
    order: Order,
    answers: Answers,
    folder: Path,
    *,
    locales: Sequence[str] = ("en",),
    scope: Scope = EVERYTHING,
) -> list[Path]:
    """Writes the proven files of an order into `folder`, as a reader of this scope would get them:
    one set for each language, and for each team where the report is one of teams."""
    readers = [issuing.Reader("preview", "folder", locale, scope) for locale in locales]
    order = replace(order, readers=readers)
    written: list[Path] = []
    for copy in issuing.copies(answers, order):
        figures = issuing.frozen(answers, order, copy.issue)
        for locale in copy.locales:
            told = issuing.tell(order.pack, figures, locale, order.branding)
            made = Written(told, order.most)
            written += Folder(folder).deliver(for_folder(made.files, figures.to_json()))
    if not written:
        raise UserError(
            f"The {order.pack.name} report has nothing for this reader.",
            "somebody who sees the figures of a team"
            if order.pack.by_team
            else "a language to write it in",
        )
    return written


def again(
    desk: Desk, code: str, folder: Path, branding: Branding | None = None, *, anew: bool = False
) -> list[Path]:
    """Writes the files of an edition into `folder`: those that were kept, or, `anew`, files that
    are written and proven once more from its frozen figures, in the languages that it has.

    Raises UserError where no edition has this code, ProofError where its figures cannot be shown as
    they are any more.
    """
    edition = desk.edition(code)
    if edition is None:
        raise UserError(
            f"No edition has the code {code!r}.",
            "a code as it stands at the foot of a page, such as 3fa9-c21b-7d04",
            "`arrears report list`",
        )
    frozen = desk.frozen_of(edition.id)
    written: list[Path] = []
    for locale in dict.fromkeys(one.locale for one in desk.files_of(edition.id)):
        files: Sequence[EditionFile] = desk.files_in(edition.id, locale)
        if anew:
            pack = named(edition.issue.report)
            told = issuing.tell(pack, thaw(frozen), locale, branding or Branding())
            files = Written(told).files
        written += Folder(folder).deliver(for_folder(files, frozen))
    return written


def send(
    answers: Answers,
    desk: Desk,
    order: Order,
    ways: Mapping[Channel, Way],
    clock: Clock,
    objection: Objection = no_objection,
) -> Outcome:
    """Issues a report and delivers it to everybody who has not got it yet; what there is an
    objection to is withheld.

    A second run sends nothing. One bad address stops nobody: all are tried, then NotAllSentError is
    raised. What may succeed later waits in the desk.
    """
    issued = issuing.issue(answers, desk, order)
    editions = [edition.id for edition in issued.editions]
    outcome = Outcome(issued, Delivering(desk, ways, clock, objection).due(editions))
    if not outcome.whole:
        raise NotAllSentError(order.pack.name, outcome)
    return outcome
