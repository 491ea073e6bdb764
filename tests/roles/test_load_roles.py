"""load_roles: all or nothing, idempotent, every bad row named by file, line, row and field."""

from __future__ import annotations

import shutil
from datetime import date, timedelta
from io import StringIO
from pathlib import Path

import pytest
from django.contrib.auth.models import Group
from django.core.management import CommandError, call_command
from django.utils import translation
from pytest_django.fixtures import Settings

from roles.appointments import grant
from roles.bodies import change_body
from roles.editions import of_gone_kinds
from roles.kinds import KNOWN
from roles.matrix.load import DATA, load_roles
from roles.matrix.read import BadMatrix, Problem
from roles.models import Agency, Jurisdiction, Mandate, OfficialDatum, Post, SourceDocument
from roles.models.official import Datum
from tests.roles.matrix_files import MANDATES, change


def run(data: Path, **options: int) -> tuple[str, str]:
    out, err = StringIO(), StringIO()
    call_command("load_roles", dir=data, stdout=out, stderr=err, no_color=True, **options)
    return out.getvalue(), err.getvalue()


def problems(data: Path) -> list[Problem]:
    with pytest.raises(BadMatrix) as bad:
        load_roles(data)
    return bad.value.problems


# --- loading ----------------------------------------------------------------------------------------------------------
@pytest.mark.django_db
def test_rows_come_out_one_per_agency_with_what_stands_above_them(data: Path) -> None:
    load_roles(data)
    assert set(Mandate.objects.values_list("key", flat=True)) == {
        "s0-4.lead.bureau",
        "s0-4.lead.miyun",
        "s0-4.decide.bureau",
        "s0-4.advise.bureau.2022",
        "s0-4.advise.bureau.2023",
    }
    row = Mandate.objects.get(key="s0-4.lead.miyun")
    assert (row.kind, row.document_id, row.line, row.jurisdiction_id) == ("occupation", "S0", "L24", "110118")
    assert row.clause == "严管天然林地占用……牵头单位：市园林绿化局"
    assert (row.basis, row.note) == ("inferred", "文件一句\n事项一句\n名单一句")
    assert Mandate.objects.get(key="s0-4.decide.bureau").basis == "quoted"


@pytest.mark.django_db
def test_second_run_says_that_nothing_changed(data: Path) -> None:
    first, _ = run(data)
    assert "mandates: 5 新增" in first
    second, _ = run(data)
    assert "mandates: 5 未变" in second
    assert "新增" not in second
    assert "没有变化" in second


@pytest.mark.django_db
def test_a_changed_row_is_updated_and_named(data: Path) -> None:
    load_roles(data)
    change(data, "agencies", "name: 密云区政府", "name: 北京市密云区人民政府")
    out, _ = run(data, verbosity=2)
    assert "agencies: 1 更新, 1 未变" in out
    assert "更新: miyun" in out
    assert Agency.objects.get(slug="miyun").name == "北京市密云区人民政府"


@pytest.mark.django_db
def test_a_dry_run_tells_each_field_that_would_change_and_changes_nothing(data: Path, settings: Settings) -> None:
    settings.ROLES_DIR = data
    load_roles(data)
    change(data, "agencies", "name: 密云区政府", "name: 北京市密云区人民政府")
    change(data, "mandates", "      decide: [bureau]\n", "")
    out = StringIO()
    call_command("load_roles", dry_run=True, stdout=out, stderr=StringIO(), no_color=True)
    assert "更新: miyun\n    name: 密云区政府 → 北京市密云区人民政府" in out.getvalue()
    assert "终止: s0-4.decide.bureau" in out.getvalue()
    assert Agency.objects.get(slug="miyun").name == "密云区政府"
    assert Mandate.objects.get(key="s0-4.decide.bureau").ended_on is None


@pytest.mark.django_db
def test_a_misspelt_kind_leaves_nothing_out_and_is_told(data: Path) -> None:
    with pytest.raises(CommandError, match=r"ocupation.*occupation"):
        call_command("load_roles", dir=data, without=["ocupation"])
    assert not Mandate.objects.exists()


