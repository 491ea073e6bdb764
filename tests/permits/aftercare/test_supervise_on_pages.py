"""A tending design supervised through the pages: reported, inspected, put right, checked, closed; who sees what."""

from __future__ import annotations

import re
from datetime import date
from types import SimpleNamespace
from typing import Any

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import override

from permits.documents.standard import matter_of
from permits.documents.supervision_papers import inspection_form
from permits.models import ACTS, Document, Material
from permits.models.facts import Amount
from permits.models.material import REPORTED
from permits.models.obligation import O
from tests.cast import Cast, log_in, markup, pdf, plot
from tests.permits.aftercare.cases import Watch, granted, photo, wrong
from tests.permits.documents.reading import text_of
from tests.permits.occupation.fees import approved
from workflows import sweep
from workflows.reading import by_name
from workflows.report_forms import ReportForm

AFTER = "2027-02-10T09:00:00+08:00"


def page(watch: Watch) -> str:
    return reverse("permit", args=[watch.case.pk])


def act(watch: Watch, name: str) -> str:
    return reverse("case-act", args=[watch.case.pk, name])


def report(watch: Watch, code: str) -> str:
    return reverse("obligation-report", args=[watch.case.pk, code])


def send(client: Client, address: str, said: dict[str, Any], *, confirmed: bool = False) -> Any:
    """Fill in the form that stands there, and send it."""
    shown = client.get(address)
    once = shown.context["form"]["once"].value()
    return client.post(address, {"once": str(once), **({"confirmed": "1"} if confirmed else {}), **said})


def steps(client: Client, watch: Watch) -> dict[str, list[str]]:
    shown = client.get(page(watch)).context["obligations"]
    return {one.standing.code: [step.url.partition("?")[0] for step in one.steps] for one in shown}


def told(client: Client, watch: Watch) -> tuple[str, str]:
    """What the card of the completion says was found, and is to be put right."""
    shown = client.get(page(watch)).context["obligations"]
    return next((one.found, one.ordered) for one in shown if one.standing.code == "completion")


def test_a_permit_is_supervised_through_its_pages_from_the_start_to_the_closing(watch: Watch) -> None:
    with time_machine.travel("2026-12-03T09:00:00+08:00"):
        holder, officer = log_in(watch.clerk, english=True), log_in(watch.first, english=True)
        assert steps(holder, watch)["start"] == [report(watch, "start")]
        said = {"f-begins_on": "2026-12-02", "f-crew": "抚育队", "f-licence": "京采〔2026〕7号", "statement": "on"}
        answer = send(holder, report(watch, "start"), said)
        assert "attach its copy" in answer.content.decode()
        answer = send(holder, report(watch, "start"), said | {"m-licence_copy": pdf("许可证.pdf")})
        assert answer["Location"] == page(watch)
        assert Material.objects.filter(application=watch.case, slot=REPORTED).exists()
        assert "抚育队" in officer.get(act(watch, "check_report") + "?obligation=start").content.decode()
        answer = send(officer, act(watch, "check_report"), {"obligation": "start", "outcome": "accepted"})
        assert answer["Location"] == page(watch)
    with time_machine.travel(AFTER):
        holder, officer = log_in(watch.clerk, english=True), log_in(watch.first, english=True)
        send(holder, report(watch, "completion"), {
            "f-carried": "yes", "f-finished_on": "2027-01-20", "p-0-area_ha": "12.5", "p-0-canopy_after": "0.66",
            "m-survey": pdf("调查表.pdf"), "statement": "on",
        })  # fmt: skip
        assert watch.of("completion").state == O.REPORTED
        _inspect(watch, officer, "not_in_order")
        assert told(holder, watch) == ("现地核对。", "")
        order = {"obligation": "completion", "demands": "清理剩余物。", "basis": "《中华人民共和国森林法》第六十六条",
                 "until": "2027-03-10"}  # fmt: skip
        looked_at = send(officer, act(watch, "order_rectification"), order)
        assert looked_at.status_code == 200
        assert watch.of("completion").state == O.FAULTED
        send(officer, act(watch, "order_rectification"), order, confirmed=True)
        assert steps(holder, watch)["completion"] == [act(watch, "report_rectification")]
        assert told(holder, watch) == ("现地核对。", "清理剩余物。")
        assert "What is to be put right: 清理剩余物。" in holder.get(page(watch)).text
        asked = holder.get(act(watch, "report_rectification") + "?obligation=completion").content.decode()
        assert "清理剩余物。" in asked  # what is to be put right stands where it is answered
        assert f'<a class="btn" href="{page(watch)}">' in asked
        send(holder, act(watch, "report_rectification"), {
            "obligation": "completion", "what": "已清理。", "statement": "on", "materials-rows": "1",
            "materials-0-what": "照片", "materials-0-file": photo(),
        })  # fmt: skip
        assert watch.of("completion").state == O.RECTIFIED
        answered = officer.get(act(watch, "check_rectification") + "?obligation=completion").content.decode()
        assert "清理剩余物。" in answered
        assert "已清理。" in answered
        _inspect(watch, officer, "in_order")
        assert told(holder, watch) == ("", "")
        send(officer, act(watch, "close_obligation"), {"obligation": "completion", "ground": "fulfilled",
                                                       "reason": "验收合格。"})  # fmt: skip
        assert watch.of("completion").state == O.CLOSED
        text = holder.get(page(watch)).content.decode()
        assert "Closed" in text
        assert "Yes, by the design" in text  # the record in words, not in codes
    watch.print_papers()
    papers = Document.objects.filter(application=watch.case, act__duty="supervise").values_list("kind", flat=True)
    assert set(papers) == {"inspection_record", "rectification"}
    assert wrong() == []


