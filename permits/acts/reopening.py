"""A decision that a reconsideration or a judgment took away: what the organ does about it, and whether it has to.

复议法 64 (verified): who is ordered to act anew does not make the same decision on the same facts and grounds, unless
only the procedure was found wrong. 诉讼法 71 (verified) says the same of a judgment; the exception for the procedure is
in 法释〔2018〕1号 90. 诉讼法 70 (both verified): a decision is annulled, and where the
court says so it is made anew.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any, NamedTuple

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from permits.acts.life import permit_of, read_permits
from permits.acts.readings import OWN_PERIOD, first_review_period
from permits.acts.requests import ORDERED, waits_again
from permits.clocks.calendar import Deadline, WorkCalendar
from permits.clocks.entries import day_of
from permits.clocks.periods import periods
from permits.models import Act, Application
from permits.models.act import read_records
from permits.models.life import CHALLENGED
from permits.models.permit import ANSWERS, P, granting
from permits.models.remedies import BUILDS, MADE_SOMETHING, REMEDIES, Outcomes, lost_by
from permits.models.replay import remedy_of_answer, stood_before, unanswered
from permits.models.states import FINAL, REVIEWING, S
from roles.models import Person

Said = Mapping[str, Any]
READ = 50
"""Cases whose records are read at once."""


def decision_of(application: Application) -> Act | None:
    """The decision by which the case ended, as it stands. None for a case that runs, or that the applicant withdrew;
    and where the record is broken, which the page tells."""
    if application.status not in CHALLENGED:
        return None
    ended = (act for act in reversed(application.history) if act.after in FINAL and act.after != act.before)
    return next(ended, None)


def withstood(application: Application) -> list[Act]:
    """The outcomes that left standing the decision by which the case ended: it was upheld, found unlawful, or changed;
    and those that annulled an outcome which had taken it away."""
    decision = decision_of(application) if application.did(*REMEDIES) else None
    if decision is None:
        return []
    outcomes = Outcomes(application.history)
    again = {by.seq for seq, by in outcomes.fallen.items() if lost_by(application.did_at(seq), decision)}
    about = (one for one in outcomes.in_effect if one.facts["against"] == decision.seq)
    left = {one.seq for one in about if not lost_by(one, decision)}
    shown = left if outcomes.taking(decision) else left | again
    return [one for one in outcomes.told if one.seq in shown]


def lost_to(application: Application) -> list[Act]:
    """The outcomes that took that decision away, or changed it where it is a refusal. None after reopening."""
    outcomes = Outcomes(application.history)
    return outcomes.taking(decision_of(application)) if outcomes.in_effect else []


def to_follow(application: Application) -> list[Act]:
    """Those of `lost_to` that reopening can name: no later outcome annulled them and left open what stands."""
    if not (told := lost_to(application)):
        return []
    away = Outcomes(application.history).judged_away
    return [one for one in told if one.seq not in away]


def anew_by(application: Application, remedy: Act) -> Deadline | None:
    """By when a decision that `remedy` took away is made anew, even if nobody has begun: on the day that the outcome
    names, else within the period of the law from its receipt (docs/readings.md). None where the case goes back to
    another step than a review, to another organ, or to a first review with a period of its own."""
    if named := remedy.facts.get("until"):
        return Deadline(date.fromisoformat(named))
    decision = decision_of(application)
    if decision is None or decision.before not in REVIEWING:
        return None
    if decision.before == S.FIRST_REVIEW and first_review_period(application) == OWN_PERIOD:
        return None  # the period of the decision begins after that review
    received = remedy.facts.get("received")
    since = date.fromisoformat(received) if received else day_of(remedy)
    return WorkCalendar.load().add(since, periods()["decide"].working_days)


class Kept(NamedTuple):
    """An outcome that the later one `by` annulled and that keeps its effect on the record all the same: while it is
    `open`, until the next outcome about the same decision; else a person is to judge, because acts rest on it."""

    one: Act
    by: Act
    open: bool


def to_judge(application: Application) -> list[Kept]:
    """The outcomes that were annulled and still have their effect on the record, until a person records what stands: by
    an act that rests on it, or an outcome about the same decision."""
    outcomes = Outcomes(application.history)
    away = outcomes.judged_away
    kept = [one for one in outcomes.told if one.seq in away and one.seq not in outcomes.fallen]
    made = (one for one in kept if one.facts["outcome"] in MADE_SOMETHING)
    found = (Kept(one, away[one.seq], open=outcomes.left_open(one)) for one in made)
    return [one for one in found if one.open or not _judged_since(application, one)]


def _judged_since(application: Application, kept: Kept) -> bool:
    since = [act for act in application.history if act.seq > kept.by.seq]
    return any(
        act.act in BUILDS or (act.act in REMEDIES and act.facts["against"] == kept.one.facts["against"])
        for act in since
    )


def owed(application: Application) -> bool:
    """Whether something is to be decided anew and nobody has begun. So where the organ was ordered to; where a decision
    against the applicant was annulled, for then the application is undecided again (许可法 42, by its sense), or was
    changed and has to be carried out (复议法 77); and where the answer to a request on the permit was annulled, while
    the permit can still be what was asked. An annulled approval alone obliges to nothing: it may be reopened."""
    if told := to_follow(application):
        decision = decision_of(application)
        against = decision is not None and decision.after != S.APPROVED
        if against or any(one.facts["outcome"] == ORDERED for one in told):
            return True
    return any(waits_again(application, ask) and answerable(application, ask) for ask in ANSWERS)


def answerable(application: Application, ask: str) -> bool:
    """Whether the permit stands so that the request can be answered: it is valid, or its term ended after an extension
    was asked for. Any other end of the permit ended the request, too."""
    permit = permit_of(application)
    return permit is not None and (permit.status == P.VALID or (permit.status, ask) == (P.EXPIRED, "ask_extension"))


def rests_on_nothing(application: Application) -> Act | None:
    """The outcome that took away what the cancellation of the permit rests on (许可法 70): that it had ended, or was
    not extended. None where none did, or the permit is not cancelled any more. No act of the organ brings it back: a
    remedy against the cancellation does."""
    permit = permit_of(application)
    if permit is None or permit.status != P.CANCELLED:
        return None
    cancelled = application.did("cancel_permit")[-1]
    if cancelled.facts["ground"] == "expired":
        asked = unanswered(application.history, "ask_extension")
        return remedy_of_answer(application.history, asked) if asked else None
    if cancelled.facts["ground"] != "ended":
        return None
    rests_on = stood_before(cancelled, [one for one in application.history if one.seq <= cancelled.seq])
    return next(iter(Outcomes(application.history).taking(rests_on)), None)


def all_owed(cases: QuerySet[Application]) -> list[int]:
    """Keys of those `cases` in which something is to be decided anew. One query for the cases in which a remedy was
    recorded, and three more for each READ of them: the cases, their records and their permits. Where an extension was
    asked for and its answer, or the permit, was annulled, which is rare, the last day is asked for each."""
    told = cases.filter(status__in=CHALLENGED, acts__act__in=REMEDIES).order_by().values_list("pk", flat=True)
    keys = sorted(set(told))
    found = []
    for part in (keys[at : at + READ] for at in range(0, len(keys), READ)):
        read = list(Application.objects.filter(pk__in=part))
        read_records(read)
        read_permits(read)
        found += [one.pk for one in read if owed(one)]
    return found


# ---- conditions ------------------------------------------------------------------------------------------------------
def nothing_to_follow(application: Application) -> str | None:
    """Bars reopening where no remedy took the decision away, or changed a refusal."""
    if to_follow(application):
        return None
    return _("No reconsideration or judgment took away the decision this case stands on.")


def follows_remedy(application: Application, said: Said, by: Person | None) -> dict[str, str]:
    """A check: the outcome named is one of those that took the decision away."""
    if said["remedy"] in {one.seq for one in to_follow(application)}:
        return {}
    return {"remedy": _("This is no outcome that took the decision away.")}


def not_the_same(application: Application, said: Said, by: Person | None) -> dict[str, str]:
    """A check: a refusal after annulled ones has other reasons, unless only the procedure was found wrong (复议法
    64(2))."""
    before = {_told(one.facts.get("reasons")) for one in _found_wrong(application)}
    return {"reasons": _not_again()} if _told(said["reasons"]) in before else {}


def not_refused_the_same(application: Application, said: Said, by: Person | None) -> dict[str, str]:
    """A check, the same of refused acceptance: another ground, or other reasons."""
    before = {(one.facts.get("ground"), _told(one.facts.get("reason"))) for one in _found_wrong(application)}
    return {"reason": _not_again()} if (said["ground"], _told(said["reason"])) in before else {}


def not_again(act: str) -> Callable[[Application, Said, Person | None], dict[str, str]]:
    """The check of `act`, decided on a permit: not on the ground and reasons of an earlier decision that a remedy
    annulled; for an answer, of an earlier answer to the same request. No fact of these acts says what was found wrong;
    where it was the procedure alone, the reasons say so, and so are others."""

    def check(application: Application, said: Said, by: Person | None) -> dict[str, str]:
        since = _since(application, act, said.get("ground"))
        lost = [one for one in application.did(act) if one.seq > since and _lost(application, one)]
        return {"reasons": _taken_away()} if any(_grounds(one.facts) == _grounds(said) for one in lost) else {}

    return check


def _grounds(said: Said) -> tuple[str | None, str]:
    return said.get("ground"), _told(said["reasons"])


def _since(application: Application, act: str, ground: str | None) -> int:
    """From which act on earlier decisions count: the request that `act` answers, else the approval; by its number."""
    asked = None
    if ground in (None, "asked"):  # a cancellation on a ground of art 70 answers a request only by the way
        asks = (ask for ask, answers in ANSWERS.items() if act in answers)
        asked = next((found for ask in asks if (found := unanswered(application.history, ask))), None)
    begins = asked or granting(application.history)
    return begins.seq if begins else 0


def _lost(application: Application, decision: Act) -> bool:
    """Whether `decision` was annulled by an outcome that was not itself annulled, or that keeps its effect all the
    same."""
    outcomes = Outcomes(application.history)
    return any(one.seq not in outcomes.judged_away for one in outcomes.taking(decision))


def _found_wrong(application: Application) -> list[Act]:
    """The refusals annulled for more than their procedure since the application was last granted; an approval that was
    annulled does not count as granted, for the reasons of a refusal before it may be why."""
    granted = granting(application.history)
    away = Outcomes(application.history).judged_away
    reopened = (one.facts for one in application.did("reopen") if one.facts["fault"] != "procedure")
    followed = [said for said in reopened if said["remedy"] not in away]
    lost = (application.did_at(application.did_at(said["remedy"]).facts["against"]) for said in followed)
    return [one for one in lost if granted is None or one.seq > granted.seq]


def _told(words: str | None) -> str:
    return "".join((words or "").split())


def _taken_away() -> str:
    return _("These are the reasons of the decision that a reconsideration or judgment took away: the same is not "
             "decided again on the same facts and grounds (Reconsideration Law art 64, Litigation Law art 71). Where "
             "the procedure alone was wrong, say so with the reasons.")  # fmt: skip


def _not_again() -> str:
    return _("These are the reasons of the decision that was annulled: the same is not decided again on the same facts "
             "and grounds (Reconsideration Law art 64, Litigation Law art 71).")  # fmt: skip
