"""Filters a person keeps under a name, list by list."""

from __future__ import annotations

from django import forms
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from permits.errors import BadFacts, WrongStatus
from roles.models import Person
from workflows.models import KeptFilter

MOST = 20
LONGEST_NAME, LONGEST_QUERY = 40, 1000


def kept(person: Person, listing: str = "") -> QuerySet[KeptFilter]:
    """The filters `person` keeps, of one list or of all."""
    found = KeptFilter.objects.filter(person=person)
    return found.filter(listing=listing) if listing else found


def keep_filter(listing: str, name: str, query: str, *, by: Person) -> KeptFilter:
    """Keep `query`, as `said_in` leaves it, as a filter of `listing` under `name`.

    Raises BadFacts for a name that is empty, too long or cannot be written, or a filter that says nothing or too much;
    WrongStatus where the name is taken or MOST are kept.
    """
    try:
        name = forms.CharField(max_length=LONGEST_NAME).clean(name)  # it is never printed: any character will do
    except ValidationError as bad:
        raise BadFacts({"name": " ".join(bad.messages)}) from bad
    if not query:
        raise BadFacts({"query": _("Choose what to filter by first, and show it; then keep it.")})
    if len(query) > LONGEST_QUERY:
        raise BadFacts({"query": _("This filter is too long to be kept.")})
    with transaction.atomic():
        Person.objects.select_for_update().get(pk=by.pk)
        if kept(by, listing).count() >= MOST:
            most = ngettext("You keep %(most)d filter of this list already: remove one first.",
                            "You keep %(most)d filters of this list already: remove one first.", MOST)  # fmt: skip
            raise WrongStatus(most % {"most": MOST})
        try:
            with transaction.atomic():
                return KeptFilter.objects.create(person=by, listing=listing, name=name, query=query)
        except IntegrityError:
            raise WrongStatus(_("You keep a filter called “%(name)s” of this list already.") % {"name": name}) from None


def drop_filter(pk: int, *, by: Person) -> KeptFilter | None:
    """Remove a filter of the person's own, and return what it was; None where there is no such one (any more)."""
    found = kept(by).filter(pk=pk).first()
    if found:
        KeptFilter.objects.filter(pk=pk, person=by).delete()
    return found


def said_in(query: str, names: set[str]) -> str:
    """Of what follows an address, what filters and sorts a list: the fields `names` with what each says."""
    given, said = QueryDict(query), QueryDict(mutable=True)
    for name in given:
        if name in names and given[name]:
            said[name] = given[name]
    return said.urlencode()
