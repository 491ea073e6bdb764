"""The permit that an approval makes, and its life after: the endings that the law keeps apart, expiry, and restoration.

Only acts of its case move it (permits/acts/life.py); what each act made of it stands in the act's text.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from types import MappingProxyType
from typing import Any, Final, NamedTuple

from django.db import models
from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _
from django_fsm import RETURN_VALUE, FSMField, transition

from permits.models.act import Act
from permits.models.application import Application
from permits.models.states import S
from permits.models.status import LegalStatus


class P(TextChoices):
    """Where a permit stands."""

    VALID = "valid", _("Valid")
    SUPERSEDED = "superseded", _("Superseded")
    EXPIRED = "expired", _("Expired")
    WITHDRAWN = "withdrawn", _("Withdrawn by the authority (art 8)")
    REVOKED = "revoked", _("Revoked (art 69)")
    CANCELLED = "cancelled", _("Cancelled (art 70)")
    FORFEITED = "forfeited", _("Forfeited as a penalty")
    ANNULLED = "annulled", _("Annulled by reconsideration or judgment")


ENDED_EARLY = (P.WITHDRAWN, P.REVOKED, P.FORFEITED, P.ANNULLED)
"""Ended before its last day, by a decision."""


class Permit(LegalStatus):
    """What the applicant may do, from when to when, by which act."""

    application = models.OneToOneField(Application, primary_key=True, on_delete=models.PROTECT, related_name="permit")
    granted_by = models.OneToOneField(Act, on_delete=models.PROTECT, related_name="permit")
    status = FSMField(_("status"), default=P.VALID, choices=P.choices, protected=True)
    valid_from = models.DateField(_("valid from"))
    valid_to = models.DateField(_("valid to"), null=True)

    class Meta:
        verbose_name = _("permit")
        verbose_name_plural = _("permits")
        constraints = [models.CheckConstraint(condition=models.Q(status__in=P.values), name="permit_status_known")]
        indexes = [models.Index(fields=["status", "application"], name="permit_by_status")]

    def __str__(self) -> str:
        return str(self.application)

    @transition(field="status", source=P.VALID, target=P.SUPERSEDED)
    def supersede(self, **facts: Any) -> None:
        """Another permit takes its place."""

    @transition(field="status", source=P.VALID, target=P.EXPIRED)
    def expire(self, **facts: Any) -> None:
        """失效: its term ended."""

    @transition(field="status", source=P.VALID, target=P.WITHDRAWN)
    def withdraw(self, **facts: Any) -> None:
        """撤回, 许可法 8."""

    @transition(field="status", source=P.VALID, target=P.REVOKED)
    def revoke(self, **facts: Any) -> None:
        """撤销, 许可法 69."""

    @transition(field="status", source=[P.VALID, P.EXPIRED, *ENDED_EARLY], target=P.CANCELLED)
    def cancel(self, **facts: Any) -> None:
        """注销, 许可法 70."""

    @transition(field="status", source=P.VALID, target=P.FORFEITED)
    def forfeit(self, **facts: Any) -> None:
        """吊销, a penalty."""

    @transition(field="status", source=[P.VALID, P.EXPIRED], target=P.ANNULLED)
    def annul(self, **facts: Any) -> None:
        """The approval itself was annulled 复议、诉讼."""

    @transition(field="status", source=P.EXPIRED, target=P.VALID)
    def prolong(self, **facts: Any) -> None:
        """Its extension was refused, the refusal annulled after the end, and the request is granted now."""

    @transition(field="status", source=[P.SUPERSEDED, *ENDED_EARLY, P.CANCELLED], target=P.VALID)
    def grant_anew(self, **facts: Any) -> None:
        """Its approval was annulled, the case reopened, and it is granted by a new decision."""

    @transition(field="status", source=list(P), target=RETURN_VALUE(*P))
    def restore(self, *, to: str, **facts: Any) -> str:
        """The act that moved it was annulled: `to` is what stood before."""
        return to


ENDS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "expire_permit": "expire",
        "withdraw_permit": "withdraw",
        "revoke_permit": "revoke",
        "cancel_permit": "cancel",
        "forfeit_permit": "forfeit",
        "replace_permit": "supersede",
    }
)
"""Acts that end the permit, and the transition of its status."""
LENGTHENS: Final = ("grant_extension", "deem_extended")
MOVES: Final = frozenset({*ENDS, *LENGTHENS})
"""Acts after the approval, other than remedies, that make something else of the permit."""
REMEDIES: Final = ("record_reconsideration", "record_suit")
TAKEN_AWAY: Final = ("annulled", "anew")
"""Outcomes of a remedy that leave nothing of the decision it is about."""
CHANGED: Final = "changed"
MADE_SOMETHING: Final = (*TAKEN_AWAY, CHANGED)
"""Outcomes that make something else of the decision they are about."""
REQUEST_REFUSED: Final = ("refuse_extension", "refuse_change", "refuse_cancellation")
ANSWERS: Final[Mapping[str, frozenset[str]]] = MappingProxyType(
    {
        "ask_extension": frozenset({"grant_extension", "refuse_extension", "deem_extended"}),
        "ask_change": frozenset({"grant_change", "refuse_change"}),
        "ask_reissue": frozenset({"reissue_permit"}),
        "ask_cancellation": frozenset({"cancel_permit", "refuse_cancellation"}),
    }
)
"""What a holder asks of the organ after approval, and the acts that answer it."""
TAKES_BACK: Final = "take_back_request"
"""The act by which the holder takes back what it asked; it names the act that asked."""


def refuses(act: Any) -> bool:
    """Whether the act refuses an application, its acceptance, or a request on the permit: of such a decision a change
    变更 leaves nothing, either. What holds is what the organ of review or the court decided, never worse for who
    applied (复议法 63(2), read in a copy), and the organ answers the application or request as that says."""
    return act.act in REQUEST_REFUSED or (act.after in (S.REFUSED, S.NOT_ACCEPTED) and act.after != act.before)


BUILDS: Final = frozenset(
    {*MOVES, *frozenset().union(*ANSWERS.values()), TAKES_BACK, "reopen", "approve", "refuse", "refuse_acceptance",
     "record_higher_decision"}
)  # fmt: skip
"""Acts that rest on what an outcome made of a decision: once one was done, taking the outcome away brings nothing back
by itself."""
RESTORED: Final = "restored"


def judged_away(acts: Iterable[Any]) -> dict[int, Any]:
    """The outcomes of remedies among `acts` that a later outcome annulled, by number, and that one, the last of
    several; not those whose annulment was itself annulled. What became of it on the record: `fallen`."""
    remedies = [one for one in acts if one.act in REMEDIES]
    found: dict[int, Any] = {}
    for one in reversed(remedies):
        over = (by for by in reversed(remedies) if by.seq not in found and by.facts["against"] == one.seq)
        if by := next((by for by in over if by.facts["outcome"] in TAKEN_AWAY), None):
            found[one.seq] = by
    return found


def fallen(acts: Iterable[Any]) -> dict[int, Any]:
    """The outcomes among `acts`, all of the case up to then, of which nothing is left, by number, and the later one by
    which each fell: one that annulled it and restored what it was about; or one that left this open, and then the next
    outcome about the same. None on which something was built meanwhile: what stands then no text found says, and a
    person decides."""
    told = list(acts)
    remedies = [one for one in told if one.act in REMEDIES]
    numbers = {one.seq for one in remedies}
    if not any(one.facts["against"] in numbers for one in remedies):
        return {}
    found: dict[int, Any] = {}
    for one in reversed(remedies):
        by = _felled_by(one, [later for later in remedies if later.seq > one.seq and later.seq not in found])
        if by is not None and not built_upon(told, one, by):
            found[one.seq] = by
    return found


def _felled_by(one: Any, later: list[Any]) -> Any | None:
    taken = [by for by in later if by.facts["against"] == one.seq and by.facts["outcome"] in TAKEN_AWAY]
    restored = (by for by in taken if by.facts.get("earlier") == RESTORED)
    again = (max(by, told, key=_number) for by in taken for told in said_with(one, by, later))
    return min([*restored, *again], key=_number, default=None)


def said_with(one: Any, by: Any, remedies: Iterable[Any]) -> list[Any]:
    """The outcomes among `remedies` about what the outcome `one` was about, that came after `by` annulled this, or are
    the same judgment's, in whichever order the two were recorded (诉讼法 79: both are judged at once)."""
    about = [told for told in remedies if told.seq > one.seq and told.facts["against"] == one.facts["against"]]
    return [told for told in about if told.seq > by.seq or _judgment(told) == _judgment(by)]


