"""Obligations after approval as pages show them: each with its light, what one may do next, and what was done."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import date
from typing import Final

from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from msgspec import Struct, field

from permits.aftercare.standing import Standing, aftercare_of
from permits.aftercare.words import named
from permits.documents.supervision_papers import last_fault, last_finding
from permits.kinds import kind_of
from permits.models import ACTS, Act, Application
from permits.models.aftercare import OF_ENDED, PROPOSED, REPORTS
from permits.models.obligation import DONE, TO_BE_CHECKED, O
from permits.models.permit import P
from permits.rules.base import Citation
from permits.rules.wording import VERIFIED
from roles.days import local_today
from roles.models import Person
from workflows.reading import Entry, entries_of
from workflows.worklist import Possible

NEXT: Final[Mapping[str, tuple[str, ...]]] = {
    O.OPEN: (),
    O.WAITING: (),
    O.REPORTED: ("check_report",),
    O.FAULTED: ("order_rectification", "find_breach"),
    O.RECTIFYING: ("report_rectification",),
    O.RECTIFIED: ("check_rectification",),
    O.ACCEPTED: ("close_obligation",),
    O.BREACH: ("order_rectification",),
    O.CLOSED: (),
}
"""What comes next, by how an obligation stands; reports have a page of their own."""
AT_FAULT: Final = (O.FAULTED, O.RECTIFYING, O.RECTIFIED, O.BREACH)
"""States in which something was found not in order and still stands."""
WHEN_OVERDUE: Final = ("find_breach", "close_obligation")


ANSWERS_TO: Final[Mapping[str, tuple[str, ...]]] = {
    "check_report": ("order_rectification", "report_obligation"),
    "record_inspection": ("order_rectification", "report_rectification"),
    "order_rectification": ("order_rectification", "report_rectification"),
    "report_rectification": ("order_rectification",),
    "check_rectification": ("order_rectification", "report_rectification"),
    "find_breach": ("report_obligation", "order_rectification", "report_rectification"),
}
"""For each act, those whose last words on the obligation are read when one performs it."""
ACCEPTS: Final = ("check_report", "record_inspection", "check_rectification")
FOLLOWS_A_FAULT: Final = ("order_rectification", "find_breach")
"""Acts that answer also what was found last, by whichever act it was found."""


def said_before(application: Application, name: str, code: str) -> list[Entry]:
    """The last act of each kind that `name` answers, in order: on the obligation `code` since its last report; for an
    inspection what is ordered on any obligation. Nothing for an act that answers none."""
    about = _about(application, name, code, lambda one: one.order is not None) if name in ANSWERS_TO else []
    told = {act.seq: act for one in about for act in _answered(name, one)}
    return entries_of(application, [told[seq] for seq in sorted(told)])


def seen_before(application: Application, name: str, code: str) -> list[str]:
    """What an officer should know before accepting a report: where it falls short, remarks on it, and that the permit
    loses its last day by it; for an inspection of every report that waits for one. Nothing for an act that accepts
    none."""
    about = _about(application, name, code, lambda one: one.state in TO_BE_CHECKED) if name in ACCEPTS else []
    said = ((one, told) for one in about for told in (one.short_of, *one.remarks, _frees(application, one)) if told)
    return [f"{one.label}{_(': ')}{told}" for one, told in said]


def _frees(application: Application, standing: Standing) -> str:
    """What becomes of the permit's last day where the obligation is found right; empty for most."""
    frees = standing.code == kind_of(application).unlimited_by and application.permit.valid_to
    return _("Once it is accepted, the permit has no last day any more.") if frees else ""


def _about(application: Application, name: str, code: str, looked_at: Callable[[Standing], bool]) -> list[Standing]:
    """The obligation `code`; for an inspection those that `looked_at` picks."""
    aftercare = aftercare_of(application)
    standings = aftercare.standings if aftercare else []
    every = name == "record_inspection"
    return [one for one in standings if (looked_at(one) if every else one.code == code)]


def _answered(name: str, standing: Standing) -> list[Act]:
    acts = _since_report(standing)
    found = {act.act: act for act in acts if act.act in ANSWERS_TO[name]}
    finding = last_finding(reversed(acts), standing.code) if name in FOLLOWS_A_FAULT else None
    return [*found.values(), *([finding] if finding else [])]


def _since_report(standing: Standing) -> Sequence[Act]:
    """The acts from the last report on, or from an order before it that still stands; all where nothing was
    reported."""
    acts, order = standing.track.acts, standing.order
    last = max((place for place, act in enumerate(acts) if act.act in REPORTS), default=0)
    return acts[min(last, acts.index(order)) if order else last :]


class Step(Struct, frozen=True):
    """Something to do, and where."""

    label: str
    url: str
    first: bool = False


class Shown(Struct, frozen=True):
    """One obligation on the page of its permit."""

    standing: Standing
    light: str
    days: int | None
    """Days to the one that counts now; fewer than none once it has passed."""
    opens: date | None = None
    """The first day on which it can be reported, until then."""
    steps: Sequence[Step] = ()
    found: str = ""
    """What was last found not in order, until that is put right."""
    ordered: str = ""
    """What is to be put right: the order's demands, a line each."""
    entries: Sequence[Entry] = ()
    basis: Sequence[tuple[Citation, str]] = field(default_factory=tuple)

    @property
    def late(self) -> int:
        """Days since it passed."""
        return -self.days if self.days is not None and self.days < 0 else 0