def _inspect(watch: Watch, officer: Client, finding: str) -> None:
    answer = send(officer, act(watch, "record_inspection"), {
        "inspected_on": date(2027, 2, 10).isoformat(), "place": "12林班3小班", "inspectors-rows": "2",
        "inspectors-0-person": watch.first.pk, "inspectors-0-capacity": "执法人员",
        "inspectors-1-person": watch.second.pk, "inspectors-1-capacity": "执法人员", "findings-rows": "1",
        "findings-0-obligation": "completion", "findings-0-finding": finding, "findings-0-what": "现地核对。",
        "photos-rows": "1", "photos-0-photo": photo(), "photos-0-longitude": "117.12345", "photos-0-latitude":
        "40.54321", "photos-0-what": "剩余物",
    })  # fmt: skip
    assert answer["Location"] == page(watch), answer.content.decode()


def test_an_inspection_form_begins_with_who_asks_and_what_is_open(watch: Watch) -> None:
    shown = log_in(watch.first).get(act(watch, "record_inspection")).context["form"]
    assert shown["findings-0-obligation"].value() == "start"
    assert shown["inspectors-0-person"].value() == str(watch.first.pk)


@pytest.mark.parametrize("more", ["", "?blank"])
def test_who_inspects_takes_the_form_along_and_nobody_else(watch: Watch, cast: Cast, more: str) -> None:
    address = reverse("inspection-form", args=[watch.case.pk]) + more
    assert log_in(watch.first).get(address)["Content-Type"] == "application/pdf"
    assert [log_in(one).get(address).status_code for one in (cast.clerk, cast.decider, cast.rival)] == [403, 403, 404]


def test_each_sees_the_obligations_of_the_permits_it_may_see(watch: Watch, cast: Cast) -> None:
    def listed(person: Any, **query: str) -> set[str]:
        table = log_in(person).get(reverse("obligation-list"), query).context["table"]
        return {row.record.code for row in table.rows}

    every = {"start", "completion", "evaluation", "archive"}
    assert [listed(one) for one in (cast.clerk, watch.first, cast.auditor, cast.rival)] == [every, every, every, set()]
    assert listed(cast.clerk, owed="holder") == {"start", "completion"}
    assert listed(cast.clerk, state="waiting") == {"evaluation", "archive"}
    assert listed(watch.first, state="to_be_checked") == set()
    with time_machine.travel("2027-03-10T09:00:00+08:00"):
        assert listed(watch.first, time="late") == {"completion"}
    assert log_in(watch.first).get(reverse("obligation-list"), {"format": "csv"}).status_code == 200


