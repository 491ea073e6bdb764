"""The request of someone logged in."""

from __future__ import annotations

from django.http import HttpRequest

from roles.models import Person


class Signed(HttpRequest):
    """What `login_required` lets through."""

    user: Person