@pytest.mark.django_db
def test_a_start_leaves_the_rows_of_a_kind_whose_package_is_gone_as_they_are(
    data: Path, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """`make serve` refused to start, and could not be told what to leave out."""
    settings.ROLES_DIR = data
    load_roles(data)
    (kind,) = set(Mandate.objects.exclude(kind="").values_list("kind", flat=True))
    assert of_gone_kinds() == []
    monkeypatch.delitem(KNOWN, kind)
    assert of_gone_kinds() == [kind]
    with pytest.raises(BadMatrix, match=f"--without {kind}"):
        load_roles(data)
    before = set(Mandate.objects.values_list("key", "ended_on"))
    call_command("load_roles", without=of_gone_kinds(), stdout=StringIO())
    assert set(Mandate.objects.values_list("key", "ended_on")) == before
    next(data.glob("*.yaml")).write_text("a: [", "utf-8")
    assert of_gone_kinds() == [], "its faults are told as it is loaded"


@pytest.mark.django_db
def test_the_plain_command_loads_the_installations_own_edition(data: Path, settings: Settings) -> None:
    settings.ROLES_DIR = data
    call_command("load_roles", stdout=StringIO(), stderr=StringIO())
    assert set(Agency.objects.values_list("slug", flat=True)) == {"bureau", "miyun"}


@pytest.mark.django_db
def test_a_mandate_that_left_the_data_ends_today_and_stays(data: Path, today: date) -> None:
    load_roles(data)
    change(data, "mandates", "      decide: [bureau]\n", "")
    report = load_roles(data)
    assert report.tables["mandates"]["ended"] == ["s0-4.decide.bureau"]
    gone = Mandate.objects.get(key="s0-4.decide.bureau")
    assert (gone.ended_on, gone.valid_to) == (today, today)
    again = load_roles(data)
    assert not again.changed
    assert again.tables["mandates"]["kept"] == ["s0-4.decide.bureau"]


@pytest.mark.django_db
def test_grants_on_a_mandate_that_left_the_data_end_with_it(data: Path, today: date) -> None:
    load_roles(data)
    mandate = Mandate.objects.get(key="s0-4.decide.bureau")
    post = Post.objects.create(slug="d", name="d", agency=mandate.agency, group=Group.objects.create(name="d"))
    given = grant(post, mandate, since=today - timedelta(days=9))
    change(data, "mandates", "      decide: [bureau]\n", "")
    with translation.override("en"):
        told, _ = run(data)
    assert "ended: s0-4.decide.bureau\n    1 grant ends with it\n" in told
    given.refresh_from_db()
    assert given.until == today - timedelta(days=1)


@pytest.mark.django_db
def test_a_mandate_that_comes_back_is_in_force_again(data: Path) -> None:
    load_roles(data)
    change(data, "mandates", "      decide: [bureau]\n", "")
    load_roles(data)
    change(data, "mandates", "      advise:\n", "      decide: [bureau]\n      advise:\n")
    assert load_roles(data).tables["mandates"]["updated"] == ["s0-4.decide.bureau"]
    back = Mandate.objects.get(key="s0-4.decide.bureau")
    assert (back.ended_on, back.valid_to) == (None, None)


@pytest.mark.django_db
def test_other_rows_that_left_the_data_are_kept_and_told(data: Path) -> None:
    load_roles(data)
    change(data, "mandates", ", $districts", "")
    change(
        data,
        "mandates",
        "  districts: {agencies: [miyun], basis: inferred, note: 名单一句}\n",
        "  none: {agencies: [bureau]}\n",
    )
    change(data, "agencies", "  - {slug: miyun", "  # - {slug: miyun")
    assert load_roles(data).tables["agencies"]["kept"] == ["miyun"]
    assert Agency.objects.filter(slug="miyun").exists()


@pytest.mark.django_db
def test_a_credit_code_that_was_entered_stands_where_the_data_has_none(data: Path) -> None:
    load_roles(data)
    miyun = Agency.objects.get(slug="miyun")
    assert not miyun.uscc
    change_body(miyun, uscc="1111000078480249XC")
    assert not load_roles(data).changed
    assert Agency.objects.get(slug="miyun").uscc == "1111000078480249XC"


@pytest.mark.django_db
def test_a_bad_credit_code_warns_and_is_loaded(data: Path) -> None:
    change(data, "agencies", "1111000078480249XC", "1111000078480249XD")
    _, err = run(data)
    assert "agencies.yaml" in err
    assert "bureau" in err
    assert Agency.objects.get(slug="bureau").uscc == "1111000078480249XD"


# --- refusing ---------------------------------------------------------------------------------------------------------
BAD = [
    ("jurisdictions", "level: district", "level: village", ("jurisdictions.yaml", 4, "110118", "level")),
    ("jurisdictions", '110118", name: 密云区', '1101180", name: 密云区', ("jurisdictions.yaml", 4, "1101180", "code")),
    ("jurisdictions", 'parent: "110000"', 'parent: "120000"', ("jurisdictions.yaml", 4, "110118", "parent")),
    ("jurisdictions", 'code: "110118"', 'code: "110000"', ("jurisdictions.yaml", 4, "110000", "code")),
    ("documents", "title: 方案", "title: 方案, issued_on: 2020-02-30", ("documents.yaml", 2, "S0", "issued_on")),
    ("documents", "title: 方案", "titel: 方案", ("documents.yaml", 2, "S0", "titel")),
    (
        "documents",
        "title: 方案",
        "title: 方案, valid_from: 2023-01-01, valid_to: 2022-01-01",
        ("documents.yaml", 2, "S0", "valid_to"),
    ),
    ("agencies", 'jurisdiction: "110118"', 'jurisdiction: "110999"', ("agencies.yaml", 3, "miyun", "jurisdiction")),
    ("agencies", "name: 密云区政府, ", "", ("agencies.yaml", 3, "miyun", "name")),
    ("agencies", "slug: miyun", "slug: 密云", ("agencies.yaml", 3, "密云", "slug")),
    ("agencies", "name: 密云区政府", f"name: {'长' * 121}", ("agencies.yaml", 3, "miyun", "name")),
    ("agencies", "name: 密云区政府", f"name: {'长' * 57}", ("agencies.yaml", 3, "miyun", "name")),
    ("agencies", "name: 密云区政府", "name: 市园林绿化局", ("agencies.yaml", 3, "miyun", "name")),
    ("mandates", "[bureau, $districts]", "[burau]", ("mandates.yaml", 14, "s0-4.lead.burau", "agencies")),
    ("mandates", "$districts", "$regions", ("mandates.yaml", 14, "s0-4.lead", "agencies")),
    ("mandates", "decide: [bureau]", "decides: [bureau]", ("mandates.yaml", 14, "s0-4", "decides")),
    ("mandates", "document: S0", "document: S9", ("mandates.yaml", 14, "s0-4.lead.bureau", "document")),
    ("mandates", "    line: L24\n", "", ("mandates.yaml", 13, "s0-4.lead.bureau", "line")),
    ("mandates", "    clause: 严管天然林地占用\n", "", ("mandates.yaml", 13, "s0-4.decide.bureau", "clause")),
    ("mandates", "2022-12-31", "2022-13-31", ("mandates.yaml", 17, "s0-4.advise.bureau.2022", "valid_to")),
    ("mandates", "2022-12-31", "2021-12-31", ("mandates.yaml", 17, "s0-4.advise.bureau.2022", "valid_to")),
    ("mandates", "2022-12-31", "2023-01-01", ("mandates.yaml", 18, "s0-4.advise.bureau.2023", "valid_from")),
    ("mandates", 'edition: "2023"', 'edition: "2022"', ("mandates.yaml", 18, "s0-4.advise.bureau.2022", "key")),
    ("mandates", "basis: inferred", "basis: guessed", ("mandates.yaml", 14, "s0-4.lead.miyun", "basis")),
    ("mandates", "    kind: occupation", "    kind: occupation\n    kind: tending", ("mandates.yaml", 10, "", "")),
    ("mandates", "note_en: A sentence of the file\n", "", ("mandates.yaml", 13, "s0-4.lead.bureau", "note_en")),
    ("mandates", "decide: [bureau]", "decide: bureau", ("mandates.yaml", 14, "s0-4", "decide")),
    ("mandates", "matters:", "matters: none\nothers:", ("mandates.yaml", 1, "", "others")),
    ("mandates", "    duties:", "    duties: [", ("mandates.yaml", 15, "", "")),
]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("file", "old", "new", "place"), BAD, ids=[f"{b[3][0]}-{b[3][3]}-{i}" for i, b in enumerate(BAD)]
)
def test_a_bad_row_is_named_and_nothing_is_loaded(
    data: Path, file: str, old: str, new: str, place: tuple[str, int, str, str]
) -> None:
    change(data, file, old, new)
    found = [(problem.file, problem.line, problem.row, problem.field) for problem in problems(data)]
    assert place in found
    assert not any(model.objects.exists() for model in (Jurisdiction, SourceDocument, Agency, Mandate))


