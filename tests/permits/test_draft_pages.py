"""The applicant's pages: who gets them, what they show, and that nothing is done twice or lost."""

from __future__ import annotations

import html
import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import override

from permits.acts.perform import perform
from permits.drafts.completeness import parts, problems
from permits.drafts.editing import rename
from permits.errors import BadFacts, NotReady, WrongStatus
from permits.models import Application, Submission
from permits.tending.kind import TENDING
from permits.text.citing import cite
from roles.models import OperatingUnit, Person
from tests.cast import log_in, text
from tests.permits.draft_pages import EDITING, Complete, apply_url, once_of, said

PAGES = ("draft", "draft-materials", "draft-check", "draft-submitted")
ENGLISH = {"HTTP_COOKIE": "django_language=en"}


def english(client: Client) -> Client:
    client.cookies["django_language"] = "en"
    return client


# --- who gets them ----------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("method", ["get", "post"])
@pytest.mark.parametrize("name", PAGES)
def test_a_stranger_does_not_learn_that_a_draft_exists(
    draft: Application, rival: Person, name: str, method: str
) -> None:
    assert getattr(log_in(rival), method)(reverse(name, args=[draft.pk])).status_code in (
        {404} if (name, method) != ("draft-submitted", "post") else {405}
    )


@pytest.mark.parametrize("name", PAGES)
def test_a_colleague_who_may_not_apply_does_not_learn_of_it_either(
    draft: Application, driver: Person, name: str
) -> None:
    assert log_in(driver).get(reverse(name, args=[draft.pk])).status_code == 404


@pytest.mark.parametrize("name", PAGES)
def test_an_officer_does_not_see_a_draft(draft: Application, officer: Person, name: str) -> None:
    assert log_in(officer).get(reverse(name, args=[draft.pk])).status_code == 404


@pytest.mark.parametrize("name", PAGES)
def test_an_officer_who_sees_the_case_is_told_that_its_draft_is_the_applicants(
    submitted: Application, officer: Person, name: str
) -> None:
    assert log_in(officer).get(reverse(name, args=[submitted.pk])).status_code == 403


@pytest.mark.parametrize("name", PAGES)
def test_a_visitor_logs_in_and_comes_back_to_the_same_page(draft: Application, client: Client, name: str) -> None:
    url = reverse(name, args=[draft.pk])
    assert client.get(url).url == f"{reverse('login')}?next={url}"  # type: ignore[attr-defined]


@pytest.mark.parametrize("name", EDITING)
def test_what_was_handed_in_is_no_longer_edited(submitted: Application, desk: Client, name: str) -> None:
    assert desk.get(reverse(name, args=[submitted.pk])).status_code == 409


def test_who_applies_for_no_unit_cannot_begin(officer: Person) -> None:
    response = english(log_in(officer)).get(reverse("draft-new"))
    assert response.status_code == 403
    assert "You apply for no operating unit" in text(response)


# --- beginning --------------------------------------------------------------------------------------------------------
def test_the_first_page_offers_every_kind_with_its_legal_nature(desk: Client, farm: OperatingUnit) -> None:
    page = text(english(desk).get(reverse("draft-new")))
    assert "Approval of a tending design" in page
    assert "other administrative approval" in page


def test_before_beginning_one_reads_who_decides_how_long_it_takes_and_what_is_asked(desk: Client) -> None:
    page = text(english(desk).get(apply_url()))
    assert "plan for natural forest (北京市天然林保护修复制度实施方案) L27" in page
    assert "20 working days from acceptance" in page
    assert "Field survey of the sub-compartments" in page
    assert Application.objects.count() == 0, "reading what is asked leaves no draft behind"


@pytest.mark.parametrize(("kind", "said"), [("tending", True), ("occupation", False)])
def test_only_of_what_is_no_licence_the_period_is_by_analogy(desk: Client, kind: str, said: bool) -> None:
    page = text(english(desk).get(reverse("draft-new"), {"kind": kind}))
    assert ("by analogy" in page) == said


@pytest.mark.parametrize(("kind", "several"), [("tending", False), ("occupation", True)])
def test_where_several_agencies_may_decide_it_is_told_what_settles_it(desk: Client, kind: str, several: bool) -> None:
    page = text(english(desk).get(reverse("draft-new"), {"kind": kind}))
    assert ("One of them decides, by what you fill in" in page) == several


