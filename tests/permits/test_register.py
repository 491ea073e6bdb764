"""许可公开: what everyone reads of a granted decision, masked by rule, live, on the page and in the files alike."""

from __future__ import annotations

import csv
import inspect
import io
import json
import re
from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from importlib import import_module
from io import StringIO
from typing import Any

import pytest
import time_machine
from django.core.management import call_command
from django.db import connection
from django.test import Client, override_settings
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import override

from permits.acts.perform import perform
from permits.contract.kind import papers_path
from permits.documents.holder import called
from permits.documents.masking import HIDDEN, masked
from permits.documents.printing import render_pending
from permits.documents.standard import matter_of
from permits.errors import BadFacts, Busy
from permits.kinds import kind
from permits.models import Application, Permit, RegisterEntry
from permits.models.permit import P
from permits.models.states import S
from permits.register import reading
from permits.register.entries import fold, keep_entry
from permits.register.masking import RULES, WITHHELD, shown_code, shown_name, withheld
from permits.text.citing import laws_said
from permits.verification.run import verify
from permits.views.public_words import as_told
from permits.views.register_files import FIELDS
from roles.bodies import change_body
from roles.models import OperatingUnit
from tests.cast import Cast, log_in
from tests.permits.life.cases import WITHDRAWN, Desk
from tests.permits.life.remedied import outcome
from tests.seal import real_seal
from workflows.sweep import tick


def listed(**query: Any) -> Any:
    return Client().get(reverse("register-list"), query)


def numbers(**query: Any) -> list[int]:
    return [row.entry.pk for row in listed(**query).context["rows"]]


def in_file(form: str, **query: Any) -> list[dict[str, Any]]:
    answer = Client().get(reverse("register-data", args=[form]), query)
    assert answer.status_code == 200
    text = b"".join(answer.streaming_content).decode("utf-8-sig")  # type: ignore[attr-defined]
    return json.loads(text)["entries"] if form == "json" else list(csv.DictReader(io.StringIO(text)))


def unit(kind: str = OperatingUnit.Kind.PERSON, **other: Any) -> OperatingUnit:
    said = {"name": "张小林", "uscc": "110101199001011234", "representative": "李大山"}
    return OperatingUnit(kind=kind, **said | other)


# ---- masking ---------------------------------------------------------------------------------------------------
COMPANY = OperatingUnit.Kind.COMPANY


@pytest.mark.parametrize(
    ("text", "kind", "shown"),
    [
        ("张小林自留山抚育", OperatingUnit.Kind.PERSON, "张某（个人）自留山抚育"),
        ("联系人李大山", COMPANY, "联系人李某"),
        ("身份证110101199001011234。", COMPANY, f"身份证{HIDDEN}。"),
        ("身份证11010119900101123X", COMPANY, f"身份证{HIDDEN}"),
        ("旧证110101900101123", COMPANY, f"旧证{HIDDEN}"),
        ("电话13800138000", COMPANY, f"电话{HIDDEN}"),
        ("电话010-69000000转", COMPANY, f"电话{HIDDEN}转"),
        *(
            (f"电话{written}。", COMPANY, f"电话{HIDDEN}。")
            for written in (
                "138 0013 8000",
                "138-0013-8000",
                "8613800138000",
                "+86 138 0013 8000",
                "0086-13800138000",
                "１３８００１３８０００",
                "（010）69001234",
                "(010) 6900 1234",
                "010 6900-1234",
                "０１０－６９００１２３４",
                "+86 10 6900 1234",
                "138.0013.8000",
                "138·0013·8000",
                "138  0013  8000",
                "138 - 0013 - 8000",
                "138‑0013‑8000",
                "1380 0138 000",
                "138-001-38000",
                "（138）0013-8000",
                "010/69001234",
                "138\u200b0013\u200b8000",
            )
        ),
        *(
            (f"身份证{written}。", COMPANY, f"身份证{HIDDEN}。")
            for written in (
                "110101 19900101 1234",
                "110101-19900101-123X",
                "11010119900101123Ｘ",
                "１１０１０１１９９００１０１１２３４",
                "1101 0119 9001 0112 37",
                "110101.1990.0101.1237",
                "110101\u200b19900101\u200b1237",
            )
        ),
        ("ID110101199001011237", COMPANY, f"ID{HIDDEN}"),
        ("联系人李　大 山", COMPANY, "联系人李某"),
        ("联系人李\u200b大山", COMPANY, "联系人李某"),
        ("小班1-2-3-4-5-6-7-8-9-10-11-12-13-14", COMPANY, "小班1-2-3-4-5-6-7-8-9-10-11-12-13-14"),
        ("东经116.40741234，北纬40.01351234", COMPANY, "东经116.40741234，北纬40.01351234"),
        ("办件TD110118-2026-00012", COMPANY, "办件TD110118-2026-00012"),
        ("小班15-101-102-103，6林班563.1小班", COMPANY, "小班15-101-102-103，6林班563.1小班"),
        ("面积0.5000公顷，12.5公顷", COMPANY, "面积0.5000公顷，12.5公顷"),
        ("面积0.0123/1234.5678公顷", COMPANY, "面积0.0123/1234.5678公顷"),
        ("面积2.0123 456.7890公顷", COMPANY, "面积2.0123 456.7890公顷"),
        ("小班001.002.0003.0004", COMPANY, "小班001.002.0003.0004"),
        ("京绿审〔2026〕12号，2026-11-20", COMPANY, "京绿审〔2026〕12号，2026-11-20"),
    ],
)
def test_texts_lose_names_and_numbers_of_persons_and_nothing_else(text: str, kind: str, shown: str) -> None:
    case = Application(unit=unit(kind))
    case.history = []
    assert masked(text, case) == shown


