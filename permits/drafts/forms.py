"""Forms common to the drafts of all kinds. They check shape only; what the law asks is checked at the door."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import groupby
from typing import Any
from uuid import UUID, uuid4

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from permits.contract.kind import Kind
from permits.drafts.guidance import districts_for
from permits.kinds import kind_of
from permits.models import Application
from permits.models.facts import BadFact, Text
from roles.access import units_of
from roles.models import Jurisdiction, OperatingUnit, Person

TITLE_LENGTH = 200


KEY = "once"
"""The field of a form in which its one-time key is posted."""


class KeyField(forms.UUIDField):
    """A key made when the form is first shown, and kept while it is: the act it performs is performed once."""

    def __init__(self) -> None:
        super().__init__(
            label=gettext_lazy("This form"),
            widget=forms.HiddenInput,
            required=False,
            initial=uuid4,
            error_messages={"invalid": gettext_lazy("It was not sent as its page made it: reload the page.")},
        )


def key_of(posted: Mapping[str, Any]) -> UUID | None:
    """The one-time key posted, None where there is none that can be read."""
    try:
        return UUID(posted.get(KEY, ""))
    except ValueError:
        return None


class TitleField(forms.CharField):
    """The name a unit knows its application by; nothing the record could not hold."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            label=gettext_lazy("Title"),
            help_text=gettext_lazy("What you call it, for example the project or the place and the year."),
            required=False,
            max_length=TITLE_LENGTH,
            **kwargs,
        )

    def clean(self, value: Any) -> str:
        text = super().clean(value)
        try:
            return Text(long=False, most=TITLE_LENGTH, required=False).clean(text) or ""
        except BadFact as problem:
            raise ValidationError(str(problem)) from problem


class ApplyForm(forms.Form):
    """Who applies, and in which district. The district is read as a code and given as a row."""

    once = forms.CharField(widget=forms.HiddenInput, required=False)
    unit = forms.ModelChoiceField(
        queryset=OperatingUnit.objects.none(), label=gettext_lazy("Applicant"), empty_label=None
    )
    district = forms.ChoiceField(label=gettext_lazy("District"))
    title = TitleField()

    def __init__(self, *args: Any, person: Person, kind: Kind, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        units = units_of(person).select_related("jurisdiction")
        self.districts = {place.pk: place for place in districts_for(kind)}
        self.fields["unit"].queryset = units  # type: ignore[attr-defined]
        self.fields["district"].choices = [("", "—"), *by_city(list(self.districts.values()))]  # type: ignore[attr-defined]
        mine = list(units[:2])
        if len(mine) > 1:  # who acts for several chooses: what stood there already would be handed in for another
            self.fields["unit"].empty_label = "—"  # type: ignore[attr-defined]
            self.fields["district"].help_text = _(
                "Where the land or the trees are, or the species are kept or planted."
            )
            return
        self.fields["district"].help_text = _(
            "Where the land or the trees are, or the species are kept or planted; your unit's seat is chosen to begin "
            "with."
        )
        if mine and mine[0].jurisdiction_id in self.districts:
            self.fields["district"].initial = mine[0].jurisdiction_id

    def clean_district(self) -> Jurisdiction:
        return self.districts[self.cleaned_data["district"]]


def by_city(places: list[Jurisdiction]) -> list[tuple[str, list[tuple[str, str]]]]:
    """Choices grouped under their municipality, in the order of the codes."""
    return [
        (str(city), [(place.pk, str(place)) for place in group])
        for city, group in groupby(places, key=lambda one: one.parent)
    ]


class TitleForm(forms.Form):
    """The title alone."""

    title = TitleField()


class SubmitForm(forms.Form):
    """The statement without which nothing is handed in."""

    once = KeyField()
    statement = forms.BooleanField()

    def __init__(self, data: Any = None, *, kind: Kind, **options: Any) -> None:
        super().__init__(data, **options)
        law, statement = {"law": kind.guided(_("Licensing Law art 31"))}, self.fields["statement"]
        statement.label = (
            _("The materials handed in are true, and we answer for the truth of what they state (%(law)s).") % law
        )
        statement.error_messages["required"] = _("Nothing is handed in without this statement (%(law)s).") % law


class ResubmitForm(SubmitForm):
    """The same for an answer to a correction list, with a word to the officer."""

    note = forms.CharField(
        label=gettext_lazy("What was corrected"),
        help_text=gettext_lazy(
            "In your own words; the changes themselves are shown to the officer anyway. Needed where nothing was "
            "changed."
        ),
        widget=forms.Textarea(attrs={"rows": 3}),
        max_length=4000,
        required=False,
    )
    field_order = ("note", "statement")


def submit_form(application: Application, data: Any = None, initial: Mapping[str, str] | None = None) -> SubmitForm:
    """The form by which `application` is handed in, the first time or again, filled in with `initial`."""
    made = ResubmitForm if application.number else SubmitForm
    return made(data, kind=kind_of(application), initial=dict(initial or {}))
