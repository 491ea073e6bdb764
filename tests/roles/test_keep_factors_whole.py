"""A second factor that was put into the database by hand is named; one its holder added is not."""

from __future__ import annotations

import pytest
from allauth.core import context
from allauth.mfa.models import Authenticator
from allauth.mfa.signals import authenticator_removed
from django.test import RequestFactory
from django.utils.translation import override

from roles import factors
from roles.accounts import make_administrator
from roles.factors import remove_factors
from roles.models import Person, SecurityEvent
from roles.models.security import What
from tests.cast import make_person

pytestmark = pytest.mark.django_db
Type = Authenticator.Type


@pytest.fixture
def person() -> Person:
    return make_person("lin", "林小树")


def added(person: Person, kind: str, **data: object) -> Authenticator:
    """As the pages add it: within a request."""
    with context.request_context(RequestFactory().get("/")):
        return Authenticator.objects.create(user=person, type=kind, data=data)


def named() -> list[str]:
    with override("en"):
        return list(factors.differences())


def test_what_its_holder_added_is_told_of_also_when_renamed_or_used(person: Person) -> None:
    key = added(person, Type.WEBAUTHN, name="key", credential={"id": "a"})
    codes = added(person, Type.RECOVERY_CODES, seed="s", used_mask=0)
    assert named() == []
    Authenticator.objects.filter(pk=key.pk).update(data={"name": "other", "credential": {"id": "a"}})
    Authenticator.objects.filter(pk=codes.pk).update(data={"seed": "s", "used_mask": 5})
    assert named() == []


def test_one_put_there_by_hand_is_named(person: Person) -> None:
    Authenticator.objects.create(user=person, type=Type.TOTP, data={"secret": "stolen"})
    (told,) = named()
    assert told.startswith("lin: ")


def test_another_secret_or_another_holder_is_named(person: Person) -> None:
    own = added(person, Type.TOTP, secret="own")
    Authenticator.objects.filter(pk=own.pk).update(data={"secret": "stolen"})
    assert len(named()) == 1
    Authenticator.objects.filter(pk=own.pk).update(data={"secret": "own"}, user=make_person("qian", "钱"))
    assert len(named()) == 1


def put_back(factor: Authenticator) -> Authenticator:
    return Authenticator.objects.create(user=factor.user, type=factor.type, data=factor.data)


def test_one_that_was_taken_away_as_lost_and_put_back_by_hand_is_named(person: Person) -> None:
    lost = added(person, Type.TOTP, secret="own")
    security = make_person("security", "安全管理员")
    make_administrator(security, "security")
    remove_factors(person, by=security, ground="手机丢失")
    assert named() == []
    put_back(lost)
    assert len(named()) == 1


def test_one_its_holder_removed_and_put_back_by_hand_is_named_and_no_other(person: Person) -> None:
    lost, kept = (added(person, Type.WEBAUTHN, name=id, credential={"id": id}) for id in "ab")
    request = RequestFactory().get("/")
    lost.delete()
    authenticator_removed.send(Authenticator, request=request, user=person, authenticator=lost)
    assert named() == []
    put_back(lost)
    assert len(named()) == 1
    Authenticator.objects.exclude(pk=kept.pk).delete()
    added(person, Type.WEBAUTHN, name="a", credential={"id": "a"})
    assert named() == []


def test_nothing_is_concluded_from_a_line_of_an_earlier_version(person: Person) -> None:
    Authenticator.objects.create(user=person, type=Type.TOTP, data={"secret": "own"})
    SecurityEvent.objects.create(what=What.FACTOR_ADDED, person=person, details={"kind": "totp"})
    assert named() == []
