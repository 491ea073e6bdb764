"""How the obligations of one permit stand: computed from the permit, the kind's facts and the acts of the case.

Nothing is stored as truth. The acts move each obligation they name (tracks.py); a permit that ended takes along what
the law does not ask after the end. What day it is matters only to how a day is shown.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from functools import cached_property
from typing import Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from msgspec import Struct

from permits.aftercare.conditions import CALLED, OF_EXTENSION, of_conditions
from permits.aftercare.tracks import READ, Track, tracks
from permits.contract.kind import Label
from permits.contract.obligations import CONDITION, Held, Obligation
from permits.kinds import kind_of, kind_or_absent
from permits.models import Act, Application, Permit
from permits.models.aftercare import AT_THE_HOLDER, INCOMPLETE, REPORTS
from permits.models.obligation import DONE, ORDERED, O
from permits.models.permit import P, granting

OF_AGENCY: Final[Mapping[str, Label]] = {
    O.OPEN: gettext_lazy("To be carried out"),
    O.ACCEPTED: gettext_lazy("Carried out"),
}
"""States called otherwise where the agency itself owes the obligation: it reports to nobody."""
SOON: Final = 30
"""Days before a due day from which its light is yellow. Ours."""


class Standing(Struct, frozen=True):
    """One obligation of a permit of `kind`, where it stands, and what the acts made of it."""

    kind: str
    obligation: Obligation
    state: str
    track: Track
    lapsed: bool = False
    """Whether it fell away by itself: with the permit, with the decision that asked it, or with what it was to
    follow."""

    @property
    def code(self) -> str:
        """Which obligation of the permit."""
        return self.obligation.code

    @property
    def label(self) -> str:
        """What it is called, with its number where there are several."""
        return called(self.kind, self.code)

    @property
    def state_label(self) -> str:
        """Where it stands, in words."""
        return state_label(self.state, self.obligation.by)

    @property
    def due(self) -> date | None:
        """The day that counts now; None where nothing is owed by a day."""
        if self.due_by_order:
            return self.track.until
        return self.obligation.due if self.state in (O.OPEN, O.WAITING) else None

    @property
    def order(self) -> Act | None:
        """The order to put it right that still stands: until a check or an inspection says what became of it, also
        while a new report because of it waits for its check, or is to be completed."""
        if self.state not in (O.OPEN, O.REPORTED, *ORDERED):
            return None
        for act in reversed(self.track.acts):
            if act.act == "order_rectification":
                return act
            if self.state not in ORDERED and not _leaves_open(act):
                return None
        return None

    @property
    def due_by_order(self) -> bool:
        """Whether the day that counts is the one an order set."""
        return self.state == O.RECTIFYING or (self.state == O.OPEN and self.order is not None)

    @property
    def counted(self) -> str:
        """How the day that counts now came about; empty where nothing says so."""
        if self.due_by_order:
            return _("The day set by the order")
        obligation = self.obligation
        ours = f" · {_('No law sets this day.')}" if obligation.counted and obligation.day_is_ours else ""
        return f"{obligation.counted}{ours}"

    def light(self, today: date) -> str:
        """`red` once the day has passed, `yellow` from SOON days before it, `green` before that; empty without one."""
        if self.due is None:
            return ""
        if self.due < today:
            return "red"
        return "yellow" if self.due - today <= timedelta(days=SOON) else "green"

    def can_be_broken(self, today: date) -> bool:
        """Whether a breach of it could be found: its day has passed, or it was reported, or found not in order."""
        if self.state in (O.OPEN, O.RECTIFYING, O.WAITING):
            return self.due is not None and self.due < today
        return self.state not in (*DONE, O.BREACH)

    @property
    def can_be_reported(self) -> bool:
        """Whether a report would be taken: the first, one that still mends a breach, or a new one for what fell short
        and is to be put right. What the agency owes is not ordered of anybody: found not in order, it is done again."""
        if self.obligation.by == "agency":
            return self.state not in (O.WAITING, *DONE)
        return self.state in (O.OPEN, O.BREACH) or self.to_be_told_in_figures

    @property
    def to_be_told_in_figures(self) -> bool:
        """Whether what was ordered is put right by a new report: the last one falls short of what the law asks, and no
        words about a rectification change its figures."""
        return self.state in (O.RECTIFYING, O.RECTIFIED) and bool(self.short_of) and not self._in_words

    def can_be_named_by(self, act: str) -> bool:
        """Whether `act` can be directed at who owes it: the holder is not ordered what the agency owes, and does not
        break it."""
        return act not in AT_THE_HOLDER or self.obligation.by == "holder"

    @property
    def remarks(self) -> Sequence[str]:
        """What an officer should see in the last report."""
        told, report = self.obligation.remarks, self.track.report
        return told(report) if told and report else ()

    @property
    def short_of(self) -> str:
        """What the law asks and the last report does not reach; empty where nothing, and where it was put right in
        words, which no figure measures."""
        short, report = self.obligation.short_of, self.track.report
        put_right = self._in_words and self.state in (O.RECTIFIED, *DONE)
        return short(report) if short and report and not put_right else ""

    @property
    def _in_words(self) -> bool:
        told, report = self.obligation.in_words, self.track.report
        return bool(told and report and told(report))


def _leaves_open(act: Act) -> bool:
    """Whether `act` does not say yet what became of an order."""
    asked_again = act.act == "check_report" and act.facts["outcome"] == INCOMPLETE
    return asked_again or act.act in REPORTS


class Aftercare(Struct, frozen=True, dict=True):
    """The obligations of one permit, and the acts they are computed from."""

    application: Application
    permit: Permit
    acts: Sequence[Act]

    @cached_property
    def standings(self) -> list[Standing]:
        """Each obligation as the acts left it, in the kind's order."""
        known = tracks(self.acts)
        held = self._held(known)
        declared = list(kind_of(self.application).obligations(self.application, held))
        told = {one.detail for one in declared if one.detail}  # a condition that the kind asks for more closely
        declared += [one for one in of_conditions(held) if one.detail not in told or one.code in known]
        return [self._standing(one, known) for one in declared]

    def of(self, code: str) -> Standing | None:
        """The obligation called `code`."""
        return next((one for one in self.standings if one.code == code), None)

    def _held(self, known: Mapping[str, Track]) -> Held:
        return Held(
            first=self.permit.valid_from,
            last=self.permit.valid_to,
            acts=self.acts,
            reports={code: track.report for code, track in known.items() if track.report},
            accepted=frozenset(code for code, track in known.items() if track.state in DONE),
            confirmed=frozenset(code for code, track in known.items() if track.confirmed),
            past=frozenset(code for code, track in known.items() if track.state not in (O.OPEN, O.BREACH)),
            valid=self.permit.status == P.VALID,
        )

    def _standing(self, obligation: Obligation, known: Mapping[str, Track]) -> Standing:
        track = known.get(obligation.code) or Track()
        state, lapsed = track.state, False
        ended = self.permit.status != P.VALID and not obligation.after_end
        ended = ended or obligation.annulled or obligation.nothing
        if state not in DONE and ended:
            state, lapsed = O.CLOSED, True
        elif (state == O.OPEN or (obligation.by == "agency" and state not in DONE)) and any(
            code not in known or known[code].state == O.OPEN for code in obligation.after
        ):
            state = O.WAITING  # the agency's own also when it was found not in order: done again, and not before
        return Standing(self.application.kind, obligation, state, track, lapsed)