@pytest.mark.django_db
def test_two_agencies_do_not_count_in_one_series(data: Path) -> None:
    change(data, "agencies", "level: municipal", "level: municipal, document_prefix: 京绿")
    load_roles(data)
    change(data, "agencies", "level: district", "level: district, document_prefix: 京绿")
    assert [(one.row, one.field) for one in problems(data)] == [("miyun", "document_prefix")]
    change(data, "agencies", "level: district, document_prefix: 京绿", "level: district, document_prefix: 京绿密")
    bureau = Agency.objects.get(slug="bureau")
    OfficialDatum.objects.create(agency=bureau, datum=Datum.NOTICE_CODE, value="京绿密", source="局发文办法",
                                 valid_from=date(2026, 1, 1))  # fmt: skip
    assert [(one.row, one.field) for one in problems(data)] == [("miyun", "document_prefix")]
    change(data, "agencies", "京绿密", "京绿采")  # as the bureau's felling licences are numbered
    assert [(one.row, one.field) for one in problems(data)] == [("miyun", "document_prefix")]


@pytest.mark.django_db
def test_every_problem_of_a_file_is_told_at_once(data: Path) -> None:
    change(data, "agencies", "level: municipal", "level: huge")
    change(data, "agencies", 'jurisdiction: "110118"', 'jurisdiction: "1"')
    assert {(problem.row, problem.field) for problem in problems(data)} == {
        ("bureau", "level"),
        ("miyun", "jurisdiction"),
    }


