"""The tokens of a case, the news they give rise to, and what people keep beside the record."""

from workflows.models.case import OPEN, Case, WorkItem
from workflows.models.common_opinions import CommonOpinion
from workflows.models.filters import KeptFilter
from workflows.models.notes import CaseNote
from workflows.models.notification import Announcement, Digest, How, Mail, MailChoice, Notification

__all__ = [
    "OPEN",
    "Announcement",
    "Case",
    "CaseNote",
    "CommonOpinion",
    "Digest",
    "How",
    "KeptFilter",
    "Mail",
    "MailChoice",
    "Notification",
    "WorkItem",
]