def test_an_unknown_kind_is_not_found(desk: Client) -> None:
    assert desk.get(reverse("draft-new") + "?kind=fishing").status_code == 404


def test_the_seat_of_the_unit_is_chosen_to_begin_with(desk: Client) -> None:
    assert '<option value="110118" selected>' in desk.get(apply_url()).content.decode()


def test_opening_leads_to_the_first_part(desk: Client, farm: OperatingUnit) -> None:
    response = desk.post(apply_url(), said(farm, once_of(desk)))
    application = Application.objects.get()
    assert response.url == reverse("table-head", args=[application.pk])  # type: ignore[attr-defined]
    assert (application.title, application.jurisdiction_id, application.status) == ("2026年抚育", "110118", "draft")
    assert [record.act for record in application.acts.all()] == ["open_draft"]


def test_a_second_click_leads_to_the_same_draft(desk: Client, farm: OperatingUnit) -> None:
    once = once_of(desk)
    first, second = (desk.post(apply_url(), said(farm, once)) for _click in range(2))
    assert first.url == second.url  # type: ignore[attr-defined]
    assert Application.objects.count() == 1


def test_a_form_of_another_session_opens_nothing_and_loses_nothing(
    desk: Client, clerk: Person, farm: OperatingUnit
) -> None:
    once_of(desk)
    page = english(desk).post(apply_url(), said(farm, once_of(log_in(clerk))))
    assert Application.objects.count() == 0
    assert "This form was open for too long" in text(page)
    assert 'value="2026年抚育"' in page.content.decode()
    fresh = re.search(r'name="once" value="([^"]+)"', page.content.decode())
    assert fresh
    assert desk.post(apply_url(), said(farm, fresh[1])).status_code == 302, "sending it again works"


def test_a_district_in_which_nobody_accepts_this_kind_is_refused_at_its_field(
    desk: Client, farm: OperatingUnit
) -> None:
    page = desk.post(apply_url(), said(farm, once_of(desk), district="120101"))
    assert page.context["form"].errors.keys() == {"district"}
    assert 'value="2026年抚育"' in page.content.decode()


def test_nobody_opens_a_draft_for_another_unit(desk: Client, rival: Person) -> None:
    other = OperatingUnit.objects.get(name="密云区云蒙林场")
    page = desk.post(apply_url(), said(other, once_of(desk)))
    assert page.context["form"].errors.keys() == {"unit"}
    assert Application.objects.count() == 0


# --- the task list ----------------------------------------------------------------------------------------------------
def test_the_task_list_shows_what_each_part_lacks(draft: Application, desk: Client) -> None:
    states = {
        line["part"].slug: line["part"].state for line in desk.get(reverse("draft", args=[draft.pk])).context["parts"]
    }
    assert states["materials"] == "not_started"
    assert "complete" not in states.values()


def test_the_task_list_says_when_everything_is_ready(draft: Application, complete: Complete, desk: Client) -> None:
    complete(draft)
    page = english(desk).get(reverse("draft", args=[draft.pk]))
    assert {line["part"].state for line in page.context["parts"]} == {"complete"}
    assert "Ready" in text(page)


def test_the_task_list_leads_to_the_next_step(draft: Application, complete: Complete, desk: Client) -> None:
    page = desk.get(reverse("draft", args=[draft.pk]))
    first = next(part for part in parts(draft) if part.problems)
    assert page.context["next_step"]["url"] == first.url
    assert f"下一步：{first.label}" in page.content.decode()
    complete(draft)
    page = desk.get(reverse("draft", args=[draft.pk]))
    assert page.context["next_step"]["url"] == reverse("draft-check", args=[draft.pk])


def test_a_long_title_is_written_smaller(draft: Application, desk: Client) -> None:
    rename(draft.pk, "石城镇" * 20)
    assert 'class="long-title"' not in desk.get(reverse("draft", args=[draft.pk])).content.decode()
    rename(draft.pk, "石城镇" * 60)
    assert (
        f'<span class="long-title">{"石城镇" * 60}</span>'
        in desk.get(reverse("draft", args=[draft.pk])).content.decode()
    )


