"""The request of someone logged in."""

from __future__ import annotations

from django.http import HttpRequest, QueryDict

from roles.models import Person


class Signed(HttpRequest):
    """What `login_required` lets through."""

    user: Person


def posted(request: HttpRequest) -> QueryDict | None:
    """What a form is bound to: what was posted, or nothing while the page is only looked at."""
    return request.POST if request.method == "POST" else None
