"""Preview and send: the front door of a report, from the question to the last delivery."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from queries import Answers, UserError
from queries.desk import Desk
from queries.desk.deliveries import Channel
from queries.rights import EVERYTHING, Scope
from reports import issuing
from reports.delivering import Clock, Delivering, Sent, Way
from reports.folder import Folder
from reports.issuing import Issued, Order, Written
from reports.letters import for_folder


@dataclass(frozen=True)
class Outcome:
    """What one run of a report came to: `sent` is what was tried, whatever became of it."""

    issued: Issued
    sent: Sequence[Sent]

    @property
    def whole(self) -> bool:
        """Whether everything that should have left has."""
        return not self.issued.refused and all(one.outcome == "sent" for one in self.sent)


class NotAllSentError(UserError):
    """Raised after everything was tried; `outcome` holds what came of the run."""

    def __init__(self, report: str, outcome: Outcome) -> None:
        self.outcome = outcome
        failed = [one for one in outcome.sent if one.outcome != "sent"]
        told = [f"{one.delivery.recipient}: {one.detail}" for one in failed]
        refused = outcome.issued.refused
        told += [f"{what} did not stand its proof: {error}" for what, error in refused.items()]
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
            made = Written(issuing.tell(order.pack, figures, locale, order.branding))
            written += Folder(folder).deliver(for_folder(made.files, figures.to_json()))
    if not written:
        raise UserError(
            f"The {order.pack.name} report has nothing for this reader.",
            "somebody who sees the figures of a team"
            if order.pack.by_team
            else "a language to write it in",
        )
    return written


def send(
    answers: Answers,
    desk: Desk,
    order: Order,
    ways: Mapping[Channel, Way],
    clock: Clock,
) -> Outcome:
    """Issues a report and delivers it to everybody who has not got it yet.

    A second run sends nothing. One bad address stops nobody: all are tried, then NotAllSentError is
    raised. What may succeed later waits in the desk.
    """
    issued = issuing.issue(answers, desk, order)
    editions = [edition.id for edition in issued.editions]
    outcome = Outcome(issued, Delivering(desk, ways, clock).due(editions))
    if not outcome.whole:
        raise NotAllSentError(order.pack.name, outcome)
    return outcome
