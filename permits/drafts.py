"""Access to drafts for their pages."""

from __future__ import annotations

from django.http import Http404
from django.utils.translation import gettext as _
from roles.access import units_of
from roles.models import Person

from .access import visible_to
from .errors import NotPermitted, WrongStatus
from .models import Application


def get_draft(person: Person, pk: int, *, editable: bool = True) -> Application:
    """The application as its unit's own, open for editing.

    Raises Http404 for who may not know of it, NotPermitted for who may see but not edit it, WrongStatus once handed in.
    """
    application = visible_to(person).select_related("unit", "jurisdiction").filter(pk=pk).first()
    if application is None:
        raise Http404
    if not units_of(person).filter(pk=application.unit_id).exists():
        raise NotPermitted(_("Only the applicant's own people edit an application."))
    if editable and not application.editable:
        raise WrongStatus(_("The application was handed in and can no longer be changed."))
    return application