def test_a_natural_person_is_told_by_family_name_without_a_code_and_an_organisation_in_full() -> None:
    assert (shown_name(unit()), shown_code(unit())) == ("张某（个人）", "")
    company = unit(COMPANY, name="京北公司", uscc="91110000000000000X")
    assert (shown_name(company), shown_code(company)) == ("京北公司", "91110000000000000X")


def test_what_no_notice_may_tell_is_withheld_and_every_rule_says_its_law() -> None:
    assert (withheld(()), withheld((("申请人", "某"),))) == (WITHHELD, "")
    assert {rule.code for rule in RULES} == {
        WITHHELD, "refusal", "person", "person_code", "numbers", "people", "trade"
    }  # fmt: skip
    assert all(rule.law for rule in RULES)


def test_what_is_left_out_cites_laws_by_their_english_names(db: None) -> None:
    visitor = Client()
    visitor.cookies.load({"django_language": "en"})
    page = visitor.get(reverse("register-list")).text
    assert "Licensing Law (行政许可法) art 5, 40" in page
    assert "Personal Information Protection Law (个人信息保护法) art 28" in page
    with override("en"):
        assert not [rule.law for rule in RULES if laws_said(rule.law) == rule.law]


# ---- what is listed ---------------------------------------------------------------------------------------------
def test_what_was_granted_is_listed_for_everyone_and_nothing_before_it(cast: Cast) -> None:
    waiting = cast.case_at(S.AWAITING_DECISION)
    assert numbers() == []
    cast.do(waiting, "approve")
    assert numbers() == [waiting.pk]
    page = Client().get(reverse("register-entry", args=[waiting.pk])).content.decode()
    entry = RegisterEntry.objects.get(pk=waiting.pk)
    for told in (entry.number, entry.certificate, "12.5公顷", "密云区", entry.holder, entry.organ):
        assert told in page, told
    english = log_in(cast.clerk, english=True).get(reverse("register-entry", args=[waiting.pk])).text
    assert "Beijing Gardening and Greening Bureau" in english
    assert "12.5 ha" in english
    for person in (cast.clerk, cast.reviewer, cast.decider):
        assert person.name not in page
    assert str(waiting.number) not in page


def test_what_was_granted_has_its_heads_in_the_readers_language(cast: Cast) -> None:
    case = cast.case_at(S.APPROVED)
    entry = reverse("register-entry", args=[case.pk])
    english = log_in(cast.clerk, english=True).get(entry).text
    heads = [head for head, _text in RegisterEntry.objects.get(pk=case.pk).facts]
    assert "抚育方式" in heads
    for head in heads:
        assert f">{head}</dt>" not in english, head
        assert f">{head}</dt>" in Client().get(entry).text, head
    assert "<dt>Tending method</dt>" in english