@pytest.mark.django_db
def test_the_same_duty_in_another_matter_of_the_kind_may_not_overlap(data: Path) -> None:
    text = MANDATES.split("matters:\n")[1].replace("s0-4", "s0-5")
    change(data, "mandates", "matters:\n", "matters:\n" + text)
    assert any(problem.field == "valid_from" and "s0-5.decide.bureau" in str(problem) for problem in problems(data))


@pytest.mark.django_db
def test_a_failed_second_load_leaves_the_first_as_it_was(data: Path) -> None:
    load_roles(data)
    change(data, "agencies", "name: 密云区政府", "name: 别的名字")
    change(data, "mandates", "document: S0", "document: S9")
    with pytest.raises(CommandError) as refused:
        run(data)
    assert "mandates.yaml" in str(refused.value)
    assert Agency.objects.get(slug="miyun").name == "密云区政府"


@pytest.mark.django_db
def test_a_missing_file_or_folder_is_told(data: Path) -> None:
    (data / "documents.yaml").unlink()
    assert [problem.file for problem in problems(data)] == ["documents.yaml"]
    with pytest.raises(CommandError):
        run(data / "nowhere")


@pytest.mark.django_db
def test_the_project_data_loads_into_a_copy_elsewhere(tmp_path: Path) -> None:
    copy = tmp_path / "copy"
    shutil.copytree(DATA, copy)
    report = load_roles(copy)
    assert not report.warnings
    assert not load_roles().changed
