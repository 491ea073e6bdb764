"""The tokens of a case, and the news they give rise to."""

from .case import OPEN, Case, WorkItem
from .notification import Announcement, Mail, MailChoice, Notification

__all__ = ["OPEN", "Announcement", "Case", "Mail", "MailChoice", "Notification", "WorkItem"]
