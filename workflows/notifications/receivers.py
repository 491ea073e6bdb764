"""The people an act concerns, found from its record and from who holds which post today."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from django.db.models import Q
from viewflow.workflow.status import STATUS

from permits.access import covers, visible_to
from permits.acts.hearings import announced_hearing
from permits.acts.requests import ORDERED
from permits.clocks.entries import day_of
from permits.errors import WrongStatus
from permits.kinds import kind_of
from permits.models import Act
from permits.models.body import legible
from permits.models.document import NoticeKind
from permits.models.keeping import GIVES_BACK, TAKES
from permits.models.machine import STEP_DUTY
from permits.models.states import S
from roles.access import delegations_in_force
from roles.models import Agency, Mandate, OperatingUnit, Person
from roles.models.mandates import Duty, current, in_matrix
from workflows.mandates import the_mandate
from workflows.models import Case, WorkItem
from workflows.notifications.table import NAMED_BY, To

BY_NAME = (To.NAMED, To.RELIEVED, To.CHAIR, To.EARLIER, To.SENT_BACK, To.FORMER)
"""Who was there once, and may see the case no more."""


def receivers(act: Act, to: To) -> set[Person]:
    """Everyone of `to` for this act who may know of the case; never the one who performed it."""
    found = {person for person in FIND[to](act) if person.is_active and person.pk != act.person_id}
    if to not in BY_NAME:  # a post that lets them see the case finds the others
        return found
    return {person for person in found if visible_to(person).filter(pk=act.application_id).exists()}


def could_take(mandate: Mandate) -> set[Person]:
    """Who holds a post with this mandate today, and who stands in for one of them, by no word of their own."""
    posts = mandate.grants.filter(current(), permission__codename=f"{mandate.duty}_under").values("group__post")
    held = Q(current("memberships__"), memberships__post__in=posts)
    given = delegations_in_force().filter(post__in=posts)
    stands_in = Q(pk__in=given.values("delegate"))
    return set(Person.objects.filter(held | stands_in, is_active=True).distinct())


def open_items(act: Act) -> list[WorkItem]:
    """What an agency still has to do in the case."""
    case = Case.objects.filter(pk=act.application_id).first()
    items = case.open_items.exclude(mandate=None) if case else WorkItem.objects.none()
    return list(items.select_related("mandate__agency", "owner").order_by("pk"))


def _granted(target: OperatingUnit | Agency, codename: str) -> Iterable[Person]:
    grants = target.grants.filter(current(), permission__codename=codename)
    posts = grants.values_list("group__post", flat=True)
    return Person.objects.filter(current("memberships__"), memberships__post__in=list(posts)).distinct()


def _unit(act: Act) -> Iterable[Person]:
    return _granted(act.application.unit, "apply_for")


def _holders(act: Act) -> Iterable[Person]:
    wanted, items = act.facts.get("item"), open_items(act)
    for item in items:
        if wanted in (None, item.pk) and item.mandate:
            yield from [item.owner] if item.owner else could_take(item.mandate)
    if wanted is None and (review := _waiting(act, items)):
        yield from could_take(review)


def _waiting(act: Act, items: list[WorkItem]) -> Mandate | None:
    """The review that waits for the open `items` of other duties, as for the opinions of agencies that are consulted:
    what is asked for meanwhile, as a hearing, and whose time it is, is its own. None where its step is open."""
    duty = STEP_DUTY.get(S(act.application.status))
    if duty is None or not items or any(item.mandate and item.mandate.duty == duty for item in items):
        return None
    try:
        return the_mandate(act.application, duty)
    except WrongStatus:  # the matrix names none or several today
        return None


def _losers(act: Act) -> Iterable[Person]:
    cancelled = WorkItem.objects.filter(
        application=act.application_id, status=STATUS.CANCELED, owner__isnull=False
    ).select_related("owner")
    return [item.owner for item in cancelled if item.owner]


def _item_of(act: Act) -> Any:
    return legible(lambda: act.facts["item"], None)


def _relieved(act: Act) -> Iterable[Person]:
    """Whoever had the item by the last act before that moved it; nobody where it lay in the queue, or stays theirs."""
    moved = act.application.acts.filter(act__in=TAKES + GIVES_BACK, seq__lt=act.seq).order_by("-seq")
    before = next((one for one in moved if _item_of(one) == act.facts["item"]), None)
    if before is None or before.person_id is None or before.act in GIVES_BACK:
        return ()
    holder = before.facts[NAMED_BY["reassign"]]["id"] if before.act == "reassign" else before.person_id
    return Person.objects.filter(pk__in={holder} - {act.facts[NAMED_BY[act.act]]["id"]})


def _named(act: Act) -> Iterable[Person]:
    return Person.objects.filter(pk=act.facts[NAMED_BY[act.act]]["id"])


def _chair(act: Act) -> Iterable[Person]:
    """Of a hearing that the act told off by letter, or announced anew under another chair: who was announced before."""
    anew = act.act == "announce_hearing"
    if not anew and not act.documents.filter(kind=NoticeKind.HEARING_OFF).exists():
        return ()
    announced = announced_hearing(act.application, before=act.seq)
    if announced is None or (anew and announced.facts["chair"]["id"] == act.facts["chair"]["id"]):
        return ()
    return Person.objects.filter(pk=announced.facts["chair"]["id"])


def _office(act: Act) -> Iterable[Person]:
    return could_take(Mandate.objects.get(pk=act.facts["office"]["id"]))


def _earlier(act: Act) -> Iterable[Person]:
    reviewed = act.application.acts.filter(act__in=("recommend", "propose"), duty__in=[Duty.FIRST_REVIEW,
        Duty.FINAL_REVIEW])  # fmt: skip
    return Person.objects.filter(pk__in=reviewed.values("person"))


RETURNS = {"return_to_first_review": "recommend", "return_to_final_review": "propose"}
"""Which opinion an act sends back."""


def _sent_back(act: Act) -> Iterable[Person]:
    opinions = act.application.acts.filter(act=RETURNS[act.act], seq__lt=act.seq).order_by("-seq")
    return Person.objects.filter(pk__in=opinions.values("person")[:1])


def _left_out(act: Act) -> Iterable[Person]:
    """Who reviews first for the organs that share the land and have not done their part of it: for the one whose step
    this act closed, or, as the first review ends, for each. An adviser's opinion closes no such step."""
    application = act.application
    places = {place for owed in kind_of(application).owed_by_organs(application).values() for place in owed}
    every = Mandate.objects.filter(in_matrix(), kind=application.kind, duty=Duty.FIRST_REVIEW, jurisdiction__in=places)
    for mandate in every.order_by("pk") if places else ():
        if (act.act == "recommend" or mandate.pk == act.mandate_id) and covers(mandate, application):
            yield from could_take(mandate)


