"""The ways by which editions get to their recipients, by channel."""

from collections.abc import Mapping
from dataclasses import dataclass

from reports.delivering import Parcel
from reports.failures import DeliveryError
from reports.folder import Folder
from reports.letters import for_folder, letter_of
from reports.smtp import Smtp


@dataclass(frozen=True)
class ToFolders:
    """Into folders, by the name under which the configuration knows them as recipients.

    Writing the same files again changes nothing, so nobody is told that they leave.
    """

    folders: Mapping[str, Folder]

    def hand_over(self, parcel: Parcel) -> str:
        folder = self.folders.get(parcel.delivery.recipient)
        if folder is None:
            raise DeliveryError("The configuration has no such folder any more", permanent=True)
        written = folder.deliver(for_folder(parcel.files, parcel.frozen))
        return ", ".join(path.name for path in written)


@dataclass(frozen=True)
class ByMail:
    """By a mail server, to the address that is the recipient."""

    smtp: Smtp

    def hand_over(self, parcel: Parcel) -> str:
        delivery = parcel.delivery
        letter = letter_of(parcel.files)
        return self.smtp.deliver(
            letter, delivery.recipient, delivery.key, parcel.now, leaving=parcel.leaving
        )