def test_the_term_is_told_once_as_it_stands_now(cast: Cast) -> None:
    """What the application asked for is another one since an extension, and began before the decision."""
    case = cast.case_at(S.APPROVED)
    heads = {head for head, _text in RegisterEntry.objects.get(pk=case.pk).facts}
    assert "作业设计" in heads
    assert not [head for head in heads if head.endswith(("期限", "时间"))]


@pytest.mark.parametrize("code", ["tending", "occupation", "introduction", "felling"])
def test_every_head_of_what_is_made_public_has_english_words(code: str) -> None:
    """Read from the code of each kind: a head in `made_public` that nobody translated stands in Chinese."""
    written = inspect.getsource(import_module(papers_path(kind(code))).made_public)
    heads = set(re.findall(r'\(+"([一-鿿]+)", ', written))
    assert heads
    assert heads <= set(kind(code).public_heads())


def test_an_area_is_written_with_one_number_of_decimals() -> None:
    facts = [["面积", "共3.0000公顷"], ["用途", "风电"]]
    assert as_told(Decimal(3), facts) == "3.0000"
    assert as_told(Decimal("2.5"), facts) == ""
    assert as_told(None, facts) == ""


def test_a_refusal_is_not_listed(cast: Cast) -> None:
    case = cast.case_at(S.AWAITING_DECISION)
    cast.do(case, "refuse", reasons="不符合")
    assert numbers() == []
    assert Client().get(reverse("register-entry", args=[case.pk])).status_code == 404


def test_what_is_withheld_has_no_page_no_row_and_no_line(cast: Cast) -> None:
    case = cast.case_at(S.APPROVED)
    RegisterEntry.objects.update(withheld=WITHHELD)
    assert numbers() == []
    assert Client().get(reverse("register-entry", args=[case.pk])).status_code == 404
    assert in_file("json") == in_file("csv") == []


def test_a_natural_persons_permit_tells_the_family_name_alone(cast: Cast) -> None:
    units = OperatingUnit.objects.filter(pk=cast.draft().unit_id)
    units.update(kind=OperatingUnit.Kind.PERSON, name="张小林", uscc="110101199001011234", representative="李大山")
    case = cast.walk_to(S.APPROVED)
    text = listed().content.decode() + Client().get(reverse("register-entry", args=[case.pk])).content.decode()
    text += json.dumps(in_file("json"), ensure_ascii=False)
    assert "张某（个人）" in text
    for secret in ("张小林", "110101199001011234", "李大山"):
        assert secret not in text, secret


def test_the_papers_of_a_natural_persons_permit_are_listed_without_names_and_numbers(cast: Cast) -> None:
    """Their titles say the name of the design, which is free text; they are given only once the papers are printed."""
    case = cast.draft()
    units = OperatingUnit.objects.filter(pk=case.unit_id)
    units.update(kind=OperatingUnit.Kind.PERSON, name="张小林", uscc="110101199001011234", representative="李大山")
    Application.objects.filter(pk=case.pk).update(title="张小林自留山抚育（李大山，138 0013 8000）")
    for act in ("submit", "accept", "recommend", "propose", "approve"):
        cast.do(case, act)
    with override_settings(SEAL_DIR=real_seal()):
        titles = [render_pending(paper.pk).title for paper in case.documents.all()]
    assert any("张小林" in title for title in titles)
    page = Client().get(reverse("register-entry", args=[case.pk])).text
    assert "自留山抚育" in page
    for personal in ("张小林", "李大山", "138 0013 8000"):
        assert personal not in page, personal


@pytest.mark.parametrize("annulled", [False, True])
def test_a_natural_person_is_told_by_no_name_that_it_bore_or_asked_to_bear(desk: Desk, annulled: bool) -> None:
    """Whichever stands now: the design was named when it bore the one, and is decided anew when it bears the other."""
    OperatingUnit.objects.filter(pk=desk.case.unit_id).update(kind=OperatingUnit.Kind.PERSON, name="张小林")
    for now in ("张小", "张大森"):
        desk.ask("ask_change", what="holder_name", now=now, reason="更名。")
        record = desk.decide("grant_change")
    if annulled:
        desk.decide("record_suit", **outcome(desk, record.seq, "annulled"))
    case = Application.objects.get(pk=desk.case.pk)
    assert masked("张小林、张小与张大森自留山", case) == "张某（个人）、张某（个人）与张某（个人）自留山"


