"""The whole application as one PDF: of each kind, as handed in, the same each time; of a draft, marked."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from importlib import import_module

import pytest
from django.urls import reverse
from pypdf import PdfReader

from permits.acts.perform import open_draft
from permits.documents.application_form import application_form, draft_form, form_of
from permits.drafts import editing
from permits.kinds import codes
from permits.models import Application, Submission
from permits.models.material import current_files
from permits.models.states import S
from permits.occupation.models import LandOccupation
from roles.models import OperatingUnit
from tests.cast import Cast, log_in, plot
from tests.permits.documents.reading import pages_of, text_of


def draft_of(code: str, cast: Cast) -> Application:
    """A complete draft of a kind, from its own tests; the cast has one of its own."""
    if code == "tending":
        return cast.draft()
    make: Callable[[], tuple[Application, object]] = import_module(f"tests.permits.{code}.cases").draft
    return Application.objects.get(pk=make()[0].pk)


def handed_in(case: Application) -> Submission:
    return Submission.objects.filter(application=case).select_related("act", "application").latest("act__seq")


def test_it_says_everything_that_was_handed_in_and_who_answers_for_it(cast: Cast) -> None:
    case = cast.case_at(S.SUBMITTED)
    submission = handed_in(case)
    text = text_of(application_form(submission))
    for said in (
        "申请书", case.unit.name, str(case.number), "市林业勘察设计院", "降低密度，促进天然更新",
        "对申请材料实质内容的真实性负责", cast.clerk.name, "提交时已作上述声明", submission.sha256, "第1次提交",
        "全文完",
    ):  # fmt: skip
        assert re.sub(r"\s", "", said) in text
    assert all(file.name in text for file in current_files(case))
    assert "行政许可" not in text


@pytest.mark.parametrize("code", codes())
def test_every_kind_prints_its_draft_with_the_mark_and_every_filled_column(code: str, cast: Cast) -> None:
    draft = draft_of(code, cast)
    pdf = draft_form(draft)
    text = text_of(pdf)
    assert all("未提交" in page for page in pages_of(pdf))
    kind = import_module(f"permits.{code}.kind").KIND
    rows = kind.snapshot(draft)[kind.rows_key]
    filled = [column for column in kind.table.columns if any(row.get(column.name) not in (None, "") for row in rows)]
    assert [column.head for column in filled if re.sub(r"\s", "", column.head) not in text] == []


def test_an_empty_draft_is_printed_too(cast: Cast) -> None:
    for code in codes():
        empty = open_draft(code, cast.farm, cast.miyun, by=cast.clerk)
        assert "没有提交材料" in text_of(draft_form(Application.objects.get(pk=empty.pk)))


def test_the_same_submission_gives_the_same_bytes_whatever_becomes_of_the_draft(cast: Cast) -> None:
    case = cast.walk_to(S.CORRECTING)
    first = application_form(handed_in(case))
    Application.objects.filter(pk=case.pk).update(title="另一个名称")
    type(case.tending).objects.filter(pk=case.pk).update(purpose="另一个目的")
    OperatingUnit.objects.filter(pk=case.unit_id).update(name="改名后的林场")
    assert application_form(handed_in(Application.objects.get(pk=case.pk))) == first


def test_sixty_rows_stand_whole_with_their_heads_on_every_page(cast: Cast) -> None:
    case = cast.draft(*(plot(compartment=f"甲{number}") for number in range(1, 61)))
    cast.do(case, "submit")
    pages = pages_of(application_form(handed_in(case)))
    tables = [page for page in pages if "序号名称" in page]
    assert all(f"甲{number}" in "".join(tables) for number in range(1, 61))
    assert len(tables) == len(pages) - 2 or all("甲" in page for page in tables)
    assert f"共{len(pages)}页" in pages[-1]


def test_a_group_of_columns_that_is_too_wide_goes_on_under_its_own_number(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("permits.tables.in_full.MOST", 3)
    text = text_of(draft_form(draft_of("felling", cast)))
    assert text.count("位置与面积") == text.count("（一）位置与面积") > 1
    assert "（一）位置与面积（续）" in text


def test_hostile_text_is_text_and_a_sign_no_font_has_is_a_mark(cast: Cast) -> None:
    case = cast.draft(plot(remark="<para>&amp;{{ 7*7 }}\u202e😀"), title="=cmd|'/c calc'!A1")
    cast.do(case, "submit")
    pdf = application_form(handed_in(case))
    text = text_of(pdf)
    assert "<para>&amp;{{7*7}}〓〓" in text
    assert "=cmd|'/ccalc'!A1" in text
    assert "/JavaScript" not in str(PdfReader(io.BytesIO(pdf)).trailer["/Root"])


def test_whoever_may_see_the_case_opens_it_and_a_draft_is_its_units_own(cast: Cast) -> None:
    case = cast.case_at(S.FINAL_REVIEW)
    page = reverse("case-application", args=[case.pk, handed_in(case).act.seq])
    for person, status in (
        (cast.clerk, 200), (cast.reviewer, 200), (cast.auditor, 200), (cast.rival, 404), (cast.stranger, 404)
    ):  # fmt: skip
        assert log_in(person).get(page).status_code == status, person
    assert log_in(cast.clerk).get(reverse("case-application", args=[case.pk, 999])).status_code == 404
    assert page in log_in(cast.clerk).get(reverse("case", args=[case.pk])).content.decode()
    draft = cast.draft()
    preview = reverse("draft-form", args=[draft.pk])
    assert preview in log_in(cast.clerk).get(reverse("draft-check", args=[draft.pk])).content.decode()
    assert log_in(cast.clerk).get(preview).content.startswith(b"%PDF-")
    assert log_in(cast.acceptor).get(preview).status_code == 404


def test_a_case_of_a_kind_no_longer_installed_is_still_printed(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    case = cast.case_at(S.SUBMITTED)
    monkeypatch.setattr("permits.kinds._KINDS", {})
    text = "".join(str(block) for block in form_of(handed_in(case)).blocks)
    assert "市林业勘察设计院" in text


def test_the_renamed_draft_shows_its_new_title(cast: Cast) -> None:
    draft = cast.draft()
    editing.rename(draft.pk, "新题")
    assert "新题" in text_of(draft_form(Application.objects.get(pk=draft.pk)))


def test_an_occupation_asks_for_no_form_and_still_names_one_handed_in_before() -> None:
    requirements = import_module("permits.occupation.requirements")
    listed = requirements.requirements("110118", import_module("permits.occupation.models").LandOccupation(), [])
    assert "form" not in {entry.slot for entry in listed}
    assert "form" in import_module("permits.occupation.kind").KIND.former_materials


@pytest.mark.parametrize(
    ("tenure", "title"),
    [
        ("permanent", "使用林地审核申请书"),
        ("temporary", "临时使用林地审批申请书"),
        ("forestry_service", "占用林地审批申请书"),
    ],
)
def test_an_occupation_is_headed_by_the_use_that_is_asked_for(tenure: str, title: str, cast: Cast) -> None:
    """实施条例 16–18: permanent use is examined 审核, temporary use and facilities of forestry are approved 审批."""
    case = draft_of("occupation", cast)
    LandOccupation.objects.filter(pk=case.pk).update(tenure=tenure)
    text = text_of(draft_form(Application.objects.get(pk=case.pk)))
    assert re.findall("(?:使用|占用|临时)[\u4e00-\u9fff]+?申请书", text)[0] == title
