"""What is applied for, what was done about it, and what came of it."""

from .act import ACTS, Act, spec_of
from .application import Application
from .calendar import CalendarDay
from .clock import ClockEntry, PromisedPeriod
from .document import Document, DocumentFile, DocumentKind, NumberSequence
from .material import Material, MaterialVersion
from .permit import Permit
from .sequence import take_number
from .submission import Submission

__all__ = [
    "ACTS",
    "Act",
    "Application",
    "CalendarDay",
    "ClockEntry",
    "Document",
    "DocumentFile",
    "DocumentKind",
    "Material",
    "MaterialVersion",
    "NumberSequence",
    "Permit",
    "PromisedPeriod",
    "Submission",
    "spec_of",
    "take_number",
]
