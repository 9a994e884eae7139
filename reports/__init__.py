"""Reports that people receive: composed from frozen figures, laid out, proven, delivered once.

The front door: `preview` writes the files of a report into a folder, `send` delivers it to its
recipients through channels, `again` writes the files of an edition once more, `verify` says whether
a file is one, REPORTS lists what there is.
"""

from reports.catalogue import REPORTS, named
from reports.composing import Pack
from reports.delivering import Delivering, Objection, Sent, Way
from reports.failures import DeliveryError, ProofError
from reports.folder import Folder
from reports.frozen import About, Frozen, thaw
from reports.issuing import Issued, Order, Reader, numbered
from reports.parts import Branding, Report
from reports.restatement import EditionSource, side_by_side
from reports.sending import NotAllSentError, Outcome, again, preview, send
from reports.sftp import Sftp
from reports.smtp import Smtp
from reports.targets import TargetSource
from reports.verifying import Verdict, told, verify
from reports.ways import ByMail, BySftp, Links, ToFolders

__all__ = [
    "REPORTS",
    "About",
    "Branding",
    "ByMail",
    "BySftp",
    "Delivering",
    "DeliveryError",
    "EditionSource",
    "Folder",
    "Frozen",
    "Issued",
    "Links",
    "NotAllSentError",
    "Objection",
    "Order",
    "Outcome",
    "Pack",
    "ProofError",
    "Reader",
    "Report",
    "Sent",
    "Sftp",
    "Smtp",
    "TargetSource",
    "ToFolders",
    "Verdict",
    "Way",
    "again",
    "named",
    "numbered",
    "preview",
    "send",
    "side_by_side",
    "thaw",
    "told",
    "verify",
]
