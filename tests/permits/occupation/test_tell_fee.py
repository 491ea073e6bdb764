"""The fee due is told in writing: what the rules find, or another amount with its reason; the clock runs on."""

from __future__ import annotations

from decimal import Decimal
from math import prod
from typing import Any

import pytest
import time_machine
from django.utils.translation import override

from permits.acts import fees
from permits.acts.assessment import fee_due
from permits.acts.fees import notice_over
from permits.acts.perform import perform
from permits.clocks.standing import status as clocks_of
from permits.documents.printing import paper_of
from permits.documents.rendering import render
from permits.errors import BadFacts, DatumMissing, NotPermitted, WrongStatus
from permits.models import Act, Application, QuotaMovement
from permits.models.document import NoticeKind
from permits.models.states import S
from permits.occupation.fees import unpaid
from permits.occupation.letters import occupation_refusal
from roles.models.mandates import Duty
from roles.models.official import Datum
from tests.cast import NOW, fresh, log_in
from tests.permits.documents.samples import OCCUPATION, REASONS, issue, land_use, of_decisions
from tests.permits.documents.test_need_data import without
from tests.permits.life.cases import NOTICED, YES, print_papers
from tests.permits.life.licences import desk_of
from tests.permits.life.remedied import remedied, reopen
from tests.permits.occupation.cases import Office
from tests.permits.occupation.fees import SAID, accepted, approved, give_back, next_of, pay, reviewer_of, tell
from tests.quotas import stock
from workflows.mandates import the_mandate

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def now(begins_with_matrix: None) -> Any:
    with time_machine.travel(NOW, tick=True) as traveller:
        Office.enter()
        yield traveller


def test_the_notice_says_how_much_where_and_by_when_and_the_clock_runs_on() -> None:
    case, office = accepted()
    before = clocks_of(case).whole
    record = tell(case, office)
    assert clocks_of(case).whole == before
    content = paper_of(record.documents.get(kind="occupation_fee_notice"))
    told = repr(content)
    for words in (
        "森林植被恢复费缴纳通知书",
        f"{fee_due(case):,.2f}元",
        SAID["payee"],
        "2026年12月4日",
        "松曹路改建工程",
    ):
        assert words in told
    assert render(content).startswith(b"%PDF")


def test_the_notice_names_the_remedies_and_counts_with_the_notices_of_the_agency() -> None:
    case, office = accepted()
    notice = tell(case, office).documents.get(kind="occupation_fee_notice")
    accepted_by = Act.objects.get(application=case, act="accept").documents.get(kind=NoticeKind.ACCEPTANCE)
    assert (notice.prefix, notice.serial) == (accepted_by.prefix, accepted_by.serial + 1)
    told = repr(paper_of(notice))
    assert "如不服本通知" in told
    assert "人民法院提起行政诉讼" in told


def test_an_agency_that_has_not_entered_the_remedies_issues_no_notice() -> None:
    case, office = accepted()
    _person, mandate = reviewer_of(case, office)
    without(mandate.agency, Datum.COURT)
    with pytest.raises(DatumMissing):
        tell(case, office)


@pytest.mark.parametrize(
    ("said", "wrong"),
    [
        ({"amount": "1.00"}, {"difference"}),
        ({"amount": "0"}, {"amount"}),
        ({"amount": "五万"}, {"amount"}),
        ({"until": "2026-11-19"}, {"until"}),
        ({"payee": ""}, {"payee"}),
    ],
)
def test_what_is_told_wrong_is_named(said: dict[str, str], wrong: set[str]) -> None:
    case, office = accepted()
    with pytest.raises(BadFacts) as bad:
        tell(case, office, **said)
    assert bad.value.errors.keys() == wrong


def test_another_amount_needs_its_reason_and_the_paper_tells_it() -> None:
    case, office = accepted()
    record = tell(case, office, amount="80000.00", difference="按市级征收标准计算。")
    assert "按市级征收标准计算。" in repr(paper_of(record.documents.get(kind="occupation_fee_notice")))


def test_a_second_notice_says_which_one_it_takes_the_place_of() -> None:
    case, office = accepted()
    first = tell(case, office).documents.get(kind="occupation_fee_notice")
    assert "代替" not in repr(paper_of(first))
    second = tell(case, office).documents.get(kind="occupation_fee_notice")
    assert f"本通知代替{first.number}《森林植被恢复费缴纳通知书》" in repr(paper_of(second))
    assert "代替" not in repr(paper_of(first)), "a paper printed late says what it said"