def test_the_list_costs_the_same_however_many_permits(watch: Watch, cast: Cast, django_assert_num_queries: Any) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    client = log_in(watch.first)
    client.get(reverse("obligation-list"))
    with CaptureQueriesContext(connection) as one:
        client.get(reverse("obligation-list"))
    cast.walk_to("approved")
    with CaptureQueriesContext(connection) as two:
        client.get(reverse("obligation-list"))
    assert len(two) == len(one)


def test_home_tells_what_is_due_next_and_what_is_to_be_checked(watch: Watch) -> None:
    with time_machine.travel("2027-03-10T09:00:00+08:00"):
        home = log_in(watch.clerk, english=True).get("/").content.decode()
        assert re.search(r"Report on the completed work.*?Overdue", home, re.DOTALL)
        figures = {
            str(one.label): one.number for one in log_in(watch.first, english=True).get("/").context["supervision"]
        }
    assert list(figures.values()) == [0, 0, 1]


def test_home_tells_the_holder_that_a_rectification_is_due_and_not_the_report(watch: Watch) -> None:
    def owed() -> str:
        return log_in(watch.clerk).get("/").text.partition('id="owed"')[2].partition("</ul>")[0]

    with time_machine.travel(AFTER):
        assert "整改中" not in owed()
        watch.report("completion", None, ("survey",), carried="no", account="未作业。")
        watch.inspect(("completion", "not_in_order"))
        watch.order("completion", date(2027, 3, 10))
        assert "整改中" in owed()


def test_the_tiles_of_home_tell_reports_and_faults_apart_and_count_what_they_list(watch: Watch) -> None:
    def tiles() -> dict[str, int]:
        client = log_in(watch.first, english=True)
        figures = client.get("/").context["supervision"]
        for one in figures:
            assert len(client.get(one.url).context["table"].rows) == one.number, one.label
        return {str(one.label): one.number for one in figures}

    to_check, faulted = "Reports to check", "Found not in order, to be acted on"
    with time_machine.travel(AFTER):
        assert (tiles()[to_check], faulted in tiles()) == (0, False)
        watch.report("completion", None, ("survey",), carried="no", account="未作业。")
        assert (tiles()[to_check], faulted in tiles()) == (1, False)
        watch.inspect(("completion", "not_in_order"))
        assert (tiles()[to_check], tiles()[faulted]) == (0, 1)
        watch.order("completion", date(2027, 3, 10))
        assert (tiles()[to_check], faulted in tiles()) == (0, False)
        watch.holder("report_rectification", obligation="completion", what="已清理。", statement=True)
        assert (tiles()[to_check], faulted in tiles()) == (1, False)
        watch.officer("check_rectification", obligation="completion", outcome="no", note="未清理。")
        assert (tiles()[to_check], tiles()[faulted]) == (0, 1)


def beside(watch: Watch, name: str) -> str:
    """What stands beside the form of an act on the completion."""
    text = log_in(watch.first).get(act(watch, name) + "?obligation=completion").text
    return text.partition('<div class="reading">')[2].partition("<form")[0]


