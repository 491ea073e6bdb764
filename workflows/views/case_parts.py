"""Parts that the page of a case and the page of a work item share."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from functools import cached_property
from typing import Any

from django.utils.translation import gettext_lazy as _
from msgspec import Struct
from msgspec.structs import replace

from permits.access import Reader, visible_to
from permits.acts.chairs import chair_refused
from permits.acts.found import determinations
from permits.acts.grounds import Disagreement, Overlap, by_case, disagreements, overlaps, told_to_applicants
from permits.acts.hearings import announced_hearing, first_day, not_open, open_hearing, told_since
from permits.acts.objections import objections
from permits.acts.quota_turns import turns
from permits.acts.statements import statements
from permits.clocks.standing import ClockReading
from permits.clocks.standing import status as clocks_of
from permits.clocks.timeline import Light
from permits.documents.hearings import GIVEN_UP, OF_THE_STATE
from permits.drafts.material_names import material_names
from permits.drafts.materials import evidence_of, withheld_evidence
from permits.errors import WrongStatus
from permits.kinds import kind_of, kind_or_absent
from permits.ledger.chain import problems_of, problems_of_acts
from permits.models import ACTS, Act, Application, Document, MaterialVersion, Permit, Submission
from permits.models.clock import Ground
from permits.models.document import BETWEEN_AGENCIES
from permits.models.material import EVIDENCE, REPORTED, STATED, files_in_hand
from permits.models.permit import P
from permits.models.states import S
from permits.models.submission import submission_of
from permits.views.quotas import known_to
from roles.days import local_today
from roles.models import Mandate, Membership, Person
from roles.models.mandates import Duty, current
from workflows.keeping import successor
from workflows.lights import TimeLeft, lights
from workflows.models import WorkItem, items_of, open_items_of
from workflows.reading import told


def head_of(application: Application) -> dict[str, Any]:
    """What stands above every page of a case."""
    return {"application": application, "kind": kind_of(application), "ended": ended_permit(application)}


def not_whole(application: Application, acts: Sequence[Act]) -> list[str]:
    """What is wrong with the record, of which `acts` were read. Where something is, it is read once more, for an act
    may have come between reading the case and reading its acts."""
    return problems_of_acts(application, acts) and problems_of(application)


def ended_permit(application: Application) -> Permit | None:
    """The permit of an approved case that holds no more: whoever reads that the case was approved reads this, too."""
    permit = getattr(application, "permit", None) if application.status == S.APPROVED else None
    return permit if permit and permit.status != P.VALID else None


class Hearing(Struct, frozen=True, dict=True):
    """A hearing that is owed: the act that announced it (None: nothing did yet), and the clock by which it is to be
    held."""

    announced: Act | None
    clock: ClockReading | None
    counts: bool
    """Whether the period of the case runs on: the time of a hearing is left out only by suspending it (许可法 45)."""
    untold: tuple[str, ...] = ()
    """Parties whom the notice of the announced day does not name, because they asked, or were told of their right,
    later."""

    @property
    def chair(self) -> str:
        """Who was announced to preside."""
        return str(self.announced.facts["chair"]["name"]) if self.announced else ""

    @cached_property
    def chair_sees(self) -> bool:
        """Whether the chair may open the case here, and so was told of the hearing by the news of it."""
        if self.announced is None:
            return True
        person = Person.objects.filter(pk=self.announced.facts["chair"]["id"]).first()
        return person is None or visible_to(person).filter(pk=self.announced.application_id).exists()

    @property
    def chair_refused(self) -> str:
        """Why the announced chair may not preside any more: barred, or at work in the review; empty where nothing
        speaks against it."""
        told = self.announced
        return chair_refused(told.application, told.facts).get("chair", "") if told else ""

    @cached_property
    def chair_left(self) -> bool:
        """Whether the chair's account was closed since, or has no post in that agency any more."""
        if self.announced is None:
            return False
        person = Person.objects.filter(pk=self.announced.facts["chair"]["id"]).first()
        posts = Membership.objects.filter(person=person, post__agency=self.announced.agency_id)
        left = posts.exists() and not posts.filter(current()).exists()
        return person is not None and (left or not person.is_active)

    @property
    def day(self) -> date | None:
        """The day announced."""
        return date.fromisoformat(self.announced.facts["held_on"]) if self.announced else None

    @property
    def over(self) -> bool:
        """Whether that day has passed, so that only the record of the hearing is still to be made."""
        return self.day is not None and self.day < local_today()

    @property
    def agency(self) -> str:
        """The agency that announced it: land in several districts, and a case sent back, have more than one."""
        return str(self.announced.agency or "") if self.announced else ""

    @property
    def place(self) -> str:
        """Where it is held."""
        return str(self.announced.facts["place"]) if self.announced else ""

    @property
    def closed(self) -> bool:
        """Whether it was announced as not open to the public."""
        return bool(self.announced and self.announced.facts.get("closed"))

    @property
    def to_close(self) -> bool:
        """Whether the case is declared or found to be a state secret, and the hearing was not announced so."""
        told = self.announced
        return told is not None and told.facts.get("closed") != OF_THE_STATE and not_open(told.application)

    @property
    def at(self) -> str:
        """At what time, where the announcement says one."""
        return str(self.announced.facts.get("at", "")) if self.announced else ""

    @property
    def not_before(self) -> date | None:
        """The first day on which it may be held, where by a calendar published since the notice came too late for the
        announced day."""
        first = first_day(self.announced) if self.announced else None
        return first if first and self.day and self.day < first else None