def left_open(one: Any, acts: Iterable[Any]) -> bool:
    """Whether the outcome `one` among `acts`, all of the case up to then, was annulled, and what becomes of what it was
    about is open: until the next outcome about that. Where it is not, and `one` has its effect all the same, acts rest
    on it and a person decides."""
    told = list(acts)
    remedies, gone = [other for other in told if other.act in REMEDIES], fallen(told)
    by = judged_away(remedies).get(one.seq)
    if by is None or by.facts["earlier"] == RESTORED:
        return False
    return not said_with(one, by, (other for other in remedies if other.seq not in gone))


def _judgment(remedy: Any) -> tuple[str, str]:
    return remedy.facts["organ"], remedy.facts["number"]


def _number(act: Any) -> int:
    return int(act.seq)


def built_upon(acts: Iterable[Any], one: Any, by: Any) -> bool:
    """Whether an act between the outcome `one` and `by`, which took it away, rests on it. On one that left everything
    as it was nothing can."""
    if one.facts["outcome"] not in MADE_SOMETHING:
        return False
    return any(one.seq < act.seq < by.seq and act.act in BUILDS for act in acts)


def in_effect(acts: Iterable[Any]) -> list[Any]:
    """`acts`, all of the case up to then, without the outcomes of which nothing is left, and without those about other
    outcomes. Whatever is replayed over remedies is replayed over this."""
    told = list(acts)
    gone, numbers = fallen(told), {one.seq for one in told if one.act in REMEDIES}
    return [
        one for one in told
        if one.act not in REMEDIES or (one.seq not in gone and one.facts["against"] not in numbers)
    ]  # fmt: skip