def test_the_forms_that_follow_a_fault_show_what_was_found_and_what_became_of_it(watch: Watch) -> None:
    with time_machine.travel(AFTER):
        assert "现地核对。" not in beside(watch, "find_breach")  # nothing is found yet
        watch.report("completion", None, ("survey",), carried="no", account="未作业。")
        assert "未作业。" in beside(watch, "find_breach")
        watch.inspect(("completion", "not_in_order"))
        for name in ("order_rectification", "find_breach"):
            assert "现地核对。" in beside(watch, name)
        watch.order("completion", date(2027, 3, 10))
        assert "补植2公顷。" in beside(watch, "find_breach")
        watch.holder("report_rectification", obligation="completion", what="已清理。", statement=True)
        watch.officer("check_rectification", obligation="completion", outcome="no", note="仍未补植。")
        for name in ("order_rectification", "find_breach"):
            told = beside(watch, name)
            assert told.index("补植2公顷。") < told.index("已清理。") < told.index("仍未补植。")
            assert "现地核对。" not in told  # what was found before was ordered since
        watch.officer("find_breach", obligation="completion", reasons="拒不整改。", proposal="none")
        assert "拒不整改。" in beside(watch, "order_rectification")
        watch.report("completion", None, ("survey",), carried="no", account="重新报告。")
        watch.officer("check_report", obligation="completion", outcome="not_in_order", note="与现场不一致。")
        told = beside(watch, "order_rectification")
        assert "与现场不一致。" in told
        assert "补植2公顷。" not in told  # of the report before


def test_who_inspects_reads_what_an_order_asks_on_the_page_and_on_the_form_to_fill_in(watch: Watch) -> None:
    def on_paper() -> str:
        made = inspection_form(watch.fresh, watch.mandate.agency, matter_of(watch.fresh), filled=True)
        return "".join(text_of(made).split())

    with time_machine.travel(AFTER):
        watch.report("completion", None, ("survey",), carried="no", account="未作业。")
        watch.inspect(("completion", "not_in_order"))
        assert "责令" not in on_paper()
        watch.order("completion", date(2027, 3, 10))
        assert "补植2公顷。" in beside(watch, "record_inspection")
        assert "补植2公顷。" in on_paper()
        assert "责令" in on_paper()
        watch.holder("report_rectification", obligation="completion", what="已补植。", statement=True)
        assert "已补植。" in beside(watch, "record_inspection")
        watch.inspect(("completion", "in_order"))
        assert "补植2公顷。" not in beside(watch, "record_inspection")
        assert "责令" not in on_paper()


def test_a_breach_offers_what_the_door_takes(watch: Watch, cast: Cast) -> None:
    """Of a permit that ended no end is proposed but its cancellation; nothing is broken of what is not yet due."""

    def offered(name: str) -> list[str]:
        page = log_in(watch.first).get(act(watch, "find_breach") + "?obligation=completion")
        return [code for code, _label in page.context["form"].fields[name].choices]

    with time_machine.travel("2027-03-10T09:00:00+08:00"):
        assert watch.of("start").state == O.OPEN
        assert offered("obligation") == ["", "completion"]  # the start has no day that could pass
        every = ["none", "forfeit_permit", "revoke_permit", "withdraw_permit", "cancel_permit"]
        assert offered("proposal") == every
        sweep.expire_permits()
        assert offered("proposal") == ["none", "cancel_permit"]


def test_the_calendar_names_what_is_owed_by_a_day_to_whom_it_concerns(watch: Watch, cast: Cast) -> None:
    def cell(person: Any) -> list[str]:
        weeks = log_in(person).get(reverse("calendar"), {"month": "2027-03"}).context["weeks"]
        (day,) = (one for week in weeks for one in week if one.day == date(2027, 3, 2))
        assert day.empty == (not day.obligations)
        return [row.code for row, _name in day.obligations]

    assert [cell(one) for one in (cast.clerk, watch.first, cast.rival)] == [["completion"], ["completion"], []]
    sheet = log_in(cast.clerk, english=True).get(reverse("calendar"), {"month": "2027-03"}).content.decode()
    assert page(watch) + "#obligation-completion" in sheet
    with time_machine.travel("2027-02-20T09:00:00+08:00"):
        watch.report("completion", None, ("survey",), carried="no", account="未作业。")
        assert cell(cast.clerk) == []  # reported: nobody owes it


