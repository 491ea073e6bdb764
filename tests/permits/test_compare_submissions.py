"""Two submissions of a case side by side: cell by cell, and files by their hash."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import translation

from permits.drafts.changes import Words, _file, compare
from permits.felling.kind import FELLING
from permits.models import Application
from permits.models.states import S
from permits.occupation.kind import OCCUPATION
from permits.tables.kind import TableKind
from permits.tending.kind import TENDING
from tests.cast import Cast, log_in


def corrected(cast: Cast) -> Application:
    """Handed in twice: another compiler."""
    case = cast.case_at(S.CORRECTING)
    head = TENDING.head_of(case)
    TENDING.book.change_head(case.pk, {"compiler": "更正后的单位"}, version=head.version)
    cast.do(case, "resubmit")
    return Application.objects.get(pk=case.pk)


def test_what_differs_stands_with_place_before_and_after(cast: Cast) -> None:
    case = corrected(cast)
    for person in (cast.clerk, cast.acceptor):
        page = log_in(person).get(reverse("case-compare", args=[case.pk]))
        assert [change.new for change in page.context["changes"]] == ["更正后的单位"]
        assert "更正后的单位" in page.text


def test_any_two_are_chosen_and_the_order_turns_the_change(cast: Cast) -> None:
    case = corrected(cast)
    first, last = case.submissions.order_by("act__seq").values_list("act__seq", flat=True)
    client = log_in(cast.clerk)
    turned = client.get(reverse("case-compare", args=[case.pk]), {"before": last, "after": first})
    assert [change.old for change in turned.context["changes"]] == ["更正后的单位"]
    same = client.get(reverse("case-compare", args=[case.pk]), {"before": last, "after": last})
    assert same.context["changes"] == []
    nonsense = client.get(reverse("case-compare", args=[case.pk]), {"before": "x", "after": "9" * 30})
    assert len(nonsense.context["changes"]) == 1


def test_many_differences_stand_on_pages_and_the_page_of_the_item_shows_the_first(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = cast.case_at(S.CORRECTING)
    version = TENDING.head_of(case).version
    TENDING.book.change_head(case.pk, {"compiler": "更正后的单位", "lead_designer": "另一人"}, version=version)
    cast.do(case, "resubmit")
    monkeypatch.setattr("permits.views.comparing.LINES", 1)
    monkeypatch.setattr("workflows.views.task_page.CHANGES", 1)
    client, place = log_in(cast.acceptor), reverse("case-compare", args=[case.pk])
    shown = [{one.new for one in client.get(place, {"page": number}).context["page"]} for number in (1, 2)]
    assert sorted(map(len, shown)) == [1, 1]
    assert set.union(*shown) == {"更正后的单位", "另一人"}
    item = cast.take(case)
    page = client.get(reverse("task", args=[item.pk]))
    assert len(page.context["changes"]) == 1
    assert "另有 1 处不同" in page.text


def test_a_case_handed_in_once_has_nothing_to_compare(cast: Cast) -> None:
    case = cast.case_at(S.SUBMITTED)
    page = log_in(cast.clerk).get(reverse("case-compare", args=[case.pk]))
    assert page.status_code == 200
    assert page.context["changes"] == []


@pytest.mark.parametrize(
    ("kind", "number", "apart"),
    [
        (FELLING, "number", "compartment"),
        (OCCUPATION, "sub_compartment", "village"),
        (TENDING, "number", "compartment"),
    ],
)
def test_a_row_is_known_again_by_its_place_when_one_before_it_is_taken_away(
    kind: TableKind, number: str, apart: str
) -> None:
    rows = [kind.row_in_snapshot(kind.row_model(**{number: "3", apart: f"林班{at}"})) for at in range(3)]
    told = list(compare({"rows": rows}, {"rows": [rows[1], rows[2] | {"remark": "更正"}]}))
    assert [(path[2:], new is None) for path, _old, new in told] == [((), True), (("remark",), False)]


def test_values_read_as_on_the_page_of_the_case(cast: Cast) -> None:
    case = cast.case_at(S.CORRECTING)
    said = {"surveyed_on": date(2026, 10, 9), "cost_yuan": Decimal("1860.5")}
    TENDING.book.change_head(case.pk, said, version=TENDING.head_of(case).version)
    cast.do(case, "resubmit")
    place = reverse("case-compare", args=[case.pk])
    for english, told in (
        (False, {"外业调查日期": "2026年10月9日", "投资概算（元）": "1,860.50"}),
        (True, {"Surveyed on site on": "2026-10-09", "Cost estimate (yuan)": "1,860.50"}),
    ):
        changes = log_in(cast.clerk, english=english).get(place).context["changes"]
        assert {change.path.rpartition(" › ")[2]: change.new for change in changes} == told


def test_a_row_that_came_tells_its_fields_each_on_a_line_and_its_district_by_name() -> None:
    row = {"district": "110118", "township": "石城镇", "area_ha": "1.5", "red_line": False, "remark": ""}
    with translation.override("en"):
        change = Words("occupation").change(("parcels", "110118 石城镇"), None, row)
    assert change.path == "Parcels › Miyun District, Beijing 石城镇 (added)"
    assert change.old == ""
    assert change.new.split("\n")[0] == "District: Miyun District, Beijing"
    assert "Area (ha): 1.5000" in change.new.split("\n")
    assert "110118" not in change.new


def test_differences_stand_in_the_order_of_the_pages() -> None:
    asked = {"design": {"work_to": "2027-01-31", "compiler": "一"}, "plots": [], "totals": {"plots": 0}}
    words = Words("tending")
    later = {"totals": {"plots": 1}, "plots": [{"area_ha": "1"}], "design": {"compiler": "二", "work_to": ""}}
    paths = [path for path, _old, _new in compare(words.in_order(asked), words.in_order(later))]
    assert paths == [("design", "compiler"), ("design", "work_to"), ("plots", "#1"), ("totals", "plots")]


def test_a_field_of_a_row_stands_where_the_row_has_it_although_the_head_has_one_of_its_name() -> None:
    row = {"area_ha": "1", "purpose": "health", "remark": "", "township": "石城镇"}
    told = Words("tending").in_order({"plots": [row], "design": {"purpose": "一", "compiler": "二"}})
    assert list(told["plots"][0]) == ["township", "area_ha", "purpose", "remark"]
    assert list(told["design"]) == ["compiler", "purpose"]


def test_what_a_row_is_called_is_no_field_of_it() -> None:
    row = {"stand_name": "20林班 3", "compartment": "20林班", "number": "3", "volume_m3": "922.5000"}
    with translation.override("zh-hans"):
        change = Words("felling").change(("stands", "20林班 3"), row, None)
    assert change.path == "采伐小班 › 20林班 3（删除）"
    assert change.new == ""
    assert change.old.split("\n") == ["村（林班）：20林班", "小班号：3", "采伐蓄积（立方米）：922.5"]


def test_the_page_costs_few_queries(cast: Cast) -> None:
    case, client = corrected(cast), log_in(cast.acceptor)
    with CaptureQueriesContext(connection) as queries:
        client.get(reverse("case-compare", args=[case.pk]))
    assert len(queries) <= 16, len(queries)


def test_brackets_beside_a_file_are_those_of_the_language() -> None:
    file = {"name": "位置图.pdf", "sha256": "76330546d756" + "0" * 52}
    with translation.override("zh-hans"):
        assert _file(file) == "位置图.pdf（SHA-256 76330546d756…）"
    with translation.override("en"):
        assert _file(file) == "位置图.pdf (SHA-256 76330546d756…)"
