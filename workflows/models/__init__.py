"""The tokens of a case, and the news they give rise to."""

from workflows.models.case import OPEN, Case, WorkItem
from workflows.models.notification import Announcement, Mail, MailChoice, Notification

__all__ = ["OPEN", "Announcement", "Case", "Mail", "MailChoice", "Notification", "WorkItem"]
