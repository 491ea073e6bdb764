"""An address for mails changes with its ground, by who may, and both addresses are told."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.conf import settings
from django.core import mail
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import DatabaseError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from roles.accounts import change_account, invite, make_administrator
from roles.mail_addresses import MOST, ask_for_address, asked_by, take_address
from roles.models import Person, SecurityEvent
from roles.models.security import What
from roles.whole_rows import ROW
from tests.cast import log_in, make_person, markup

pytestmark = pytest.mark.django_db
PASSWORD = "long enough to pass"
OLD, NEW = "old@example.cn", "new@example.cn"
OWN = "own-address"


@pytest.fixture
def person() -> Person:
    made = make_person("zhang", "张三")
    made.email = OLD
    made.save(update_fields=["email"])
    return made


@pytest.fixture
def keepers() -> dict[str, Person]:
    made = {role: make_person(f"{role}-admin", f"{role}管理员") for role in ("system", "security")}
    for role, one in made.items():
        make_administrator(one, role)
    return made


@pytest.fixture
def sent(django_capture_on_commit_callbacks: Any) -> Any:
    return lambda: django_capture_on_commit_callbacks(execute=True)


def at_the_form(person: Person) -> Client:
    """Logged in, and the password given again."""
    desk = log_in(person)
    address = reverse(OWN)
    asked = desk.get(address)
    assert asked.url.startswith(reverse("account_reauthenticate"))
    assert desk.post(asked.url, {"password": PASSWORD}).url == address
    return desk


def link() -> str:
    found = re.search(r"http://\S+", str(mail.outbox[-1].body))
    assert found
    return found[0].removeprefix(settings.SITE_URL)


def changes() -> list[tuple[int | None, str, Any]]:
    lines = SecurityEvent.objects.filter(what=What.ACCOUNT_CHANGED).order_by("pk")
    assert all(line.details[ROW]["email"] for line in lines)
    return [(line.by_id, line.ground, {name: said for name, said in line.details.items() if name != ROW})
            for line in lines]  # fmt: skip


def told(address: str) -> str:
    return "\n".join(str(one.body) for one in mail.outbox if one.to == [address])


def test_an_address_changed_by_another_has_its_ground_and_is_told_to_both(
    person: Person, keepers: dict[str, Person], sent: Any
) -> None:
    desk = log_in(keepers["system"])
    said = {"name": "张三", "email": NEW, "language": "zh-hans"}
    address = reverse("person-change", args=[person.pk])
    page = desk.post(address, said)
    assert (page.status_code, list(page.context["form"].errors)) == (422, ["ground"])
    with sent():
        assert desk.post(address, said | {"ground": "人字〔2026〕3号"}).status_code == 302
    assert changes() == [(keepers["system"].pk, "人字〔2026〕3号", {"email": [OLD, NEW]})]
    for one in (told(OLD), told(NEW)):
        assert all(word in one for word in ("张三", "zhang", "system管理员", "security管理员"))
    assert "人字〔2026〕3号" in desk.get(reverse("person", args=[person.pk])).content.decode()
    assert NEW in told(OLD)
    line = SecurityEvent.objects.filter(what=What.ACCOUNT_CHANGED).get()
    with pytest.raises((DatabaseError, TypeError)), transaction.atomic():
        SecurityEvent.objects.filter(pk=line.pk).update(ground="改过")


def test_a_first_and_a_last_address_are_told_where_there_is_one(
    person: Person, keepers: dict[str, Person], sent: Any
) -> None:
    said = {"name": "张三", "language": "zh-hans", "ground": "人字〔2026〕3号"}
    desk, address = log_in(keepers["system"]), reverse("person-change", args=[person.pk])
    with sent():
        desk.post(address, said)
        desk.post(address, said | {"email": NEW})
    assert [one.to for one in mail.outbox] == [[OLD], [NEW]]
    taken, entered = (one.body for one in mail.outbox)
    assert "已由system管理员删除" in taken
    assert "原来没有登记邮箱" in entered
    with sent():
        desk.post(address, said | {"email": NEW, "phone": "1"})
    assert len(mail.outbox) == 2


def test_the_owner_confirms_by_password_and_by_the_new_address(person: Person, keepers: Any, sent: Any) -> None:
    desk = at_the_form(person)
    with sent():
        assert desk.post(reverse(OWN), {"email": NEW, "ground": "换邮箱"}).url == reverse("profile")
    person.refresh_from_db()
    assert (person.email, changes(), mail.outbox[-1].to) == (OLD, [], [NEW])
    here = link()
    assert NEW in desk.get(here).content.decode()
    person.refresh_from_db()
    assert person.email == OLD  # looked at, not pressed
    with sent():
        assert desk.post(here).url == reverse("profile")
    person.refresh_from_db()
    assert person.email == NEW
    assert changes() == [(person.pk, "换邮箱", {"email": [OLD, NEW]})]
    assert "security管理员" in told(OLD)
    assert desk.post(here).url == reverse("profile")
    assert len(changes()) == 1  # the link is spent


def test_without_the_password_again_nothing_is_asked(person: Person) -> None:
    desk = log_in(person)
    answer = desk.post(reverse(OWN), {"email": NEW, "ground": "换邮箱"})
    assert answer.url.startswith(reverse("account_reauthenticate"))
    assert not SecurityEvent.objects.filter(what=What.ADDRESS_ASKED).exists()


def test_a_link_serves_its_owner_for_a_day_and_not_after_another_change(
    person: Person, keepers: dict[str, Person], sent: Any
) -> None:
    with sent():
        ask_for_address(person, NEW, ground="换邮箱")
    key = link().rstrip("/").rsplit("/", 1)[-1]
    assert asked_by(person, key)
    for bad in (key + "x", "1:2:3", "x"):
        with pytest.raises(ValidationError):
            take_address(person, bad)
    with pytest.raises(ValidationError):
        take_address(keepers["system"], key)
    with time_machine.travel(timezone.now() + timedelta(hours=24, minutes=1)), pytest.raises(ValidationError):
        take_address(person, key)
    person.email = "third@example.cn"
    person.save(update_fields=["email"])
    with pytest.raises(ValidationError):
        take_address(person, key)


def test_a_link_is_spent_also_where_the_address_was_put_back(
    person: Person, keepers: dict[str, Person], sent: Any
) -> None:
    with sent():
        ask_for_address(person, NEW, ground="换邮箱")
    key = link().rstrip("/").rsplit("/", 1)[-1]
    take_address(person, key)
    change_account(person, by=keepers["system"], ground="本人未申请更换", email=OLD)
    person.refresh_from_db()
    with pytest.raises(ValidationError):
        take_address(person, key)
    person.refresh_from_db()
    assert person.email == OLD


def test_a_wrong_address_or_the_sixth_in_a_day_is_refused_at_its_field(person: Person) -> None:
    for number in range(MOST):
        ask_for_address(person, f"new{number}@example.cn", ground="换邮箱")
    desk = at_the_form(person)
    too_long = "a@" + ".".join(["d" * 60] * 5) + ".cn"
    for bad in ("nobody", OLD, NEW, "a@b.cn\nBcc: c@d.cn", too_long):
        page = desk.post(reverse(OWN), {"email": bad, "ground": "换邮箱"})
        assert (page.status_code, list(page.context["form"].errors)) == (422, ["email"])
    with time_machine.travel(timezone.now() + timedelta(hours=25)):
        with pytest.raises(ValidationError):
            ask_for_address(person, too_long, ground="换邮箱")
        ask_for_address(person, NEW, ground="换邮箱")


def test_who_comes_in_by_the_organisation_alone_changes_nothing_here(person: Person) -> None:
    person.set_unusable_password()
    person.save(update_fields=["password"])
    assert log_in(person).get(reverse(OWN)).status_code == 403
    with pytest.raises(PermissionDenied):
        ask_for_address(person, NEW, ground="换邮箱")


def test_a_one_time_link_that_is_under_way_ends_with_the_address(person: Person, keepers: dict[str, Person]) -> None:
    path = invite(person).link.removeprefix(settings.SITE_URL)
    assert not Client().get(path, follow=True).context.get("token_fail")
    ask_for_address(person, NEW, ground="换邮箱")
    person.email = NEW
    person.save(update_fields=["email"])
    assert Client().get(path, follow=True).context["token_fail"]


def test_a_mail_server_that_refuses_undoes_nothing(
    person: Person, keepers: dict[str, Person], sent: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_given: Any) -> None:
        raise OSError("refused")

    monkeypatch.setattr("roles.mail_addresses.send_mail", refuse)
    said = {"name": "张三", "email": NEW, "language": "zh-hans", "ground": "人字〔2026〕3号"}
    with sent():
        log_in(keepers["system"]).post(reverse("person-change", args=[person.pk]), said)
    person.refresh_from_db()
    assert person.email == NEW


def test_the_own_page_leads_to_the_change_by_the_name_that_the_manual_gives_it(person: Person) -> None:
    person.email = NEW
    person.save(update_fields=["email"])
    page = markup(log_in(person).get(reverse("profile")).text)
    assert f'<a href="{reverse("own-address")}">更改邮箱</a>' in page
    assert "点「更改邮箱」" in (settings.BASE_DIR / "docs/manuals/clerk.md").read_text("utf-8")
