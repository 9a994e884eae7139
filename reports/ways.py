"""The ways by which editions get to their recipients, by channel."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from queries.desk.deliveries import Delivery
from queries.desk.editions import grouped
from reports.delivering import Parcel
from reports.failures import DeliveryError
from reports.folder import Folder
from reports.letters import for_folder, letter_of
from reports.mail import Postmark
from reports.sftp import Sftp
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
class BySftp:
    """To folders on other servers, by the name under which the configuration knows them as
    recipients. As with folders, the same files again change nothing."""

    drops: Mapping[str, Sftp]

    def hand_over(self, parcel: Parcel) -> str:
        drop = self.drops.get(parcel.delivery.recipient)
        if drop is None:
            raise DeliveryError("The configuration has no such server any more", permanent=True)
        return ", ".join(drop.deliver(for_folder(parcel.files, parcel.frozen)))


@dataclass(frozen=True)
class Links:
    """Where the readers of letters go on from them: `pages` is the address of the pages, `word` the
    word by which the reader of the letter of a delivery, known by its key, unsubscribes."""

    pages: str
    word: Callable[[str], str]


@dataclass(frozen=True)
class ByMail:
    """By a mail server, to the address that is the recipient; without `links` letters have none."""

    smtp: Smtp
    links: Links | None = None

    def hand_over(self, parcel: Parcel) -> str:
        delivery = parcel.delivery
        letter = letter_of(parcel.files)
        return self.smtp.deliver(
            letter, delivery.recipient, delivery.key, parcel.now, leaving=parcel.leaving,
            postmark=self._postmark(delivery),
        )  # fmt: skip

    def _postmark(self, delivery: Delivery) -> Postmark:
        links = self.links
        marked = Postmark(delivery.report, grouped(delivery.edition), delivery.locale)
        if links is None:
            return marked
        return replace(
            marked, unsubscribe=f"{links.pages}/unsubscribe/{links.word(delivery.key)}",
            reports=f"{links.pages}/reports",
        )  # fmt: skip
