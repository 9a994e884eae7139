"""The ways in which a report does not leave: its numbers differ, a channel refuses it, or somebody
else is sending it."""

from collections.abc import Sequence


class ProofError(Exception):
    """A finished file does not say what its figures say. Nothing is sent; this is a bug."""

    def __init__(self, differences: Sequence[str]) -> None:
        self.differences = tuple(differences)
        super().__init__("\n".join(self.differences))


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
