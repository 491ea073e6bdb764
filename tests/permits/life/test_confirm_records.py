"""What hangs on a file is confirmed as every other grave act: with what it brings about, before the file is sent."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.core import mail
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from pytest_django.fixtures import Settings

from permits.models.permit import P
from tests.cast import Cast, fresh, log_in, pdf
from tests.permits.life.cases import Desk, permit
from tests.permits.life.remedied import approval, remedied, reopen

pytestmark = pytest.mark.django_db
NAME = "record_reconsideration"


@pytest.fixture
def desk(cast: Cast) -> Desk:
    return Desk.of_tending(cast)


def said(desk: Desk, **other: Any) -> dict[str, Any]:
    return {
        "against": approval(desk), "outcome": "annulled", "organ": "北京市人民政府", "number": "京政复字〔2026〕5号",
        "decided_on": "2026-11-20", "reasons": "程序违法。",
    } | other  # fmt: skip


def address(desk: Desk) -> str:
    return reverse("case-act", args=[desk.case.pk, NAME])


def test_the_outcome_of_a_remedy_is_confirmed_with_what_it_makes_of_the_permit(desk: Desk) -> None:
    officer = log_in(desk.decider, english=True)
    form = officer.get(address(desk)).context["form"]
    assert [block.name for block in form.blocks()][-1] == "until", "the file is chosen where it is confirmed"
    looked = officer.post(address(desk), said(desk, document=pdf("决定书.pdf", "annulled")))
    assert "Check what you are about to record" in looked.text
    assert 'id="error-summary"' not in looked.text
    assert "is then “Annulled" in looked.text
    assert not fresh(desk.case).did(NAME), "nothing is recorded before it is confirmed"
    upheld = officer.post(address(desk), said(desk, outcome="upheld"))
    assert "The permit stays “Valid”" in upheld.text
    confirmed = said(desk) | {"confirmed": "1"}
    lacking = officer.post(address(desk), confirmed)
    assert list(lacking.context["form"].errors) == ["document"]
    assert 'id="error-summary"' in lacking.text, "what is wrong stands far below"
    assert "Check what you are about to record" in lacking.text, "asked for where it is missing"
    refused = officer.post(address(desk), confirmed | {"document": SimpleUploadedFile("a.exe", b"MZ")})
    assert list(refused.context["form"].errors) == ["document"]
    assert "Check what you are about to record" in refused.text
    assert permit(desk.case).status == P.VALID
    done = officer.post(address(desk), confirmed | {"document": pdf("决定书.pdf", "annulled")})
    assert done.status_code == 302
    assert permit(desk.case).status == P.ANNULLED
    assert fresh(desk.case).did(NAME)[0].facts["document"]["name"] == "决定书.pdf"


def test_what_would_be_refused_is_told_before_it_is_confirmed(desk: Desk) -> None:
    officer = log_in(desk.decider, english=True)
    answer = officer.post(address(desk), said(desk, until="2026-12-20"))
    assert "until" in answer.context["form"].errors
    assert "Check what you are about to record" not in answer.text


def test_who_goes_back_from_it_finds_the_words_and_no_file_is_asked_for(desk: Desk) -> None:
    officer = log_in(desk.decider, english=True)
    answer = officer.post(address(desk), said(desk, change="1"))
    assert answer.context["form"]["reasons"].value() == "程序违法。"
    assert "has to be chosen again" not in answer.text


@pytest.mark.parametrize(("fault", "warned"), [("substance", True), ("procedure", False)])
def test_who_decides_again_what_was_annulled_is_warned_unless_its_procedure_alone_was_wrong(
    desk: Desk, cast: Cast, fault: str, warned: bool
) -> None:
    reopen(desk, remedied(desk, "approve"), fault)
    item = cast.take(fresh(desk.case))
    officer = log_in(cast.decider, english=True)
    for act, same in (("approve", True), ("refuse", False)):
        words = {"opinion": "同意。"} if act == "approve" else {"reasons": "不符合规定。"}
        page = officer.post(reverse("task", args=[item.pk]), {"act": act, "looked_at": ""} | words)
        assert "Check what you are about to decide" in page.text
        assert ("This is the decision that was annulled." in page.text) is (warned and same)


def test_looking_at_what_it_brings_about_leaves_nothing_behind(
    desk: Desk, settings: Settings, django_capture_on_commit_callbacks: Any
) -> None:
    officer = log_in(desk.decider, english=True)
    officer.get(address(desk))

    def there() -> dict[str, Any]:
        rows: dict[str, Any] = {model._meta.label: model._default_manager.count() for model in apps.get_models()}
        return rows | {"files": sorted(Path(settings.MEDIA_ROOT).rglob("*")), "mails": len(mail.outbox)}

    before, case = there(), fresh(desk.case).state()
    with django_capture_on_commit_callbacks() as later:
        assert "is then “Annulled" in officer.post(address(desk), said(desk)).text
    assert there() == before
    assert fresh(desk.case).state() == case
    assert not later, "no job, mail or line of the log waits for a commit"
