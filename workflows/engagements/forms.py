"""The forms of an engagement: the shape of what is typed. What may be, the acts say."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import Exists, OuterRef, QuerySet, prefetch_related_objects
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from permits.access import NATION, audited_by_each, audited_places
from permits.drafts.forms import KeyField
from permits.errors import BadFacts
from permits.models import ACTS
from roles.bodies import in_order
from roles.forms import DayField, PlaceField
from roles.models import Agency, Delegation, MandateGrant, Membership, Person, Post
from workflows.desk.asked import FIELDS, agencies_of, as_auditor, places_of
from workflows.desk.decisions import DECIDING
from workflows.engagements.answers import ACCEPTS, MOST_FILES, MOST_MB
from workflows.engagements.rights import auditors_for, looks_beyond
from workflows.engagements.standing import Answer, Finding, Grade, SampleCase, Standing, Verdict


def _words(label: Any, help_text: Any = "", rows: int = 4, *, required: bool = True) -> forms.CharField:
    area = forms.Textarea(attrs={"rows": rows})
    return forms.CharField(label=label, required=required, widget=area, help_text=help_text)


def _line(label: Any, help_text: Any = "", *, required: bool = True) -> forms.CharField:
    return forms.CharField(label=label, required=required, help_text=help_text)


def _day(label: Any, help_text: Any = "", *, required: bool = True) -> DayField:
    return DayField(label=label, required=required, help_text=help_text)


class ActForm(forms.Form):
    """A form of one act, which is performed once."""

    use_required_attribute = False
    once = KeyField()

    def __init__(self, data: Any = None, files: Any = None) -> None:
        """Where a page has several, which are told apart by `act`, so are the ids of fields called alike."""
        act = self.base_fields.get("act")
        super().__init__(data, files, auto_id=f"{act.initial}_%s" if act else "id_%s")

    def take(self, bad: BadFacts) -> None:
        """What the act had against it, beside the fields."""
        for name, message in bad.errors.items():
            self.add_error(name if name in self.fields else None, message)

    @property
    def said(self) -> dict[str, Any]:
        """The facts, without the key."""
        return {name: value for name, value in self.cleaned_data.items() if name not in ("once", "act")}


class OpenForm(ActForm):
    """What is looked into, on what ground, by whom."""

    title = _line(_("Title of the engagement"))
    ground = _words(
        _("Ground of the engagement"), _("The annual plan, the assignment or the request, with its number."), 2
    )

    def __init__(self, person: Person, data: Any = None) -> None:
        super().__init__(data)
        asked, places = as_auditor(person), audited_places(person)
        agencies = agencies_of(asked)
        self.fields["agency"] = _one(_("Agency"), agencies, _("Name an agency, the term of a head, or a place."))
        term = FIELDS["term"](asked)
        term.empty_label = "—"
        self.fields["term"] = term
        term.help_text = _("Its agency and its days are taken over; days given below narrow them.")
        self.fields["place"] = PlaceField(places_of(asked), label=_("Place"), required=False, empty_label="—")
        self.fields["person"] = _one(_("Person who decided"), deciders_of(agencies))
        self.fields["kind"] = FIELDS["kind"](asked)
        needed = _("Needed unless the term of a head is chosen.")
        self.fields["since"] = _day(_("Decided from"), needed, required=False)
        self.fields["until"] = _day(_("Decided to"), needed, required=False)
        within = {place for _kind, place, _part in places} | {part for _kind, _place, part in places if part}
        others = {str(one.pk): one for one in auditors_for("", within).exclude(pk=person.pk)}
        if others:
            self.fields["members"] = forms.TypedMultipleChoiceField(
                label=_("Other members"), required=False, widget=forms.CheckboxSelectMultiple,
                choices=[(key, str(one)) for key, one in others.items()], coerce=others.__getitem__,
                help_text=_(
                    "You are a member yourself. Whoever decided here, or held a post in the agency, is no member."
                ),
            )  # fmt: skip

    def clean(self) -> dict[str, Any]:
        """All that is missing at once; what else may be, the act says."""
        said = super().clean() or {}
        if not said.get("term") and "term" not in self.errors:
            for name in ("since", "until"):
                if said.get(name) is None and name not in self.errors:
                    self.add_error(name, gettext("This field is required."))
            if not {"agency", "place"} & self.errors.keys() and not (said.get("agency") or said.get("place")):
                self.add_error("agency", gettext("Name an agency, a place or the term of a head."))
        return said


def deciders_of(agencies: QuerySet[Agency]) -> QuerySet[Person]:
    """Who holds or held a post there that was given a duty under which one decides, or stood in for who did: no act is
    read, for there are millions of them."""
    rights = [f"{duty}_under" for duty in {duty for act in DECIDING for duty in ACTS[act].duties}]
    grants = MandateGrant.objects.filter(permission__codename__in=rights).order_by()
    posts = Post.objects.filter(agency__in=agencies.order_by(), group__in=grants.values("group")).values("pk")
    served = Exists(Membership.objects.filter(person=OuterRef("pk"), post__in=posts))
    return Person.objects.filter(
        served | Exists(Delegation.objects.filter(delegate=OuterRef("pk"), post__in=posts))
    ).order_by("name", "pk")


def _one(label: Any, found: QuerySet[Any], help_text: Any = "") -> forms.Field:
    return forms.ModelChoiceField(found, label=label, required=False, empty_label="—", help_text=help_text)


class JoinForm(ActForm):
    """Who joins."""

    def __init__(self, standing: Standing, data: Any = None) -> None:
        super().__init__(data)
        engagement = standing.engagement
        places = {one for one in (engagement.place_id, engagement.place.parent_id, NATION) if one}
        others = auditors_for(engagement.kind, places).exclude(pk__in=standing.members)
        prefetch_related_objects([engagement.place], "districts")
        reaches = audited_by_each(others).items()
        self.free = [one for one, reach in reaches if not looks_beyond(standing.scope, engagement.place, reach)]
        self.fields["member"] = forms.ModelChoiceField(
            others.filter(pk__in=self.free), label=_("Who joins"), empty_label="—"
        )


class LeaveForm(ActForm):
    """Who leaves, and why."""

    def __init__(self, standing: Standing, data: Any = None) -> None:
        super().__init__(data)
        members = Person.objects.filter(pk__in=standing.members)
        self.fields["member"] = forms.ModelChoiceField(members, label=_("Who leaves"), empty_label="—")
        self.fields["reason"] = _words(_("Reasons"), rows=2)


class DrawForm(ActForm):
    """How many cases, and whether in strata."""

    wanted = forms.IntegerField(label=_("Number of cases"))
    strata = forms.ChoiceField(
        label=_("Strata"), required=False,
        choices=[("", _("none: all cases together")), ("kind", _("by kind")), ("outcome", _("by outcome"))],
        help_text=_("With strata the number is shared out in proportion to their sizes."),
    )  # fmt: skip

    def __init__(self, standing: Standing, data: Any = None) -> None:
        super().__init__(data)
        if standing.samples:
            self.fields["reason"] = _words(_("Why a further sample is drawn"), rows=2)


class NoteForm(ActForm):
    """A working note."""

    act = forms.CharField(widget=forms.HiddenInput, initial="note", required=False)
    text = _words(_("Working note"), _("Only members read it. It stays on the record."))


class ConcludeForm(ActForm):
    """The conclusion on a case."""

    act = forms.CharField(widget=forms.HiddenInput, initial="conclude", required=False)
    verdict = forms.ChoiceField(label=_("Conclusion on the case"), choices=Verdict.choices, widget=forms.RadioSelect)
    clause = _line(
        _("Clause"),
        _("Which article of which law or document was not kept; needed where something was found."),
        required=False,
    )
    text = _words(_("What was found, or why it cannot be judged"), required=False)


class FindingForm(ActForm):
    """A finding to be sent."""

    def __init__(self, standing: Standing, agencies: set[int], data: Any = None) -> None:
        super().__init__(data)
        found = [one for one in standing.cases.values() if one.verdict == Verdict.FINDING]
        among = Agency.objects.filter(pk__in=agencies).order_by(*in_order())
        self.fields["agency"] = forms.ModelChoiceField(
            among, label=_("To the agency"), empty_label="—", initial=among.first() if len(agencies) == 1 else None
        )
        self.fields["cases"] = forms.TypedMultipleChoiceField(
            label=_("Cases"), coerce=int, widget=forms.CheckboxSelectMultiple, required=False,
            choices=[(one.key, _told(one)) for one in found],
            help_text="" if found else _("No case of the sample was concluded with “something found” yet."),
        )  # fmt: skip
        self.fields["text"] = _words(_("Problem found"))
        self.fields["clause"] = _line(_("Clause"), _("Which article of which law or document was not kept."))
        self.fields["grade"] = forms.ChoiceField(label=_("How serious"), choices=Grade.choices)
        self.fields["due"] = _day(_("To be answered by"))


def _told(case: SampleCase) -> str:
    clause = case.conclusion.facts["clause"] if case.conclusion else ""
    return f"{case.number} · {clause}"


class AcceptForm(ActForm):
    """That a finding is settled."""

    act = forms.CharField(widget=forms.HiddenInput, initial="accept", required=False)
    opinion = _words(_("Why it is settled"), rows=3)


class SendBackForm(ActForm):
    """That it is not."""

    act = forms.CharField(widget=forms.HiddenInput, initial="send_back", required=False)
    reason = _words(_("Why it is sent back"), rows=3)
    due = _day(_("To be answered by"))


class CloseForm(ActForm):
    """The conclusion of the whole, and why it is closed with something open."""

    conclusion = _words(_("Conclusion of the audit"), rows=6)

    def __init__(self, data: Any = None, *, unsettled: bool = False) -> None:
        super().__init__(data)
        if unsettled:
            self.fields["reason"] = _words(_("Why it is closed with something open"), rows=2)


class ManyFiles(forms.ClearableFileInput):
    """Several files in one field."""

    allow_multiple_selected = True


class FilesField(forms.FileField):
    """Gives a list. Made with each form: its help text has figures in it."""

    def __init__(self) -> None:
        told = gettext("At most %(most)d files, %(size)d MB each: %(kinds)s. None need be attached.")
        kinds = gettext(", ").join(kind.upper() for kind in ACCEPTS)
        super().__init__(
            label=_("Materials beside it"), required=False, widget=ManyFiles(), allow_empty_file=True,
            help_text=told % {"most": MOST_FILES, "size": MOST_MB, "kinds": kinds},
        )  # fmt: skip

    def clean(self, data: Any, initial: Any = None) -> list[Any]:
        """Each as a file field takes it."""
        given = data if isinstance(data, (list, tuple)) else [data] if data else []
        return [super(FilesField, self).clean(file, initial) for file in given]


class WithFiles(ActForm):
    """A form with materials beside it."""

    def __init__(self, data: Any = None, files: Any = None) -> None:
        super().__init__(data, files)
        self.fields["files"] = FilesField()


class AnswerForm(WithFiles):
    """The agency's answer."""

    act = forms.CharField(widget=forms.HiddenInput, initial="answer", required=False)
    position = forms.ChoiceField(
        label=_("How the agency stands to it"), choices=Answer.choices, widget=forms.RadioSelect
    )
    text = _words(pgettext_lazy("audit", "Answer"), rows=6)


class RectifiedForm(WithFiles):
    """What was put right."""

    act = forms.CharField(widget=forms.HiddenInput, initial="rectify", required=False)
    text = _words(_("What was put right"), rows=6)
    done_on = _day(_("Put right on"))


class NameForm(ActForm):
    """Whom the head names."""

    act = forms.CharField(widget=forms.HiddenInput, initial="name", required=False)

    def __init__(self, staff: QuerySet[Person], data: Any = None) -> None:
        super().__init__(data)
        self.fields["answerer"] = forms.ModelChoiceField(staff, label=_("Who answers"), empty_label="—")


def forms_for_agency(finding: Finding) -> list[str]:
    """Which forms the state of a finding leaves the agency: names of its acts."""
    if finding.settled:
        return []
    found = ["answer"] if finding.waiting else []
    return [*found, *(["rectify"] if finding.last in ("answered", "sent_back") else [])]
