"""A kept password that was put into the database by hand is named; one that Django renewed is not."""

from __future__ import annotations

import pytest
import time_machine
from django.contrib.auth.hashers import make_password
from django.test import Client, override_settings
from django.utils import timezone
from django.utils.translation import override

from roles import kept_passwords
from roles.accounts import invite, open_account
from roles.models import PasswordRecord, Person
from roles.models.security import SecurityEvent, What
from roles.passwords import must_change

pytestmark = pytest.mark.django_db
CHOSEN = "Larch-7-ridge-92"
OLDER = ["django.contrib.auth.hashers.MD5PasswordHasher", "django.contrib.auth.hashers.PBKDF2PasswordHasher"]
NEWER = [*reversed(OLDER)]


@pytest.fixture
def person() -> Person:
    """Who chose a password by a one-time link, kept in an older form."""
    with override_settings(PASSWORD_HASHERS=OLDER):
        person = open_account("lin", "林小树")
        client = Client()
        form = client.get(client.get(invite(person).link, follow=False)["Location"])
        client.post(form.wsgi_request.path, {"password1": CHOSEN, "password2": CHOSEN})
    return Person.objects.get(pk=person.pk)


def named() -> list[str]:
    with override("en"):
        return list(kept_passwords.differences())


def put_by_hand(person: Person, password: str, **form: str) -> None:
    Person.objects.filter(pk=person.pk).update(password=make_password(password, **form))


def test_a_password_chosen_by_a_link_is_as_the_log_tells(person: Person) -> None:
    assert person.check_password(CHOSEN)
    assert SecurityEvent.objects.get(what=What.PASSWORD).details == {
        "kept": kept_passwords.fingerprint(person.password)
    }
    assert named() == []


def test_one_put_there_by_hand_is_named(person: Person) -> None:
    put_by_hand(person, "Another-9-larch")
    assert named() == ["lin: the kept password was not set by a log-in or a one-time link"]


def test_a_day_on_which_it_was_set_that_was_changed_by_hand_is_named(person: Person) -> None:
    """By it a password is too old, or not yet."""
    with override_settings(PASSWORD_MAX_DAYS=180), time_machine.travel("2030-01-01T10:00:00+08:00"):
        assert must_change(person)
        PasswordRecord.objects.filter(person=person).update(set_at=timezone.now())
        assert not must_change(person)
        (told,) = named()
    assert told.startswith("lin: no line of the security log tells that the password was set on")


def test_one_remembered_that_was_never_set_is_named(person: Person) -> None:
    person.password_records.create(hash=make_password("Another-9-larch"))
    assert len(named()) == 1


def test_one_given_to_an_account_that_never_chose_any_is_named() -> None:
    put_by_hand(open_account("wu", "吴新"), "Another-9-larch")
    assert len(named()) == 1


@override_settings(PASSWORD_HASHERS=NEWER)
def test_a_form_renewed_by_a_log_in_is_told(person: Person) -> None:
    before = person.password
    assert person.check_password(CHOSEN)
    assert Person.objects.get(pk=person.pk).password != before
    assert SecurityEvent.objects.get(what=What.REHASHED).details["kept_before"] == kept_passwords.fingerprint(before)
    assert named() == []


@override_settings(PASSWORD_HASHERS=NEWER)
def test_one_put_there_by_hand_is_not_made_good_by_being_renewed(person: Person) -> None:
    put_by_hand(person, "Another-9-larch", hasher="md5")
    assert Person.objects.get(pk=person.pk).check_password("Another-9-larch")
    assert SecurityEvent.objects.filter(what=What.REHASHED).exists()
    assert len(named()) == 1


def test_of_whom_the_log_has_no_fingerprint_a_password_is_named_and_none_is_not() -> None:
    Person.objects.create_user("old", password=CHOSEN, name="老用户")
    assert len(named()) == 1
    Person.objects.update(password=make_password(None))
    assert named() == []


def test_one_given_by_a_command_is_told() -> None:
    kept_passwords.give_password(open_account("wu", "吴新"), CHOSEN)
    assert SecurityEvent.objects.get(what=What.PASSWORD).by is None
    assert named() == []