def _deciders(act: Act) -> Iterable[Person]:
    try:
        return could_take(the_mandate(act.application, Duty.DECIDE))
    except WrongStatus:  # the matrix names none or several today: the news is on the page of the permit all the same
        return ()


def _overruled(act: Act) -> Iterable[Person]:
    return _deciders(act) if act.duty == Duty.OVERSEE else ()


def _challenged(act: Act) -> Iterable[Person]:
    """Whoever has the duty by which the decision was made that a remedy is about, and who could decide on the permit;
    these not of an order to decide anew, which they are told in its own words."""
    deciders = set(_deciders(act))
    made = act.application.did_at(act.facts["against"]).mandate_id
    decided = Mandate.objects.filter(in_matrix(), pk=made).first()
    by_duty = could_take(decided) if decided else set()
    return by_duty - deciders if act.facts["outcome"] == ORDERED else by_duty | deciders


def _supervisors(act: Act) -> Iterable[Person]:
    """Whoever holds a mandate to supervise where the land lies, at any level: each may inspect."""
    every = Mandate.objects.filter(in_matrix(), kind=act.application.kind, duty=Duty.SUPERVISE)
    for mandate in every.select_related("jurisdiction"):
        if covers(mandate, act.application):
            yield from could_take(mandate)


def _heads(act: Act) -> Iterable[Person]:
    items = open_items(act)
    mandates = {item.mandate for item in items} | {_waiting(act, items)}
    agencies = {mandate.agency for mandate in mandates if mandate}
    for agency in {act.agency} if act.agency else agencies:
        yield from _granted(agency, "head")


def _passed_on(act: Act) -> tuple[Agency | None, Agency]:
    """From which agency to which the duty passed: from the one whose row left the role matrix last while the case ran,
    which may be the same, its row written anew. None where rows of several left on that day, as those of agencies that
    are all asked, or none did, as where the duty went to another place."""
    to = Mandate.objects.select_related("agency").get(pk=act.facts["office"]["id"])
    same = Mandate.objects.filter(kind=to.kind, scope=to.scope, duty=to.duty, jurisdiction=to.jurisdiction)
    since = act.application.received_on or day_of(act)
    left = same.filter(ended_on__range=(since, day_of(act))).exclude(pk=to.pk).select_related("agency")
    last = max((row.ended_on for row in left if row.ended_on), default=None)
    agencies = {row.agency for row in left if row.ended_on == last}
    if to.agency in agencies:
        return to.agency, to.agency
    return (agencies.pop() if len(agencies) == 1 else None), to.agency


def _following(act: Act) -> Iterable[Person]:
    former, now = _passed_on(act)
    return _granted(now, "head") if now != former else ()


def _former(act: Act) -> Iterable[Person]:
    former, now = _passed_on(act)
    return _granted(former, "head") if former and now != former else ()


FIND: dict[To, Callable[[Act], Iterable[Person]]] = {
    To.UNIT: _unit,
    To.HOLDERS: _holders,
    To.LOSERS: _losers,
    To.RELIEVED: _relieved,
    To.NAMED: _named,
    To.CHAIR: _chair,
    To.OFFICE: _office,
    To.EARLIER: _earlier,
    To.SENT_BACK: _sent_back,
    To.LEFT_OUT: _left_out,
    To.DECIDERS: _deciders,
    To.OVERRULED: _overruled,
    To.CHALLENGED: _challenged,
    To.SUPERVISORS: _supervisors,
    To.HEAD: _heads,
    To.FOLLOWING: _following,
    To.FORMER: _former,
}