def shown(application: Application, possible: Iterable[Possible], entries: Iterable[Entry]) -> list[Shown]:
    """The obligations of the permit, in order, with what of `possible` can be done of each."""
    aftercare = aftercare_of(application)
    if aftercare is None:
        return []
    may = {one.spec.name for one in possible}
    told = {entry.act.pk: entry for entry in entries}
    return [_shown(application, one, may, told) for one in aftercare.standings]


def _shown(application: Application, one: Standing, may: Collection[str], told: Mapping[int, Entry]) -> Shown:
    today, due = local_today(), one.due
    acts = [act for act in one.track.acts if act.pk in told]
    return Shown(
        standing=one,
        light=one.light(today),
        days=(due - today).days if due else None,
        opens=one.obligation.opens if _not_open(one, today) else None,
        steps=_steps(application, one, may),
        found=last_fault(reversed(acts), one.code) if one.state in AT_FAULT else "",
        ordered=one.order.facts["demands"] if one.order and one.order.pk in told else "",
        entries=[told[act.pk] for act in acts],
        basis=[(citation, str(VERIFIED[citation.verified])) for citation in one.obligation.basis],
    )


def _steps(application: Application, one: Standing, may: Collection[str]) -> list[Step]:
    """What may be done about the obligation now, out of the acts `may`: its report first, then what comes next."""
    steps = []
    report = one.obligation.reported_by
    if one.can_be_reported and not one.lapsed and report in may and not _not_open(one, local_today()):
        url = reverse("obligation-report", args=[application.pk, one.code])
        steps.append(Step(application.act_label(report), url, first=True))
    names = list(NEXT[O(one.state)])
    if one.due and one.due < local_today():
        names += WHEN_OVERDUE
    if one.obligation.on_site and one.state in TO_BE_CHECKED:
        names.append("record_inspection")
    for name in dict.fromkeys(names):
        if name in may and name not in REPORTS and _can_name(name, one):
            url = reverse("case-act", args=[application.pk, name]) + "?" + urlencode({"obligation": one.code})
            steps.append(Step(application.act_label(name), url, first=not steps))
    return steps


def _can_name(act: str, one: Standing) -> bool:
    """Whether `act` can be about this obligation. What was reported in figures and found wrong is reported again: words
    alone do not put it right."""
    told_in_words = act == "report_rectification" and one.to_be_told_in_figures
    return one.can_be_named_by(act) and not told_in_words


def _not_open(one: Standing, today: date) -> bool:
    """Whether it waits for the day from which it can be reported."""
    opens = one.obligation.opens
    return one.can_be_reported and not one.lapsed and opens is not None and opens > today


def choices(act: str, application: Application) -> dict[str, Sequence[tuple[str, str]]]:
    """The obligations that `act` may name here, as closed lists of its form; nothing for another act."""
    aftercare = aftercare_of(application) if act in CHOOSES or act == "record_inspection" else None
    if aftercare is None:
        return {}
    if act == "record_inspection":
        return {"findings.obligation": [_option(one) for one in aftercare.standings if one.state != O.CLOSED]}
    fitting = [one for one in aftercare.standings if one.state in CHOOSES[act] and _can_name(act, one)]
    if act != "find_breach":
        return {"obligation": [_option(one) for one in fitting]}
    ended = aftercare.permit.status != P.VALID
    return {
        "obligation": [_option(one) for one in fitting if one.can_be_broken(local_today())],
        "proposal": [(code, str(label)) for code, label in PROPOSED.options if not ended or code in OF_ENDED],
    }


def _option(one: Standing) -> tuple[str, str]:
    """The code of an obligation, and what it is called: a condition with its first words, for many are called alike."""
    return one.code, named(one.label, one.obligation.detail)


CHOOSES: Final[Mapping[str, Collection[str]]] = {
    "check_report": (O.REPORTED,),
    "order_rectification": (O.FAULTED, O.BREACH),
    "report_rectification": (O.RECTIFYING,),
    "check_rectification": (O.RECTIFIED,),
    "close_obligation": tuple(state for state in O if state != O.CLOSED),
    "find_breach": tuple(state for state in O if state not in DONE and state != O.BREACH),
}
"""Acts whose form asks which obligation, and in which states it may stand."""


def begins(act: str, application: Application, person: Person) -> dict[str, str]:
    """What the form of an inspection begins with: every obligation whose time has come, for each wants a finding, and
    the person who asks. Nothing for another act."""
    aftercare = aftercare_of(application) if act == "record_inspection" else None
    if aftercare is None or act not in ACTS:
        return {}
    today = local_today()
    rows = [one for one in aftercare.standings if one.state not in (*DONE, O.WAITING) and not _not_open(one, today)]
    found = {"findings-rows": str(max(len(rows), 1)), "inspected_on": today.isoformat(),
             "inspectors-0-person": str(person.pk)}  # fmt: skip
    return found | {f"findings-{number}-obligation": one.code for number, one in enumerate(rows)}
