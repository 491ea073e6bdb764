"""Who may act, and by what document. Nothing here knows of permits."""

from .bodies import Agency, Jurisdiction, OperatingUnit
from .mandates import AgencyGrant, Mandate, MandateGrant, SourceDocument, UnitGrant
from .people import Membership, Person, Post

__all__ = [
    "Agency",
    "AgencyGrant",
    "Jurisdiction",
    "Mandate",
    "MandateGrant",
    "Membership",
    "OperatingUnit",
    "Person",
    "Post",
    "SourceDocument",
    "UnitGrant",
]