def test_a_day_with_more_obligations_than_it_names_leads_to_all_of_them(watch: Watch, cast: Cast) -> None:
    for number in range(3):
        cast.walk_to("approved", plot(number=f"7{number}"))
    client = log_in(cast.clerk)
    weeks = client.get(reverse("calendar"), {"month": "2027-03"}).context["weeks"]
    (day,) = (one for week in weeks for one in week if one.day == date(2027, 3, 2))
    assert (day.owed, len(day.obligations), day.more_obligations) == (4, 3, 1)
    listed = client.get(reverse("obligation-list"), {"due": "2027-03-02"}).context["table"]
    assert {row.record.code for row in listed.rows} == {"completion"}
    assert len(listed.rows) == 4


def test_a_report_that_cannot_be_made_has_no_form_to_send(watch: Watch, cast: Cast) -> None:
    assert log_in(cast.rival).get(report(watch, "start")).status_code == 404
    assert log_in(cast.clerk).get(report(watch, "x")).status_code == 404
    assert log_in(cast.clerk).get(report(watch, "evaluation")).status_code == 403
    answer = send(log_in(cast.clerk), report(watch, "start"), {"f-begins_on": "2027-03-01", "f-crew": "队",
                  "f-licence": "京采1号", "m-licence_copy": pdf(), "statement": "on"})  # fmt: skip
    assert answer.status_code == 422  # after the term
    assert watch.of("start").state == O.OPEN


def test_the_address_of_the_act_leads_to_the_obligations(watch: Watch) -> None:
    answer = log_in(watch.clerk).get(act(watch, "report_obligation"))
    assert answer["Location"] == page(watch) + "#obligations"


def test_a_report_keeps_what_is_typed_until_it_is_sent(watch: Watch) -> None:
    with time_machine.travel("2026-12-03T09:00:00+08:00"):
        holder, address = log_in(watch.clerk), report(watch, "start")
        keeping = holder.get(address).context["keeping"]
        typed = {"f-begins_on": "2026-", "f-crew": "抚育", "statement": "on"}
        kept = {"unfinished_page": keeping.page, "unfinished_base": keeping.base}
        assert holder.post(address, typed | kept).status_code == 200
        form = holder.get(address).context["form"]
        assert (form["f-begins_on"].value(), form["f-crew"].value()) == ("2026-", "抚育")
        assert not form["statement"].value()  # said anew by who sends it
        assert log_in(watch.first).post(address, typed | kept).status_code == 403
        assert holder.post(address, typed | kept | {"unfinished_page": "acts/report/completion"}).status_code == 404
        said = {"f-begins_on": "2026-12-02", "f-crew": "抚育队", "f-licence": "京采〔2026〕7号", "statement": "on"}
        assert send(holder, address, said | {"m-licence_copy": pdf("许可证.pdf")}).status_code == 302
        assert not watch.case.unfinished.exists()


def test_each_field_of_a_row_bears_its_head_where_the_heads_are_out_of_sight(watch: Watch) -> None:
    answer = log_in(watch.clerk).get(report(watch, "completion"))
    heads = answer.context["form"].heads()
    assert heads
    assert all(f'<td data-label="{head}">' in answer.text for head in heads)


@pytest.mark.parametrize(
    ("required", "told"), [(True, "Fill in every row; the figures of one where nothing was done are 0."),
                           (False, "Leave a row empty where nothing was done.")]
)  # fmt: skip
def test_the_report_says_whether_a_row_may_stay_empty(required: bool, told: str) -> None:
    column = Amount(label="Area", most="10", places=4, required=required)
    obligation = SimpleNamespace(asks={}, columns={"area_ha": column}, parts=(), materials=(), by="agency")
    standing: Any = SimpleNamespace(obligation=obligation)
    with override("en"):
        assert ReportForm(standing).empty_hint == told


def test_what_was_put_right_is_not_called_as_the_record_of_the_case_is() -> None:
    with override("zh-hans"):
        assert str(ACTS["report_rectification"].facts["what"].label) == "整改情况"


def test_the_page_of_a_permit_says_in_english_what_its_papers_are(watch: Watch) -> None:
    text = markup(log_in(watch.clerk, english=True).get(page(watch)).content.decode())
    told = re.findall(r"<li>.*?· ([^·]+) · in force", text[text.index('id="papers"') :])
    assert set(told) >= {"reply approving a tending design", "tending approval certificate"}, told


