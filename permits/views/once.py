"""A form that does its work once: a second click, the back button or a reload leads to what the first one made."""

from __future__ import annotations

import secrets
from collections.abc import Callable

from django.contrib.sessions.backends.base import SessionBase
from django.contrib.sessions.models import Session
from django.db import transaction

from permits.locks import busy_when_locked

KEPT = 20
_KEY = "once"


def token_for(session: SessionBase) -> str:
    """A new token for one form. The session remembers the last few that were given out."""
    token = secrets.token_urlsafe(12)
    tokens: dict[str, int | None] = session.get(_KEY, {})
    session[_KEY] = dict([*tokens.items(), (token, None)][-KEPT:])
    return token


def once(session: SessionBase, token: str, make: Callable[[], int]) -> int | None:
    """What `make` returned for this token, calling it the first time only; None for a token this session never had.

    Two requests at the same moment: the session's row is locked and read again, so the second waits for the first.
    """
    with busy_when_locked(), transaction.atomic():
        Session.objects.select_for_update().filter(session_key=session.session_key).first()
        stored = type(session)(session.session_key)
        tokens: dict[str, int | None] = stored.get(_KEY, {})
        if token not in tokens:
            return None
        if tokens[token] is None:
            tokens[token] = make()
            stored[_KEY] = tokens
            stored.save()
            session[_KEY] = tokens
        return tokens[token]
