"""The ways in which a report does not leave: its numbers differ, a channel refuses it, or somebody
else is sending it."""

from collections.abc import Sequence


class ProofError(Exception):
    """A finished file does not say what its figures say, or is not whole. Nothing is sent; this is
    a bug, or a file that is too large. `differences` holds every one, `of` names the files."""

    FIRST = 3

    def __init__(self, differences: Sequence[str], of: str = "") -> None:
        self.differences = tuple(differences)
        self.of = of
        super().__init__("\n".join(self.differences))

    @property
    def told(self) -> str:
        """In one line: the files and the first differences."""
        shown = "; ".join(self.differences[: self.FIRST])
        more = len(self.differences) - self.FIRST
        rest = f"; and {more} more" if more > 0 else ""
        return (f"{self.of}: " if self.of else "") + shown + rest


class DeliveryError(Exception):
    """A channel did not take a report.

    `permanent` means that trying again cannot help (a wrong address). `unknown` means that it may
    have been taken all the same, so it must not be sent again by itself.
    """

    def __init__(self, reason: str, *, permanent: bool, unknown: bool = False) -> None:
        self.reason = reason
        self.permanent = permanent
        self.unknown = unknown
        super().__init__(reason)


class ClaimLostError(Exception):
    """Somebody else has a delivery in hand now; it must not be sent here."""