def aftercare_of(application: Application) -> Aftercare | None:
    """The obligations of `application`, computed once for as long as no act is added to its history; None where no
    permit was granted. Two queries, and those of the kind."""
    permit = application.__dict__.get("_permit") or Permit.objects.filter(pk=application.pk).first()
    if permit is None:
        return None
    stamp = (len(application.history), permit.status, permit.valid_to)
    kept = application.__dict__.get("_aftercare")
    if kept is None or kept[0] != stamp:
        about = application.did(*READ)
        if any("body" in one.get_deferred_fields() for one in about):  # else just done, their texts in hand
            about = list(Act.objects.filter(application=application, act__in=READ).order_by("seq"))
        kept = application.__dict__["_aftercare"] = (stamp, of_record(application, permit, about))
    return kept[1]


def of_record(application: Application, permit: Permit, acts: Iterable[Act]) -> Aftercare:
    """As `aftercare_of`, of a record that was read already. What was done under an approval that was annulled and
    followed by another fulfils nothing of the new one; it stays in the record."""
    told = [act for act in acts if act.act in READ]
    by = granting(told)
    return Aftercare(application, permit, told[told.index(by) :] if by else told)


def state_label(state: str, by: str) -> str:
    """How an obligation owed by `by` stands, in words: the agency reports to nobody and accepts nothing of itself."""
    own = OF_AGENCY.get(state) if by == "agency" else None
    return str(own or O(state).label)


def called(kind: str, code: str) -> str:
    """What an obligation of a permit of `kind` is called; its code where the kind does not know it any more."""
    stem, *numbers = code.split("-")
    labels: Mapping[str, Label] = {**kind_or_absent(kind).obligation_labels, **CALLED}
    extended = stem == CONDITION and len(numbers) > 1  # told_by: the act that extended it stands in the code, too
    return " ".join([str(OF_EXTENSION if extended else labels.get(stem, stem)), *numbers[-1:]])
