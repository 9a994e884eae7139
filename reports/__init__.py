"""Reports that people receive: composed from frozen figures, laid out, proven, delivered once.

The front door: `preview` writes the files of a report into a folder, `send` delivers it to its
recipients through channels, REPORTS lists what there is.
"""

from reports.catalogue import REPORTS, named
from reports.composing import Pack
from reports.delivering import Delivering, Sent, Way
from reports.failures import DeliveryError, ProofError
from reports.folder import Folder
from reports.frozen import About, Frozen, thaw
from reports.issuing import Issued, Order, Reader, numbered
from reports.parts import Branding, Report
from reports.sending import NotAllSentError, Outcome, preview, send
from reports.smtp import Smtp
from reports.targets import TargetSource
from reports.ways import ByMail, ToFolders

__all__ = [
    "REPORTS",
    "About",
    "Branding",
    "ByMail",
    "Delivering",
    "DeliveryError",
    "Folder",
    "Frozen",
    "Issued",
    "NotAllSentError",
    "Order",
    "Outcome",
    "Pack",
    "ProofError",
    "Reader",
    "Report",
    "Sent",
    "Smtp",
    "TargetSource",
    "ToFolders",
    "Way",
    "named",
    "numbered",
    "preview",
    "send",
    "thaw",
]
