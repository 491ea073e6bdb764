"""What the occupation of forest land gives to everything common to all kinds: sections, facts, competence, papers.

It is a 行政许可: 森林法 37, 38, 52; 实施条例 16, 17; 令35号 (facts 2.3).
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from permits.calendar import WorkCalendar
from permits.kinds import Label, Problem, Requirement, Section
from permits.materials import current_files
from permits.models import Act, Application, Document
from permits.models.document import DocumentKind
from permits.occupation import checks, edit, requirements
from permits.occupation.columns import BY_NAME, CONTRACT, row_problems
from permits.occupation.models import LandOccupation, Parcel
from permits.periods import periods
from permits.rules.places import NAMES as PLACES
from permits.sheets.columns import Said

if TYPE_CHECKING:
    from permits.documents.content import Paper
    from permits.documents.forms import Matter

JIZHOU = "120119"
VALID_YEARS = 2  # 令35号 art 25: the decision on permanent use (facts 2.3)
_SHOWN_PROBLEMS = 30


class OccupationKind:
    """Implements permits.kinds.Kind."""

    code = "occupation"
    label = gettext_lazy("Consent to the occupation of forest land")
    nature = gettext_lazy("administrative licence")
    licence = True
    inspected = True
    words: Mapping[str, Label] = {}
    letter = "LD"
    summary_template = "permits/occupation/summary.html"

    @property
    def sections(self) -> Sequence[Section]:
        return (
            Section(slug=edit.HEAD, label=gettext_lazy("The project and the use"), url_name="occupation-head",
                    problems=head_problems, started=lambda application: application.occupation.version > 1),
            Section(slug=edit.PARCELS, label=gettext_lazy("Parcels"), url_name="occupation-parcels",
                    problems=parcel_problems, started=lambda application: application.occupation.parcels.exists()),
        )  # fmt: skip

    def begin(self, application: Application) -> None:
        edit.begin(application)

    def requirements(self, application: Application) -> Sequence[Requirement]:
        return requirements.requirements(application)

    def facts(self, application: Application) -> dict[str, Any]:
        """The case as the rules read it. A field still open in a draft is left out, so that the rules name it."""
        row: LandOccupation = application.occupation
        day = application.accepted_on or application.received_on or timezone.localdate()
        project = {"name": row.project_name, "class": row.project_class, "national_major": row.national_major or None}
        if row.project_class == "linear_works_borrow":
            project["main_project_level"] = row.main_project_level
        if row.project_class == "nature_area_plan":
            project["in_plan_area"] = row.in_plan_area
        names = ["tenure", "quota_left_ha", "same_project_area_ha", "prior_violation"]
        names += ["years", "permanent_building"] if row.tenure == "temporary" else []
        return {
            "kind": self.code,
            "jurisdiction": application.jurisdiction_id,
            "date": day.isoformat(),
            "project": _said(project),
            **_said({name: getattr(row, name) for name in names}),
            "parcels": [_said({name: getattr(one, name) for name in CONTRACT}) for one in row.parcels.all()],
            "documents": self._documents(application),
        }

    def _documents(self, application: Application) -> list[str]:
        codes = {entry.slot: entry.document for entry in self.requirements(application)}
        slots = current_files(application).values_list("material__slot", flat=True)
        return sorted({codes[slot] for slot in slots if codes.get(slot)})

    def districts(self, application: Application) -> Sequence[str]:
        """The one filed with first, then every other in which a parcel lies."""
        lies = application.occupation.parcels.exclude(district="").values_list("district", flat=True)
        return tuple(dict.fromkeys([application.jurisdiction_id, *lies]))

    def scope(self, application: Application) -> str:
        """In Jizhou the government service office decides inside the natural-forest protection area only (S1 L61)."""
        inside = application.occupation.protection_area and application.jurisdiction_id == JIZHOU
        return "protection_area" if inside else ""

    def snapshot(self, application: Application) -> dict[str, Any]:
        row: LandOccupation = application.occupation
        parcels = list(row.parcels.all())
        return {
            "occupation": {name: plain_json(getattr(row, name)) for name in edit.HEAD_FIELDS},
            "parcels": [{name: plain_json(value) for name, value in one.values.items()} for one in parcels],
            "totals": {"parcels": len(parcels), "area_ha": f"{row.parts_ha:.4f}"},
        }

    def valid_to(self, application: Application) -> date | None:
        """Permanent use: two years (令35号 art 25). Temporary: its years. Facilities: no term was found."""
        row: LandOccupation = application.occupation
        if application.decided_on is None or row.tenure == "forestry_service":
            return None
        years = row.years if row.tenure == "temporary" and row.years else VALID_YEARS
        return _after_months(application.decided_on, int(years * 12)) - timedelta(days=1)

    def before_approval(self, application: Application) -> Sequence[Problem]:
        """The site check (令35号 art 10), the public notice (art 11) and the fee (实施条例 16(1))."""
        row: LandOccupation = application.occupation
        acts = application.acts
        said = []
        if not acts.filter(act="record_site_check").exists():
            said.append(_("No site check was recorded (Order 35 art 10)."))
        if not row.secret and not _notice_over(application):
            said.append(_("No public notice of five working days has ended yet (Order 35 art 11)."))
        if row.tenure == "permanent" and not acts.filter(act="record_fee").exists() and _fee_due(application):
            said.append(_("The restoration fee was not recorded as paid (implementing regulations art 16)."))
        return tuple(Problem(where="", message=message) for message in said)

    def matter(self, application: Application) -> "Matter":
        """What notices call the case."""
        from permits.occupation import papers  # pulls in the typesetting, which no page of a draft needs

        return papers.matter_of(application)

    def made_public(self, application: Application) -> tuple[tuple[str, str], ...]:
        """What a public notice tells of the case."""
        from permits.occupation import papers  # pulls in the typesetting, which no page of a draft needs

        return papers.made_public(application)

    def papers(self, record: Act) -> Sequence[str]:
        """The decision and consent of an approval; the decision of a refusal. The higher authority prints its own."""
        if record.act == "approve":
            tenure = record.application.occupation.tenure
            if tenure == "forestry_service":  # no consent of that name was found for facilities, nor a term
                return (DocumentKind.OCCUPATION_APPROVAL,)
            temporary = tenure == "temporary"
            consent = DocumentKind.TEMPORARY_CONSENT if temporary else DocumentKind.OCCUPATION_CONSENT
            return (DocumentKind.OCCUPATION_APPROVAL, consent)
        return (DocumentKind.OCCUPATION_REFUSAL,) if record.act == "refuse" else ()

    def paper(self, document: Document) -> "Paper":
        from permits.occupation import papers  # pulls in the typesetting, which no page of a draft needs

        return papers.paper(document)


OCCUPATION = OccupationKind()


def plain_json(value: Any) -> Any:
    """Plain JSON: decimals and dates as text."""
    return value if value is None or isinstance(value, (str, bool, int)) else str(value)


def _said(values: dict[str, Any]) -> dict[str, Any]:
    return {name: plain_json(value) for name, value in values.items() if value is not None and value != ""}


def _after_months(day: date, months: int) -> date:
    """The same day of a later month, or its last day."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    following = date(year + (month == 11), (month + 1) % 12 + 1, 1)
    return min(date(year, month + 1, 1) + timedelta(days=day.day - 1), following - timedelta(days=1))