def decided_anew(application: Application) -> dict[str, Any]:
    """The outcome by which a running case is decided anew (None: it is not), and in words why the earlier decision
    fell: that says whether the same can be decided again (复议法 64, 诉讼法 71)."""
    reopened = [] if application.final else application.did("reopen")
    if not reopened:
        return {"reopened": None}
    said = reopened[-1].facts
    return {"reopened": application.did_at(said["remedy"]), "fault": told(ACTS["reopen"].facts["fault"], said["fault"])}


def decides_the_same(application: Application, name: str) -> bool:
    """Whether the act `name` is once more what was annulled, in a case that is decided anew, and not for its procedure
    alone. On the same facts and grounds that is not allowed (复议法 64, 诉讼法 71); no rule can see it, a person can.
    """
    reopened = [] if application.final else application.did("reopen")
    if not reopened or reopened[-1].facts["fault"] == "procedure":
        return False
    return bool(application.did_at(application.did_at(reopened[-1].facts["remedy"]).facts["against"]).act == name)


def hearing_owed(application: Application) -> Hearing | None:
    """What an officer is told of a hearing that was asked for or announced and not held yet."""
    if not open_hearing(application):
        return None
    clocks = clocks_of(application)
    counts = clocks.whole is not None and clocks.whole.light is not Light.PAUSED
    announced = announced_hearing(application)
    return Hearing(
        announced, clocks.of_step("hearing_hold"), counts, told_since(application, announced) if announced else ()
    )


def still_suspended(application: Application) -> bool:
    """Whether the period is still suspended for a hearing that was held or given up. It does not run again by itself:
    one suspension lasts to the end of every matter of art 45, and whether there is another a person knows."""
    suspended = [one.seq for one in application.did("suspend_clock") if one.facts["ground"] == Ground.HEARING]
    over = [one.seq for one in application.did("hold_hearing", *GIVEN_UP)]
    if not suspended or not over or over[-1] < suspended[-1] or open_hearing(application):
        return False
    clocks = clocks_of(application)
    running = (one for one in (clocks.whole, *clocks.steps) if one and one.running)
    return any(one.ground == Ground.HEARING for one in running)


def announced_before(application: Application, name: str) -> dict[str, Any]:
    """What the form of a hearing that was held begins with, from its announcement: the chair, and the day once it has
    come. Nothing for another act."""
    told = announced_hearing(application) if name == "hold_hearing" else None
    if told is None:
        return {}
    day = date.fromisoformat(told.facts["held_on"])
    return {"chair": told.facts["chair"]["id"]} | ({"held_on": day} if day <= local_today() else {})


class SameGround(Struct, frozen=True):
    """Another case on the same ground, for a reader: whether the reader may open it, and what the two declare
    differently, row by row."""

    other: Application
    standing: str
    rows: list[tuple[Overlap, list[Disagreement]]]
    may_open: bool

    @property
    def differ(self) -> list[tuple[Overlap, list[Disagreement]]]:
        """The rows that the two cases describe differently."""
        return [(overlap, found) for overlap, found in self.rows if found]


def same_ground(reader: Reader) -> list[SameGround]:
    """Other cases and permits on the ground of this one, to the applicant's side none of another unit that is a state
    secret. What they declare is told to who may look at them."""
    found = by_case(overlaps(reader.application))
    if reader.on_the_applicants_side:
        found = told_to_applicants(reader.application, found)
    others = {pk: rows[0].other for pk, rows in found.items()}
    known = set(visible_to(reader.person).filter(pk__in=others).values_list("pk", flat=True)) if others else set()
    for code in {others[pk].kind for pk in known}:
        kind_or_absent(code).read_ground([others[pk] for pk in known if others[pk].kind == code])
    return [
        SameGround(
            other=others[pk],
            standing=rows[0].standing,
            rows=[(one, disagreements(reader.application, one) if pk in known else []) for one in rows],
            may_open=pk in known,
        )
        for pk, rows in found.items()
    ]


