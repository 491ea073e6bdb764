"""The term of a post does not end before an act that was done in it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Q
from django.dispatch import receiver
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from permits.models import Act
from roles.appointments import dismissed
from roles.days import local_today
from roles.models import Membership


@receiver(dismissed, dispatch_uid="permits.acts.terms_of_posts")
def not_before_its_acts(sender: Any, term: Membership, **kwargs: Any) -> None:
    """Raises ValidationError where `term` would end before an act done in it, by the holder or by who stood in for the
    holder. It can always end yesterday, whatever was done today: somebody can lose a post at once."""
    today = local_today()
    if term.until is None or term.until >= today - timedelta(days=1):
        return
    later = Membership.objects.filter(person=term.person, post=term.post, since__gt=term.since).exclude(pk=term.pk)
    until = later.order_by("since").values_list("since", flat=True).first() or today + timedelta(days=1)
    own = Q(person=term.person, on_behalf_of=None) | Q(on_behalf_of=term.person)
    unit = term.post.unit_id  # who acts for a unit acts under no mandate, so that the act names no post
    there = Q(post=term.post) | Q(post=None, application__unit=unit) if unit else Q(post=term.post)
    done = Act.objects.filter(own & there, at__date__gt=term.until, at__date__gte=term.since)
    last = done.filter(at__date__lt=until).order_by("-at").first()
    if last is not None:
        told = {"day": date_format(timezone.localdate(last.at))}
        raise ValidationError({"until": _("On %(day)s an act was done in this post: it ends no earlier.") % told})
