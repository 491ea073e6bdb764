"""The draft's pages: who may open which, what a form says, and that nothing typed is lost."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from io import BytesIO
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.timezone import localtime
from openpyxl import load_workbook

from permits.acts.perform import perform
from permits.models import Application
from permits.models.states import S
from permits.tables import exporting as export
from permits.tables.columns import plain
from permits.tending.columns import COLUMNS, PLOTS
from permits.tending.kind import TENDING
from permits.tending.models import PendingImport, TendingDesign
from roles.models import Person
from tests.cast import Cast, log_in, markup
from tests.cast import plot as a_plot

Row = dict[str, Any]
Rows = Callable[[int], list[Row]]
PAGES = ("table-head", "table-rows", "table-row-add", "table-row", "table-row-delete", "table-import",
         "table-export")  # fmt: skip


def address(name: str, application: Application, *more: Any) -> str:
    return reverse(name, args=[application.pk, *more])


def pages(application: Application, plot: int) -> dict[str, str]:
    more = {"table-row": (plot,), "table-row-delete": (plot,), "table-export": ("csv",)}
    return {name: address(name, application, *more.get(name, ())) for name in PAGES}


def typed(row: Row, **changes: str) -> dict[str, str]:
    """A row as a browser sends it."""
    sent = {"version": "1"}
    for column in COLUMNS:
        value = row.get(column.name)
        if isinstance(value, bool):
            sent[column.name] = "yes" if value else "no"
        else:
            sent[column.name] = "" if value is None else plain(value) if isinstance(value, Decimal) else str(value)
    return sent | changes


def upload(rows: list[Row], name: str = "小班.xlsx") -> SimpleUploadedFile:
    return SimpleUploadedFile(
        name, export.to_xlsx(rows, table=PLOTS) if name.endswith("xlsx") else export.to_csv(rows, table=PLOTS)
    )


@pytest.fixture
def plot(draft: Application, good_row: Row) -> int:
    return int(TENDING.book.add(draft.pk, good_row).pk)


@pytest.mark.parametrize("page", PAGES)
def test_a_stranger_gets_404(page: str, draft: Application, plot: int, client: Client, stranger: Person) -> None:
    """What a stranger sends; what a stranger asks for: tests/test_access_table.py."""
    client.force_login(stranger)
    wanted = 405 if page in ("table-export", "table-rows") else 404
    assert client.post(pages(draft, plot)[page]).status_code == wanted


@pytest.mark.parametrize("page", [page for page in PAGES if page != "table-export"])
def test_what_is_closed_can_be_edited_no_more(
    page: str, draft: Application, plot: int, clerk: Person, at_desk: Client
) -> None:
    perform(draft.pk, "withdraw", by=clerk)
    assert at_desk.get(pages(draft, plot)[page]).status_code == 409


def test_a_row_of_another_design_is_not_found(draft: Application, at_desk: Client) -> None:
    assert at_desk.get(address("table-row", draft, 999)).status_code == 404


def test_the_head_is_saved_and_leads_on_to_the_rows(draft: Application, good_head: Row, at_desk: Client) -> None:
    response = at_desk.post(address("table-head", draft), good_head | {"version": 1, "save": 1})
    assert response["Location"] == address("table-rows", draft)
    design = TendingDesign.objects.get(pk=draft.pk)
    assert (design.lead_designer, design.felling, str(design.work_to)) == ("堃", True, "2027-01-31")


def test_a_head_half_filled_is_saved_for_later_but_not_as_done(draft: Application, at_desk: Client) -> None:
    half = {"version": 1, "compiler": "设计院"}
    refused = at_desk.post(address("table-head", draft), half | {"save": 1})
    assert refused.status_code == 422
    assert {"purpose", "work_from", "funding"} <= refused.context["form"].errors.keys()
    assert 'value="设计院"' in refused.content.decode()
    assert at_desk.post(address("table-head", draft), half | {"later": 1}).status_code == 302
    assert TendingDesign.objects.get(pk=draft.pk).compiler == "设计院"


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"work_to": "2026-11-01"}, "work_to"),
        ({"work_to": "soon"}, "work_to"),
        ({"cost_yuan": "-1"}, "cost_yuan"),
        ({"cost_yuan": "1.234"}, "cost_yuan"),
        ({"funding": "other"}, "funding_note"),
        ({"funding": "luck"}, "funding"),
        ({"compiler": "x" * 121}, "compiler"),
        ({"labour_days": "-3"}, "labour_days"),
        ({"labour_days": "99999999999999999999"}, "labour_days"),
        ({"surveyed_on": "2026-12-31"}, "surveyed_on"),
    ],
)
def test_a_wrong_head_is_refused_at_its_field(
    changes: Row, field: str, draft: Application, good_head: Row, at_desk: Client
) -> None:
    response = at_desk.post(address("table-head", draft), good_head | changes | {"version": 1, "save": 1})
    assert response.status_code == 422
    assert list(response.context["form"].errors) == [field]
    assert f'href="#id_{field}"' in response.content.decode()


def test_the_second_tab_is_shown_what_the_first_saved_and_loses_nothing(
    draft: Application, good_head: Row, at_desk: Client
) -> None:
    page = address("table-head", draft)
    at_desk.post(page, good_head | {"version": 1, "compiler": "甲院", "save": 1})
    second = good_head | {"version": 1, "compiler": "乙院", "save": 1}
    told = at_desk.post(page, second)
    assert told.status_code == 422
    text = told.content.decode()
    assert "甲院" in text
    assert 'value="乙院"' in text
    assert TendingDesign.objects.get(pk=draft.pk).compiler == "甲院"
    assert at_desk.post(page, second | {"version": told.context["form"]["version"].value()}).status_code == 302
    assert TendingDesign.objects.get(pk=draft.pk).compiler == "乙院"


def test_a_row_is_added_by_hand(draft: Application, good_row: Row, at_desk: Client) -> None:
    response = at_desk.post(address("table-row-add", draft), typed(good_row, save="1"))
    assert response["Location"] == address("table-rows", draft)
    plot = draft.tending.rows.get()
    assert (plot.area_ha, plot.weeding, plot.method) == (Decimal("12.5"), True, "growth_thinning")


def test_less_than_one_per_cent_is_shown_as_it_is_typed_and_saved_again(
    draft: Application, good_row: Row, at_desk: Client
) -> None:
    row = TENDING.book.add(draft.pk, good_row | {"stem_intensity_pct": Decimal("0.50")})
    form = at_desk.get(address("table-row", draft, row.pk)).context["form"]
    shown = {name: value for name in form.fields if (value := form[name].value()) is not None}
    assert at_desk.post(address("table-row", draft, row.pk), shown).status_code == 302
    row.refresh_from_db()
    assert row.stem_intensity_pct == Decimal("0.50")


def test_a_row_half_filled_is_saved_for_later_and_named_in_the_list(draft: Application, at_desk: Client) -> None:
    half = {"version": "1", "township": "石城镇", "compartment": "12", "number": "3", "area_ha": "１.5"}
    assert at_desk.post(address("table-row-add", draft), half | {"save": "1"}).status_code == 422
    assert at_desk.post(address("table-row-add", draft), half | {"later": "1"}).status_code == 302
    plot = draft.tending.rows.get()
    assert (plot.name, plot.area_ha) == ("12林班3小班", Decimal("1.5"))
    listed = at_desk.get(address("table-rows", draft))
    assert listed.context["bad"] == 1
    assert 'href="#id_canopy_before"' in at_desk.get(address("table-row", draft, plot.pk)).content.decode()


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"canopy_after": "0.9"}, "canopy_after"),
        ({"area_ha": "0"}, "area_ha"),
        ({"area_ha": "twelve"}, "area_ha"),
        ({"stem_intensity_pct": "0.18"}, "stem_intensity_pct"),
        ({"species_cut": ""}, "species_cut"),
        ({"latitude": ""}, "latitude"),
        ({"rare_plants": "yes"}, "rare_plant_measures"),
        ({"method": "planting"}, "stem_intensity_pct"),
        ({"forest_category": "common_commodity"}, "forest_category"),
        ({"number": ""}, "number"),
        ({"zone": "elsewhere"}, "zone"),
    ],
)
def test_a_wrong_row_is_refused_at_its_field_and_keeps_what_was_typed(
    changes: Row, field: str, draft: Application, good_row: Row, at_desk: Client
) -> None:
    response = at_desk.post(address("table-row-add", draft), typed(good_row, save="1", remark="还在", **changes))
    assert response.status_code == 422
    assert field in response.context["form"].errors
    assert 'value="还在"' in response.content.decode()
    assert not draft.tending.rows.exists()


def test_a_taken_number_is_refused_at_its_field(draft: Application, plot: int, good_row: Row, at_desk: Client) -> None:
    response = at_desk.post(address("table-row-add", draft), typed(good_row, save="1", area_ha="1"))
    assert list(response.context["form"].errors) == ["number"]


def test_the_second_editor_of_a_row_sees_the_first_ones_values(
    draft: Application, plot: int, good_row: Row, at_desk: Client
) -> None:
    TENDING.book.change(draft.pk, plot, good_row | {"remark": "先改"}, version=1)
    response = at_desk.post(address("table-row", draft, plot), typed(good_row, remark="后改", save="1"))
    assert response.status_code == 422
    assert [value for _label, value in response.context["theirs"]] == ["先改"]
    assert 'value="后改"' in response.content.decode()
    again = typed(good_row, remark="后改", save="1", version=str(response.context["form"]["version"].value()))
    assert at_desk.post(address("table-row", draft, plot), again).status_code == 302
    assert draft.tending.rows.get().remark == "后改"


def test_a_row_is_deleted_after_being_asked_and_a_second_click_does_nothing(
    draft: Application, plot: int, at_desk: Client
) -> None:
    page = address("table-row-delete", draft, plot)
    assert "12林班3小班" in at_desk.get(page).content.decode()
    assert at_desk.post(page, {"version": 1})["Location"] == address("table-rows", draft)
    assert at_desk.post(page, {"version": 1})["Location"] == address("table-rows", draft)
    assert not draft.tending.rows.exists()


def test_a_table_is_uploaded_looked_at_and_taken_over(draft: Application, rows: Rows, at_desk: Client) -> None:
    page = address("table-import", draft)
    assert at_desk.post(page, {"file": upload(rows(30))})["Location"] == page
    preview = at_desk.get(page)
    assert not draft.tending.rows.exists()
    assert preview.context["sums"].total[1:] == ("30", "465")
    sent = {"confirm": 1, "sha256": preview.context["pending"].sha256, "rows_version": 1}
    assert at_desk.post(page, sent)["Location"] == address("table-rows", draft)
    assert draft.tending.rows.count() == 30
    assert at_desk.post(page, sent)["Location"] == address("table-rows", draft)  # a second click
    assert draft.tending.rows.count() == 30


def test_a_table_with_bad_cells_is_shown_by_row_and_column_and_nothing_is_kept(
    draft: Application, rows: Rows, at_desk: Client
) -> None:
    bad = rows(3)
    bad[1]["area_ha"] = None
    response = at_desk.post(address("table-import", draft), {"file": upload(bad)})
    text = response.content.decode()
    assert response.status_code == 422
    assert "F3" in text
    assert "面积（公顷）" in text
    assert not PendingImport.objects.exists()
    assert not draft.tending.rows.exists()


@pytest.mark.parametrize(
    "file",
    [SimpleUploadedFile("a.xlsx", b""), SimpleUploadedFile("a.xlsx", b"MZ\x90"), SimpleUploadedFile("a.csv", b"x")],
)
def test_a_file_that_is_no_table_is_refused_at_the_field(file: Any, draft: Application, at_desk: Client) -> None:
    response = at_desk.post(address("table-import", draft), {"file": file})
    assert response.status_code == 422
    assert list(response.context["form"].errors) == ["file"]


def test_no_file_is_refused_at_the_field(draft: Application, at_desk: Client) -> None:
    assert list(at_desk.post(address("table-import", draft)).context["form"].errors) == ["file"]


def test_a_forged_confirmation_takes_nothing_over(draft: Application, rows: Rows, at_desk: Client) -> None:
    at_desk.post(address("table-import", draft), {"file": upload(rows(2))})
    at_desk.post(address("table-import", draft), {"confirm": 1, "sha256": "0" * 64, "rows_version": 1})
    assert not draft.tending.rows.exists()


def test_rows_edited_since_the_preview_are_not_replaced_unseen(
    draft: Application, rows: Rows, good_row: Row, at_desk: Client
) -> None:
    page = address("table-import", draft)
    at_desk.post(page, {"file": upload(rows(2))})
    sha256 = at_desk.get(page).context["pending"].sha256
    TENDING.book.add(draft.pk, good_row | {"number": "by hand"})
    assert at_desk.post(page, {"confirm": 1, "sha256": sha256, "rows_version": 1})["Location"] == page
    assert draft.tending.rows.get().number == "by hand"
    again = at_desk.get(page)
    assert again.context["there"] == 1
    assert 'name="rows_version" value="2"' in again.content.decode()


def test_a_table_can_be_discarded(draft: Application, rows: Rows, at_desk: Client) -> None:
    page = address("table-import", draft)
    at_desk.post(page, {"file": upload(rows(2))})
    at_desk.post(page, {"drop": 1})
    assert "pending" not in at_desk.get(page).context


@pytest.mark.parametrize("kind", ["xlsx", "csv"])
def test_the_table_is_exported_and_can_be_imported_again(
    kind: str, draft: Application, plot: int, at_desk: Client
) -> None:
    response = at_desk.get(address("table-export", draft, kind))
    assert response["Content-Disposition"].startswith("attachment; filename*=UTF-8''")
    file = SimpleUploadedFile(f"t.{kind}", response.content)
    assert at_desk.post(address("table-import", draft), {"file": file}).status_code == 302


def test_an_export_of_an_unknown_kind_is_not_found(draft: Application, at_desk: Client) -> None:
    assert at_desk.get(address("table-export", draft, "pdf")).status_code == 404


def test_the_list_of_rows_takes_the_same_queries_for_one_and_for_many(
    draft: Application, rows: Rows, clerk: Person, at_desk: Client, django_assert_max_num_queries: Any
) -> None:
    for row in rows(40):
        TENDING.book.add(draft.pk, row)
    with django_assert_max_num_queries(15):
        at_desk.get(address("table-rows", draft))


def test_while_a_table_is_corrected_others_take_away_what_was_handed_in(cast: Cast) -> None:
    """Who may at all, in each status: tests/test_access_table.py."""
    case = cast.case_at(S.SUBMITTED)
    cast.do(case, "request_correction", items=[{"where": "plots", "what": "请补正小班"}])
    place = address("table-export", case, "csv")
    handed_in = log_in(cast.clerk).get(place).content
    TENDING.book.add(case.pk, a_plot(number="99"))
    assert len(log_in(cast.clerk).get(place).content) > len(handed_in)
    assert log_in(cast.acceptor).get(place).content == log_in(cast.auditor).get(place).content == handed_in


def test_a_workbook_of_what_was_handed_in_has_numbers_as_numbers(cast: Cast) -> None:
    case = cast.case_at(S.SUBMITTED)
    book = load_workbook(BytesIO(log_in(cast.auditor).get(address("table-export", case, "xlsx")).content)).active
    heads, values = ([cell.value for cell in line] for line in book.iter_rows())
    area = values[heads.index(TENDING.table.by_name["area_ha"].heading)]
    assert isinstance(area, (int, float))
    assert area == case.tending.rows.get().area_ha


def test_the_figures_of_a_column_have_as_many_decimals_each_on_every_page(cast: Cast) -> None:
    """In the draft's table, in the sums, and in what officers read of it."""
    case = cast.walk_to(
        S.SUBMITTED,
        a_plot(area_ha=Decimal("136.75")),
        a_plot(number="4", area_ha=Decimal("137.5"), method="sanitation"),
    )
    summary = markup(log_in(cast.acceptor).get(reverse("case", args=[case.pk])).text)
    for figure in ("136.75", "137.50", "274.25"):
        assert f'class="number">{figure}</td>' in summary.replace("number fw-bold", "number"), figure
    assert ">137.5<" not in summary
    draft = cast.draft(a_plot(area_ha=Decimal("136.75")), a_plot(number="4", area_ha=Decimal("137.5")))
    page = markup(log_in(cast.clerk).get(address("table-rows", draft)).text)
    assert ">137.50<" in page
    assert ">137.5<" not in page


