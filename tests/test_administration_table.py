"""Who may open and post to each address that enters people, posts, bodies and rights: one table, both methods.

Every kind of account (tests/accounts.py), as in tests/test_access_table.py. A POST is sent whole, so that whoever may
would really do it; each try is undone. Nobody else leaves a trace but the line of a refusal.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.urls import reverse
from django.utils import timezone
from django.utils.html import escape

from roles.appointments import appoint, deactivate, grant
from roles.delegations import delegate
from roles.models import Agency, Jurisdiction, Mandate, Membership, OperatingUnit, Person, Post, SecurityEvent
from roles.models.mandates import current
from roles.models.security import What
from roles.security_log import note
from roles.staffing_forms import what_of
from tests.access import ADMINISTRATION
from tests.accounts import Accounts
from tests.asking import DONE, Asker, Count, Pair, quickly, row
from tests.cast import Cast, log_in, make_person, make_post, text

GROUND = {"ground": "任字〔2026〕1号"}


@dataclass
class Scene:
    """Everyone, and what the addresses speak of."""

    people: Accounts
    district: Agency
    post: Post
    term: Membership
    grant: Any
    newcomer: Person
    unit: int
    armed: Person
    lock: SecurityEvent


@pytest.fixture
def scene(cast: Cast) -> Scene:
    people = Accounts.enter(cast)
    term = Membership.objects.get(person=cast.acceptor)
    armed = make_person("armed", "双因素")
    Authenticator.objects.create(user=armed, type="totp", data={})
    return Scene(
        people, Agency.objects.get(slug="bj-miyun-forestry"), term.post, term, term.post.group.mandategrant_set.first(),
        make_person("newcomer", "新来者"), cast.farm.pk, armed, note(What.LOCKED, by=None, told={"login": "x"}),
    )  # fmt: skip


# fmt: off
ANYONE_WHO_ENTERS =     {"system": 200, "heads": 200, "head_elsewhere": 200, "manager": 200}
ADMINISTRATORS =        row(403, administrators=200)
SYSTEM, AUDIT =         {"system": 200}, row(403, audit=200)
ITS_HEAD_TOO =          {"administrators": 200, "district_head": 200}
ITS_MANAGER_TOO =       {"administrators": 200, "manager": 200}
ITS_HEAD =              {"administrators": 403, "district_head": 200}
SECURITY_HERE =         {"administrators": 403, "security": 200, "district_head": 403}
KEEPS =                 {"administrators": 403, "system": 200, "district_head": 200}
NOBODY = row(405)


def entered(elsewhere: int, may: dict[str, int]) -> Pair:
    """Whoever opens the page (200) is led on after what they did; `elsewhere` is told to who has no part in it."""
    done = {name: DONE if code == 200 else code for name, code in may.items()}
    return Pair(row(elsewhere, **may), row(elsewhere, **done))


TABLE: dict[str, tuple[str, Pair]] = {
    "account-list":         ("", Pair(ADMINISTRATORS, NOBODY)),
    "agency-list":          ("", Pair(ADMINISTRATORS, NOBODY)),
    "unit-list":            ("", Pair(ADMINISTRATORS, NOBODY)),
    "matrix-edition":       ("", Pair(ADMINISTRATORS, row(403, system=422))),
    "security-log":         ("", Pair(AUDIT, NOBODY)),
    "person":               ("acceptor", Pair(row(404, **ITS_HEAD_TOO), NOBODY)),
    "post":                 ("post", Pair(row(404, **ITS_HEAD_TOO), NOBODY)),
    "person-new":           ("", Pair(row(403, **ANYONE_WHO_ENTERS),
                                      row(403, **dict.fromkeys(ANYONE_WHO_ENTERS, 422) | {"system": DONE}))),
    "person-change":        ("acceptor", entered(404, KEEPS)),
    "person-close":         ("acceptor", entered(404, KEEPS)),
    "person-reopen":        ("closed", entered(404, {"administrators": 403, "system": 200, "district_head": 403})),
    "person-administrator": ("newcomer", entered(404, {"administrators": 403, "security": 200})),
    "agency":               ("district", Pair(row(404, **ITS_HEAD_TOO), row(404, administrators=403, system=DONE,
                                                                            district_head=DONE))),
    "agency-change":        ("district", entered(403, SYSTEM)),
    "agency-promises":      ("district", entered(403, {"district_head": 200})),
    "agency-openness":      ("district", entered(404, {"district_head": 200})),
    "official-data":        ("district", Pair(row(404, **ITS_HEAD_TOO), row(404, administrators=403,
                                                                            district_head=DONE))),
    "unit-new":             ("", entered(403, SYSTEM)),
    "unit":                 ("unit", Pair(row(404, **ITS_MANAGER_TOO), row(404, administrators=403, system=DONE,
                                                                           manager=DONE))),
    "unit-change":          ("unit", entered(403, SYSTEM)),
    "post-appoint":         ("post", entered(404, ITS_HEAD)),
    "term-end":             ("term", entered(404, ITS_HEAD)),
    "post-grant":           ("post", entered(404, SECURITY_HERE)),
    "grant-end":            ("grant", entered(404, SECURITY_HERE)),
    "person-invite":        ("acceptor", Pair(NOBODY, entered(404, KEEPS).post)),
    "person-factors":       ("armed", entered(404, {"administrators": 403, "security": 200})),
    "person-sessions":      ("acceptor", Pair(NOBODY, entered(404, SECURITY_HERE).post)),
    "lock-list":            ("", Pair(row(403, security=200), NOBODY)),
    "lock-lift":            ("lock", Pair(NOBODY, row(403, security=DONE))),
}
# fmt: on
UNIT = {"name": "新林场", "kind": "village", "jurisdiction": "110118"}
SAID: dict[str, dict[str, Any]] = {
    "person-new": {"name": "新人", "login": "xinren"},
    "person-change": GROUND | {"name": "新名", "language": "zh-hans"},
    "person-close": {"reason": "调离"},
    "person-reopen": GROUND,
    "person-administrator": GROUND | {"role": "audit"},
    "agency": {"name": "法规岗"},
    "agency-change": {"uscc": "1"},
    "official-data": {"datum": "phone", "value": "010-69000001", "valid_from": "2026-11-20", "source": "局办公室通知"},
    "agency-openness": GROUND | {"told": "open"},
    "agency-promises": {"kind": "tending", "period": "decide", "working_days": 10, "source": "示例"},
    "unit-new": UNIT,
    "unit": {"name": "护林岗"},
    "unit-change": UNIT,
    "post-appoint": GROUND | {"person": "newcomer", "since": "2026-11-20"},
    "term-end": GROUND,
    "post-grant": GROUND | {"right": "head", "since": "2026-11-20"},
    "grant-end": GROUND,
    "person-factors": GROUND,
}


def address(name: str, about: str, scene: Scene) -> str:
    arguments: dict[str, list[Any]] = {
        "": [], "acceptor": [scene.people["acceptor"].pk], "post": [scene.post.pk],
        "closed": [scene.people["closed"].pk],
        "newcomer": [scene.newcomer.pk], "district": [scene.district.slug], "unit": [scene.unit],
        "armed": [scene.armed.pk], "lock": [scene.lock.pk], "term": [scene.term.pk],
        "grant": ["mandate", scene.grant.pk],
    }  # fmt: skip
    return reverse(name, args=arguments[about])


def test_every_address_of_the_administration_has_a_row() -> None:
    assert TABLE.keys() == ADMINISTRATION


def test_who_opens_and_who_posts(scene: Scene) -> None:
    count = Count(Asker(scene.people))
    with quickly():
        for name, (about, pair) in TABLE.items():
            count.ask(name, pair, address(name, about, scene), SAID.get(name, {}))
    assert count.wrong == []


def test_a_person_entered_by_the_head_is_in_the_post_at_once(scene: Scene) -> None:
    desk = log_in(scene.people["district_head"])
    said = SAID["person-new"] | GROUND | {"post": scene.post.pk}
    made = desk.post(reverse("person-new"), said)
    person = Person.objects.get(username="xinren")
    assert made.url == reverse("person", args=[person.pk])
    assert not person.has_usable_password()
    assert Membership.objects.get(person=person).post == scene.post
    refused = desk.post(reverse("person-new"), said)
    assert refused.status_code == 422
    assert "login" in refused.context["form"].errors


def test_a_person_whose_appointment_is_refused_is_not_entered(scene: Scene) -> None:
    foreign = Membership.objects.get(person=scene.people["auditor"]).post
    said = SAID["person-new"] | GROUND | {"post": foreign.pk}
    assert log_in(scene.people["district_head"]).post(reverse("person-new"), said).status_code == 422
    assert not Person.objects.filter(username="xinren").exists()


def test_what_was_typed_wrong_is_told_at_its_field_and_kept(scene: Scene) -> None:
    desk = log_in(scene.people["district_head"])
    said = {"person": "nobody-there", "since": "2126-12-01", "until": "2126-11-01", "ground": "任字1号"}
    page = desk.post(reverse("post-appoint", args=[scene.post.pk]), said)
    assert (page.status_code, list(page.context["form"].errors)) == (422, ["person"])
    page = desk.post(reverse("post-appoint", args=[scene.post.pk]), said | {"person": "newcomer"})
    assert (page.status_code, list(page.context["form"].errors)) == (422, ["until"])
    assert "任字1号" in page.content.decode()


@pytest.mark.parametrize("ground", ["=1+1", "＝1+1", "　=1+1", "＠SUM(1)"])
def test_the_log_is_filtered_and_taken_away_as_a_table(scene: Scene, ground: str) -> None:
    appoint(scene.newcomer, scene.post, by=scene.people["district_head"], ground=ground)
    desk = log_in(scene.people["audit"])
    shown = desk.get(reverse("security-log"), {"what": What.APPOINTED, "q": "newcomer"})
    assert [line.person for line in shown.context["page"]] == [scene.newcomer]
    taken = desk.get(reverse("security-log"), {"what": "appointed", "q": "新来者", "format": "csv"}).content.decode()
    assert len(taken.splitlines()) == 2
    assert f"'{ground}" in taken
    assert desk.get(reverse("security-log"), {"what": "nonsense", "since": "x", "page": "-1"}).status_code == 200


def test_the_log_and_its_table_tell_names_and_words_for_keys(scene: Scene) -> None:
    cast, post = scene.people, scene.term.post
    other = make_person("other", "代理人", make_post("other", agency=post.agency))
    today = timezone.localdate()
    delegate(scene.term.person, other, post, since=today, until=today, reason="休假", by=cast["district_head"])
    desk = log_in(cast["audit"])
    shown = text(desk.get(reverse("security-log"), {"what": What.DELEGATED}))
    assert f"被代理人 {scene.term.person}" in shown
    taken = desk.get(reverse("security-log"), {"what": What.DELEGATED, "format": "csv"}).content.decode("utf-8-sig")
    head, line, *_before = csv.reader(taken.splitlines())
    assert head[:4] == ["序号", "时间", "事项", "办理人"]
    assert line[2] == "代理开始"
    assert f"被代理人 {scene.term.person}" in line[-1].split("；")
    rights = text(log_in(cast["security"]).get(reverse("post", args=[post.pk])))
    given = scene.grant.content_object
    assert f"授予权限 · 受理 · {given.matter_name} · {given.jurisdiction}" in rights


def test_two_rights_alike_in_all_but_their_source_are_told_apart(scene: Scene) -> None:
    one, other = Mandate.objects.filter(key__startswith="introduction-bj.advise.bj-water.").order_by("key")
    post, desk = make_post("water", agency=one.agency), log_in(scene.people["security"])
    for mandate in (one, other):
        grant(post, mandate)
    told = desk.get(reverse("post", args=[post.pk])).text
    assert what_of(one) != what_of(other)
    assert escape(what_of(one)) in told
    assert escape(what_of(other)) in told


def test_who_holds_a_post_is_not_offered_to_be_an_administrator(scene: Scene) -> None:
    desk, words = log_in(scene.people["security"]), "指定为管理员"
    assert words in desk.get(reverse("person", args=[scene.newcomer.pk])).text
    appoint(scene.newcomer, scene.post)
    assert words not in desk.get(reverse("person", args=[scene.newcomer.pk])).text


def test_a_closed_account_is_no_holder_of_today(scene: Scene) -> None:
    desk, place = log_in(scene.people["system"]), reverse("agency", args=[scene.district.slug])
    link = reverse("person", args=[scene.term.person_id])
    assert link in desk.get(place).text
    deactivate(scene.term.person)
    assert Membership.objects.get(pk=scene.term.pk).until == timezone.localdate(), "it was held today"
    assert link not in desk.get(place).text


def test_a_table_of_the_log_that_stops_early_says_so(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("roles.views.log.MOST", 2)
    desk = log_in(scene.people["audit"], english=True)
    taken = desk.get(reverse("security-log"), {"format": "csv"}).content.decode().splitlines()
    assert len(taken) == 4
    assert taken[-1] == "Only the newest 2 lines: narrow the dates to have the older ones."
    monkeypatch.setattr("roles.views.log.MOST", SecurityEvent.objects.count() + 1)
    assert "narrow the dates" not in desk.get(reverse("security-log"), {"format": "csv"}).content.decode()


def test_the_kind_of_a_unit_is_not_called_like_the_kind_of_a_permit(scene: Scene) -> None:
    page = log_in(scene.people["system"], english=True).get(reverse("unit-new")).content.decode()
    assert "Kind of unit" in page


def test_logging_in_and_out_and_failing_to_are_lines(scene: Scene, client: Any) -> None:
    for password in ("wrong", "long enough to pass"):
        client.post(reverse("login"), {"username": "newcomer", "password": password}, REMOTE_ADDR="192.0.2.7")
    client.post(reverse("logout"))
    lines = SecurityEvent.objects.filter(person=scene.newcomer, what__in=("login_failed", "logged_in", "logged_out"))
    told = lines.order_by("pk").values_list("what", "by", "address")
    assert list(told) == [
        ("login_failed", None, "192.0.2.7"),
        ("logged_in", scene.newcomer.pk, "192.0.2.7"),
        ("logged_out", scene.newcomer.pk, "127.0.0.1"),
    ]


def test_an_administrators_bar_leads_to_the_administration_only(scene: Scene) -> None:
    for role, first in (("system", "account-list"), ("security", "lock-list"), ("audit", "security-log")):
        desk = log_in(scene.people[role])
        assert desk.get("/").url == reverse("account-list")
        assert desk.get(reverse("account-list")).context["places"][0].url == reverse(first)


def test_the_list_of_accounts_tells_where_each_holds_a_post_now(scene: Scene) -> None:
    """Managers of many units may all be called 单位管理人."""
    shown = log_in(scene.people["system"]).get(reverse("account-list"))
    now = Membership.objects.filter(current()).select_related("post__agency", "post__unit")
    places = {one.person_id: str(one.post.body) for one in now}
    listed = [one for one in shown.context["page"] if one.pk in places]
    assert listed
    for one in listed:
        assert places[one.pk] in {str(term.post.body) for term in one.held_now}
        assert places[one.pk] in shown.content.decode()


def test_a_link_for_an_account_closed_meanwhile_is_refused_in_words(scene: Scene) -> None:
    desk = log_in(scene.people["system"])
    deactivate(scene.newcomer)
    answer = desk.post(reverse("person-invite", args=[scene.newcomer.pk]), follow=True)
    assert answer.status_code == 200
    [said] = answer.context["messages"]
    assert "/account/key/" not in str(said)


def test_no_administrator_enters_as_another(scene: Scene) -> None:
    desk = log_in(scene.people["system"])
    for name in ("person-invite", "person-change", "person-close"):
        assert desk.post(reverse(name, args=[scene.people["security"].pk]), SAID.get(name, {})).status_code == 403, name


def test_nobody_draws_another_bodys_officer_to_their_own(scene: Scene) -> None:
    own = Membership.objects.get(person=scene.people["manager"])
    place = make_post("护林", unit=own.post.unit)
    said = GROUND | {"person": "reviewer", "since": "2026-11-20"}
    page = log_in(scene.people["manager"]).post(reverse("post-appoint", args=[place.pk]), said)
    assert (page.status_code, list(page.context["form"].errors)) == (422, ["person"])
    said |= {"person": "newcomer", "since": "2026-01-01"}
    page = log_in(scene.people["manager"]).post(reverse("post-appoint", args=[place.pk]), said)
    assert (page.status_code, list(page.context["form"].errors)) == (422, ["since"])


def test_a_promise_is_taken_back(scene: Scene) -> None:
    desk, place = log_in(scene.people["district_head"]), reverse("agency-promises", args=[scene.district.slug])
    assert desk.post(place, SAID["agency-promises"]).status_code == 302
    assert scene.district.promised_periods.get().working_days == 10
    assert desk.post(place, SAID["agency-promises"] | {"working_days": 0}).status_code == 302
    assert not scene.district.promised_periods.exists()


def test_what_changes_no_promise_is_refused_and_leaves_no_line_in_the_security_log(scene: Scene) -> None:
    """It was answered as a change of the promised periods."""
    desk, place = log_in(scene.people["district_head"]), reverse("agency-promises", args=[scene.district.slug])
    said = SAID["agency-promises"]
    assert set(desk.post(place, said | {"working_days": 0}).context["form"].errors) == {"working_days"}
    assert desk.post(place, said).status_code == 302
    before = SecurityEvent.objects.count()
    assert desk.post(place, said).status_code == 422
    assert SecurityEvent.objects.count() == before
    assert desk.post(place, said | {"source": "另一依据"}).status_code == 302


def test_a_manager_finds_the_unit_at_home(scene: Scene) -> None:
    assert reverse("unit", args=[scene.unit]) in log_in(scene.people["manager"]).get("/").content.decode()


def test_a_credit_code_that_another_unit_has_or_that_is_none_is_told(scene: Scene) -> None:
    desk = log_in(scene.people["system"])
    told = []
    for name in ("甲林场", "乙林场"):
        said = {"name": name, "kind": "village", "jurisdiction": "110118", "uscc": "123"}
        answer = desk.post(reverse("unit-new"), said, follow=True)
        told.append([str(one) for one in answer.context["messages"] if one.level_tag == "warning"])
    assert [len(one) for one in told] == [1, 2]
    assert "甲林场" in told[1][1]


@pytest.mark.parametrize(
    ("field", "said"), [("name", "云\x0b岭林场"), ("representative", "赵😀"), ("address", "密云\u202e区")]
)
def test_a_unit_that_no_paper_could_name_is_told_at_the_field(scene: Scene, field: str, said: str) -> None:
    desk = log_in(scene.people["system"], english=True)
    unit = {"name": "云岭林场", "kind": "village", "jurisdiction": "110118"}
    answer = desk.post(reverse("unit-new"), unit | {field: said})
    assert (answer.status_code, list(answer.context["form"].errors)) == (422, [field])
    assert answer.text.count('id="error-summary"') == 1
    assert not OperatingUnit.objects.filter(name__contains="岭林场").exists()
    both = desk.post(reverse("unit-new"), unit | {field: said, "address": "\x01"}).context["form"].errors
    assert set(both) == {field, "address"}
    answer = desk.post(reverse("unit-change", args=[scene.unit]), unit | {field: said})
    assert (answer.status_code, list(answer.context["form"].errors)) == (422, [field])


def test_a_unit_from_before_that_was_asked_keeps_its_name_while_its_telephone_changes(scene: Scene) -> None:
    OperatingUnit.objects.filter(pk=scene.unit).update(name="云😀林场")
    unit = OperatingUnit.objects.get(pk=scene.unit)
    said = {"name": unit.name, "kind": unit.kind, "jurisdiction": unit.jurisdiction_id, "phone": "010-69040000"}
    desk = log_in(scene.people["system"])
    assert desk.post(reverse("unit-change", args=[unit.pk]), said).status_code == 302
    unit.refresh_from_db()
    assert (unit.name, unit.phone) == ("云😀林场", "010-69040000")


def test_a_log_asked_wrongly_lists_nothing_and_says_why(scene: Scene) -> None:
    desk = log_in(scene.people["audit"])
    asked = {"since": "2026-12-01", "until": "2026-11-01"}
    for wrong, told in ((asked, "结束日期早于开始日期。"), ({"since": "x"}, "请填写有效的日期。")):
        shown = desk.get(reverse("security-log"), wrong)
        assert list(shown.context["page"]) == []
        assert 'id="error-summary"' in shown.text
        assert told in shown.text
        assert "尚未查询：请先更正上面标出的条件。" in shown.text
        taken = desk.get(reverse("security-log"), wrong | {"format": "csv"})
        assert taken["Content-Type"].startswith("text/html"), "no table of something else than what was asked"
    shown = desk.get(reverse("security-log"), {"q": "没有这个人"}).text
    assert "可以改用其他姓名、事项或者日期，或者点“显示全部”。" in shown


def test_a_login_with_a_blank_is_told_what_a_login_may_have(scene: Scene) -> None:
    said = {"name": "新人", "login": "xin ren"}
    shown = log_in(scene.people["system"]).post(reverse("person-new"), said)
    assert shown.context["form"].errors["login"] == ["登录名只能由英文字母、汉字、数字和 @ . + - _ 组成。"]


def test_the_last_day_of_a_right_is_not_called_that_of_a_term(scene: Scene) -> None:
    said = {"right": "head", "since": "2021-01-01", "until": "2021-12-01", "ground": "任字1号"}
    shown = log_in(scene.people["security"]).post(reverse("post-grant", args=[scene.post.pk]), said)
    assert shown.context["form"].errors["until"] == ["结束日期已经过去，请填写今天或者以后的日期。"]


def test_each_page_of_administration_says_what_it_is_for(scene: Scene) -> None:
    said = {
        "system": "录入人员、发放一次性链接、停用和恢复账号；权限由安全管理员授予岗位。",
        "security": "打开人员，可以指定管理员、移除遗失的第二认证因素、结束会话。",
        "audit": "账号在此只供查看；每次变动记入安全日志。",
    }
    for role, words in said.items():
        assert words in log_in(scene.people[role]).get(reverse("account-list")).text, role
    lists = {
        "agency-list": "行政机关由职责分工表确定", "unit-list": "经营单位是申请许可的单位",
        "matrix-edition": "职责分工表载明各机关依据哪一条文承担哪一职责。",
    }  # fmt: skip
    of_a_role = {
        ("system", "unit-list"): "其他人员由单位管理人录入", ("security", "agency-list"): "授予权限：打开机关",
        ("audit", "unit-list"): "在此只供查看", ("system", "matrix-edition"): "由您写明依据后启用。",
        ("audit", "matrix-edition"): "由系统管理员启用。",
    }  # fmt: skip
    for role in said:
        for name, words in lists.items():
            text = log_in(scene.people[role]).get(reverse(name)).text
            assert words in text, name
            assert of_a_role.get((role, name), "") in text, (role, name)
    post = reverse("post", args=[scene.post.pk])
    hint = "此岗位的任职由机关负责人安排。"
    assert hint in log_in(scene.people["system"]).get(post).text
    assert hint not in log_in(scene.people["district_head"]).get(post).text


def test_a_unit_entered_again_under_another_seat_is_doubted(scene: Scene) -> None:
    one, other = OperatingUnit.objects.first(), Jurisdiction.objects.filter(level="district").last()
    assert one is not None
    assert other is not None
    assert one.jurisdiction != other
    said = {"name": one.name, "kind": one.kind, "jurisdiction": other.pk}
    shown = log_in(scene.people["system"]).post(reverse("unit-new"), said, follow=True).text
    assert f"{one.jurisdiction}已有同名单位“{one.name}”，是否为同一单位？" in shown
