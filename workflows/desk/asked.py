"""What is asked: the cases one may ask about, narrowed by the address; and the form that reads the address.

A filter is a plain GET field, so that an address can be kept and sent. What a field means is told here once: `place` is
where a case is filed or its land lies, `agency` and `person` are those of the act, or of the work, a question is about.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from functools import cached_property
from typing import Any

from django import forms
from django.core.validators import RegexValidator
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _
from msgspec import Struct
from msgspec.structs import replace

from permits.access import NATION, audited_places, audited_within
from permits.models import ACTS, Act, Application
from permits.rules.wording import GRADES
from roles.access import agencies_headed_by
from roles.bodies import in_order
from roles.days import CHINA, local_today
from roles.models import Agency, AgencyGrant, Jurisdiction, Mandate, Membership, OperatingUnit, Person
from workflows.filters import LONGEST_SEARCH, cases_numbered, kind_choices, of_name, step_choices
from workflows.models import WorkItem

EARLIEST, LATEST = date(2000, 1, 1), date(2100, 1, 1)


class Asked(Struct, frozen=True, dict=True):
    """The question's scope and filters. `said` are the cleaned fields of the form."""

    scope: QuerySet[Application]
    said: Mapping[str, Any] = {}
    agencies: frozenset[int] | None = None
    """Whose acts and work alone are counted: of a head, the agencies one heads; None: everyone's."""
    places: frozenset[str] | None = None
    """Codes of the places whose cases are in scope, and of those above and below them; None: of the whole country."""

    def get(self, name: str) -> Any:
        """A field's value, or None where it says nothing."""
        return self.said.get(name) or None

    def of(self, **said: Any) -> Asked:
        """The same with these fields said otherwise."""
        return replace(self, said={**self.said, **said})

    @cached_property
    def cases(self) -> QuerySet[Application]:
        """The cases in scope of the kind, place and applicant asked for."""
        cases = self.scope
        if kind := self.get("kind"):
            cases = cases.filter(kind=kind)
        if place := self.get("place"):
            cases = cases.filter(lying_in(place))
        if unit := self.get("unit"):
            cases = cases.filter(unit__in=of_name(OperatingUnit, unit))
        if number := self.get("number"):
            cases = cases.filter(pk__in=cases_numbered(number).values("pk"))
        return cases

    def on(self, column: str) -> Q:
        """That the day in `column` lies within the dates asked for, both counted."""
        return _between(column, self.get("since"), self.get("until"))

    def at(self, column: str) -> Q:
        """The same of a column of times, by the days of China."""
        return between_times(column, self.get("since"), self.get("until"))

    def acts(self, *names: str) -> QuerySet[Act]:
        """The acts of these names in the cases, within the dates, by the agency and person asked for."""
        acts = Act.objects.filter(self.at("at"), act__in=names, application__in=self.cases.values("pk"))
        return acts.filter(self.by("agency", "person", "on_behalf_of"))

    def by(self, agency: str, *people: str) -> Q:
        """That the agency in column `agency` is the one asked for, and one of `people` bears the name."""
        wanted = Q()
        if self.agencies is not None:
            wanted &= Q(**{f"{agency}__in": sorted(self.agencies)})
        if one := self.get("agency"):
            wanted &= Q(**{agency: one})
        if self.get("person"):
            named = Q(pk__in=[])
            for column in people:
                named |= Q(**{f"{column}__in": self._people})
            wanted &= named
        return wanted

    @cached_property
    def _people(self) -> list[int] | QuerySet[Any]:
        return of_name(Person, self.get("person"))

    def cases_acted_in(self) -> QuerySet[Application]:
        """The cases in which the agency and person asked for acted; all where neither is said."""
        wanted = self.by("agency", "person", "on_behalf_of")
        if not wanted:
            return self.cases
        return self.cases.filter(pk__in=Act.objects.filter(wanted).values("application"))


def lying_in(place: Jurisdiction | str) -> Q:
    """Cases filed in a place or in a district of it, or with land also there."""
    lies = Application.districts.through.objects.filter(jurisdiction=place).values("application")
    return Q(jurisdiction=place) | Q(jurisdiction__parent=place) | Q(pk__in=lies)


def _between(column: str, since: date | None, until: date | None) -> Q:
    found = Q()
    if since:
        found &= Q(**{f"{column}__gte": since})
    if until:
        found &= Q(**{f"{column}__lte": until})
    return found