def test_an_english_reader_has_where_a_row_lies_in_one_column(cast: Cast) -> None:
    """Beside English heads there is no room for three; Chinese readers have each."""
    case = cast.case_at(S.SUBMITTED)
    address = reverse("case", args=[case.pk])
    english, chinese = log_in(cast.acceptor, english=True).get(address).text, log_in(cast.acceptor).get(address).text
    assert '<td data-label="Where it is" class="brief">雾灵山林场 12林班 3</td>' in english
    assert 'data-label="Village or compartment"' not in english
    assert '<td data-label="村（林班）" class="brief">12林班</td>' in chinese


def test_applicants_and_officers_read_the_day_of_a_file_in_one_form(cast: Cast) -> None:
    case = cast.draft()
    at = case.materials.first().versions.first().uploaded_at
    told = date_format(localtime(at), "SHORT_DATETIME_FORMAT")
    assert told in log_in(cast.clerk).get(reverse("draft-materials", args=[case.pk])).text
    cast.do(case, "submit")
    assert told in log_in(cast.acceptor).get(reverse("case", args=[case.pk])).text


def test_a_correction_opens_only_what_it_names(cast: Cast) -> None:
    case = cast.case_at(S.SUBMITTED)
    cast.do(case, "request_correction", items=[{"where": "plots", "what": "请补正小班"}])
    desk = log_in(cast.clerk)
    assert desk.get(address("table-rows", case)).status_code == 200
    assert desk.get(address("table-head", case)).status_code == 409
