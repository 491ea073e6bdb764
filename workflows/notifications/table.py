"""Who is told of which act, and in which words: the whole of it on one screen."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from django.db import models
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class Group(models.TextChoices):
    """What a person can choose to have mailed or not."""

    APPLICATION = "application", _("My unit's applications")
    PERSONAL = "personal", _("What is given to me, asked of me or returned")
    DEADLINE = "deadline", _("Deadlines of my work")
    QUEUE = "queue", _("New work in my agency's queue")


MAILED = frozenset({Group.APPLICATION, Group.PERSONAL, Group.DEADLINE})
"""Groups that are mailed unless the person chose otherwise. A queue is looked at; mailing all of it helps nobody."""


class To(models.TextChoices):
    """Whom an act concerns: how the people are found is said in receivers.py."""

    UNIT = "unit", _("everyone who applies for the unit")
    HOLDERS = "holders", _("who holds the open work of the case, or else could take it")
    LOSERS = "losers", _("who held work that the act cancelled")
    NAMED = "named", _("the person the act names")
    OFFICE = "office", _("the advisers of the agency the act names")
    EARLIER = "earlier", _("who recommended or proposed in the case")
    HEAD = "head", _("the heads of the agencies that hold the open work")


@dataclass(frozen=True)
class News:
    """One meaning of an act: for whom, in which group, in which words."""

    event: str
    to: To
    group: Group
    words: str | Promise
    where: Mapping[str, str] = field(default_factory=dict)
    """What the act must have said for this to be told."""


ARRIVED = News("arrived", To.HOLDERS, Group.QUEUE, _("New in your agency's queue: %(step)s"))
"""Not of one act: told of every work item that is open and that nobody has taken, once."""


def _unit(words: str | Promise) -> News:
    return News("unit", To.UNIT, Group.APPLICATION, words)


def _holders(words: str | Promise, group: Group = Group.PERSONAL) -> News:
    return News("holders", To.HOLDERS, group, words)


RESULT = News("result", To.EARLIER, Group.PERSONAL, _("A case you reviewed was decided: %(status)s"))
DECIDED = (_unit(_("There is a decision on your application: %(status)s")), RESULT)

TOLD: dict[str, tuple[News, ...]] = {
    "submit": (_unit(_("Your unit's application was submitted")),),
    "resubmit": (_unit(_("Your unit's corrected application was submitted")),),
    "accept": (_unit(_("Your application was accepted")),),
    "deem_accepted": (
        _unit(_("Your application counts as accepted: no notice came in time")),
        News("late", To.HEAD, Group.DEADLINE, _("No notice was given in time: the case counts as accepted")),
    ),
    "request_correction": (_unit(_("Corrections are asked for; only what is named can be changed")),),
    "refuse_acceptance": (_unit(_("Your application was not accepted; the notice says why")),),
    "recommend": (_unit(_("First review is done; your application is in final review")),),
    "approve": DECIDED,
    "refuse": DECIDED,
    "record_higher_decision": DECIDED,
    "report_up": (_unit(_("Your application was reported to the authority that decides it")),),
    "withdraw": (News("withdrawn", To.LOSERS, Group.PERSONAL, _("The applicant withdrew the case you worked on")),),
    "publish_notice": (_unit(_("A public notice of your application was posted")),),
    "tell_hearing_right": (_unit(_("You may ask for a hearing; the notice says until when")),),
    "ask_hearing": (_holders(_("The applicant asks for a hearing")),),
    "announce_hearing": (
        _unit(_("A hearing was announced; the notice says when and where")),
        News("chair", To.NAMED, Group.PERSONAL, _("You chair a hearing")),
    ),
    "suspend_clock": (_unit(_("The period of your application was suspended; the notice says why")),),
    "resume_clock": (_unit(_("The period of your application runs again")),),
    "extend_period": (_unit(_("The period of your application was extended; the notice says why")), _holders(
        _("The period of a case you work on was extended"), Group.DEADLINE)),
    "order_joint_handling": (_unit(_("Your application is handled jointly; another period applies")), _holders(
        _("A case you work on is handled jointly; another period applies"), Group.DEADLINE)),
    "recompute_deadline": (_unit(_("The calendar moved the deadline of your application")), _holders(
        _("The calendar moved a deadline of your work"), Group.DEADLINE)),
    "flag_deadline": (_holders(_("%(light)s: a deadline of your work"), Group.DEADLINE), News(
        "head", To.HEAD, Group.DEADLINE, _("%(light)s: a deadline of your agency's work"), where={"light": "red"})),
    "reassign": (News("given", To.NAMED, Group.PERSONAL, _("A task was given to you: %(step)s")),),
    "vacate": (_holders(_("Back in your agency's queue: %(step)s"), Group.QUEUE),),
    "readdress": (News("readdressed", To.HEAD, Group.PERSONAL, _(
        "The duty came to your agency: a task of another is in its queue now")),),
    "release": (_holders(_("Back in your agency's queue: %(step)s"), Group.QUEUE),),
    "remind": (News("reminded", To.OFFICE, Group.PERSONAL, _("Reminder: your agency's opinion is awaited")),),
    "drop_consultee": (News("dropped", To.OFFICE, Group.PERSONAL, _("Your agency's opinion is no longer asked for")),),
    "record_silence": (News("silent", To.OFFICE, Group.PERSONAL, _("The case goes on without your agency's opinion")),),
    "bar_person": (News("barred", To.NAMED, Group.PERSONAL, _("You were barred from a case")),),
    "recuse": (News("recused", To.HEAD, Group.PERSONAL, _("An officer recused from a case of your agency")),),
}  # fmt: skip
"""Acts that are not here concern only those who perform them, or are told by the work items they open."""

NAMED_BY = {"announce_hearing": "chair", "reassign": "to", "bar_person": "person"}
"""Which fact of an act names the person it concerns."""

EVENTS: dict[tuple[str, str], News] = {(act, news.event): news for act, told in TOLD.items() for news in told}


def news_of(act: str, event: str) -> News:
    """The news `event` of an act called `act`. Raises KeyError for one the table does not have."""
    return ARRIVED if event == ARRIVED.event else EVENTS[act, event]
