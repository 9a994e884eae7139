"""Reports that people receive: composed from frozen figures, laid out, proven, delivered once.

The front door: `preview` writes the files of a report into a folder, `send` delivers it to its
recipients through channels, REPORTS lists what there is.
"""

from reports.catalogue import REPORTS, Pack
from reports.failures import DeliveryError, ProofError
from reports.folder import Folder
from reports.frozen import Frozen, thaw
from reports.parts import Branding, Report
from reports.sending import Mailing, NotAllSentError, Recipient, Sent, preview, send
from reports.smtp import Smtp
from reports.targets import TargetSource
from reports.weekly import compose

__all__ = [
    "REPORTS",
    "Branding",
    "DeliveryError",
    "Folder",
    "Frozen",
    "Mailing",
    "NotAllSentError",
    "Pack",
    "ProofError",
    "Recipient",
    "Report",
    "Sent",
    "Smtp",
    "TargetSource",
    "compose",
    "preview",
    "send",
    "thaw",
]
