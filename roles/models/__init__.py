"""Who may act, and by what document. Nothing here knows of permits."""

from .bodies import Agency, Jurisdiction, OperatingUnit
from .delegation import Delegation
from .mandates import AgencyGrant, Mandate, MandateGrant, SourceDocument, UnitGrant
from .people import Membership, Person, Post

__all__ = [
    "Agency",
    "AgencyGrant",
    "Delegation",
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