def test_a_case_that_another_holds_keeps_no_other_entry_from_being_made(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    held, free = cast.case_at(S.APPROVED), cast.case_at(S.APPROVED)
    RegisterEntry.objects.all().delete()
    locked = Application.locked

    def busy(pk: int) -> Any:
        if pk == held.pk:
            raise Busy
        return locked(pk)

    monkeypatch.setattr(Application, "locked", busy)
    told = StringIO()
    with pytest.raises(SystemExit):
        call_command("keep_register", stdout=StringIO(), stderr=told)
    assert str(held.pk) in told.getvalue()
    assert list(RegisterEntry.objects.values_list("permit", flat=True)) == [free.pk]


# ---- as it stands -----------------------------------------------------------------------------------------------
@pytest.fixture
def desk(cast: Cast) -> Desk:
    return Desk.of_tending(cast)


def test_the_state_is_that_of_the_permit_whatever_ends_it(cast: Cast) -> None:
    case = cast.case_at(S.APPROVED)
    for status in (P.SUPERSEDED, P.WITHDRAWN, P.REVOKED, P.CANCELLED, P.FORFEITED, P.ANNULLED, P.EXPIRED):
        Permit.objects.filter(pk=case.pk).update(status=status)
        assert numbers(state=status.value) == [case.pk], status
        assert numbers(state="valid") == [], status
        assert listed().context["rows"][0].state == status.value == in_file("json")[0]["state"]


def test_the_calendar_is_told_before_the_clock_records_it(cast: Cast) -> None:
    case, today = cast.case_at(S.APPROVED), timezone.localdate()
    stood: list[tuple[date, date | None, str]] = [
        (today, today, "valid"), (today + timedelta(days=1), None, "early"), (today, None, "valid"),
        (today - timedelta(days=9), today - timedelta(days=1), "expired"),
    ]  # fmt: skip
    for first, last, state in stood:
        Permit.objects.filter(pk=case.pk).update(valid_from=first, valid_to=last)
        assert [state for state in reading.STATES if numbers(state=state)] == [state]
        assert listed().context["rows"][0].state == state


def test_an_end_through_the_door_is_told_with_its_day(desk: Desk) -> None:
    case = desk.case
    desk.decide("withdraw_permit", **WITHDRAWN)
    row = in_file("json")[0]
    assert row["state"] == "withdrawn"
    assert [change["day"] for change in row["changes"]] == [timezone.localdate().isoformat()]
    assert "撤回" in Client().get(reverse("register-entry", args=[case.pk])).content.decode()
    assert listed().context["rows"][0].entry.pk == case.pk


# ---- page, CSV and JSON say the same -----------------------------------------------------------------------------
def test_csv_json_and_page_tell_the_same(cast: Cast) -> None:
    cast.case_at(S.APPROVED)
    (row,), (line,) = in_file("json"), in_file("csv")
    for field in FIELDS:
        if field.key != "changes" and not field.coded:
            assert line[field.head] == row[field.key], field.key
    page = listed().content.decode()
    for key in ("number", "holder", "matter", "kind", "nature", "state_name"):
        assert row[key] in page, key
    assert [field.key for field in FIELDS] == list(row)


def test_files_are_in_the_official_language_and_refuse_what_is_no_filter(cast: Cast) -> None:
    cast.case_at(S.APPROVED)
    english = Client(headers={"accept-language": "en"})
    body = english.get(reverse("register-data", args=["json"])).getvalue().decode()
    assert "有效" in body or "尚未生效" in body
    assert Client().get(reverse("register-data", args=["xml"])).status_code == 404
    assert Client().get(reverse("register-data", args=["csv"]), {"year": "x"}).status_code == 422
    assert listed(kind="x").status_code == 422


def test_what_did_not_change_is_not_sent_again(cast: Cast) -> None:
    case, address = cast.case_at(S.APPROVED), reverse("register-data", args=["json"])
    tag = Client().get(address)["ETag"]
    assert Client().get(address, headers={"if-none-match": tag}).status_code == 304
    keep_entry(Permit.objects.get(pk=case.pk), timezone.now() + timedelta(seconds=1))
    assert Client().get(address, headers={"if-none-match": tag}).status_code == 200
    fresh = Client().get(address)["ETag"]
    with time_machine.travel("2026-12-01T10:00:00+08:00"):  # a term may have ended
        assert Client().get(address, headers={"if-none-match": fresh}).status_code == 200


# ---- looking for, paging ----------------------------------------------------------------------------------------
def copies(case: Application, many: int) -> Iterator[int]:
    """Further entries, of permits of cases that are rows only: the list is asked, nothing else."""
    first = RegisterEntry.objects.select_related("permit").get(pk=case.pk)
    for at in range(many):
        row = Application.objects.get(pk=case.pk)
        row.pk, row.number, row._state.adding = None, f"COPY-{at}", True
        row.save(force_insert=True)
        act = case.acts.order_by("-seq").first()
        act.pk, act.application, act.work_item, act.key, act._state.adding = None, row, None, None, True
        act.save(force_insert=True)
        Permit.objects.create(application=row, granted_by=act, valid_from=first.permit.valid_from)
        entry = RegisterEntry.objects.get(pk=case.pk)
        entry.pk, entry._state.adding = row.pk, True
        entry.permit_id, entry.decided_on = row.pk, first.decided_on - timedelta(days=at // 7)
        entry.save(force_insert=True)
        yield row.pk


def test_words_are_found_however_they_are_typed(cast: Cast) -> None:
    case = cast.case_at(S.APPROVED)
    number = RegisterEntry.objects.get(pk=case.pk).number
    for typed in (number, number.replace("〔", "[").replace("〕", "]"), "雾灵 密云", "雾灵林场"):
        assert numbers(q=typed) == [case.pk], typed
    assert numbers(q="没有这样的词") == []
    assert numbers(q="%") == numbers(q="_") == []
    assert numbers(year=timezone.localdate().year, district=case.jurisdiction_id, kind=case.kind) == [case.pk]
    assert fold("京绿审〔２０２６〕 12号") == "京绿审202612号"


def test_every_entry_is_on_one_page_and_none_is_on_two(cast: Cast) -> None:
    case = cast.case_at(S.APPROVED)
    every = {case.pk, *copies(case, 59)}
    seen: list[int] = []
    more = ""
    for _page in range(3):
        answer = listed(**({"after": more} if more else {}))
        seen += [row.entry.pk for row in answer.context["rows"]]
        more = answer.context["more"]
    assert (more, len(seen), set(seen)) == ("", len(every), every)
    for wrong in ("x", "2026-99-99-1", "2026-11-20-99999999999999999999", "%00"):
        assert listed(after=wrong).status_code == 200


@pytest.mark.parametrize("address", ["register-list", "register-data"])
def test_fifty_rows_cost_as_many_queries_as_five(cast: Cast, address: str) -> None:
    case = cast.case_at(S.APPROVED)
    to, said = (reverse(address, args=["csv"] if address == "register-data" else []), {"year": 2026})

    def queries() -> int:
        with CaptureQueriesContext(connection) as told:
            answer = Client().get(to, said)
            body = answer.getvalue()
        assert body
        return len([one for one in told.captured_queries if "SAVEPOINT" not in one["sql"]])

    list(copies(case, 4))
    queries()  # the count of the network is begun
    few = queries()
    for at, pk in enumerate(copies_from(case, 45)):
        RegisterEntry.objects.filter(pk=pk).update(decided_on=date(2026, 1, 1) + timedelta(days=at))
    assert queries() == few


def copies_from(case: Application, many: int) -> Iterator[int]:
    """More of them, under other numbers."""
    Application.objects.filter(number__startswith="COPY-").update(number=None)
    yield from copies(case, many)


def test_a_count_stops_where_nobody_reads_on(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    case = cast.case_at(S.APPROVED)
    list(copies(case, 9))
    monkeypatch.setattr(reading, "COUNTED", 5)
    answer = listed()
    assert (answer.context["many"], answer.context["beyond"]) == (5, True)


def test_a_file_ends_and_says_where_the_next_one_begins(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    case = cast.case_at(S.APPROVED)
    every = {str(pk) for pk in (case.pk, *copies(case, 9))}
    monkeypatch.setattr("permits.register.reading.MOST", 6)
    monkeypatch.setattr("permits.register.reading.CHUNK", 4)
    first = Client().get(reverse("register-data", args=["json"]))
    body = json.loads(first.getvalue())
    assert f"after={body['next']}" in first["Link"]
    rest = in_file("json", after=body["next"])
    assert [len(body["entries"]), len(rest)] == [6, 4]
    assert {row["id"] for row in (*body["entries"], *rest)} == every


# ---- kept -------------------------------------------------------------------------------------------------------
def test_what_was_granted_before_there_was_a_register_is_filled_in(cast: Cast) -> None:
    case = cast.case_at(S.APPROVED)
    made = RegisterEntry.objects.get(pk=case.pk)
    RegisterEntry.objects.all().delete()
    assert tick()["register filled"].recorded == 1
    again = RegisterEntry.objects.get(pk=case.pk)
    for field in ("number", "certificate", "holder", "matter", "site", "hectares", "facts", "search", "organ"):
        assert getattr(again, field) == getattr(made, field), field


@pytest.mark.parametrize(
    "changed", [{"holder": "别人"}, {"withheld": WITHHELD}, {"facts": []}, {"number": "假〔2026〕1号"}, {}]
)
def test_an_entry_that_is_not_what_the_record_gives_is_found(cast: Cast, changed: dict[str, Any]) -> None:
    case = cast.case_at(S.APPROVED)

    def found() -> list[str]:
        return [problem.where for problem in verify(installation=False) if problem.check == "register"]

    assert found() == []
    if changed:
        RegisterEntry.objects.update(**changed)
    else:
        RegisterEntry.objects.all().delete()
    assert found() == [str(case)]


# ---- other names since -----------------------------------------------------------------------------------------------
def test_an_entry_tells_agency_and_holder_as_they_were_called_when_it_was_granted(cast: Cast) -> None:
    """What an edition of the role matrix or the administrator enters later moves no entry, and is no fault of one."""
    entry = RegisterEntry.objects.get(pk=cast.printed_case().pk)
    told = (entry.organ, entry.holder, entry.holder_code, entry.matter)
    agency, holder = entry.agency, entry.permit.application.unit
    assert agency is not None
    assert told[:2] == (agency.name, holder.name)
    agency.name = "北京市林业和草原局"
    agency.save(update_fields=["name"])
    change_body(holder, name="北京市密云云蒙山林场", uscc="911101066976941872")
    assert not [problem for problem in verify(installation=False) if problem.check == "register"]
    keep_entry(Permit.objects.get(pk=entry.pk), timezone.now())
    entry = RegisterEntry.objects.get(pk=entry.pk)
    assert (entry.organ, entry.holder, entry.holder_code, entry.matter) == told


def test_a_unit_renamed_while_its_case_ran_is_called_alike_by_paper_register_and_permit(cast: Cast) -> None:
    """The decision named it as it was called by then, the register as when it had applied."""
    case, now, code = cast.case_at(S.AWAITING_DECISION), "北京市密云云蒙山林场", "911101066976941872"
    change_body(case.unit, name="北京市密云云蒙林场", uscc=code)
    change_body(Application.objects.get(pk=case.pk).unit, name=now, address="密云区")
    cast.do(case, "approve")
    permit = Permit.objects.get(application=case.pk)
    assert matter_of(permit.application, permit.granted_by).applicant == now
    entry = RegisterEntry.objects.get(pk=permit.pk)
    assert (entry.holder, entry.holder_code) == (now, code)
    assert called(permit.application) == now
    with pytest.raises(BadFacts, match=r"called so already|名称相同"):
        perform(case.pk, "ask_change", by=cast.clerk, what="holder_name", now=now, reason="单位更名。")
    change_body(permit.application.unit, name="密云区雾灵生态林场")
    assert not [problem for problem in verify(installation=False) if problem.check == "register"]
    assert called(Application.objects.get(pk=case.pk)) == now