def between_times(column: str, since: date | None, until: date | None) -> Q:
    """That the time in `column` lies between the first moment of `since` and the last of `until`."""
    found = Q()
    if since:
        found &= Q(**{f"{column}__gte": datetime.combine(since, time(), CHINA)})
    if until:
        found &= Q(**{f"{column}__lt": datetime.combine(until + timedelta(days=1), time(), CHINA)})
    return found


def as_auditor(person: Person) -> Asked:
    """Everything `person` may audit."""
    reach = audited_places(person)
    return Asked(audited_within(reach), places=_codes((place, part) for _kind, place, part in reach))


def as_head(person: Person) -> Asked:
    """What came before the agencies `person` heads: the cases in which they had work, and their own acts in them."""
    headed = frozenset(agencies_headed_by(person).values_list("pk", flat=True))
    work = WorkItem.objects.filter(mandate__agency__in=sorted(headed)).values("application")
    reach = Mandate.objects.filter(agency__in=headed).values_list("jurisdiction", "jurisdiction__districts")
    cases = Application.objects.filter(pk__in=work, number__isnull=False)
    return Asked(cases, agencies=headed, places=_codes(reach.order_by().distinct()))


def _codes(reach: Iterable[tuple[str, str | None]]) -> frozenset[str] | None:
    known = frozenset(code for both in reach for code in both if code)
    return None if NATION in known else known


# ---- the form --------------------------------------------------------------------------------------------------------
def _day(label: Any) -> forms.DateField:
    return forms.DateField(label=label, required=False, widget=forms.DateInput(attrs={"type": "date"}))


def _words(label: Any, most: int = LONGEST_SEARCH) -> forms.CharField:
    return forms.CharField(label=label, required=False, max_length=most)


def _said(label: Any) -> forms.CharField:
    told = _("Give a Chinese character, or two letters or digits.")
    field = _words(label)
    field.validators.append(RegexValidator("[\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]|[^\\W_].*[^\\W_]", told))
    return field


def _choice(label: Any, choices: Sequence[tuple[str, Any]]) -> forms.ChoiceField:
    return forms.ChoiceField(label=label, required=False, choices=[("", _("All")), *choices])


def _number(label: Any, least: int, most: int) -> forms.IntegerField:
    return forms.IntegerField(label=label, required=False, min_value=least, max_value=most)


def _one_of(label: Any, rows: QuerySet[Any]) -> forms.Field:
    return forms.ModelChoiceField(rows, label=label, required=False, empty_label=_("All"))


def places_of(asked: Asked) -> QuerySet[Jurisdiction]:
    """Those one may ask about, whether a case was filed there yet or not: no case is read."""
    known = Jurisdiction.objects.order_by("code")
    return known if asked.places is None else known.filter(pk__in=sorted(asked.places))


def agencies_of(asked: Asked) -> QuerySet[Agency]:
    """Those with a duty in these places, in what stands above them or beside them there, or in the whole country: land
    may lie in a neighbouring district. Neither acts nor work nor land are read, for there are millions of them."""
    those = places_of(asked).order_by()
    here = Q(jurisdiction=None) | Q(jurisdiction__in=those.values("pk"))  # None: of the whole country
    for above in ("parent", "parent__parent"):
        here |= Q(jurisdiction__in=those.values(above))
    here |= Q(jurisdiction__parent__in=those.values("parent"))
    return Agency.objects.filter(here, Exists(Mandate.objects.filter(agency=OuterRef("pk")))).order_by(*in_order())


def _terms(asked: Asked) -> forms.Field:
    """The terms of heads of these agencies."""
    groups = AgencyGrant.objects.filter(permission__codename="head", content_object__in=agencies_of(asked).order_by())
    terms = Membership.objects.filter(post__group__in=groups.values("group"), post__agency__isnull=False)
    return TermField(
        terms.select_related("post__agency", "person").order_by("post__agency", "-since"),
        label=_("Term of a head"), required=False, empty_label=_("All"),
    )  # fmt: skip


class TermField(forms.ModelChoiceField):  # type: ignore[type-arg]  # generic in the stubs only
    """Whose term, in which post, from when to when."""

    def label_from_instance(self, obj: Membership) -> str:
        """Person, agency, days."""
        until = obj.until.isoformat() if obj.until else ""
        return f"{obj.person} · {obj.post.agency} · {obj.since.isoformat()}–{until}"


