"""The page of materials and the download of a file."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import translation
from pytest_django import Settings

from permits.acts.perform import open_draft, perform
from permits.drafts.materials import add_file
from permits.kinds import kind_of
from permits.models import Act, Application, MaterialVersion
from permits.models.material import current_files
from roles.models import OperatingUnit, Person
from tests.cast import PDF, log_in, pdf

AskCorrection = Callable[..., Act]
PROGRAM = b"MZ\x90\x00" + b"\x00" * 200


def page(application: Application) -> str:
    return reverse("draft-materials", args=[application.pk])


def chosen(name: str = "设计.pdf", content: bytes = PDF) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)


def test_a_chosen_file_is_stored_and_shown_with_what_identifies_it(draft: Application, desk: Client) -> None:
    response = desk.post(page(draft), {"file-design": chosen(), "slot": "design"})
    assert response.url == page(draft) + "#slot-design"  # type: ignore[attr-defined]
    version = MaterialVersion.objects.get()
    shown = desk.get(page(draft)).content.decode()
    for part in ("设计.pdf", version.sha256, "PDF", "吴经办", reverse("material", args=[version.pk])):
        assert part in shown


def test_several_files_in_several_slots_are_stored_by_one_press(draft: Application, desk: Client) -> None:
    desk.post(
        page(draft),
        {
            "file-design": [chosen("a.pdf"), chosen("b.pdf", PDF + b"%%EOF")],
            "file-maps": chosen("c.pdf"),
            "slot": "maps",
        },
    )
    assert sorted(current_files(draft).values_list("name", flat=True)) == ["a.pdf", "b.pdf", "c.pdf"]


def test_the_same_content_under_another_name_is_told_where_it_lies(draft: Application, desk: Client) -> None:
    desk.post(page(draft), {"file-design": chosen("设计.pdf"), "slot": "design"}, follow=True)
    said = desk.post(page(draft), {"file-design": chosen("设计（新）.pdf"), "slot": "design"}, follow=True)
    told = [str(message) for message in said.context["messages"]]
    assert told == ["“设计（新）.pdf”的内容与已有的“设计.pdf”相同，未再保存。"]
    assert current_files(draft).count() == 1


def test_a_refused_file_shows_its_reason_in_its_slot_and_the_others_are_kept(draft: Application, desk: Client) -> None:
    response = desk.post(
        page(draft),
        {"file-design": [chosen("好.pdf"), chosen("坏.pdf", PROGRAM)], "file-maps": chosen("图.pdf"), "slot": "design"},
    )
    assert response.status_code == 422
    errors = {slot.entry.slot: slot.errors for slot in response.context["slots"] if slot.errors}
    assert list(errors) == ["design"]
    assert errors["design"][0].startswith("坏.pdf：")
    assert 'href="#file-design"' in response.content.decode()
    assert sorted(current_files(draft).values_list("name", flat=True)) == ["图.pdf", "好.pdf"]


@pytest.mark.parametrize(
    ("name", "content"),
    [("空.pdf", b""), ("程序.pdf", PROGRAM), ("断.pdf", PDF[:20]), ("名.docx", PDF), ("网页.pdf", b"<html></html>")],
)
def test_each_kind_of_bad_file_gets_its_reason_at_its_field(
    draft: Application, desk: Client, name: str, content: bytes
) -> None:
    response = desk.post(page(draft), {"file-design": chosen(name, content), "slot": "design"})
    (slot,) = [slot for slot in response.context["slots"] if slot.errors]
    assert slot.entry.slot == "design"
    assert slot.errors[0].startswith(f"{name}：")
    assert not current_files(draft).exists()


def test_a_file_over_the_limit_is_refused_and_the_page_names_the_limit(
    draft: Application, desk: Client, settings: Settings
) -> None:
    settings.MAX_UPLOAD_MB = 1
    response = desk.post(page(draft), {"file-design": chosen("大.pdf", PDF + b" " * 1024 * 1024), "slot": "design"})
    assert "1 MB" in response.content.decode()
    assert not current_files(draft).exists()


def test_pressing_upload_without_a_file_says_so_at_the_slot(draft: Application, desk: Client) -> None:
    response = desk.post(page(draft), {"slot": "maps"})
    assert [slot.entry.slot for slot in response.context["slots"] if slot.errors] == ["maps"]


def test_a_file_beside_another_of_its_name_is_told_and_both_are_kept(draft: Application, desk: Client) -> None:
    """Who uploaded a better version handed in both, under one name."""
    told = "现有多个名为“设计.pdf”的文件，内容不同"
    first = desk.post(page(draft), {"slot": "design", "file-design": chosen()}, follow=True)
    assert told not in first.content.decode()
    again = desk.post(page(draft), {"slot": "design", "file-design": chosen()}, follow=True)
    assert told not in again.content.decode(), "it is the same file"
    other = desk.post(page(draft), {"slot": "design", "file-design": chosen(content=PDF + b"%%EOF")}, follow=True)
    assert told in other.content.decode()
    assert current_files(draft).count() == 2


def test_a_slot_that_is_not_on_the_list_is_ignored(draft: Application, desk: Client) -> None:
    desk.post(page(draft), {"file-birth_certificate": chosen(), "slot": "birth_certificate"})
    assert MaterialVersion.objects.count() == 0


def test_a_file_is_taken_back_and_still_shown_as_taken_back(draft: Application, desk: Client, clerk: Person) -> None:
    version = add_file(draft.pk, "design", pdf("旧.pdf"), by=clerk)
    desk.post(page(draft), {"take_back": version.pk})
    (slot,) = [slot for slot in desk.get(page(draft)).context["slots"] if slot.entry.slot == "design"]
    assert (slot.files, slot.taken_back) == ([], [version])


def test_taking_back_keeps_what_was_chosen_elsewhere(draft: Application, desk: Client, clerk: Person) -> None:
    version = add_file(draft.pk, "design", pdf("旧.pdf"), by=clerk)
    desk.post(page(draft), {"take_back": version.pk, "file-maps": chosen("图.pdf")})
    assert list(current_files(draft).values_list("name", flat=True)) == ["图.pdf"]


@pytest.mark.parametrize("number", ["", "0", "99999999999999999999", "-1", "x", "１", "9" * 5000])
def test_a_guessed_number_takes_nothing_back(draft: Application, desk: Client, clerk: Person, number: str) -> None:
    add_file(draft.pk, "design", pdf(), by=clerk)
    assert desk.post(page(draft), {"take_back": number}).status_code in {302, 404}
    assert current_files(draft).count() == 1


def test_a_file_of_another_application_is_not_taken_back(
    draft: Application, submitted: Application, rival: Person, clerk: Person, desk: Client
) -> None:
    other = OperatingUnit.objects.get(name="密云区云蒙林场")
    theirs = open_draft("tending", other, draft.jurisdiction, by=rival)
    version = add_file(theirs.pk, "design", pdf(), by=rival)
    mine = open_draft("tending", draft.unit, draft.jurisdiction, by=clerk)
    assert desk.post(page(mine), {"take_back": version.pk}).status_code == 404
    assert current_files(theirs).exists()


def test_a_correction_shows_the_other_materials_without_a_field(
    submitted: Application, ask_correction: AskCorrection, desk: Client
) -> None:
    ask_correction(submitted, "materials/maps")
    shown = desk.get(page(submitted)).content.decode()
    assert 'name="file-maps"' in shown
    assert 'name="file-design"' not in shown
    assert desk.post(page(submitted), {"file-design": chosen(content=PDF + b"%%EOF")}).status_code == 409


def test_a_download_is_the_file_under_its_own_name_and_never_a_page(
    draft: Application, desk: Client, clerk: Person
) -> None:
    version = add_file(draft.pk, "design", pdf("设计 “终稿”.pdf"), by=clerk)
    response = desk.get(reverse("material", args=[version.pk]))
    assert b"".join(response.streaming_content).startswith(b"%PDF")  # type: ignore[attr-defined]
    assert response["Content-Type"] == "application/pdf"
    assert response["Content-Disposition"].startswith("attachment; filename*=utf-8''")
    assert response["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in response["Content-Security-Policy"]
    assert "no-store" in response["Cache-Control"]


WHO = [("clerk", 200, 200), ("driver", 404, 404), ("rival", 404, 404), ("officer", 404, 200), ("", 302, 302)]


@pytest.mark.parametrize(("who", "in_draft", "handed_in"), WHO)
def test_who_may_download_before_and_after_it_is_handed_in(
    draft: Application,
    complete: Callable[[Application], Application],
    request: pytest.FixtureRequest,
    who: str,
    in_draft: int,
    handed_in: int,
) -> None:
    complete(draft)
    url = reverse("material", args=[current_files(draft)[0].pk])
    browser = log_in(request.getfixturevalue(who)) if who else Client()
    assert browser.get(url).status_code == in_draft
    perform(draft.pk, "submit", by=request.getfixturevalue("clerk"), statement=True)
    assert browser.get(url).status_code == handed_in


def test_a_file_that_does_not_exist_is_not_found(desk: Client) -> None:
    assert desk.get(reverse("material", args=[999])).status_code == 404


def test_nobody_changes_a_file_by_its_address(draft: Application, desk: Client, clerk: Person) -> None:
    version = add_file(draft.pk, "design", pdf(), by=clerk)
    assert desk.post(reverse("material", args=[version.pk])).status_code == 405


# --- several at once --------------------------------------------------------------------------------------------------
def named(application: Application) -> dict[str, str]:
    """What each required material is called on the Chinese page, by slot."""
    with translation.override("zh-hans"):
        return {entry.slot: str(entry.label) for entry in kind_of(application).requirements(application)}


def slots_of(application: Application) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for file in current_files(application).select_related("material").order_by("name"):
        found.setdefault(file.material.slot, []).append(file.name)
    return found


def test_files_find_their_places_by_their_names(draft: Application, desk: Client) -> None:
    files = [
        chosen(f"（{n}）{label}-终稿.pdf", PDF + slot.encode()) for n, (slot, label) in enumerate(named(draft).items())
    ]
    desk.post(page(draft), {"files": files})
    assert {slot: len(names) for slot, names in slots_of(draft).items()} == dict.fromkeys(named(draft), 1)


def test_a_name_that_tells_nothing_is_refused_by_name_and_the_others_are_kept(draft: Application, desk: Client) -> None:
    label = named(draft)["maps"]
    response = desk.post(page(draft), {"files": [chosen(f"{label}.pdf"), chosen("扫描件0001.pdf", PDF + b"%%EOF")]})
    assert response.status_code == 422
    assert [told.partition("：")[0] for told in response.context["unplaced"]] == ["扫描件0001.pdf"]
    assert slots_of(draft) == {"maps": [f"{label}.pdf"]}


def test_a_file_that_is_told_by_its_name_is_looked_at_like_any_other(draft: Application, desk: Client) -> None:
    response = desk.post(page(draft), {"files": chosen(f"{named(draft)['maps']}.pdf", PROGRAM)})
    assert response.status_code == 422
    assert [slot.entry.slot for slot in response.context["slots"] if slot.errors] == ["maps"]
    assert not current_files(draft).exists()


def test_pressing_without_files_says_so_there(draft: Application, desk: Client) -> None:
    response = desk.post(page(draft), {"files": "1"})
    assert response.status_code == 422
    assert len(response.context["unplaced"]) == 1
