"""The tokens of a case, the news they give rise to, and what people keep beside the record; audit engagements."""

from workflows.models.case import OPEN, Case, WorkItem, items_of, open_items_of
from workflows.models.common_opinions import CommonOpinion
from workflows.models.engagement import Engagement, EngagementEntry, EngagementFile, Entry
from workflows.models.filters import KeptFilter
from workflows.models.notes import CaseNote
from workflows.models.notification import (
    Announcement,
    Digest,
    EntryAnnouncement,
    FindingNews,
    How,
    Mail,
    MailChoice,
    Notification,
)

__all__ = [
    "OPEN",
    "Announcement",
    "Case",
    "CaseNote",
    "CommonOpinion",
    "Digest",
    "Engagement",
    "EngagementEntry",
    "EngagementFile",
    "Entry",
    "EntryAnnouncement",
    "FindingNews",
    "How",
    "KeptFilter",
    "Mail",
    "MailChoice",
    "Notification",
    "WorkItem",
    "items_of",
    "open_items_of",
]
