"""A new draft from an earlier application: what was filled in comes along, files only as chosen."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path

import pytest
from django.http import Http404
from django.urls import reverse

from permits import kinds
from permits.acts.copying import copy_application
from permits.errors import BadFacts, NotPermitted, WrongStatus
from permits.kinds import kind_of
from permits.models import Application
from permits.models.material import current_files
from permits.models.states import S
from permits.tables.kind import plain_json
from tests.cast import Cast, log_in


def asked(case: Application) -> tuple[dict[str, object], list[object]]:
    """Head and rows, in plain values."""
    kind = kind_of(case)
    head = kind.head_of(case)
    return {name: plain_json(getattr(head, name)) for name in kind.head.fields}, [
        one.values for one in kind.rows_of(case)
    ]


@pytest.mark.parametrize("status", [S.DRAFT, S.SUBMITTED, S.APPROVED])
def test_head_and_rows_come_along_and_files_do_not(cast: Cast, status: str) -> None:
    source = cast.case_at(status)
    made = copy_application(source.pk, by=cast.clerk, title="再报一次")
    assert (made.status, made.number, made.unit_id, made.jurisdiction_id) == (
        S.DRAFT, None, source.unit_id, source.jurisdiction_id,
    )  # fmt: skip
    assert [act.act for act in made.acts.all()] == ["open_draft"]
    made = Application.objects.get(pk=made.pk)
    assert made.title == "再报一次"
    today = "2026-11-20"
    head, rows = asked(source)
    past = {
        name for name, value in head.items() if name in ("work_from", "work_to", "surveyed_on") and str(value) < today
    }
    assert asked(made) == ({name: None if name in past else value for name, value in head.items()}, rows)
    assert not current_files(made).exists()


def test_days_that_are_over_are_left_open(cast: Cast) -> None:
    source = cast.case_at(S.DRAFT)
    type(source.tending).objects.filter(pk=source.pk).update(work_from="2026-11-19", work_to="2026-11-20")
    made = Application.objects.get(pk=copy_application(source.pk, by=cast.clerk).pk)
    assert made.tending.work_from is None
    assert str(made.tending.work_to) == "2026-11-20"


def test_chosen_files_are_new_versions_of_the_same_bytes(cast: Cast) -> None:
    source = cast.case_at(S.SUBMITTED)
    kept, *_others = current_files(source)
    made = copy_application(source.pk, by=cast.clerk, files=[kept.pk])
    (file,) = current_files(made)
    assert (file.sha256, file.name, file.material.slot) == (kept.sha256, kept.name, kept.material.slot)
    assert file.pk != kept.pk


def test_a_damaged_file_is_neither_offered_nor_taken(cast: Cast) -> None:
    source = cast.case_at(S.SUBMITTED)
    kept = current_files(source)[0]
    path = Path(kept.file.path)
    bytes_before = path.read_bytes()
    path.write_bytes(b"%PDF-x")
    try:
        before = Application.objects.count()
        with pytest.raises(BadFacts, match=r"damaged|损坏"):
            copy_application(source.pk, by=cast.clerk, files=[kept.pk])
        assert Application.objects.count() == before
        page = log_in(cast.clerk).get(reverse("draft-copy", args=[source.pk])).text
        assert f'value="{kept.pk}"' not in page
        assert kept.name in page
    finally:
        path.write_bytes(bytes_before)


def test_another_units_application_is_not_copied(cast: Cast) -> None:
    source = cast.case_at(S.SUBMITTED)
    with pytest.raises(Http404):
        copy_application(source.pk, by=cast.rival)
    with pytest.raises(NotPermitted):
        copy_application(source.pk, by=cast.acceptor)


def test_a_kind_no_longer_installed_is_not_copied(cast: Cast) -> None:
    source, kind = cast.case_at(S.APPROVED), kinds.kind("tending")
    kinds.remove("tending")
    try:
        with pytest.raises(WrongStatus):
            copy_application(source.pk, by=cast.clerk)
    finally:
        kinds.add(kind, app="permits.tending")


def test_a_second_click_makes_no_second_draft(cast: Cast) -> None:
    source, client = cast.case_at(S.SUBMITTED), log_in(cast.clerk)
    place = reverse("draft-copy", args=[source.pk])
    token = client.get(place).context["form"].initial["once"]
    first, second = (client.post(place, {"once": token, "title": "再报"}) for _time in range(2))
    assert (first.status_code, first["Location"]) == (302, second["Location"])
    listed = client.get(f"{reverse('draft-new')}?kind=tending").text
    assert place in listed


@pytest.mark.parametrize("code", [kind.code for kind in kinds.kinds() if kind.code != "tending"])
def test_every_kind_is_copied_whole(cast: Cast, code: str) -> None:
    source, clerk = import_module(f"tests.permits.{code}.cases").draft()
    made = Application.objects.get(pk=copy_application(source.pk, by=clerk).pk)
    assert asked(made)[1] == asked(source)[1]
    assert asked(made)[0] == asked(source)[0]
