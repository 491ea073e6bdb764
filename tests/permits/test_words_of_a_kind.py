"""A tending design is 其他行政审批: consented to, not licensed; the licensing law guides by analogy (facts 2.6)."""

from __future__ import annotations

import pytest
from django.urls import reverse
from django.utils import translation

from permits.models.machine import cited
from permits.states import S
from tests.cast import Cast, log_in
from tests.permits.occupation import cases as occupation


@pytest.mark.parametrize(
    ("note", "source"),
    [
        ("许可法 32(1)(4): one list, complete, once", "《行政许可法》第32条(1)(4)"),
        ("许可法 32(1), 32(2)", "《行政许可法》第32条(1)、第32条(2)"),
        ("许可法 46–48", "《行政许可法》第46–48条"),
        ("许可法 42: by the organ's head, reasons told", "《行政许可法》第42条"),
        ("令35 art 11: five working days or more", "国家林业局令第35号第11条"),
        ("实施条例 16(1): paid before the consent", "《森林法实施条例》第16条(1)"),
        ("A named official's reasoned finding", ""),
        ("", ""),
    ],
)
def test_the_article_behind_an_act_is_written_out(note: str, source: str) -> None:
    assert cited(note) == source


def test_a_tending_design_is_consented_to_and_an_occupation_granted(cast: Cast) -> None:
    with translation.override("zh-hans"):
        tending = cast.case_at(S.APPROVED)
        assert (tending.get_status_display(), tending.act_label("approve")) == ("同意", "同意")
        assert tending.act_label("refuse") == "不同意"
        other, _clerk = occupation.draft()
        assert (other.status_label(S.APPROVED), other.act_label("approve")) == ("准予", "准予")
        page = log_in(cast.clerk).get(reverse("case", args=[tending.pk])).content.decode()
        listed = log_in(cast.clerk).get(reverse("case-list")).content.decode()
    assert "准予" not in page
    assert "准予" not in listed.partition('id="list"')[2]


def test_an_article_guides_a_tending_design_by_analogy(cast: Cast) -> None:
    case = cast.case_at(S.FINAL_REVIEW)
    place = reverse("case-act", args=[case.pk, "extend_period"])
    page = log_in(cast.head).get(place).content.decode()
    assert "参照《行政许可法》第42条" in page