def test_each_material_stands_there_with_its_source_and_whether_it_is_required(
    draft: Application, desk: Client
) -> None:
    page = text(english(desk).get(reverse("draft", args=[draft.pk])))
    assert re.search(r"mandatory · Asked for by: \S+ plan for natural forest \(\S+\) L27; (?!\S+ plan for)", page)
    assert "optional · Asked for by: rules on tending designs (林造发〔2012〕191号) art 3" in page


def test_the_title_is_saved(draft: Application, desk: Client) -> None:
    desk.post(reverse("draft", args=[draft.pk]), {"title": "  雾灵山 堃  "})
    draft.refresh_from_db()
    assert draft.title == "雾灵山 堃"


def test_a_title_that_is_too_long_is_refused_and_kept_in_the_form(draft: Application, desk: Client) -> None:
    long = "长" * 201
    page = desk.post(reverse("draft", args=[draft.pk]), {"title": long})
    assert page.context["form"].errors.keys() == {"title"}
    assert long in page.content.decode()
    draft.refresh_from_db()
    assert draft.title == ""


@pytest.mark.parametrize("title", ["a\x00b", "\ud800", "长" * 201])
def test_a_title_the_record_cannot_hold_is_refused_at_the_verb_too(draft: Application, title: str) -> None:
    with pytest.raises(BadFacts) as refused:
        rename(draft.pk, title)
    assert refused.value.errors.keys() == {"title"}


def test_the_title_of_what_was_handed_in_stays(submitted: Application) -> None:
    with pytest.raises(WrongStatus):
        rename(submitted.pk, "another")


# --- check and hand in ------------------------------------------------------------------------------------------------
def test_every_open_point_is_named_and_leads_to_its_place(draft: Application, desk: Client) -> None:
    page = desk.get(reverse("draft-check", args=[draft.pk])).content.decode()
    assert problems(draft)
    for problem in problems(draft):
        assert problem.anchor.startswith("/")
        assert f'href="{problem.anchor}"' in page
    assert 'name="statement"' not in page, "an incomplete draft offers no button to hand it in"


def test_an_incomplete_draft_is_not_taken_in_by_any_way(draft: Application, desk: Client, clerk: Person) -> None:
    with pytest.raises(NotReady) as refused:
        perform(draft.pk, "submit", by=clerk, statement=True)
    assert [problem.anchor for problem in refused.value.problems] == [problem.anchor for problem in problems(draft)]
    page = desk.post(reverse("draft-check", args=[draft.pk]), {"statement": "on"})
    assert page.status_code == 422
    draft.refresh_from_db()
    assert (draft.status, draft.acts.count()) == ("draft", 1)


def test_one_missing_required_material_is_enough_to_stop_it(
    draft: Application, complete: Complete, desk: Client, clerk: Person
) -> None:
    draft = complete(draft)
    survey = draft.materials.get(slot="survey").versions.get()
    desk.post(reverse("draft-materials", args=[draft.pk]), {"take_back": survey.pk})
    assert [problem.anchor for problem in problems(draft)] == [f"/drafts/{draft.pk}/materials/#slot-survey"]
    with pytest.raises(NotReady):
        perform(draft.pk, "submit", by=clerk, statement=True)


def test_the_check_page_shows_what_the_rules_say_with_their_sources(
    draft: Application, complete: Complete, desk: Client
) -> None:
    complete(draft)
    page = english(desk).get(reverse("draft-check", args=[draft.pk]))
    found = [finding for _grade, group in page.context["board"].groups for finding in group]
    shown = text(page)
    assert "Nothing here decides: the agency does." in shown
    assert found
    for finding in found:
        assert finding.rule in shown
        with override("en"):
            clause = cite(finding.citations[0]["source"], finding.citations[0]["article"])
        assert clause in html.unescape(shown)
    assert "By these facts it is for Beijing Gardening and Greening Bureau to decide." in shown
    assert "it is for 北京" not in shown


def test_the_check_page_of_an_unfinished_draft_says_that_the_rules_cannot_be_asked_yet(
    draft: Application, desk: Client
) -> None:
    assert "The rules can be asked once every part is filled in." in text(
        english(desk).get(reverse("draft-check", args=[draft.pk]))
    )