def test_where_no_fee_is_charged_none_is_told() -> None:
    case, office = accepted(tenure="forestry_service", facility="protection")
    person, mandate = reviewer_of(case, office)
    with pytest.raises(WrongStatus, match="No fee is due"), override("en"):
        perform(case.pk, "tell_fee_due", by=person, mandate=mandate, **SAID, amount="100.00")
    assert "acts/tell_fee_due" not in log_in(person).get(f"/cases/{case.pk}/").content.decode()


def test_the_form_begins_with_what_the_rules_find() -> None:
    case, office = accepted()
    person, _mandate = reviewer_of(case, office)
    desk, place = log_in(person), f"/cases/{case.pk}/acts/tell_fee_due/"
    assert place in desk.get(f"/cases/{case.pk}/").content.decode()
    assert f'value="{fee_due(case):.2f}"' in desk.get(place).content.decode()
    assert desk.post(place, SAID | {"amount": f"{fee_due(case):.2f}"}).status_code == 302


def test_the_applicant_does_not_tell_it() -> None:
    case, office = accepted()
    _person, mandate = reviewer_of(case, office)
    with pytest.raises(NotPermitted):
        perform(case.pk, "tell_fee_due", by=office.clerk, mandate=mandate, amount="1.00", **SAID)


def test_the_page_of_the_task_leads_to_telling_it() -> None:
    case, office = accepted()
    person, mandate = reviewer_of(case, office)
    item = office.items(case, "recommend")[0]
    address = f'href="/cases/{case.pk}/acts/tell_fee_due/"'
    assert address not in log_in(person).get(f"/tasks/{item.pk}/").text  # taken by nobody
    perform(case.pk, "claim", by=person, mandate=mandate, item=item.pk)
    page = log_in(person).get(f"/tasks/{item.pk}/").text
    assert address in page
    assert page.count(f"/cases/{case.pk}/acts/recuse/") == 1  # it has its place below


def test_while_others_are_consulted_its_payment_is_recorded_from_the_page_of_the_case() -> None:
    case, office = accepted()
    address = f"/cases/{case.pk}/acts/record_fee/"
    first, _mandate = reviewer_of(case, office)
    assert address in next_of(case, first)
    office.do(case, "recommend", **YES)
    case = Application.objects.get(pk=case.pk)
    assert office.items(case, "give_opinion")
    final = office.officer(the_mandate(case, Duty.FINAL_REVIEW))
    assert address in next_of(case, final)
    assert address not in next_of(case, first)
    paid = {"paid_on": NOW[:10], "receipt": "0001", "amount": "50000.00"}
    assert log_in(final).post(address, paid).status_code == 302
    assert "recorded as paid: 50,000.00 yuan" in next_of(case, office.clerk)


def test_the_page_of_the_case_says_what_is_to_be_paid_until_it_is_and_then_what_was() -> None:
    case, office = accepted()
    assert "estoration fee" not in next_of(case, office.clerk)
    tell(case, office)
    assert "fee of 50,000.00 yuan is to be paid by 2026-12-04; the notice says where" in next_of(case, office.clerk)
    pay(case, office, "20000.00")
    assert "Recorded as paid so far: 20,000.00 yuan; still to be paid: 30,000.00 yuan" in next_of(case, office.clerk)
    pay(case, office, "30000.00")
    told = next_of(case, office.clerk)
    assert "recorded as paid: 50,000.00 yuan" in told
    assert "to be paid by" not in told


def test_the_same_payment_is_recorded_once_and_what_is_more_than_asked_is_told() -> None:
    case, office = accepted()
    tell(case, office)
    pay(case, office, "20000.00")
    with pytest.raises(BadFacts) as twice:
        pay(case, office, "20000")
    assert twice.value.errors.keys() == {"receipt"}
    pay(case, office, "30000.00")
    assert "more than the notice asks for" not in next_of(case, office.clerk)
    pay(case, office, "40000.00")
    assert "That is 40,000.00 yuan more than the notice asks for." in next_of(case, office.clerk)


def test_of_an_application_withdrawn_the_page_says_what_is_given_back_and_its_notice_asks_no_more() -> None:
    case, office = accepted()
    first, notice = (tell(case, office).documents.get(kind="occupation_fee_notice") for _time in range(2))
    assert [notice_over(one) != "" for one in (first, notice)] == [True, False]
    pay(case, office, "50000.00")
    perform(case.pk, "withdraw", by=office.clerk)
    for reader in (office.clerk, reviewer_of_ended(case, office)):
        assert "fee of 50,000.00 yuan that was paid is to be given back in full" in next_of(case, reader)
        assert "nothing is to be paid on this notice" in log_in(reader, english=True).get(f"/cases/{case.pk}/").text
    verified = log_in(office.clerk, english=True).get(f"/verify/{notice.token}/").text
    assert "nothing is to be paid on this notice" in verified


