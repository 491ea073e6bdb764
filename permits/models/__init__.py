"""What is applied for, what was done about it, and what came of it."""

from permits.models.act import Act
from permits.models.against import StoodAgainst
from permits.models.application import ACTS, Application, spec_of
from permits.models.calendar import CalendarDay
from permits.models.clock import ClockEntry, PromisedPeriod
from permits.models.document import Document, DocumentFile, NoticeKind, NumberSequence
from permits.models.filing import FilingOutcome, ObjectionFiling
from permits.models.ground import GroundClaim
from permits.models.land import DeclaredLand
from permits.models.material import Material, MaterialVersion
from permits.models.obligation import ObligationRow
from permits.models.permit import Permit
from permits.models.proof import RecordCheck
from permits.models.quota import QuotaBook, QuotaMovement
from permits.models.register import RegisterEntry
from permits.models.sequence import take_number
from permits.models.submission import Submission
from permits.models.transparency import LogCheckpoint, LogCosignature, LogDelivery, LogKey, LogLeaf, LogTile
from permits.models.unfinished import UnfinishedForm

__all__ = [
    "ACTS",
    "Act",
    "Application",
    "CalendarDay",
    "ClockEntry",
    "DeclaredLand",
    "Document",
    "DocumentFile",
    "FilingOutcome",
    "GroundClaim",
    "LogCheckpoint",
    "LogCosignature",
    "LogDelivery",
    "LogKey",
    "LogLeaf",
    "LogTile",
    "Material",
    "MaterialVersion",
    "NoticeKind",
    "NumberSequence",
    "ObjectionFiling",
    "ObligationRow",
    "Permit",
    "PromisedPeriod",
    "QuotaBook",
    "QuotaMovement",
    "RecordCheck",
    "RegisterEntry",
    "StoodAgainst",
    "Submission",
    "UnfinishedForm",
    "spec_of",
    "take_number",
]
