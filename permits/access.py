"""Who may see a case, and who may act in it. One answer for lists, pages, buttons, API and shell alike."""

from __future__ import annotations

from collections.abc import Sequence

from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _

from roles.access import agencies_headed_by, capacity, mandates_of, units_of
from roles.models import Mandate, Person
from roles.models.mandates import WORKING_DUTIES, Duty

from .models import Act, Application, spec_of
from .states import S

NATION = "100000"
SEPARATE = frozenset({Duty.FIRST_REVIEW, Duty.FINAL_REVIEW, Duty.DECIDE})
HOLDING = ("claim", "release", "reassign", "vacate", "recuse", "bar_person")


def may(person: Person | None, act: str, application: Application, mandate: Mandate | None = None) -> bool:
    """Whether `person` (None: the clock) may perform `act`, under `mandate` where the act needs one."""
    return refusal(person, act, application, mandate) is None


def refusal(  # noqa: PLR0911 - one reason each
    person: Person | None, act: str, application: Application, mandate: Mandate | None = None
) -> str | None:
    """Why `person` may not perform `act`, or None. Status is not looked at: that is the state machine's answer."""
    by = spec_of(act).by
    if person is None:
        return None if "clock" in by else _("A person does this, not the clock.")
    if by == ("clock",):
        return _("Only the clock does this.")
    if not person.is_active:
        return _("This account is closed.")
    if "unit" in by:
        applies = units_of(person).filter(pk=application.unit_id).exists()
        return None if applies else _("You do not apply for this unit.")
    if mandate is None or not covers(mandate, application):
        return _("This needs a mandate for this kind of permit in this place.")
    if "head" in by:
        heads = agencies_headed_by(person).filter(pk=mandate.agency_id).exists()
        return None if heads else _("Only the head of the agency does this.")
    return _refusal_of_officer(person, act, application, mandate)


def _refusal_of_officer(person: Person, act: str, application: Application, mandate: Mandate) -> str | None:
    spec = spec_of(act)
    if "anyone" not in spec.by and mandate.duty not in spec.duties:
        return _("This is not your duty.")
    held = capacity(person, mandate)
    if held is None:
        return _("You hold no post with this duty.")
    people = [person, *([held.principal] if held.principal else [])]
    if any(barred(one, application) for one in people):
        return _("You are barred from this case.")
    if done := other_review(people, application, mandate.duty):
        return _(
            "You already acted in this case (%(duty)s). First review, final review and decision need different people."
        ) % {"duty": Duty(done).label}
    return None


def other_review(people: Sequence[Person], application: Application, duty: str) -> str | None:
    """Another of first review, final review and decision in which one of `people` acted, also for another."""
    if duty not in SEPARATE:
        return None
    acts = Act.objects.filter(Q(person__in=people) | Q(on_behalf_of__in=people), application=application)
    return acts.filter(duty__in=SEPARATE - {duty}).exclude(act__in=HOLDING).values_list("duty", flat=True).first()


def barred(person: Person, application: Application) -> bool:
    """Whether `person` recused from the case 回避, or was barred from it by an agency's head."""
    acts = application.acts.filter(act__in=("recuse", "bar_person"))
    return any(
        act.person_id == person.pk if act.act == "recuse" else act.facts["person"]["id"] == person.pk for act in acts
    )


def covers(mandate: Mandate, application: Application) -> bool:
    """Whether `mandate` is about this kind of permit, where the land lies or above it."""
    places = {application.jurisdiction_id, application.jurisdiction.parent_id, NATION}
    if mandate.kind != application.kind:
        return False
    return mandate.jurisdiction_id in places or application.districts.filter(pk=mandate.jurisdiction_id).exists()


def visible_to(person: Person) -> QuerySet[Application]:
    """The applications `person` may look at: the own units' all; others once submitted, under a mandate of any duty for
    their kind (or for every kind) and place, whether held or of an agency the person heads. One query, usable as a
    subquery."""
    here = (
        Q(jurisdiction=OuterRef("jurisdiction"))
        | Q(jurisdiction=OuterRef("jurisdiction__parent"))
        | Q(jurisdiction=NATION)
    )
    elsewhere = Q(
        jurisdiction__in=Application.districts.through.objects.filter(application=OuterRef(OuterRef("pk"))).values(
            "jurisdiction"
        )
    )
    about = Mandate.objects.filter(
        Q(pk__in=mandates_of(person).values("pk"))
        | Q(agency__in=agencies_headed_by(person).values("pk"), duty__in=WORKING_DUTIES),
        Q(kind=OuterRef("kind")) | Q(kind=""),
        here | elsewhere,
    )
    official = ~Q(status=S.DRAFT) & Q(number__isnull=False) & Exists(about)
    return Application.objects.filter(Q(unit__in=units_of(person)) | official)


def newest_first(applications: QuerySet[Application]) -> QuerySet[Application]:
    """As lists show them."""
    return applications.order_by(F("received_on").desc(nulls_first=True), "-pk")