def reviewer_of_ended(case: Application, office: Office) -> Any:
    """Who had the duty of the first review while the case ran."""
    return office.officer(the_mandate(Application.objects.get(pk=case.pk), Duty.FIRST_REVIEW))


def test_where_it_was_told_and_never_paid_nothing_is_given_back() -> None:
    case, office = accepted()
    tell(case, office)
    perform(case.pk, "withdraw", by=office.clerk)
    told = next_of(case, office.clerk)
    assert "the restoration fee is no longer to be paid" in told
    assert "given back" not in told


def test_what_was_paid_is_recorded_as_given_back_once_and_in_full() -> None:
    case, office = accepted()
    pay(case, office, "50000.00")
    with pytest.raises(WrongStatus):
        give_back(case, office)  # nothing has ended
    perform(case.pk, "withdraw", by=office.clerk)
    final = office.officer(the_mandate(Application.objects.get(pk=case.pk), Duty.FINAL_REVIEW))
    address = f"/cases/{case.pk}/acts/record_refund/"
    assert address in next_of(case, final)
    assert log_in(final).get(address).context["form"]["amount"].value() == "50000.00"
    assert address not in next_of(case, office.clerk)
    with pytest.raises(BadFacts) as bad:
        give_back(case, office, "40000.00")
    assert bad.value.errors.keys() == {"difference"}
    give_back(case, office)
    told = next_of(case, office.clerk)
    assert "fee of 50,000.00 yuan was given back on" in told
    assert "is to be given back" not in told
    assert address not in next_of(case, final)
    with pytest.raises(WrongStatus):
        give_back(case, office)


def test_of_a_payment_recorded_with_a_slip_what_was_given_back_is_recorded_with_the_reason() -> None:
    case, office = accepted()
    pay(case, office, "500000.00")
    perform(case.pk, "withdraw", by=office.clerk)
    with pytest.raises(BadFacts) as bad:
        give_back(case, office, "0", difference="缴费金额登记有误。")
    assert bad.value.errors.keys() == {"amount"}
    give_back(case, office, "50000.00", difference="缴费金额登记有误，实缴50000元。")
    told = next_of(case, office.clerk)
    assert "fee of 50,000.00 yuan was given back on" in told
    assert "缴费金额登记有误，实缴50000元。" in told
    assert "is to be given back" not in told


def test_of_a_part_given_back_the_rest_is_still_owed() -> None:
    case, office = accepted()
    pay(case, office, "50000.00")
    perform(case.pk, "withdraw", by=office.clerk)
    for amount in ("50000.00", "60000.00"):
        with pytest.raises(BadFacts) as bad:
            give_back(case, office, amount, rest=True)
        assert bad.value.errors.keys() == {"rest"}
    give_back(case, office, "20000.00", rest=True)
    told = next_of(case, office.clerk)
    assert "fee of 20,000.00 yuan was given back on" in told
    assert "30,000.00 yuan are still to be given back" in told
    give_back(case, office, "30000.00")
    told = next_of(case, office.clerk)
    assert "fee of 20,000.00 yuan was given back on" in told
    assert "fee of 30,000.00 yuan was given back on" in told
    assert "still to be given back" not in told


def test_what_was_paid_in_full_is_told_no_more_unless_more_is_asked() -> None:
    case, office = accepted()
    person, _mandate = reviewer_of(case, office)
    address = "acts/tell_fee_due/"
    tell(case, office)
    pay(case, office, "20000.00")
    assert address in log_in(person).get(f"/cases/{case.pk}/").text
    pay(case, office, "30000.00")
    assert address not in log_in(person).get(f"/cases/{case.pk}/").text
    with pytest.raises(WrongStatus), override("en"):
        tell(case, office)


def test_a_notice_that_asked_too_much_is_told_anew_though_what_is_due_was_paid() -> None:
    case, office = accepted()
    tell(case, office, amount="80000.00", difference="按市级征收标准计算。")
    pay(case, office, "50000.00")
    tell(case, office)
    assert "is to be paid" not in next_of(case, office.clerk)


def test_a_fee_given_back_is_not_paid_where_the_case_is_decided_anew(now: Any) -> None:
    case, office = accepted()
    office.check_site(case)
    office.post_notice(case)
    paid = pay(case, office, "50000.00")
    now.shift(NOTICED)
    office.do(case, "recommend", **YES)
    office.hear(case)
    office.do(case, "propose", **YES)
    office.do(case, "refuse", reasons="不符合林地保护利用规划。")
    print_papers(case)
    back = give_back(case, office)
    desk = desk_of(case, office.clerk)
    reopen(desk, remedied(desk, "refuse"))
    case = fresh(case)
    assert case.status == S.AWAITING_DECISION
    assert [one.record for one in fees.fees_paid(case, back)] == [paid], "as its letter of then told it"
    assert fees.fees_paid(case) == []
    with override("en"):
        assert any("was not recorded as paid" in one for one in unpaid(case))


