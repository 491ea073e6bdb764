"""Acts that the prepared cases do not reach, each walked to where its news is told."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import Any

from django.utils import timezone

from permits.acts.assessment import fee_due
from permits.acts.perform import perform
from permits.models import Act, Application
from permits.models.material import current_files
from roles.models import Person, Post
from roles.models.mandates import Duty
from tests.cast import fresh, make_person
from tests.permits.introduction.cases import NOT_NEEDED, heard, recommended
from tests.permits.occupation import cases as occupation
from tests.permits.occupation.cases import HUAIROU, MIYUN, Office
from workflows.mandates import the_mandate
from workflows.models import Notification, WorkItem
from workflows.notifications import making

Walk = Callable[[], Act]


def handed_in() -> tuple[Application, Office]:
    case, clerk = occupation.draft()
    office = Office(clerk)
    office.do(case, "submit", statement=True)
    return fresh(case), office


def taken_by_another(case: Application, office: Office, item: WorkItem) -> None:
    """Somebody else of the same post holds the item."""
    assert item.mandate is not None
    office.officer(item.mandate)
    second = make_person("second", "二岗", Post.objects.get(slug=f"{item.mandate.agency.slug}-{item.mandate.duty}"))
    perform(case.pk, "claim", by=second, mandate=item.mandate, item=item.pk)


def found() -> Act:
    case, office = handed_in()
    taken_by_another(case, office, office.items(case, "accept")[0])
    return office.determine(case, "accept", "parcels[0].zone", "key")


def fee_told() -> Act:
    case, office = handed_in()
    office.do(case, "accept")
    mandate = the_mandate(case, Duty.FIRST_REVIEW)
    until = timezone.localdate() + timedelta(days=10)
    facts = {"amount": f"{fee_due(fresh(case)):.2f}", "payee": "北京市财政局（示例）", "until": until}
    return perform(case.pk, "tell_fee_due", by=office.officer(mandate), mandate=mandate, **facts)


def fee_given_back() -> Act:
    case, office = handed_in()
    office.do(case, "accept")
    paid = {"paid_on": timezone.localdate(), "receipt": "0001", "amount": "100.00"}
    mandate = the_mandate(case, Duty.FIRST_REVIEW)
    perform(case.pk, "record_fee", by=office.officer(mandate), mandate=mandate, **paid)
    perform(case.pk, "withdraw", by=office.clerk)
    mandate = the_mandate(case, Duty.FINAL_REVIEW)
    back = {"returned_on": timezone.localdate(), "receipt": "退0001", "amount": "100.00"}
    return perform(case.pk, "record_refund", by=office.officer(mandate), mandate=mandate, **back)


def to_a_consulted(act: str, **facts: Any) -> Walk:
    def walk() -> Act:
        case, office = handed_in()
        office.do(case, "accept")
        office.check_site(case)
        office.do(case, "recommend", outcome="approve", opinion="同意")
        asked = [item.mandate for item in office.items(fresh(case), "give_opinion") if item.mandate]
        advisers = {office.officer(mandate).username for mandate in asked}
        making.make_pending()
        arrived = Notification.objects.filter(event="arrived", act__act="recommend")
        assert advisers <= set(arrived.values_list("person__username", flat=True))
        mandate = the_mandate(case, Duty.FINAL_REVIEW)
        return perform(case.pk, act, by=office.officer(mandate), mandate=mandate, office=asked[0], **facts)

    return walk


def opinion_of_a_district() -> Act:
    """The opinion of a district that neither checked its part of the land nor gave notice."""
    parcels = [occupation.parcel(area_ha=Decimal("0.25"), district=one) for one in (MIYUN, HUAIROU)]
    case, clerk = occupation.draft(MIYUN, *parcels)
    office = Office(clerk)
    office.do(case, "submit", statement=True)
    office.do(case, "accept")
    (item,) = office.items(fresh(case), "give_opinion")
    taken_by_another(case, office, item)
    by = Person.objects.get(username="second")
    agrees = {"position": "agree", "opinion": "同意"}
    return perform(case.pk, "give_opinion", by=by, mandate=item.mandate, work_item=item.pk, **agrees)


def recommended_with_parts_left_out() -> Act:
    first = opinion_of_a_district()
    office = Office(first.application.acts.earliest("seq").person)  # type: ignore[arg-type]
    return office.do(first.application, "recommend", outcome="approve", opinion="同意")


def refused_in_review() -> Act:
    case, office = recommended("B")
    office.determine(case, "record_expert_review", "species[0].from", "same_province")
    taken_by_another(case, office, office.items(fresh(case), "record_expert_review")[0])
    item = office.items(fresh(case), "record_expert_review")[0]
    return office.do(fresh(case), "refuse_acceptance", item=item, **NOT_NEEDED)


def refused_before_a_hearing() -> Act:
    case, office = recommended("B")
    office.determine(case, "record_expert_review", "species[0].from", "same_province")
    item = office.items(fresh(case), "record_expert_review")[0]
    assert item.mandate is not None
    by = {"by": office.officer(item.mandate), "mandate": item.mandate}
    chair = make_person("chair", "主持人", Post.objects.get(slug=by["by"].username))
    day = timezone.localdate() + timedelta(days=14)
    perform(case.pk, "announce_hearing", **by, held_on=day, place="会议室", subject="引种", chair=chair)
    return office.do(fresh(case), "refuse_acceptance", item=item, **NOT_NEEDED)


def reported_up() -> Act:
    case, office = recommended("D", purpose="release")
    heard(case, office)
    return office.do(case, "report_up", organ="国家林业和草原局", opinion="建议同意。")


def payment_corrected() -> Act:
    case = fee_given_back().application
    mandate = the_mandate(case, Duty.FINAL_REVIEW)
    said = {"against": case.acts.get(act="record_refund").seq, "amount": "90.00", "reason": "录入有误"}
    person = Office(case.acts.earliest("seq").person).officer(mandate)  # type: ignore[arg-type]
    return perform(case.pk, "correct_payment", by=person, mandate=mandate, **said)


def decided_above() -> Act:
    case = reported_up().application
    paper = current_files(case).first()
    facts = {"outcome": "refuse", "decided_on": "2026-11-20", "number": "林审〔2026〕8号", "document": paper}
    return Office(case.acts.earliest("seq").person).do(case, "record_higher_decision", **facts)  # type: ignore[arg-type]


ELSEWHERE: dict[str, tuple[Walk, set[str]]] = {
    "determine": (found, {"holders"}),
    "tell_fee_due": (fee_told, {"unit"}),
    "record_refund": (fee_given_back, {"unit"}),
    "correct_payment": (payment_corrected, {"unit"}),
    "remind": (to_a_consulted("remind"), {"reminded"}),
    "drop_consultee": (to_a_consulted("drop_consultee", reason="不再需要"), {"dropped"}),
    "record_silence": (to_a_consulted("record_silence"), {"silent"}),
    "give_opinion": (opinion_of_a_district, {"left_out"}),
    "recommend": (recommended_with_parts_left_out, {"unit", "left_out"}),
    "report_up": (reported_up, {"unit"}),
    "record_higher_decision": (decided_above, {"unit", "result"}),
    "refuse_acceptance in review": (refused_in_review, {"unit", "ended", "result"}),
    "refuse_acceptance before a hearing": (refused_before_a_hearing, {"unit", "result", "chair_free"}),
}
"""Each act with the events it tells; the people are checked by the rows of tests/workflows/test_tell_whom.py."""