def remedies_in_effect(acts: Iterable[Any]) -> list[Any]:
    """The outcomes of remedies against decisions among `acts`, all of the case up to then, that have effect."""
    return [one for one in in_effect(acts) if one.act in REMEDIES]


def lost_by(remedy: Any, decision: Any) -> bool:
    """Whether the outcome `remedy` leaves nothing of `decision`: annulled, or of a refusal that it changed."""
    if remedy.act not in REMEDIES or remedy.facts["against"] != decision.seq:
        return False
    outcome = remedy.facts["outcome"]
    return outcome in TAKEN_AWAY or (outcome == CHANGED and refuses(decision))


def unanswered(acts: Iterable[Any], ask: str) -> Any | None:
    """The request `ask` among `acts` that waits for an answer; None where nothing was asked, or the answer stands. An
    answer that a reconsideration or judgment annulled is none, and a refusal that it changed: what it decided is to be
    recorded. What was taken back is as never asked: an earlier request may then wait again."""
    told = list(acts)
    since = getattr(granting(told), "seq", 0)  # what was asked of an annulled approval is over with it
    asked = _last_asked((one for one in told if one.seq > since), ask)
    if asked is None:
        return None
    remedies = remedies_in_effect(told)
    answers = (one for one in told if one.seq > asked.seq and one.act in ANSWERS[ask])
    answered = any(not any(lost_by(remedy, answer) for remedy in remedies) for answer in answers)
    return None if answered else asked


def _last_asked(acts: Iterable[Any], ask: str) -> Any | None:
    """The last request `ask` that was not taken back: only the last one is, while it waits."""
    asked: list[Any] = []
    for one in acts:
        if one.act == ask:
            asked.append(one)
        elif asked and one.act == TAKES_BACK and one.facts["request"] == ask:
            asked.pop()
    return asked[-1] if asked else None