def test_a_case_that_the_rules_cannot_read_any_more_still_opens(now: Any) -> None:
    case, office = accepted()
    book = stock("occupation", "110118")
    too_much = Decimal(20_000_000)  # a slip, as of square metres: more than the rules take for an area
    QuotaMovement.objects.create(
        book=book,
        seq=book.movements.count() + 1,
        change="allotted",
        amount=too_much,
        left=too_much + 10_000,
        document="x",
        person=office.clerk,
    )
    assert fee_due(case) is None
    assert log_in(reviewer_of(case, office)[0]).get(f"/cases/{case.pk}/").status_code == 200
    with override("en"):
        assert any("was not recorded as paid" in one for one in unpaid(case))


def test_the_refusal_names_the_sum_that_is_given_back() -> None:
    paid_back = "森林植被恢复费50,000.00元，有关林业主管部门自接到不予批准通知之日起7日内如数退还"
    assert paid_back in repr(of_decisions()["occupation_refusal"])
    unpaid_for = occupation_refusal(issue(), OCCUPATION, land_use(), reasons=REASONS)
    assert "《中华人民共和国森林法》第三十七条" in repr(unpaid_for), "as the decision that grants it does"
    assert "退还" not in repr(unpaid_for)


def test_of_an_annulled_approval_the_page_tells_the_fee_and_what_is_given_back_is_recorded(now: Any) -> None:
    """No text found says whether it goes back: the page says that the agency answers for it."""
    case, office = approved(now)
    assert "restoration fee" not in next_of(case, office.clerk)
    with pytest.raises(WrongStatus):
        give_back(case, office)
    remedied(desk_of(case, office.clerk), "approve", "annulled")
    told, final = next_of(case, office.clerk), office.officer(the_mandate(fresh(case), Duty.FINAL_REVIEW))
    assert f"of the restoration fee {fees.paid(fresh(case)):,.2f} yuan were paid and not given back" in told
    assert f"/cases/{case.pk}/acts/record_refund/" in next_of(case, final)
    give_back(case, office, f"{fees.paid(fresh(case)):.2f}")
    told = next_of(case, office.clerk)
    assert "was given back on" in told
    assert "not given back" not in told


def test_while_an_annulled_approval_is_to_be_decided_anew_its_fee_stays(now: Any) -> None:
    case, office = approved(now)
    remedied(desk_of(case, office.clerk), "approve", "anew")
    assert "not given back" not in next_of(case, office.clerk)
    with pytest.raises(WrongStatus):
        give_back(case, office)


def test_the_home_page_of_the_unit_tells_what_is_to_be_paid_until_it_is_paid() -> None:
    case, office = accepted()
    home = log_in(office.clerk)
    words = f"森林植被恢复费{fee_due(case):,.2f}元"
    assert words not in home.get("/").text
    person, mandate = reviewer_of(case, office)
    tell(case, office)
    assert words in home.get("/").text
    with time_machine.travel("2026-12-07T10:00:00+08:00"):
        assert "<strong>已超过</strong>" in log_in(office.clerk).get("/").text
    sum_due = f"{fee_due(case):.2f}"
    perform(case.pk, "record_fee", by=person, mandate=mandate, paid_on=NOW[:10], amount=sum_due, receipt="0001")
    assert words not in home.get("/").text


def test_who_records_a_payment_reads_what_is_to_be_paid() -> None:
    case, office = accepted()
    person, _mandate = reviewer_of(case, office)
    tell(case, office)
    page = log_in(person).get(f"/cases/{case.pk}/acts/record_fee/").text
    assert f"缴纳森林植被恢复费{fee_due(case):,.2f}元" in page


def test_the_notice_says_how_the_sum_is_made_up_and_where_another_is_asked_it_does_not() -> None:
    case, office = accepted()
    record = tell(case, office)
    lines = record.facts["made_up"]["lines"]
    assert sum(Decimal(line["amount"].replace(",", "")) for line in lines) == fee_due(case)
    for line in lines:
        times = prod(map(Decimal, line["rate"].split("×")))
        assert Decimal(line["area"].replace(",", "")) * times == Decimal(line["amount"].replace(",", ""))
    told = repr(paper_of(record.documents.get(kind="occupation_fee_notice")))
    assert all(cell in told for line in lines for cell in line.values())
    assert "财税〔2015〕122号" in told
    other = tell(case, office, amount="80000.00", difference="按市级征收标准计算。")
    assert "made_up" not in other.facts
    assert "财税" not in repr(paper_of(other.documents.get(kind="occupation_fee_notice")))
