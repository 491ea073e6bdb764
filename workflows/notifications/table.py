"""Who is told of which act, and in which words: the whole of it on one screen."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.db import models
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from msgspec import Struct


class Group(models.TextChoices):
    """What a person can choose to have mailed or not."""

    APPLICATION = "application", _("My unit's applications")
    PERSONAL = "personal", _("What is given to me, asked of me or returned; my posts and rights")
    DEADLINE = "deadline", _("Deadlines of my work")
    OVERDUE = "overdue", _("Deadlines that have passed")
    QUEUE = "queue", _("New work in my agency's queue")
    AUDIT = "audit", _("Audit findings, and the days they are answered by")


MAILED = frozenset({Group.APPLICATION, Group.PERSONAL, Group.DEADLINE, Group.OVERDUE, Group.AUDIT})
"""Groups that are mailed unless the person chose otherwise. A queue is looked at; mailing all of it helps nobody."""


class To(models.TextChoices):
    """Whom an act concerns: how the people are found is said in receivers.py."""

    UNIT = "unit", _("everyone who applies for the unit")
    HOLDERS = "holders", _("who holds the open work of the case, or else could take it")
    LOSERS = "losers", _("who held work that the act cancelled")
    RELIEVED = "relieved", _("who held the task until the act gave it to another")
    NAMED = "named", _("the person the act names")
    CHAIR = "chair", _("who was to chair a hearing, and does not any more")
    OFFICE = "office", _("the advisers of the agency the act names")
    EARLIER = "earlier", _("who recommended or proposed in the case")
    SENT_BACK = "sent_back", _("whose opinion the act sends back")
    LEFT_OUT = "left_out", _("who reviews first for a district that left out its part of the land")
    DECIDERS = "deciders", _("who could decide on the permit")
    OVERRULED = "overruled", _("who could decide on the permit, of what the organ above did")
    CHALLENGED = "challenged", _("who could make the decision that a remedy was about, or decide on the permit")
    SUPERVISORS = "supervisors", _("who could inspect under the permit")
    HEAD = "head", _("the heads of the agencies that hold the open work")
    FOLLOWING = "following", _("the heads of the agency to which a duty passed")
    FORMER = "former", _("the heads of the agency that had the duty before")
    ANSWERERS = "answerers", _("who answers a finding for the agency: its head, and whom the head named last")
    AUDITORS = "auditors", _("the members of the audit engagement")


class News(Struct, frozen=True):
    """One meaning of an act: for whom, in which group, in which words."""

    event: str
    to: To
    group: Group
    words: str | Promise
    where: Mapping[str, str | None] = {}
    """What the act must have said, or (None) not said, for this to be told."""
    until: str = ""
    """The fact with the last day on which this is true, where it is true up to a day."""

    def true_on(self, day: date, facts: Mapping[str, Any]) -> bool:
        """Whether on `day` this can still be said of an act with `facts`: nothing is nearly due once its day passed."""
        return not self.until or day <= date.fromisoformat(facts[self.until])


ARRIVED = News("arrived", To.HOLDERS, Group.QUEUE, _("New in your agency's queue: %(step)s"))
"""Not of one act: told of every work item that is open and that nobody has taken, once."""


def _unit(words: str | Promise) -> News:
    return News("unit", To.UNIT, Group.APPLICATION, words)


def _holders(words: str | Promise, group: Group = Group.PERSONAL) -> News:
    return News("holders", To.HOLDERS, group, words)


LIT = _("A deadline of your work is %(light)s: %(period)s, %(limit)s %(due)s")
RESULT = News("result", To.EARLIER, Group.PERSONAL, _("A case you reviewed was decided: %(status)s"))
PART = _("An approval waits for your district's site check or public notice; each is done on the page of the case")
LEFT_OUT = News("left_out", To.LEFT_OUT, Group.PERSONAL, PART)
CHAIR_FREE = News("chair_free", To.CHAIR, Group.PERSONAL, _("The hearing you were to chair is not held"))
RETURNED = News("returned", To.SENT_BACK, Group.PERSONAL, _("A case comes back with your opinion; the record says why"))
DECIDED = (_unit(_("There is a decision on your application: %(status)s")), RESULT)


def _deciders(words: str | Promise, group: Group = Group.PERSONAL, **where: str | None) -> News:
    return News("deciders", To.DECIDERS, group, words, where)


def _overruled(words: str | Promise) -> News:
    """Who decides, of what the organ above did."""
    return News("overruled", To.OVERRULED, Group.PERSONAL, words)


def _challenged() -> News:
    """Who decides, of every outcome; of an order to decide anew the deciders are told in its own words."""
    words = _("A reconsideration or suit about a decision of your agency ended: %(outcome)s")
    return News("challenged", To.CHALLENGED, Group.PERSONAL, words)


def _supervisors(words: str | Promise, group: Group = Group.QUEUE, until: str = "") -> News:
    return News("supervisors", To.SUPERVISORS, group, words, until=until)


ENDED = _supervisors(_("A permit you supervise under ended; what is owed after its end still is"), Group.PERSONAL)
"""Of each end by a decision: who supervises may have proposed it, and looks after what is still owed."""
ASKED = _("A holder asks for something on a permit your agency granted")
ANEW = _("A decision of your agency was annulled: it is to be decided anew")
ENDING = _("A permit ends in %(days)s days at the latest, on %(ends)s%(asking)s")
AFTER_APPROVAL: dict[str, tuple[News, ...]] = {
    "warn_of_end": (_unit(ENDING), _deciders(ENDING, Group.DEADLINE)),
    "expire_permit": (_unit(_("The term of a permit has ended")),),
    "ask_extension": (_deciders(ASKED),),
    "ask_change": (_deciders(ASKED),),
    "ask_reissue": (_deciders(ASKED),),
    "ask_cancellation": (_deciders(ASKED),),
    "take_back_request": (_deciders(_("A holder took back what was asked on a permit your agency granted")),),
    "grant_extension": (_unit(_("A permit was extended; the decision says to when")),),
    "deem_extended": (
        _unit(_("A permit counts as extended: no decision came before its end")),
        _deciders(_("A permit counts as extended: no decision came before its end"), Group.OVERDUE),
    ),
    "refuse_extension": (_unit(_("A permit was not extended; the decision says why")),),
    "grant_change": (_unit(_("A permit was changed; there is a new paper")),),
    "refuse_change": (_unit(_("A permit was not changed; the decision says why")),),
    "reissue_permit": (_unit(_("A new paper of a permit was issued")),),
    "replace_permit": (_unit(_("A permit was replaced by another")), ENDED),
    "withdraw_permit": (_unit(_("A permit was withdrawn; the decision says why, and what is compensated")), ENDED),
    "revoke_permit": (
        _unit(_("A permit was revoked; the decision says why, and whether anything is compensated")),
        _overruled(_("A permit your agency granted was revoked by the organ above")),
        ENDED,
    ),
    "record_compensation": (_unit(_("A payment of compensation for a permit that ended was recorded; %(rest)s")),),
    "cancel_permit": (_unit(_("A permit was cancelled; the decision says why")), ENDED),
    "refuse_cancellation": (_unit(_("A permit was not cancelled as asked; the decision says why")),),
    "forfeit_permit": (_unit(_("A permit was forfeited; the notice says why")), ENDED),
    "record_reconsideration": (
        _unit(_("The outcome of a reconsideration was recorded: %(outcome)s")),
        _deciders(ANEW, outcome="anew", earlier=None),
        _challenged(),
    ),
    "record_suit": (
        _unit(_("The outcome of a suit was recorded: %(outcome)s")),
        _deciders(ANEW, outcome="anew", earlier=None),
        _challenged(),
    ),
}


def _owing(words: str | Promise, until: str = "") -> News:
    """The unit, of what itself owes."""
    return News("unit", To.UNIT, Group.APPLICATION, words, {"owed_by": "holder"}, until)


DUE = _("Under a permit “%(obligation)s” is due on %(due)s")
OVERDUE = _("Under a permit “%(obligation)s” was due on %(due)s, and is not done")
REPORTED = _("A holder reported on an obligation under a permit")
AFTERCARE: dict[str, tuple[News, ...]] = {
    "report_obligation": (_supervisors(REPORTED),),
    "record_fulfilment": (),
    "raise_alarm": (
        _supervisors(_("Alarm: a species has escaped"), Group.OVERDUE),
        _deciders(_("Alarm: a species has escaped"), Group.OVERDUE),
    ),
    "check_report": (_unit(_("A report on an obligation was checked")),),
    "record_inspection": (_unit(_("An inspection was recorded; the record is among the papers")),),
    "order_rectification": (_unit(_("Something is to be put right; the notice says what, and by when")),),
    "report_rectification": (_supervisors(_("A holder reported that something was put right")),),
    "check_rectification": (_unit(_("A rectification was checked")),),
    "close_obligation": (_unit(_("An obligation under a permit was closed")),),
    "find_breach": (
        _unit(_("A breach of an obligation was found; the record says what")),
        _deciders(_("A breach of an obligation was found under a permit your agency granted")),
    ),
    "remind_obligation": (_owing(DUE, "due"), _supervisors(DUE, Group.DEADLINE, "due")),
    "note_overdue": (_owing(OVERDUE), _supervisors(OVERDUE, Group.OVERDUE)),
}

TOLD: dict[str, tuple[News, ...]] = {
    "submit": (_unit(_("Your unit's application was received; the receipt is among its documents")),),
    "resubmit": (_unit(_("Your unit's corrected application was received; the receipt is among its documents")),),
    "accept": (_unit(_("Your application was accepted")),),
    "deem_accepted": (
        _unit(_("Your application counts as accepted: no notice came in time")),
        News("late", To.HEAD, Group.OVERDUE, _("No notice was given in time: the case counts as accepted")),
    ),
    "request_correction": (_unit(_("Corrections are asked for; only what is named can be changed")),),
    "refuse_acceptance": (
        _unit(_("Your application was not accepted; the notice says why")),
        News("ended", To.LOSERS, Group.PERSONAL, _("The case you worked on was not accepted after all")),
        News("result", To.EARLIER, Group.PERSONAL, _("A case you reviewed was not accepted after all")),
        CHAIR_FREE,
    ),
    "recommend": (_unit(_("First review is done; your application is in final review")), LEFT_OUT),
    "give_opinion": (LEFT_OUT,),
    "approve": DECIDED,
    "refuse": DECIDED,
    "record_higher_decision": DECIDED,
    "report_up": (_unit(_("Your application was reported to the authority that decides it")),),
    "reopen": (_unit(_("Your application is decided anew; the notice says why, and by when")),),
    "withdraw": (
        News("withdrawn", To.LOSERS, Group.PERSONAL, _("The applicant withdrew the case you worked on")),
        CHAIR_FREE,
    ),
    "return_to_first_review": (RETURNED,),
    "return_to_final_review": (RETURNED,),
    "publish_notice": (_unit(_("A public notice of your application was posted")),),
    "tell_fee_due": (_unit(_("A fee is due; the notice says how much, where and by when")),),
    "record_refund": (_unit(_("The fee you paid was recorded as given back")),),
    "correct_payment": (_unit(_("The record of a payment was corrected; the page of the case says how, and why")),),
    "answer_objection": (
        _unit(_("An objection to your application was answered")),
        _holders(_("An objection in a case you work on was answered")),
    ),
    "determine": (_holders(_("A fact of a case you work on was determined")),),
    "make_statement": (_holders(_("The applicant made a statement; it is on the page of the case")),),
    "tell_hearing_right": (_unit(_("You may ask for a hearing; the notice says until when")),),
    "ask_hearing": (_holders(_("The applicant asks for a hearing")),),
    "give_up_hearing": (_holders(_("The applicant took the request for a hearing back")), CHAIR_FREE),
    "record_hearing_given_up": (_unit(_("A hearing that was asked for was recorded as given up")), CHAIR_FREE),
    "hold_hearing": (_unit(_("A hearing was recorded; its minutes are on the page of the case")),),
    "announce_hearing": (
        _unit(_("A hearing was announced; the notice says when and where")),
        News("chair", To.NAMED, Group.PERSONAL, _("You chair a hearing")),
        News("chair_free", To.CHAIR, Group.PERSONAL, _("The hearing you were to chair is chaired by another")),
    ),
    "suspend_clock": (_unit(_("The period of your application was suspended; the notice says why")),),
    "resume_clock": (_unit(_("The period of your application runs again")),),
    "extend_period": (_unit(_("The period of your application was extended; the notice says why")), _holders(
        _("The period of a case you work on was extended"), Group.DEADLINE)),
    "order_joint_handling": (_unit(_("Your application is handled jointly; another period applies")), _holders(
        _("A case you work on is handled jointly; another period applies"), Group.DEADLINE)),
    "recompute_deadline": (_unit(_("The calendar moved the deadline of your application")), _holders(
        _("The calendar moved a deadline of your work"), Group.DEADLINE)),
    "flag_deadline": (
        News("holders", To.HOLDERS, Group.DEADLINE, LIT, where={"light": "yellow"}, until="due"),
        News("overdue", To.HOLDERS, Group.OVERDUE, LIT, where={"light": "red"}),
        News("head", To.HEAD, Group.OVERDUE, _(
            "A deadline of your agency's work is %(light)s: %(period)s, %(limit)s %(due)s"), where={"light": "red"}),
    ),
    "reassign": (
        News("given", To.NAMED, Group.PERSONAL, _("A task was given to you: %(step)s")),
        News("taken", To.RELIEVED, Group.PERSONAL, _("A task of yours was given to another: %(step)s")),
    ),
    "vacate": (_holders(_("Back in your agency's queue: %(step)s"), Group.QUEUE),),
    "readdress": (
        News("readdressed", To.FOLLOWING, Group.PERSONAL, _(
            "The duty came to your agency: a task of another is in its queue now")),
        News("passed_on", To.FORMER, Group.PERSONAL, _(
            "The duty left your agency: a task of it went to the agency that follows")),
    ),
    "release": (_holders(_("Back in your agency's queue: %(step)s"), Group.QUEUE),),
    "remind": (News("reminded", To.OFFICE, Group.PERSONAL, _("Reminder: your agency's opinion is awaited")),),
    "drop_consultee": (News("dropped", To.OFFICE, Group.PERSONAL, _("Your agency's opinion is no longer asked for")),),
    "record_silence": (News("silent", To.OFFICE, Group.PERSONAL, _("The case goes on without your agency's opinion")),),
    "bar_person": (News("barred", To.NAMED, Group.PERSONAL, _("You were barred from a case")),),
    **AFTER_APPROVAL,
    **{act: told for act, told in AFTERCARE.items() if told},
    "recuse": (News("recused", To.HEAD, Group.PERSONAL, _("An officer recused from a case of your agency")),),
}  # fmt: skip
"""Acts that are not here concern only those who perform them, or are told by the work items they open."""


def _answerers(words: str | Promise, event: str = "answerers") -> News:
    return News(event, To.ANSWERERS, Group.AUDIT, words)


def _auditors(words: str | Promise, event: str = "auditors") -> News:
    return News(event, To.AUDITORS, Group.AUDIT, words)


SENT = _("An audit finding was sent to your agency; an answer is due on %(due)s")
SENT_BACK = _("The auditors sent your answer to a finding back; the next is due on %(due)s")
TOLD_OF_FINDINGS: dict[str, tuple[News, ...]] = {
    "finding": (_answerers(SENT),),
    "named": (News("named", To.NAMED, Group.AUDIT, _("Your head named you to answer an audit finding")),),
    "answered": (_auditors(_("%(agency)s answered an audit finding")),),
    "rectified": (_auditors(_("%(agency)s reported what was put right after an audit finding")),),
    "accepted": (_answerers(_("The auditors settled a finding of your agency")),),
    "sent_back": (_answerers(SENT_BACK),),
}
"""News of the entries of an audit engagement that speak of a finding, by entry."""

NEAR = _answerers(_("An audit finding is to be answered by %(due)s"), "near")
PAST = _answerers(_("An audit finding was to be answered by %(due)s"), "past")
UNANSWERED = _auditors(_("%(agency)s was to answer an audit finding by %(due)s"), "unanswered")
GIVES_THE_WORD = ("finding", "sent_back")
"""Entries that give the agency a day: the clock tells of them when it is near (NEAR) and over (PAST, UNANSWERED)."""
DAYS_BEFORE = 3
"""A reminder comes so many days before the day itself. No source at hand gives a number: it is the program's."""

NAMED_BY = {"announce_hearing": "chair", "reassign": "to", "bar_person": "person"}
"""Which fact of an act names the person it concerns."""

EVENTS: dict[tuple[str, str], News] = {(act, news.event): news for act, told in TOLD.items() for news in told}


EVENTS_OF_FINDINGS: dict[tuple[str, str], News] = {
    **{(entry, news.event): news for entry, told in TOLD_OF_FINDINGS.items() for news in told},
    **{(entry, news.event): news for entry in GIVES_THE_WORD for news in (NEAR, PAST, UNANSWERED)},
}


def news_of(act: str, event: str) -> News:
    """The news `event` of an act called `act`. Raises KeyError for one the table does not have."""
    return ARRIVED if event == ARRIVED.event else EVENTS[act, event]
