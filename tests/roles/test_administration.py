"""Who enters people, posts and rights: it takes two, nobody decides and administers, and every change is a line."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
import time_machine
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import DatabaseError, connection, transaction
from django.utils import timezone, translation

from roles.accounts import change_account, end_administration, make_administrator, open_account, reopen
from roles.appointments import appoint, deactivate, dismiss, end_grant, end_term, grant, make_post
from roles.authority import administers
from roles.identity import clean_number, digest
from roles.models import Agency, AgencyGrant, Mandate, OperatingUnit, Person, Post, SecurityEvent
from roles.models.security import What
from roles.whole_rows import ROW, SALT

pytestmark = pytest.mark.django_db

NUMBER = "11010519491231002X"  # the example of GB 11643
Verb = Callable[[Person], object]
Cast = dict[str, Person]


@pytest.fixture
def everybody(administrators: Cast, chief: Person, manager: Person, reviewer: Person, stranger: Person) -> Cast:
    return {**administrators, "chief": chief, "manager": manager, "reviewer": reviewer, "stranger": stranger}


@pytest.fixture
def verbs(
    bureau: Agency, farm: OperatingUnit, reviewing_post: Post, heading_post: Post, clerk_post: Post,
    mandate: Mandate, make_person: Callable[..., Person],
) -> dict[str, Verb]:  # fmt: skip
    new = make_person("new")
    return {
        "appoint an officer": lambda by: appoint(new, reviewing_post, by=by),
        "appoint the head": lambda by: appoint(new, heading_post, by=by),
        "appoint a clerk": lambda by: appoint(new, clerk_post, by=by),
        "make a post": lambda by: make_post(bureau, "法规岗", by=by),
        "make a unit's post": lambda by: make_post(farm, "经办岗", by=by),
        "grant a mandate": lambda by: grant(reviewing_post, mandate, by=by),
        "make a head": lambda by: grant(reviewing_post, bureau, by=by),
        "open an account": lambda by: open_account("newer", "新人", by=by),
        "name an administrator": lambda by: make_administrator(new, "audit", by=by),
    }


ALLOWED = {
    "appoint an officer": {"chief"},
    "appoint the head": {"system"},
    "appoint a clerk": {"manager"},
    "make a post": {"system", "chief"},
    "make a unit's post": {"system", "manager"},
    "grant a mandate": {"security"},
    "make a head": {"security"},
    "open an account": {"system", "chief", "manager"},
    "name an administrator": {"security"},
}


@pytest.mark.parametrize("name", ALLOWED)
def test_each_verb_is_for_whom_it_is_for(everybody: Cast, verbs: dict[str, Verb], name: str) -> None:
    done = set()
    for who, person in everybody.items():
        lines = SecurityEvent.objects.count()
        with transaction.atomic():
            try:
                verbs[name](person)
            except PermissionDenied:
                assert SecurityEvent.objects.count() == lines
            else:
                done.add(who)
                assert SecurityEvent.objects.latest("pk").by == person
            transaction.set_rollback(True)
    assert done == ALLOWED[name]


def test_who_ran_a_body_once_staffs_it_no_more(
    chief: Person, heading_post: Post, reviewing_post: Post, stranger: Person
) -> None:
    dismiss(chief, heading_post)
    with time_machine.travel(timezone.now() + timedelta(days=1)), pytest.raises(PermissionDenied):
        appoint(stranger, reviewing_post, by=Person.objects.get(pk=chief.pk))


def test_nobody_is_two_administrators_or_an_administrator_with_a_post(
    administrators: Cast, reviewer: Person, reviewing_post: Post
) -> None:
    for role in ("system", "audit"):
        with pytest.raises(ValidationError, match=r"already|已经"):
            make_administrator(administrators["security"], role)
    with pytest.raises(ValidationError) as refused:
        appoint(administrators["audit"], reviewing_post)
    assert list(refused.value.message_dict) == ["person"]
    appoint(reviewer, reviewing_post)
    with pytest.raises(ValidationError) as refused:
        make_administrator(reviewer, "audit")
    assert list(refused.value.message_dict) == ["person"]


def test_the_security_administrator_neither_names_nor_ends_an_equal(administrators: Cast, stranger: Person) -> None:
    security = administrators["security"]
    for attempt in (
        lambda: make_administrator(stranger, "security", by=security),
        lambda: end_administration(security, by=security),
    ):
        with pytest.raises(PermissionDenied):
            attempt()
    end_administration(administrators["audit"], by=security, ground="轮岗")
    days = dict.fromkeys(("since", "until"), timezone.localdate().isoformat())
    assert SecurityEvent.objects.latest("pk").details == {"role": "audit", **days}


def test_a_closed_account_administers_nothing(administrators: Cast) -> None:
    deactivate(administrators["system"])
    assert administers(Person.objects.get(pk=administrators["system"].pk)) == ""


@pytest.mark.parametrize(
    "login", ["ｌｉｎ", "l\u0456n", "\u017fystem", "l\u0131n", "lin\u200b", "λιν", "lin\n", "lin zi", ""]
)
def test_a_login_that_only_looks_like_anothers_is_none(administrators: Cast, login: str) -> None:
    with pytest.raises(ValidationError) as refused:
        open_account(login, "林", by=administrators["system"])
    assert list(refused.value.message_dict) == ["login"]
    for plain in ("lin", "林小树", "Lin.2@bj-forestry_1+"):
        assert open_account(plain, "林", by=administrators["system"]).username == plain


def test_one_human_has_one_account(administrators: Cast) -> None:
    by = administrators["system"]
    first = open_account("zhang", "张三", number=NUMBER, by=by)
    assert first.identity == digest(NUMBER)
    assert NUMBER not in str(vars(first))
    with pytest.raises(ValidationError) as refused:
        open_account("zhang2", "张三", number="１１０１０５１９４９１２３１００２ｘ".replace("ｘ", "x"), by=by)
    assert list(refused.value.message_dict) == ["number"]
    deactivate(first)
    with pytest.raises(ValidationError):
        open_account("zhang3", "张三", number=NUMBER, by=by)
    reopen(first, by=by, ground="返聘")
    first.refresh_from_db()
    assert (first.is_active, first.has_usable_password()) == (True, False)


@pytest.mark.parametrize("number", ["", "123", NUMBER[:-1] + "1", NUMBER + "0", "1101051949123100ⅩX", "a" * 18])
def test_a_number_that_is_none_is_refused(number: str) -> None:
    with pytest.raises(ValidationError):
        clean_number(number)


def test_a_login_is_taken_whatever_its_capitals(administrators: Cast) -> None:
    open_account("Zhang", "张三")
    with pytest.raises(ValidationError) as refused:
        open_account("zhang", "张三")
    assert list(refused.value.message_dict) == ["login"]


def test_a_change_of_an_account_tells_what_was_there(
    administrators: Cast, chief: Person, reviewer: Person, reviewing_post: Post, stranger: Person
) -> None:
    appoint(reviewer, reviewing_post)
    change_account(reviewer, by=chief, email="a@example.cn", name="reviewer", ground="登记表")
    line = SecurityEvent.objects.latest("pk")
    assert (line.what, line.ground) == (What.ACCOUNT_CHANGED, "登记表")
    assert line.details.pop(ROW).keys() == {SALT, "username", "name", "email", "phone", "identity", "is_active"}
    assert line.details == {"email": ["", "a@example.cn"]}
    change_account(reviewer, by=administrators["system"], email="a@example.cn", ground="重复")
    assert SecurityEvent.objects.latest("pk") == line
    for by, whose in ((chief, stranger), (chief, administrators["audit"]), (reviewer, chief), (chief, chief)):
        with pytest.raises(PermissionDenied):
            change_account(whose, by=by, email="mine@example.cn", ground="无")


def test_every_change_of_a_right_is_a_line_with_who_when_and_ground(
    chief: Person, administrators: Cast, reviewer: Person, reviewing_post: Post, mandate: Mandate
) -> None:
    security = administrators["security"]
    before = SecurityEvent.objects.count()
    appoint(reviewer, reviewing_post, by=chief, ground="任字1号")
    given = grant(reviewing_post, mandate, by=security, ground="岗字1号")
    end_grant(given, by=security, ground="岗字2号")
    dismiss(reviewer, reviewing_post, by=chief, ground="任字2号")
    told = SecurityEvent.objects.order_by("pk")[before:].values_list("what", "by", "person", "post", "ground")
    assert list(told) == [
        ("appointed", chief.pk, reviewer.pk, reviewing_post.pk, "任字1号"),
        ("granted", security.pk, None, reviewing_post.pk, "岗字1号"),
        ("grant_ended", security.pk, None, reviewing_post.pk, "岗字2号"),
        ("dismissed", chief.pk, reviewer.pk, reviewing_post.pk, "任字2号"),
    ]


def test_a_line_tells_what_is_so_and_nothing_of_what_is_not() -> None:
    unknown, known = SecurityEvent(details={"identified": False}), SecurityEvent(details={"identified": True})
    withdrawn = SecurityEvent(details={"working_days": 0})
    with translation.override("en"):
        told = [line.particulars for line in (unknown, known, withdrawn)]
    assert told == [[], [("identity known", "Yes")], [("working days", "0")]]


def test_what_is_kept_of_an_identity_for_the_verification_is_not_told() -> None:
    details = {"another": "zhang", "why": "oidc_provider", "tied": "0a1b", "untied": ["0a1b"], "made": "0a1b"}
    with translation.override("en"):
        told = SecurityEvent(details=details).particulars
    assert told == [("claimed by a second identity", "zhang"), ("reason", "the provider did not answer")]


def test_each_particular_of_a_way_in_has_a_name() -> None:
    details = {"mailed": True, "factor": "totp", "network": "192.0.2.1", "why": "idle", "case": 7, "path": "/"}
    with translation.override("en"):
        told = SecurityEvent(details=details).particulars
    assert told == [
        ("mailed", "Yes"), ("second factor", "authenticator app"), ("network", "192.0.2.1"),
        ("reason", "left unused"), ("case", "7"), ("page", "/"),
    ]  # fmt: skip


@pytest.mark.owner
@pytest.mark.parametrize(
    "statement", ["UPDATE roles_securityevent SET ground = 'x'", "DELETE FROM roles_securityevent"]
)
def test_the_database_rewrites_no_line(administrators: Cast, statement: str) -> None:
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
    assert SecurityEvent.objects.count() == 3


@pytest.mark.parametrize("until", [None, 30], ids=["for good", "until a day"])
def test_a_post_that_leads_for_a_while_is_not_the_heads_own_to_fill(
    administrators: Cast, chief: Person, heading_post: Post, bureau: Agency, stranger: Person, until: int | None
) -> None:
    given = AgencyGrant.objects.get(group=heading_post.group)
    if until:
        end_grant(given, until=timezone.localdate() + timedelta(days=until), by=administrators["security"])
    with pytest.raises(PermissionDenied):
        appoint(stranger, heading_post, by=chief)
    assert appoint(stranger, heading_post, by=administrators["system"]).post == heading_post


def test_the_term_that_is_ended_is_the_one_named_and_ends_no_later(
    chief: Person, reviewer: Person, reviewing_post: Post
) -> None:
    today = timezone.localdate()
    now = appoint(reviewer, reviewing_post, until=today + timedelta(days=10))
    later = appoint(reviewer, reviewing_post, since=today + timedelta(days=20))
    end_term(later, until=today + timedelta(days=25), by=chief)
    now.refresh_from_db()
    assert now.until == today + timedelta(days=10)
    with pytest.raises(ValidationError) as refused:
        end_term(now, until=today + timedelta(days=11), by=chief)
    assert list(refused.value.message_dict) == ["until"]


def test_a_right_is_not_made_longer_by_ending_it(administrators: Cast, reviewing_post: Post, mandate: Mandate) -> None:
    today = timezone.localdate()
    given = grant(reviewing_post, mandate, until=today + timedelta(days=5))
    with pytest.raises(ValidationError) as refused:
        end_grant(given, until=today + timedelta(days=6), by=administrators["security"])
    assert list(refused.value.message_dict) == ["until"]