SIGNS = (
    ("pair", _("same pair of reviewer and decider")),
    ("quick", _("decided within minutes of taking")),
    ("hours", _("outside working hours")),
    ("post", _("soon after a change of post")),
)
FIELDS: dict[str, Any] = {
    "since": lambda asked: _day(_("From this day")),
    "until": lambda asked: _day(_("To this day")),
    "kind": lambda asked: _choice(_("Kind"), kind_choices()),
    "place": lambda asked: _one_of(_("Place"), places_of(asked)),
    "agency": lambda asked: _one_of(_("Agency"), agencies_of(asked)),
    "person": lambda asked: _words(_("Person")),
    "unit": lambda asked: _words(_("Applicant")),
    "number": lambda asked: _words(_("Case number")),
    "step": lambda asked: _choice(_("Step"), step_choices()),
    "limit": lambda asked: _choice(_("Late by"), [("statute", _("the law")), ("promise", _("the promise"))]),
    "term": _terms,
    "rule": lambda asked: _words(_("Rule"), 40),
    "severity": lambda asked: _choice(_("Severity"), [(grade.code, grade.label) for grade in GRADES]),
    "days": lambda asked: _number(_("Ending within (days)"), 1, 3650),
    "kinds_apart": lambda asked: _choice(
        _("Compare"), [("same", _("cases of one kind")), ("any", _("cases of any kind"))]
    ),
    "sign": lambda asked: _choice(_("Sign"), [(sign, capfirst(label)) for sign, label in SIGNS]),
    "minutes": lambda asked: _number(_("Minutes from taking to deciding, at most"), 1, 1440),
    "least": lambda asked: _number(_("Decisions of a pair, at least"), 2, 10_000),
    "change_days": lambda asked: _number(_("Days after a change of post"), 1, 366),
    "q": lambda asked: _said(_("Words said in the act")),
    "paper": lambda asked: _words(_("Number of a paper"), 90),
    "post": lambda asked: _words(_("Post")),
    "act": lambda asked: _choice(_("Act"), act_choices()),
    "received_from": lambda asked: _day(_("Received from")),
    "received_to": lambda asked: _day(_("Received to")),
    "accepted_from": lambda asked: _day(_("Accepted from")),
    "accepted_to": lambda asked: _day(_("Accepted to")),
    "decided_from": lambda asked: _day(_("Decided from")),
    "decided_to": lambda asked: _day(_("Decided to")),
    "delivered_from": lambda asked: _day(_("Delivery recorded from")),
    "delivered_to": lambda asked: _day(_("Delivery recorded to")),
}


def act_choices() -> list[tuple[str, Any]]:
    """Every act there is, by the name the law or practice gives it."""
    return [(name, spec.label) for name, spec in ACTS.items()]


class AskedForm(forms.Form):
    """The filters a question has, in its order."""

    def __init__(self, names: Sequence[str], asked: Asked, data: Any = None, *, folded: Sequence[str] = ()) -> None:
        super().__init__(data)
        self._folded = frozenset(folded)
        for name in names:
            self.fields[name] = FIELDS[name](asked)

    @property
    def in_sight(self) -> list[forms.BoundField]:
        """The fields that stand there at once."""
        return [field for field in self if field.name not in self._folded]

    @property
    def more(self) -> list[forms.BoundField]:
        """Those that are seldom filled in."""
        return [field for field in self if field.name in self._folded]

    @property
    def more_is_said(self) -> bool:
        """Whether one of those says something, or something wrong: then they are shown."""
        return any(field.value() or field.errors for field in self.more)

    def clean(self) -> dict[str, Any]:
        """Dates within reason, the first before the last."""
        said = super().clean() or {}
        for name, value in list(said.items()):
            if isinstance(value, date) and not EARLIEST <= value <= LATEST:
                self.add_error(name, _("Give a day between 2000 and 2100."))
        since, until = said.get("since"), said.get("until")
        if since and until and since > until:
            self.add_error("until", _("The last day lies before the first."))
        return said


def usual(names: Sequence[str]) -> dict[str, str]:
    """What a form says that was not filled in: this year, and the numbers a question begins with."""
    begin = {"since": date(local_today().year, 1, 1).isoformat(), **USUAL_NUMBERS}
    return {name: value for name, value in begin.items() if name in names}


USUAL_NUMBERS = {"days": "30", "minutes": "10", "least": "5", "change_days": "30", "kinds_apart": "same"}
