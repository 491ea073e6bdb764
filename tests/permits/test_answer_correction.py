"""Correction as a task list: where to go, what was changed since, by when; and the officer's look before it is sent."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from permits.drafts.corrections import points, to_correct
from permits.models import Act, Application
from permits.models.states import S
from permits.tending.kind import TENDING
from roles.appointments import grant
from tests.cast import Cast, log_in, make_person, make_post
from workflows.models import WorkItem


@pytest.fixture
def case(cast: Cast) -> Application:
    return cast.case_at(S.CORRECTING)


@pytest.fixture
def clerk(cast: Cast) -> Client:
    return log_in(cast.clerk)


def change_head(case: Application) -> None:
    head = TENDING.head_of(case)
    head.refresh_from_db()
    TENDING.book.change_head(case.pk, {"compiler": "更正后的单位"}, version=head.version)
    head.refresh_from_db()


def test_a_point_leads_to_its_page_and_is_open_until_that_was_changed(case: Application) -> None:
    [point] = points(case)
    assert (point.url, point.changed) == (reverse("table-head", args=[case.pk]), False)
    assert to_correct(case) == {"head"}
    change_head(case)
    case = Application.objects.get(pk=case.pk)
    assert points(case)[0].changed
    assert to_correct(case) == frozenset()


def test_the_task_list_says_what_is_to_be_corrected_and_not_that_it_is_complete(
    case: Application, clerk: Client
) -> None:
    shown = clerk.get(reverse("draft", args=[case.pk]))
    assert [line["to_correct"] for line in shown.context["parts"]] == [True, False, False]
    assert len(shown.context["unchanged"]) == 1
    change_head(case)
    shown = clerk.get(reverse("draft", args=[case.pk]))
    assert not any(line["to_correct"] for line in shown.context["parts"])


def test_the_next_step_of_a_correction_is_its_first_point_not_met(case: Application, clerk: Client) -> None:
    first = next(point for point in points(case) if not point.changed)
    page = clerk.get(reverse("draft", args=[case.pk]))
    assert page.context["next_step"] == {"label": first.label, "url": first.url}


def test_handing_in_again_unchanged_is_warned_of_and_not_barred(case: Application, clerk: Client) -> None:
    place = reverse("draft-check", args=[case.pk])
    assert clerk.get(place).context["unchanged"]
    assert clerk.post(place, {"statement": "on", "note": "无需修改"}).status_code == 302
    case.refresh_from_db()
    assert case.status == S.SUBMITTED


def test_a_correction_is_looked_at_before_its_letter_takes_a_number(cast: Cast) -> None:
    case = cast.case_at(S.SUBMITTED)
    item = WorkItem.objects.get(application=case, finished=None)
    desk, place = log_in(cast.acceptor), reverse("task", args=[item.pk])
    desk.post(reverse("task-claim", args=[item.pk]))
    [form] = [one["form"] for one in desk.get(place).context["forms"] if one["form"].spec.name == "request_correction"]
    assert form["until"].value() == "2026-12-11"  # 15 working days after Friday, 20 November 2026
    said = {"act": "request_correction", "items-rows": "1", "items-0-where": "head", "items-0-what": "缺图"}
    looked_at = desk.post(place, said | {"until": "2026-12-11"})
    assert "缺图" in looked_at.content.decode()
    assert not Act.objects.filter(act="request_correction").exists()
    assert not case.documents.filter(kind="correction_notice").exists()
    desk.post(place, said | {"until": "2026-12-11", "confirmed": "1"})
    assert Act.objects.get(act="request_correction").facts["until"] == "2026-12-11"


def test_a_draft_is_deleted_by_name_from_its_own_page_and_the_act_stays(cast: Cast, clerk: Client) -> None:
    draft = cast.case_at(S.DRAFT)
    place = reverse("case-act", args=[draft.pk, "withdraw"])
    assert place in clerk.get(reverse("draft", args=[draft.pk])).content.decode()
    assert clerk.post(place, {}).status_code == 200  # asked once more
    assert clerk.post(place, {"confirmed": "1"}).status_code == 302
    draft.refresh_from_db()
    assert draft.status == S.WITHDRAWN
    assert draft.acts.filter(act="withdraw").count() == 1


def test_who_only_applies_has_no_entries_of_officers(cast: Cast, clerk: Client) -> None:
    officers = {str(place.url) for place in log_in(cast.acceptor).get("/").context["places"]}
    own = {str(place.url) for place in clerk.get("/").context["places"]}
    assert officers - own == {reverse("queue", args=["agency"]), reverse("role-matrix")}


def test_who_applies_for_oneself_is_told_of_no_unit_in_the_bar(cast: Cast, clerk: Client) -> None:
    """本单位办件 stood there for a rural resident, too."""
    assert [place for place in clerk.get("/").context["places"] if "单位" in str(place.label)] == []


def test_who_manages_a_unit_has_no_entries_of_officers_either(cast: Cast, clerk: Client) -> None:
    managing = make_post("managing", unit=cast.farm)
    grant(managing, cast.farm, manage=True)
    manager = make_person("manager", "场长", managing)
    bar = [str(place.url) for place in log_in(manager).get("/").context["places"]]
    assert bar == [str(place.url) for place in clerk.get("/").context["places"]]
