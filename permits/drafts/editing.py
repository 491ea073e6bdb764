"""Access to drafts for their pages."""

from __future__ import annotations

from django.http import Http404
from django.utils.translation import gettext as _

from permits.access import visible_to
from permits.drafts.corrections import is_open
from permits.errors import BadFacts, NotPermitted, WrongStatus
from permits.kinds import kind_of
from permits.models import Application
from permits.models.facts import BadFact, Text
from permits.models.states import S
from roles.access import units_of
from roles.models import Person


def get_draft(person: Person, pk: int, *, editable: bool = True) -> Application:
    """The application as its unit's own, open for editing; not `editable`: whether it is open or not.

    Raises Http404 for who may not know of it, NotPermitted for who may see but not edit it, WrongStatus once handed in
    and for a kind that is no longer installed.
    """
    application = visible_to(person).select_related("unit", "jurisdiction").filter(pk=pk).first()
    if application is None:
        raise Http404
    if not units_of(person).filter(pk=application.unit_id).exists():
        raise NotPermitted(_("Only the applicant's own people edit an application."))
    if not kind_of(application).installed:
        raise WrongStatus(_("This kind of permit is no longer installed: the case can only be read."))
    if editable:
        insist_open(application)
    return application


def insist_open(application: Application, place: str = "") -> None:
    """Raises WrongStatus once the application was handed in or deleted, or where a correction did not unlock `place`, a
    code of corrections.places."""
    if not application.editable:
        raise no_longer(application)
    if place and not is_open(application, place):
        raise WrongStatus(_("The correction list does not name this part; it stays as it was handed in."))


def no_longer(application: Application) -> WrongStatus:
    """What is told of an application that its unit can no longer change."""
    if application.deleted:
        return WrongStatus(_("The draft was deleted and can no longer be changed."))
    return WrongStatus(_("The application was handed in and can no longer be changed."))


def rename(application_id: int, title: str) -> Application:
    """Give a draft the title its unit knows it by. Raises BadFacts for a bad title, WrongStatus once handed in."""
    try:
        plain = Text(long=False, most=200, required=False).clean(title) or ""
    except BadFact as problem:
        raise BadFacts({"title": str(problem)}) from None
    with Application.locked(application_id) as application:
        if application.status != S.DRAFT:
            raise no_longer(application)
        application.title = plain
        application.save(update_fields=["title"])
    return application