def quota_turns(reader: Reader) -> dict[str, Any]:
    """The case's place in the quota books in which it waits, and which of them `reader` may open. The applicant's side
    is told how many cases come before it, and not which: these are other applicants' business."""
    if not (found := turns(reader.application)):
        return {"quota_turns": []}
    if reader.on_the_applicants_side:
        unnamed = [replace(one, before=()) for one in found]
        return {"quota_turns": unnamed, "applicant_waits": True}
    books = known_to(reader.person).filter(pk__in=[one.book.pk for one in found])
    return {"quota_turns": found, "books": set(books.values_list("pk", flat=True))}


def inquiry_shown(reader: Reader) -> dict[str, Any]:
    """What was found, objected and stated in the case, but for what is withheld from `reader`."""
    case, withheld = reader.application, reader.withheld
    return {
        "found": [one for one in determinations(case) if one.act.pk not in withheld],
        "objections": [one for one in objections(case) if one.act.pk not in withheld],
        "statements": [one for one in statements(case) if one.act.pk not in withheld],
    }


class Slot(Struct):
    """One entry of the closed list of materials, with what was handed in for it."""

    label: str
    source: str = ""
    required: bool = False
    files: list[MaterialVersion] = []

    @property
    def missing(self) -> bool:
        """Whether it is asked for and not there."""
        return self.required and not self.files


NOT_ON_THE_LIST = {
    STATED: _("Handed in with a statement"),
    REPORTED: _("Handed in with a report"),
    EVIDENCE: _("Put in by officers"),
}
"""How slots are called that are no entry of the closed list."""


def materials_of(reader: Reader) -> list[Slot]:
    """The materials by the kind's list; what was put in beside it comes last, but for what `reader` is not told yet."""
    application = reader.application
    attached = evidence_of(application).exclude(pk__in=withheld_evidence(reader))
    slots = {
        entry.slot: Slot(str(entry.label), str(entry.source), entry.required)
        for entry in kind_of(application).requirements(application)
    }
    names = {**material_names(application), **NOT_ON_THE_LIST}
    for version in [*files_in_hand(application.pk), *attached]:
        slot = version.material.slot
        slots.setdefault(slot, Slot(str(names.get(slot, "")))).files.append(version)
    return list(slots.values())


def papers_shown(application: Application, *, outward: bool) -> list[Document]:
    """The papers of the case, those of the decision first; only `outward` ones, or letters between agencies too."""
    kept = BETWEEN_AGENCIES if outward else ()
    papers = application.documents.exclude(kind__in=kept).select_related("agency", "act").order_by("pk")
    order = {"approve": 0, "refuse": 0, "record_higher_decision": 0}
    return sorted(papers, key=lambda paper: order.get(paper.act.act, 1))


def submissions_shown(acts: list[Act]) -> list[Submission]:
    """What was handed in by `acts`, oldest first: each is given as one PDF."""
    return [handed_in for act in acts if (handed_in := submission_of(act))]


class Waiting(Struct, frozen=True, dict=True):
    """An open item: whose turn it is, and how long they have."""

    item: WorkItem
    light: TimeLeft | None

    @property
    def gone(self) -> bool:
        """Whether the duty it is addressed to has left the role matrix, so that nobody can work on it."""
        return self.item.mandate is not None and self.item.mandate.left(local_today())

    @cached_property
    def follows(self) -> Mandate | None:
        """The mandate to which it then goes on; None where the matrix names none, or several."""
        try:
            return successor(self.item)
        except WrongStatus:
            return None


def whose_turn(application: Application) -> list[Waiting]:
    """The open items of a case."""
    items = open_items_of(application.pk)
    found = lights(items)
    return [Waiting(item, found.get(item.pk)) for item in items]


class Consultation(Struct, frozen=True):
    """One agency asked for its opinion: answered, silent, released or still expected."""

    item: WorkItem
    state: str
    answer: Act | None

    @property
    def position(self) -> str:
        """Whether it agrees, in words; empty where it has not answered."""
        if self.state != "answered" or self.answer is None or "position" not in self.answer.facts:
            return ""
        return told(self.answer.spec.facts["position"], self.answer.facts["position"])

    @property
    def objects(self) -> bool:
        """Whether it answered that it does not agree."""
        return bool(self.position and self.answer and self.answer.facts["position"] == "object")


def consultations(application: Application, acts: list[Act]) -> list[Consultation]:
    """Everyone consulted in this case, in the order asked."""
    asked = [one for one in items_of(application.pk) if one.mandate and one.mandate.duty == Duty.ADVISE]
    return [Consultation(item, *_answer(item, acts)) for item in asked]


def _answer(item: WorkItem, acts: list[Act]) -> tuple[str, Act | None]:
    """How a consultation stands or ended, and the act that ended it."""
    if own := next((act for act in acts if act.work_item == item.pk), None):
        return "answered", own
    if item.is_open:
        return "waiting", None
    for act in acts:
        named = act.act in ("drop_consultee", "record_silence") and act.facts["office"]["id"] == item.mandate_id
        if named and act.at >= item.created and (item.finished is None or act.at <= item.finished):
            return ("silent" if act.act == "record_silence" else "released"), act
    return "ended", None
