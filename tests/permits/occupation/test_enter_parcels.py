"""What an applicant enters: parcels that must add up, forest-map tables as they are, and the pages that take them."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from decimal import Decimal

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils.translation import override

from permits.errors import NotReady
from permits.occupation.columns import PARCELS
from permits.occupation.kind import OCCUPATION
from permits.occupation.models import Parcel
from permits.rules import parse
from permits.rules.places import ENGLISH, NAMES
from permits.tables import exporting as export
from permits.tables import importing as sheet
from roles.models import Jurisdiction
from tests.cast import log_in, make_person
from tests.permits.occupation.cases import BINHAI, MIYUN, Office, draft, head, parcel

pytestmark = pytest.mark.django_db
MAP = (
    "XIAN,XIANG,CUN,LIN_BAN,XIAO_BAN,MIAN_JI,DI_LEI,LIN_ZHONG,QI_YUAN,SEN_LIN_LB,SHI_QUAN_D,GJGYL_BHDJ,BH_DJ,LD_QS,"
    "CS_GHQ,ZRBHQ_MC,YU_BI_DU,OBJECTID\n"
    "密云,石城镇,石塘路村,6,12,0.2687,030100,111,11,012,21,,2,10,0,,0.6,1\n"
    "密云,石城镇,石塘路村,6,13,0.0471,030404,231,21,022,,,4,10,1,,0.2,2\n"
    "密云,石城镇,石塘路村,6,14,0.1000,030301,115,12,011,11,2,1,10,0,云蒙山,0.7,3\n"
)


@pytest.fixture(autouse=True)
def now(begins_with_matrix: None) -> Iterator[None]:
    with time_machine.travel("2026-11-20T10:00:00+08:00", tick=True), override("en"):
        Office.enter()
        yield


def test_a_forest_maps_attribute_table_is_read_by_its_field_names_and_codes() -> None:
    parsed = sheet.parse(io.BytesIO(MAP.encode()), table=PARCELS, name="map.csv")
    assert parsed.problems == []
    first, second, third = parsed.rows
    assert (first["district"], first["land_class"], first["stand_purpose"], first["grade"]) == (
        MIYUN,
        "arbor",
        "protection",
        "II",
    )
    assert [row["origin"] for row in parsed.rows] == ["natural", "planted", "natural"]
    assert [row["public_benefit"] for row in parsed.rows] == ["provincial", "none", "national_2"]
    assert (second["urban_planning_area"], second["area_ha"]) == (True, Decimal("0.0471"))
    assert third["nature_area"] == "云蒙山"
    assert "zone" not in first


def test_an_unknown_chinese_head_is_refused_although_a_maps_own_fields_pass() -> None:
    parsed = sheet.parse(io.BytesIO(MAP.replace("OBJECTID", "海拔").encode()), table=PARCELS, name="map.csv")
    assert any("not one of the table" in problem.message for problem in parsed.problems)


def test_parts_that_do_not_add_up_are_refused_with_the_difference() -> None:
    case, clerk = draft(MIYUN, parcel(area_ha=Decimal("0.4999")))
    with pytest.raises(NotReady) as refused:
        Office(clerk).do(case, "submit", statement=True)
    (problem,) = refused.value.problems
    assert "0.0001 ha less" in str(problem.message)
    page = log_in(clerk, english=True).post(
        reverse("table-head", args=[case.pk]),
        {name: "" if value is None else value for name, value in head().items()}
        | {"version": 2, "national_major": "false", "secret": "false"},
    )
    assert page.status_code == 422
    assert "0.0001 ha less" in page.content.decode()


def test_a_whole_draft_is_a_case_of_the_rules() -> None:
    from permits.occupation.kind import OCCUPATION

    for more in ({}, {"tenure": "temporary", "years": Decimal("2"), "permanent_building": False},
                 {"project_class": "nature_area_plan", "in_plan_area": True},
                 {"project_class": "linear_works_borrow", "main_project_level": "county"},
                 {"tenure": "forestry_service", "facility": "transport"}):  # fmt: skip
        case, _clerk = draft(MIYUN, **more)
        assert parse(OCCUPATION.facts(case)).kind == "occupation"


def test_the_database_refuses_an_area_out_of_range_and_an_unknown_code() -> None:
    case, _clerk = draft()
    for bad in ({"area_ha": Decimal("0")}, {"grade": "V"}, {"district": "999999"}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Parcel.objects.filter(head=case.pk).update(**bad)


def test_every_page_opens_for_the_clerk_in_both_languages_and_not_for_a_stranger() -> None:
    case, clerk = draft()
    row = Parcel.objects.get(head=case.pk)
    pages = [reverse(f"table-{name}", args=[case.pk]) for name in ("head", "rows", "row-add", "import")]
    pages += [reverse(f"table-{name}", args=[case.pk, row.pk]) for name in ("row", "row-delete")]
    pages += [reverse("draft", args=[case.pk]), reverse("draft-check", args=[case.pk])]
    stranger = log_in(make_person("nobody", "路人"))
    for page in pages:
        for english in (True, False):
            assert log_in(clerk, english=english).get(page).status_code == 200, page
        assert stranger.get(page).status_code == 404, page


def test_a_table_is_looked_at_and_then_taken_over() -> None:
    case, clerk = draft(BINHAI)
    page, desk = reverse("table-import", args=[case.pk]), log_in(clerk, english=True)
    rows = [parcel(district=BINHAI, part=str(n), area_ha=Decimal("0.25")) for n in (1, 2)]
    file = SimpleUploadedFile("t.xlsx", export.to_xlsx(rows, table=PARCELS))
    assert desk.post(page, {"file": file}).status_code == 302
    pending = OCCUPATION.book.waiting(case.occupation, clerk)
    version = case.occupation.rows_version
    desk.get(page)
    assert desk.post(page, {"confirm": "1", "sha256": pending.sha256, "rows_version": version}).status_code == 302
    assert [str(one.part) for one in Parcel.objects.filter(head=case.pk)] == ["1", "2"]


def test_a_parcel_that_is_named_twice_is_told_as_the_reader_calls_its_district() -> None:
    file = io.BytesIO(export.to_xlsx([parcel(), parcel()], table=PARCELS))
    (problem,) = sheet.parse(file, table=PARCELS, name="t.xlsx").problems
    assert problem.message == "Miyun District, Beijing 石城镇 石塘路村 6 563.1 stands in row 2 already."


def test_parcels_of_one_village_are_told_apart_by_their_sub_compartment() -> None:
    case, clerk = draft(MIYUN, *(parcel(sub_compartment=number, area_ha=Decimal("0.25")) for number in ("8.1", "8.2")))
    page = reverse("draft-check", args=[case.pk])
    assert '<td data-label="小班" class="brief">8.2</td>' in log_in(clerk).get(page).text
    assert "石塘路村 6 8.2</td>" in log_in(clerk, english=True).get(page).text


def test_what_is_handed_in_reads_the_same_on_the_page_of_an_officer() -> None:
    case, clerk = draft()
    office = Office(clerk)
    office.do(case, "submit", statement=True)
    item = office.items(case, "accept")[0]
    assert item.mandate is not None
    shown = log_in(office.officer(item.mandate), english=True).get(reverse("case", args=[case.pk])).content.decode()
    assert "0.5000" in shown
    assert "Protection grade" in shown
    assert "Miyun District, Beijing" in shown
    assert ">北京市密云区<" not in shown


def test_a_district_is_told_in_the_language_of_the_reader_by_the_name_it_has_elsewhere() -> None:
    case, clerk = draft()
    row = reverse("table-row", args=[case.pk, Parcel.objects.get(head=case.pk).pk])
    for english, told in ((True, "Miyun District, Beijing"), (False, "北京市密云区")):
        assert re.search(rf">\s*{told}\s*</option>", log_in(clerk, english=english).get(row).text)
    with override("zh-hans"):
        assert PARCELS.by_name["district"].display(MIYUN) == "北京市密云区"
    assert dict(Jurisdiction.objects.filter(pk__in=NAMES).values_list("pk", "name_en")) == ENGLISH