def test_a_day_that_a_report_tells_is_read_as_a_day() -> None:
    said = [{"field": "begins_on", "value": "2026-12-02"}, {"field": "licence", "value": "2026-12-02/7"}]
    with override("zh-hans"):
        told = by_name({"named": {"fields": {}}, "answers": said})["answers"]
    assert [one["value"] for one in told] == ["2026年12月2日", "2026-12-02/7"]


@pytest.mark.parametrize(
    ("act", "fact", "label"),
    [
        ("announce_hearing", "place", "听证地点"), ("record_site_check", "place", "核查地点"),
        ("record_inspection", "inspectors", "检查人员"), ("record_site_check", "inspectors", "核查人员"),
        ("suspend_clock", "ground", "事由（行政许可法第四十五条）"),
    ],
)  # fmt: skip
def test_a_form_says_where_who_and_by_which_law(act: str, fact: str, label: str) -> None:
    with override("zh-hans"):
        assert str(ACTS[act].facts[fact].label) == label


@pytest.mark.django_db
def test_whoever_checks_the_approval_of_construction_land_reads_that_the_permit_loses_its_last_day(
    traveller: Any,
) -> None:
    case, office = approved(traveller)
    watch, today = granted(case, office.clerk), timezone.localdate().isoformat()
    watch.report("land", materials=("approval",), number="京政地〔2026〕1号", approved_on=today)
    watch.report("start", began_on=today, responsible="赵工 010-12345678")
    officer, told = log_in(watch.first, english=True), "Once it is accepted, the permit has no last day any more."
    asked = {code: officer.get(f"{act(watch, 'check_report')}?obligation={code}").text for code in ("land", "start")}
    assert (told in asked["land"], told in asked["start"]) == (True, False)
    watch.officer("check_report", obligation="land", outcome="accepted")
    assert told not in officer.get(act(watch, "record_inspection")).text


STARTED = {"f-begins_on": "2026-12-02", "f-crew": "抚育队", "f-licence": "京采〔2026〕7号", "statement": "on"}


@time_machine.travel("2026-12-03T09:00:00+08:00")
def test_a_file_of_a_report_that_is_refused_is_told_at_its_own_field(watch: Watch) -> None:
    program = SimpleUploadedFile("许可证.pdf", b"MZ" * 50)
    answer = send(log_in(watch.clerk), report(watch, "start"), STARTED | {"m-licence_copy": program})
    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == ["m-licence_copy"]


@time_machine.travel("2026-12-03T09:00:00+08:00")
def test_after_an_act_on_a_permit_the_permit_is_told_and_that_a_request_waits(watch: Watch) -> None:
    holder, number = log_in(watch.clerk), watch.case.number
    send(holder, report(watch, "start"), STARTED | {"m-licence_copy": pdf("许可证.pdf")})
    assert f"“报告履行情况”已记载。许可 {number} 当前状态：有效。" in holder.get(page(watch)).text
    send(holder, act(watch, "ask_reissue"), {"statement": "遗失"})
    assert f"“申请补发证件”已记载，等待答复。许可 {number} 当前状态：有效。" in holder.get(page(watch)).text


@time_machine.travel("2026-12-03T09:00:00+08:00")
def test_an_obligation_that_a_link_names_and_the_act_cannot_take_is_told(watch: Watch) -> None:
    send(log_in(watch.clerk), report(watch, "start"), STARTED | {"m-licence_copy": pdf("许可证.pdf")})
    officer = log_in(watch.first)
    for wrong_one in ("nonsense", "completion"):
        shown = officer.get(f"{act(watch, 'check_report')}?obligation={wrong_one}").text
        assert f"obligation={wrong_one}。所显示的" in shown
    shown = officer.get(f"{act(watch, 'check_report')}?obligation=start").text
    assert "所显示的" not in shown
    assert '<option value="start" selected' in shown
