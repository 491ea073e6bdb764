"""Sessions in the database. Django's store takes every fault of the database for a session that was ended meanwhile."""

from __future__ import annotations

from django.contrib.sessions.backends import db
from django.contrib.sessions.backends.base import UpdateError
from django.db import InterfaceError, OperationalError


class SessionStore(db.SessionStore):
    """Named by SESSION_ENGINE."""

    def save(self, must_create: bool = False) -> None:
        """As Django's. Raises OperationalError or InterfaceError where the database is away, full or locked: who
        clicked is told so, and not that they had logged out."""
        try:
            super().save(must_create)
        except UpdateError as error:
            fault = error.__context__
            if isinstance(fault, OperationalError | InterfaceError):
                raise fault from fault.__cause__
            raise
