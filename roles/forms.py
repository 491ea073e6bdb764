"""The filter of the role matrix (plain GET, every field optional), and the form by which somebody stands in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from roles.access import agencies_headed_by
from roles.bodies import in_order
from roles.days import unlikely
from roles.delegations import delegate
from roles.kinds import label_of
from roles.models import Agency, Delegation, Jurisdiction, Mandate, Membership, Person, SourceDocument
from roles.models.mandates import Duty, current

if TYPE_CHECKING:  # generic for the type checker only
    ChoiceOfPlace = forms.ModelChoiceField[Jurisdiction]
    ChoiceOfTerm = forms.ModelChoiceField[Membership]
else:
    ChoiceOfPlace = ChoiceOfTerm = forms.ModelChoiceField


class PlaceField(ChoiceOfPlace):
    """Places in the order of their codes, districts set in under their city."""

    def label_from_instance(self, obj: Any) -> str:
        return f"— {obj}" if obj.level == "district" else str(obj)


class MatrixFilter(forms.Form):
    """What the reader of the role matrix looks for."""

    q = forms.CharField(label=_("Words in matter or clause"), required=False, max_length=60)
    kind = forms.ChoiceField(label=_("Permit kind"), required=False)
    duty = forms.ChoiceField(label=_("Duty"), required=False, choices=[("", _("All")), *Duty.choices])
    place = PlaceField(
        label=_("Place, with those above it"), required=False, queryset=Jurisdiction.objects.all(), empty_label=_("All")
    )
    agency = forms.ModelChoiceField(
        label=_("Agency"), required=False, queryset=Agency.objects.none(), to_field_name="slug", empty_label=_("All")
    )
    document = forms.ModelChoiceField(
        label=_("Document relied on"), required=False, queryset=SourceDocument.objects.none(), empty_label=_("All")
    )
    basis = forms.ChoiceField(
        label=_("How it is known"), required=False, choices=[("", _("All")), *Mandate.Basis.choices]
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kinds = Mandate.objects.exclude(kind="").order_by("kind").values_list("kind", flat=True).distinct()
        self.fields["kind"].choices = [("", _("All")), *((kind, label_of(kind)) for kind in kinds)]  # type: ignore[attr-defined]
        held = Agency.objects.filter(mandates__isnull=False).distinct()
        self.fields["agency"].queryset = held.order_by(*in_order())  # type: ignore[attr-defined]
        self.fields["document"].queryset = SourceDocument.objects.filter(mandates__isnull=False).distinct()  # type: ignore[attr-defined]

    def apply(self, rows: QuerySet[Mandate]) -> QuerySet[Mandate]:
        """The rows that answer what is asked; a field that is not valid does not filter, its error is shown."""
        self.is_valid()
        asked = {name: value for name, value in self.cleaned_data.items() if value}
        if words := asked.pop("q", ""):
            rows = rows.filter(
                Q(matter__icontains=words) | Q(matter_en__icontains=words) | Q(clause__icontains=words)
                | Q(agency__name__icontains=words) | Q(agency__short_name__icontains=words)
            )  # fmt: skip
        if place := asked.pop("place", None):
            above = [place.pk, place.parent_id, place.parent and place.parent.parent_id]
            rows = rows.filter(jurisdiction_id__in=[code for code in above if code])
        return rows.filter(**asked)


class TermField(ChoiceOfTerm):
    """Terms in posts, as who holds which post."""

    def label_from_instance(self, obj: Any) -> str:
        return f"{obj.person} · {obj.post.agency} · {obj.post}"


class DayInput(forms.DateInput):
    """The browser's own calendar."""

    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")


class DayField(forms.DateField):
    """A day that is not unlikely, in the browser's own calendar."""

    widget = DayInput

    def validate(self, value: Any) -> None:
        """As everywhere, and not unlikely."""
        super().validate(value)
        if value and (problem := unlikely(value)):
            raise ValidationError(problem)


class DelegationForm(forms.Form):
    """Who is away, in which post, who stands in, from when to when, and why. `by` may choose what `delegate` allows, so
    never themselves to stand in."""

    term = TermField(label=_("Who is away, in which post"), queryset=Membership.objects.none(), empty_label=None)
    to = forms.ModelChoiceField(label=_("Who stands in"), queryset=Person.objects.none(), empty_label="—")
    since = DayField(label=_("From"))
    until = DayField(label=_("To, both days counted"))
    reason = forms.CharField(label=_("Reason"), max_length=200)

    def __init__(self, data: Any = None, *, by: Person, initial: dict[str, Any] | None = None) -> None:
        super().__init__(data, initial=initial)
        self.by = by
        self.terms = terms_to_delegate(by)
        colleagues = Membership.objects.filter(current(), post__agency__in=self.terms.values("post__agency"))
        people = Person.objects.filter(is_active=True, pk__in=colleagues.values("person")).exclude(pk=by.pk)
        self.fields["term"].queryset = self.terms  # type: ignore[attr-defined]
        if len(self.terms[:2]) > 1:  # whose it is, is chosen: the first of many would be somebody's by a slip
            self.fields["term"].empty_label = "—"  # type: ignore[attr-defined]
        self.fields["to"].queryset = people.order_by("name")  # type: ignore[attr-defined]

    def save(self) -> Delegation | None:
        """The delegation; None where the verb found fault, told at the fields."""
        said = self.cleaned_data
        term = said["term"]
        try:
            return delegate(term.person, said["to"], term.post, since=said["since"], until=said["until"],
                            reason=said["reason"], by=self.by)  # fmt: skip
        except ValidationError as fault:
            for field, messages in fault.message_dict.items():
                self.add_error("term" if field in ("post", "principal") else field, messages)
            return None


def terms_to_delegate(by: Person) -> QuerySet[Membership]:
    """Terms in an agency's posts for which `by` may name somebody: the own ones, as a head all of the agency."""
    terms = Membership.objects.filter(current(), post__agency__isnull=False, person__is_active=True)
    mine = Q(person=by) | Q(post__agency__in=agencies_headed_by(by))
    return terms.filter(mine).select_related("person", "post__agency").order_by("post__agency", "post", "person")
