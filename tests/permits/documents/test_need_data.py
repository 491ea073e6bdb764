"""What an agency's papers must name is asked from its head once: the act waits for it; a code keeps nothing back."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.urls import reverse
from django.utils import timezone

from permits.documents.printing import paper_of
from permits.errors import DatumMissing
from permits.models import Act, Application, Document, NumberSequence
from permits.models.states import S
from roles.models import Agency, OfficialDatum, SecurityEvent
from roles.models.official import Datum
from roles.official_data import enter_official_datum, official_data
from tests.cast import Cast, log_in


@pytest.fixture
def city(cast: Cast) -> Agency:
    return Agency.objects.get(slug="bj-forestry")


def without(agency: Agency, datum: Datum) -> None:
    """From today the datum is not known."""
    enter_official_datum(agency, datum, "", source="test")


def test_a_refusal_without_its_court_is_refused_before_a_number_is_taken(cast: Cast, city: Agency) -> None:
    case = cast.case_at(S.AWAITING_DECISION)
    without(city, Datum.COURT)
    before = (Act.objects.count(), Document.objects.count(), list(NumberSequence.objects.values_list()))
    with pytest.raises(DatumMissing) as told:
        cast.do(case, "refuse")
    assert str(Datum.COURT.label) in str(told.value)
    assert "冯局长" in str(told.value)
    assert (Act.objects.count(), Document.objects.count(), list(NumberSequence.objects.values_list())) == before
    assert Application.objects.get(pk=case.pk).status == S.AWAITING_DECISION
    enter_official_datum(city, Datum.COURT, "北京市通州区人民法院", by=cast.head, source="告知")
    paper = cast.do(case, "refuse").documents.get()
    assert "向北京市通州区人民法院提起行政诉讼" in str(paper_of(paper))
    assert "自知道或者应当知道" in str(paper_of(paper))


def test_the_task_page_tells_it_and_keeps_what_was_typed(cast: Cast, city: Agency) -> None:
    case = cast.case_at(S.AWAITING_DECISION)
    item = cast.take(case)
    without(city, Datum.RECONSIDERATION)
    said = {"act": "refuse", "reasons": "采伐强度超过规定。", "confirmed": "1"}
    page = log_in(cast.decider).post(reverse("task", args=[item.pk]), said)
    assert page.status_code == 409
    assert "冯局长" in page.content.decode()
    assert "采伐强度超过规定。" in page.content.decode()


def test_an_approval_waits_for_no_datum(cast: Cast, city: Agency) -> None:
    case = cast.case_at(S.AWAITING_DECISION)
    for datum in Datum:
        without(city, datum)
    assert cast.do(case, "approve").documents.count() == 2


def test_a_code_counts_its_own_series_from_its_day_and_nothing_is_numbered_anew(cast: Cast, city: Agency) -> None:
    case = cast.case_at(S.AWAITING_DECISION)
    older = [paper.number for paper in cast.do(case, "approve").documents.all()]
    enter_official_datum(city, Datum.CERTIFICATE_CODE, "京绿抚证", by=cast.head, source="局发文办法")
    later = cast.do(cast.walk_to(S.AWAITING_DECISION), "approve")
    assert later.documents.get(kind="tending_certificate").number == "京绿抚证〔2026〕1号"
    assert later.documents.get(kind="tending_certificate").prefix_verified
    assert later.documents.get(kind="tending_approval").number.startswith("京绿资发〔2026〕")
    assert [paper.number for paper in case.documents.filter(act__act="approve")] == older


def test_a_datum_holds_from_its_day_and_differs_by_kind(city: Agency, cast: Cast) -> None:
    today = timezone.localdate()
    tomorrow = today + timedelta(days=1)
    enter_official_datum(city, Datum.PHONE, "010-1", by=cast.head, source="通知", valid_from=tomorrow)
    enter_official_datum(city, Datum.COPIES, "甲局、乙局", by=cast.head, source="通知", kind="felling")
    assert official_data(city, today)[Datum.PHONE] == "010-69000000"
    assert official_data(city, tomorrow)[Datum.PHONE] == "010-1"
    assert Datum.COPIES not in official_data(city, today, "tending")
    assert official_data(city, today, "felling")[Datum.COPIES] == "甲局、乙局"


def test_only_the_head_enters_and_each_change_is_a_line_of_the_log(cast: Cast, city: Agency) -> None:
    with pytest.raises(PermissionDenied):
        enter_official_datum(city, Datum.PHONE, "010-1", by=cast.district_head, source="通知")
    row = enter_official_datum(city, Datum.PHONE, "010-1", by=cast.head, source="通知")
    line = SecurityEvent.objects.latest("pk")
    assert (line.agency, line.by, line.ground, line.details["value"]) == (city, cast.head, "通知", "010-1")
    assert row.entered_by == cast.head


def test_a_day_that_is_over_and_a_code_that_is_none_are_refused(cast: Cast, city: Agency) -> None:
    yesterday = timezone.localdate() - timedelta(days=1)
    for datum, value, day in (
        (Datum.PHONE, "010-1", yesterday),
        (Datum.DECISION_CODE, "京绿〔2026〕1号", None),
    ):
        with pytest.raises(ValidationError):
            enter_official_datum(city, datum, value, by=cast.head, source="通知", valid_from=day)
    for code in ("京绿资发", "京绿资发采"):  # another agency's, and as that numbers its felling licences
        with pytest.raises(ValidationError):
            enter_official_datum(
                Agency.objects.get(slug="bj-miyun-forestry"),
                Datum.DECISION_CODE,
                code,
                by=cast.district_head,
                source="x",
            )
    assert not OfficialDatum.objects.filter(source="通知").exists()


def test_the_page_lists_what_is_missing_and_which_papers_wait(cast: Cast, city: Agency) -> None:
    without(city, Datum.COURT)
    page = log_in(cast.head, english=True).get(reverse("official-data", args=[city.slug])).content.decode()
    assert "reply refusing a tending design" in page
    assert "code of certificates" in page
    assert "京绿资发〔2011〕4号" in page


def test_a_datum_to_come_stands_after_the_one_that_it_follows(cast: Cast) -> None:
    agency, place = Agency.objects.get(slug="bj-miyun-forestry"), reverse("official-data", args=["bj-miyun-forestry"])
    held = ((Datum.ADDRESS, "旧址"), (Datum.PHONE, "010-00000001"))
    for datum, value in held:
        enter_official_datum(agency, datum, value, by=cast.district_head, source="密文1号")
    later = timezone.localdate() + timedelta(days=9)
    enter_official_datum(agency, Datum.ADDRESS, "新址", by=cast.district_head, source="密文2号", valid_from=later)
    page = log_in(cast.district_head).get(place).text
    assert page.index("旧址") < page.index("新址") < page.index("010-00000001")
