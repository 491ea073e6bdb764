"""People who leave their posts, and who has their work then."""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone

from roles.models import Agency, Mandate, Person, Post


def leave(mandate: Mandate) -> None:
    today = timezone.localdate()
    Mandate.objects.filter(pk=mandate.pk).update(ended_on=today, valid_to=today - timedelta(days=1))


def follow(mandate: Mandate, agency: Agency) -> Mandate:
    """The same duty, given to `agency` from today."""
    row = Mandate.objects.get(pk=mandate.pk)
    row.pk, row.key, row.agency = None, f"{row.key}-new", agency
    row.ended_on = row.valid_to = None
    row.save(force_insert=True)
    return row


def post_of(person: Person) -> Post:
    return Post.objects.get(memberships__person=person)
