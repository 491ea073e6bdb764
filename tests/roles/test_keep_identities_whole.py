"""What was put into the database by hand is named: an identity of the organisation's log-in, a password's address."""

from __future__ import annotations

import importlib

import pytest
from allauth.account.models import EmailAddress
from allauth.socialaccount.models import SocialAccount
from django.apps import apps
from django.utils.translation import override

from permits.verification.run import of_installation
from roles import identities
from roles.models import Person
from tests.cast import make_person

pytestmark = pytest.mark.django_db


@pytest.fixture
def person() -> Person:
    person = make_person("lin", "林小树")
    person.email = "lin@example.com"
    return person


def named() -> list[str]:
    with override("en"):
        return list(identities.differences())


def by_hand(person: Person, uid: str) -> SocialAccount:
    return SocialAccount.objects.create(user=person, provider="oidc", uid=uid)


def test_one_put_there_by_hand_is_named(person: Person) -> None:
    by_hand(person, "7")
    assert named() == ["lin: no line of the security log tells that the identity “7” belongs to it"]
    assert "identities" in {problem.check for problem in of_installation("identities")}


def test_one_noted_at_the_upgrade_is_not_but_named_where_it_changes_hands(person: Person) -> None:
    tied = by_hand(person, "7")
    importlib.import_module("roles.migrations.0018_tell_of_identities").note(apps, None)
    assert named() == []
    SocialAccount.objects.filter(pk=tied.pk).update(user=make_person("qian", "钱"))
    (told,) = named()
    assert told.startswith("qian: ")


def test_a_new_password_goes_to_the_accounts_own_address_alone(person: Person) -> None:
    Person.objects.filter(pk=person.pk).update(email="Lin@example.com")
    own = EmailAddress.objects.create(user=person, email="lin@example.com", verified=True, primary=True)
    assert named() == []
    EmailAddress.objects.filter(pk=own.pk).update(email="thief@example.com")
    assert named() == ["lin: a new password would also be sent to thief@example.com, which is not the account's"]
