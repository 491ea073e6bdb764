"""A correction: what is asked is unlocked, ticked when it was changed, and handed in again."""

from __future__ import annotations

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from permits.acts.perform import perform
from permits.drafts.corrections import difference, places, unlocked
from permits.drafts.forms import ResubmitForm
from permits.drafts.materials import add_file
from permits.drafts.store import opened
from permits.errors import BadFacts
from permits.models import Application, spec_of
from permits.models.material import current_files
from permits.tending.kind import TENDING
from roles.models import Person
from tests.cast import head, pdf, text
from tests.permits.draft_pages import EDITING, AskCorrection, Complete


# --- correction -------------------------------------------------------------------------------------------------------
def test_a_correction_list_may_name_each_section_and_each_material(draft: Application) -> None:
    codes = [code for code, _label in places(draft)]
    assert len(codes) == len(set(codes))
    assert codes[:3] == ["head", "plots", "materials/design"]


def test_a_draft_is_open_everywhere_and_a_case_nowhere(draft: Application, complete: Complete, clerk: Person) -> None:
    assert unlocked(draft) == {code for code, _label in places(draft)}
    complete(draft)
    assert unlocked(perform(draft.pk, "submit", by=clerk, statement=True).application) == set()


def test_a_correction_opens_what_it_names_and_shows_the_list_on_every_page(
    submitted: Application, ask_correction: AskCorrection, desk: Client
) -> None:
    ask_correction(submitted, "head", "materials/maps")
    submitted.refresh_from_db()
    assert unlocked(submitted) == {"head", "materials/maps"}
    for name in EDITING:
        page = text(desk.get(reverse(name, args=[submitted.pk])))
        assert "请补正：head" in page, name
    assert desk.get(reverse("table-head", args=[submitted.pk])).status_code == 200
    assert desk.get(reverse("table-rows", args=[submitted.pk])).status_code == 409


def test_a_place_nobody_knows_is_refused_at_the_door(submitted: Application, ask_correction: AskCorrection) -> None:
    with pytest.raises(BadFacts, match="items"):
        ask_correction(submitted, "head", "everything")
    submitted.refresh_from_db()
    assert submitted.status == "submitted"


def test_a_correction_that_makes_another_part_incomplete_opens_that_too(
    submitted: Application, ask_correction: AskCorrection
) -> None:
    ask_correction(submitted, "head")
    submitted.refresh_from_db()
    TENDING.book.change_head(submitted.pk, head() | {"compiler": ""}, version=submitted.tending.version)
    assert unlocked(submitted) == {"head"}
    submitted.tending.rows.update(public_benefit="national_1", ownership="state")
    assert "materials/expert_review" in unlocked(Application.objects.get(pk=submitted.pk))


def test_the_answer_to_a_correction_is_handed_in_with_its_note(
    submitted: Application, ask_correction: AskCorrection, desk: Client
) -> None:
    ask_correction(submitted, "head")
    submitted.refresh_from_db()
    TENDING.book.change_head(submitted.pk, head() | {"compiler": "另一设计院"}, version=submitted.tending.version)
    response = desk.post(reverse("draft-check", args=[submitted.pk]), {"statement": "on", "note": "已改"})
    assert response.url == reverse("draft-submitted", args=[submitted.pk])  # type: ignore[attr-defined]
    assert submitted.acts.get(act="resubmit").facts == {"note": "已改", "statement": True}


def test_a_file_that_was_handed_in_already_is_told_to_change_nothing(
    submitted: Application, ask_correction: AskCorrection, desk: Client
) -> None:
    ask_correction(submitted, "materials/design")
    place = reverse("draft-materials", args=[submitted.pk])
    there = current_files(submitted).get(material__slot="design")
    with opened(there) as stored:
        same = SimpleUploadedFile(there.name, stored.read())
    for file, told in (
        (same, f"“{there.name}”与已提交的文件内容相同，未作任何更改。"),
        (pdf("新设计.pdf", "新"), "已保存 1 个文件。"),
        (pdf("新设计.pdf", "新"), "已保存 1 个文件。"),  # as by a second click
    ):
        answer = desk.post(place, {"file-design": file, "slot": "design"}, follow=True)
        assert [str(message) for message in answer.context["messages"]] == [told]


def test_an_answer_that_changes_nothing_says_in_words_what_it_answers(
    submitted: Application, ask_correction: AskCorrection, desk: Client
) -> None:
    ask_correction(submitted, "head")
    response = desk.post(reverse("draft-check", args=[submitted.pk]), {"statement": "on", "note": " "})
    assert response.status_code == 422
    assert list(response.context["form"].errors) == ["note"]
    assert not submitted.acts.filter(act="resubmit").exists()
    said = {"statement": "on", "note": "名称与公章一致，见附件。"}
    assert desk.post(reverse("draft-check", args=[submitted.pk]), said).status_code == 302


def test_the_reviewer_reads_what_changed_between_two_submissions(
    submitted: Application, ask_correction: AskCorrection, clerk: Person, desk: Client
) -> None:
    assert difference(submitted) == []
    ask_correction(submitted, "head", "plots", "materials/maps")
    submitted.refresh_from_db()
    TENDING.book.change_head(submitted.pk, head() | {"compiler": "另一设计院"}, version=submitted.tending.version)
    plot = submitted.tending.rows.get()
    TENDING.book.change(
        submitted.pk, plot.pk, plot.values | {"rare_plants": True, "rare_plant_measures": "避让"}, version=plot.version
    )
    add_file(submitted.pk, "maps", pdf("新图.pdf", "new"), by=clerk)
    perform(submitted.pk, "resubmit", by=clerk)
    changes = {change.path.rsplit(" › ", 1)[-1]: (change.old, change.new) for change in difference(submitted)}
    compiler = str(submitted.tending._meta.get_field("compiler").verbose_name)
    assert changes[compiler] == ("市林业勘察设计院", "另一设计院")
    assert any(new == "避让" for _old, new in changes.values())
    first = {change.path.split(" › ")[0] for change in difference(submitted)}
    assert {str(section.label) for section in TENDING.sections} < first
    assert not any(re.search("[a-z]{3,}", path) for path in first)  # no key of the snapshot
    assert any(new.startswith("新图.pdf") and not old for old, new in changes.values())


def test_what_was_corrected_is_called_alike_in_the_form_and_on_the_record() -> None:
    assert spec_of("resubmit").facts["note"].label == ResubmitForm.base_fields["note"].label
