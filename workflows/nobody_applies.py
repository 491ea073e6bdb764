"""What is told of a case or permit whose unit nobody can act for any more: what it means, and what is left to do."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext as _

from permits.models import Application, Permit
from permits.models.permit import P
from permits.models.states import S
from roles.access import anybody_applies_for
from roles.models import OperatingUnit


def of_case(application: Application) -> list[str]:
    """For the case while it runs, sentence by sentence; empty where somebody can act. One query."""
    if application.final or anybody_applies_for(application.unit_id):
        return []
    return [*_told(application, *_of_running(application))]


def of_permit(application: Application, held: Permit) -> list[str]:
    """The same for the permit granted in it, as long as something may be owed."""
    if held.status not in (P.VALID, P.EXPIRED) or anybody_applies_for(application.unit_id):
        return []
    if _is_person(application):
        ends = _(
            "Where the person died or lost capacity, the ground for cancelling the permit is "
            "Licensing Law art 70(2); what the law asks for after the end stays owed."
        )
    else:
        ends = _(
            "Where it was lawfully dissolved, the permit is cancelled (Licensing Law art 70(3)); what"
            " the law asks for after the end stays owed."
        )
    return [*_told(application, ends)]


def _told(application: Application, *then: str) -> Iterator[str]:
    yield _(
        "Nobody can act for this unit here: no news reaches it, and nobody corrects, reports or takes"
        " anything back for it. Papers are delivered by other means."
    )
    if _is_person(application):
        yield _(
            "Find out whether the person still lives and can act: where so, or where somebody acts "
            "for the person by law, somebody is appointed by its manager, or by the system "
            "administrator where it has none."
        )
    else:
        yield _(
            "Find out whether it still exists: where it does, its manager, or the system "
            "administrator where it has none, appoints somebody."
        )
    yield from then


def _of_running(application: Application) -> Iterator[str]:
    person = _is_person(application)
    if application.status == S.CORRECTING:
        if not person:
            yield _("Where it does not, whoever winds it up is entered as its member, and withdraws.")
        yield _("Acceptance can be refused as not completed only once a day that was set for it has passed.")
    elif person:
        yield _("Where nobody withdraws, the decision refuses the application with that reason.")
    else:
        yield _(
            "Where it does not, and nobody withdraws for it, the decision refuses the application with that reason."
        )


def _is_person(application: Application) -> bool:
    return application.unit.kind == OperatingUnit.Kind.PERSON