def _notice_over(application: Application) -> bool:
    """Whether a notice of enough working days has run out."""
    calendar, least = WorkCalendar.load(), periods()["public_notice"].working_days
    for act in application.acts.filter(act="publish_notice"):
        starts, ends = date.fromisoformat(act.facts["starts"]), date.fromisoformat(act.facts["ends"])
        if ends < timezone.localdate() and calendar.count(starts, ends).days >= least:
            return True
    return False


def _fee_due(application: Application) -> bool:
    """A person who is to fix the fee (no rate for a land class) records it as well; only a fee of nothing is none."""
    from permits.gate import verdict

    amount = verdict(application).fee_yuan
    return amount is None or amount > 0


def head_problems(application: Application) -> list[Problem]:
    """What must be mended in the head before it is handed in."""
    row: LandOccupation = application.occupation
    values = {name: getattr(row, name) for name in edit.HEAD_FIELDS}
    page = reverse("occupation-head", args=[application.pk])
    return [
        Problem(where=LandOccupation.label(name), message=message, anchor=f"{page}#id_{name}")
        for name, message in (*checks.missing(values), *_place_missing(row, application))
    ]


def _place_missing(row: LandOccupation, application: Application) -> Iterator[Said]:
    """Whether it lies in the protection area decides who is competent in Jizhou."""
    if application.jurisdiction_id == JIZHOU and row.protection_area is None:
        yield "protection_area", _("This must be filled in.")


def parcel_problems(application: Application) -> list[Problem]:
    """What must be mended in the table: bad rows, a sum that differs, no parcel in the district it is filed with."""
    row: LandOccupation = application.occupation
    page = reverse("occupation-parcels", args=[application.pk])
    parcels = list(row.parcels.all())
    if not parcels:
        return [Problem(where=_("Parcels"), message=_("There is no parcel yet."), anchor=page)]
    problems = [_parcel_problem(one, said, application) for one in parcels if (said := row_problems(one.values))]
    if len(problems) > _SHOWN_PROBLEMS:
        message = _("%(count)d more rows have problems.") % {"count": len(problems) - _SHOWN_PROBLEMS}
        problems[_SHOWN_PROBLEMS:] = [Problem(where=_("Parcels"), message=message, anchor=page)]
    if difference := checks.sum_differs(row.total_ha, row.parts_ha):
        problems.append(Problem(where=LandOccupation.label("total_ha"), message=difference, anchor=page))
    return problems + list(_misplaced(parcels, application, page))


def _misplaced(parcels: Sequence[Parcel], application: Application, page: str) -> Iterator[Problem]:
    lies = {one.district for one in parcels} - {""}
    if lies and application.jurisdiction_id not in lies:
        message = _("No parcel lies in %(place)s, with which the application is filed.")
        facts = {"place": PLACES[application.jurisdiction_id]}
        yield Problem(where=_("Parcels"), message=message % facts, anchor=page)
    if {code[:2] for code in lies} - {application.jurisdiction_id[:2]}:
        message = _("The parcels lie in two municipalities: each is applied to for its own.")
        yield Problem(where=_("Parcels"), message=message, anchor=page)


def _parcel_problem(parcel: Parcel, said: Sequence[Said], application: Application) -> Problem:
    anchor = reverse("occupation-parcel", args=[application.pk, parcel.pk])
    return Problem(where=parcel.name, message=described(said), anchor=anchor)


def described(said: Sequence[Said]) -> str:
    """Problems of one row in one line."""
    return "; ".join(f"{BY_NAME[name].label}: {message}" for name, message in said)
