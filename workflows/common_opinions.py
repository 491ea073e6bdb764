"""Common opinions 常用意见: a person keeps the own ones, an agency's head those of all its officers."""

from __future__ import annotations

from collections.abc import Collection

from django import forms
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from permits.errors import BadFacts, NotPermitted, WrongStatus
from permits.models.facts import BadFact, printable
from roles.access import agencies_headed_by
from roles.models import Agency, Membership, Person
from roles.models.mandates import current
from workflows.models import CommonOpinion

MOST, LONGEST = 50, 1000


def agencies_of(person: Person) -> set[int]:
    """Keys of the agencies in which `person` holds a post today."""
    terms = Membership.objects.filter(current(), person=person, post__agency__isnull=False)
    return set(terms.values_list("post__agency", flat=True))


def offered_to(person: Person, agencies: Collection[int]) -> QuerySet[CommonOpinion]:
    """The opinions `person` may put into one of the own: those kept by them, and those of `agencies`."""
    return CommonOpinion.objects.filter(Q(person=person) | Q(agency__in=agencies)).select_related("agency")


def keep_opinion(text: str, *, by: Person, agency: Agency | None = None) -> CommonOpinion:
    """Keep `text` for `by`, or for everyone of `agency`, which `by` heads.

    Raises NotPermitted for who works in no agency or heads not this one, BadFacts for a text that is empty, too long or
    cannot be printed, WrongStatus where it is kept already or MOST are.
    """
    if agency is None and not agencies_of(by):
        raise NotPermitted(_("Common opinions are for those who work in an agency."))
    if agency is not None and not agencies_headed_by(by).filter(pk=agency.pk).exists():
        raise NotPermitted(_("Only the head of the agency does this."))
    try:
        text = printable(forms.CharField(max_length=LONGEST).clean(text))
    except (ValidationError, BadFact) as bad:
        raise BadFacts({"text": " ".join(getattr(bad, "messages", [str(bad)]))}) from bad
    whose = {"agency": agency} if agency else {"person": by}
    with transaction.atomic():
        Person.objects.select_for_update().get(pk=by.pk)
        kept = CommonOpinion.objects.filter(**whose)
        if kept.filter(text=text).exists():
            raise WrongStatus(_("This opinion is kept already."))
        if kept.count() >= MOST:
            raise WrongStatus(_("No more than %(most)d are kept: remove one first.") % {"most": MOST})
        return CommonOpinion.objects.create(text=text, **whose)


def drop_opinion(pk: int, *, by: Person) -> CommonOpinion | None:
    """Remove an opinion of the own, or of an agency `by` heads; None where there is no such one (any more)."""
    mine = Q(person=by) | Q(agency__in=agencies_headed_by(by))
    found = CommonOpinion.objects.filter(mine, pk=pk).first()
    if found:
        CommonOpinion.objects.filter(pk=found.pk).delete()
    return found