def remedy_of_answer(acts: Iterable[Any], asked: Any) -> Any | None:
    """The last outcome among `acts` that left nothing of an answer to the request `asked`; None where the answer
    stands, or none was given."""
    told = list(acts)
    answers = [one for one in told if one.seq > asked.seq and one.act in ANSWERS[asked.act]]
    remedies = reversed(remedies_in_effect(told))
    return next((one for one in remedies if any(lost_by(one, answer) for answer in answers)), None)


def annulled_by(acts: Iterable[Any]) -> frozenset[int]:
    """Numbers in the record of the decisions that a reconsideration or judgment among `acts`, all of the case up to
    then, annulled."""
    told = (act.facts for act in remedies_in_effect(acts))
    return frozenset(said["against"] for said in told if said["outcome"] in TAKEN_AWAY)


def taken_away(act: Any, acts: Iterable[Any]) -> Any | None:
    """The decision among `acts`, other than the approval, of which `act` records that a remedy took it away, or changed
    it where nothing of it is left then; else None."""
    if act.act not in REMEDIES or act.facts["outcome"] not in MADE_SOMETHING:
        return None
    lost = next(one for one in acts if one.seq == act.facts["against"])
    return lost if lost.act not in REMEDIES and lost_by(act, lost) and not lost.grants else None


def granting(acts: Iterable[Any]) -> Any | None:
    """The act that granted the permit: the last of `acts` that approves, as an annulled approval may be followed by
    another one. None where none does."""
    return next((act for act in reversed(list(acts)) if act.grants), None)


def made_it(acts: Iterable[Any]) -> list[Any]:
    """Those of `acts` that made the permit what it is, in order: the approval and what moved the permit since, without
    what a remedy took away, and without the remedy, which told what stood before that. Of other acts no text is
    read: each is a query."""
    told = list(acts)
    since, gone = getattr(granting(told), "seq", 0), annulled_by(told)
    could = (one for one in told if one.seq >= since and one.seq not in gone and (one.grants or one.act in MOVES))
    return [one for one in could if _moved(one)]


def stood_before(decision: Any, acts: Iterable[Any]) -> Any | None:
    """The act that made the permit what it was before `decision`, a later one than the approval, as far as it stood by
    the last of `acts`. None where there is none, and where another act made something of the permit since, and stands.
    """
    made = made_it(acts)
    return made[-2] if len(made) > 1 and made[-1].seq == decision.seq else None


def stands(acts: Iterable[Any]) -> tuple[date, date | None, str] | None:
    """First and last day and status of the permit as `acts`, all of the case up to then, make it; None where they grant
    none, or were written before texts said it."""
    told = list(acts)
    grant = granting(told)
    if grant is None:
        return None
    sets = (made_it(told) or [grant])[-1].content.get("sets", {})
    if "permit" not in sets:
        return None
    first, last = sets["permit"]
    status = sets.get("permit_status", P.VALID)
    if status in (P.VALID, P.EXPIRED) and grant.seq in annulled_by(told):
        status = P.ANNULLED
    return date.fromisoformat(first), last and date.fromisoformat(last), str(status)


class Undone(NamedTuple):
    """A decision of which nothing is left, the remedy that took it away, and whether the permit went back with it."""

    lost: Any
    by: Any
    back: bool


def undone_with(act: Any, acts: Iterable[Any]) -> list[Undone]:
    """What is undone once the remedy `act` came, newest first: the decision it names, and those lost before it. Where
    the permit moves back, those of them go back with it that were in the way between; of the others a paper that
    another had ended does not hold again. Nothing of an act that took no decision away."""
    if act.act not in REMEDIES:
        return []
    told = in_effect(one for one in acts if one.seq < act.seq)
    lost = taken_away(act, told)
    if lost is None:
        return []
    back = stands(told) != stands([*told, act])  # as the outcomes stand that have effect, not as they did then
    stood, found = stood_before(lost, told) if back else None, {lost.seq: Undone(lost, act, back)}
    for by in told:
        if (one := taken_away(by, told)) and one != lost:
            found[one.seq] = Undone(one, by, stood is not None and one.seq > stood.seq and _moved(one))
    return [found[seq] for seq in sorted(found, reverse=True)]


def _moved(act: Any) -> bool:
    return "permit" in act.content.get("sets", {})