def test_without_the_statement_nothing_is_handed_in(
    draft: Application, complete: Complete, desk: Client, clerk: Person
) -> None:
    complete(draft)
    page = desk.post(reverse("draft-check", args=[draft.pk]), {})
    assert page.context["form"].errors.keys() == {"statement"}
    told = re.search(r'<a href="#id_statement">(.*?)</a>', page.text, re.DOTALL)
    assert told
    assert told[1].strip() == str(page.context["form"].errors["statement"][0])  # not behind the whole statement
    with pytest.raises(BadFacts) as refused:
        perform(draft.pk, "submit", by=clerk, statement=False)
    assert refused.value.errors.keys() == {"statement"}
    assert draft.acts.count() == 1


def test_handing_in_leads_to_the_case_number(draft: Application, complete: Complete, desk: Client) -> None:
    complete(draft)
    response = desk.post(reverse("draft-check", args=[draft.pk]), {"statement": "on"})
    assert response.url == reverse("draft-submitted", args=[draft.pk])  # type: ignore[attr-defined]
    draft.refresh_from_db()
    assert draft.status == "submitted"
    assert draft.number in text(desk.get(response.url))  # type: ignore[attr-defined]
    assert draft.acts.get(act="submit").facts == {"statement": True}


def test_a_second_click_hands_nothing_in_twice(draft: Application, complete: Complete, desk: Client) -> None:
    complete(draft)
    url = reverse("draft-check", args=[draft.pk])
    first, second = (desk.post(url, {"statement": "on"}) for _click in range(2))
    assert first.url == second.url  # type: ignore[attr-defined]
    assert draft.acts.filter(act="submit").count() == 1
    assert Submission.objects.count() == 1


def test_a_page_left_open_until_the_case_was_withdrawn_hands_nothing_in(
    submitted: Application, desk: Client, clerk: Person
) -> None:
    perform(submitted.pk, "withdraw", by=clerk)
    assert desk.post(reverse("draft-check", args=[submitted.pk]), {"statement": "on"}).status_code == 409


# --- what comes next --------------------------------------------------------------------------------------------------
def test_the_confirmation_names_the_day_of_the_answer_and_what_silence_means(
    submitted: Application, desk: Client
) -> None:
    page = english(desk).get(reverse("draft-submitted", args=[submitted.pk]))
    due = page.context["notice"].due.date
    assert due == timezone.localdate() + timedelta(days=7), "Friday to Friday: five working days"
    assert "Within 5 working days" in text(page)
    assert "counts as accepted from the day it was received" in text(page)


def test_the_confirmation_of_a_draft_leads_to_its_task_list(draft: Application, desk: Client) -> None:
    response = desk.get(reverse("draft-submitted", args=[draft.pk]))
    assert response.url == reverse("draft", args=[draft.pk])  # type: ignore[attr-defined]


# --- cost -------------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(("name", "most"), [("draft", 22), ("draft-materials", 14), ("draft-check", 34)])
def test_a_page_costs_no_more_queries_than_it_did(
    draft: Application, complete: Complete, desk: Client, name: str, most: int, django_assert_max_num_queries: Any
) -> None:
    complete(draft)
    desk.get(reverse(name, args=[draft.pk]))
    with django_assert_max_num_queries(most):
        desk.get(reverse(name, args=[draft.pk]))


def test_more_rows_and_files_cost_no_more_queries(
    draft: Application, complete: Complete, clerk: Person, desk: Client, django_assert_max_num_queries: Any
) -> None:
    draft = complete(draft)
    plot = draft.tending.rows.get()
    for number in range(10):
        TENDING.book.add(draft.pk, plot.values | {"number": f"9{number}"})
    assert all(part.state == "complete" for part in parts(draft))
    with django_assert_max_num_queries(34):
        desk.get(reverse("draft-check", args=[draft.pk]))


def test_a_deleted_draft_is_not_called_handed_in_or_withdrawn(draft: Application, clerk: Person) -> None:
    perform(draft.pk, "withdraw", by=clerk)
    reader = english(log_in(clerk))
    page = reader.get(reverse("draft", args=[draft.pk]))
    assert page.status_code == 409
    assert "The draft was deleted and can no longer be changed." in page.text
    with pytest.raises(WrongStatus, match="删除"):
        rename(draft.pk, "另一个")
    page = reader.get(reverse("case", args=[draft.pk]))
    assert "The case has ended: Draft deleted." in page.text
    assert "Withdrawn by the applicant" not in page.text.split("<main")[1]
