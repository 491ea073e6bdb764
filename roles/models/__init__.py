"""Who may act, and by what document. Nothing here knows of permits."""

from roles.models.bodies import Agency, Jurisdiction, OperatingUnit
from roles.models.delegation import Delegation
from roles.models.mandates import AgencyGrant, Mandate, MandateGrant, SourceDocument, UnitGrant
from roles.models.matrix import MatrixEdition
from roles.models.official import OfficialDatum
from roles.models.passwords import PasswordRecord
from roles.models.people import Membership, Person, Post
from roles.models.rates import NetworkCount
from roles.models.reference import ReferenceStamp
from roles.models.security import Administration, SecurityEvent

__all__ = [
    "Administration",
    "Agency",
    "AgencyGrant",
    "Delegation",
    "Jurisdiction",
    "Mandate",
    "MandateGrant",
    "MatrixEdition",
    "Membership",
    "NetworkCount",
    "OfficialDatum",
    "OperatingUnit",
    "PasswordRecord",
    "Person",
    "Post",
    "ReferenceStamp",
    "SecurityEvent",
    "SourceDocument",
    "UnitGrant",
]
