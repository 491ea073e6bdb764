"""Whatever the owner of the database writes into an agency, unit, account, post, term or right is named."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from importlib import import_module
from typing import Any

import pytest
from django.apps import apps
from django.contrib.auth.hashers import make_password
from django.contrib.auth.models import Group, Permission
from django.db import connection, models, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from django.utils.translation import override

from permits.verification.registry import CHECKS
from roles.accounts import change_account, end_administration, make_administrator, open_account, reopen
from roles.appointments import appoint, deactivate, dismiss, end_grant, end_term, grant, make_post
from roles.bodies import change_body, enter_unit
from roles.delegations import delegate, take_back
from roles.models import (
    Agency,
    AgencyGrant,
    Delegation,
    Jurisdiction,
    MandateGrant,
    Membership,
    OperatingUnit,
    Person,
    Post,
    UnitGrant,
)
from roles.models.security import Administration, SecurityEvent, What
from roles.openness import tell_applicants
from tests.cast import Cast

pytestmark = pytest.mark.django_db

AGENCY, UNIT, PERSON = "bj-forestry", "密云区雾灵林场", "reviewer"


def named() -> list[str]:
    """What the checks of roles find, each with its check."""
    with override("en"):
        checks = ("rights", "passwords", "bodies", "matrix")
        return [f"{name}: {problem.what}" for name in checks for problem in CHECKS[name]()]


def other(field: models.Field[Any, Any], value: Any) -> Any:
    """Another value that the column takes."""
    if isinstance(field, models.BooleanField):
        return not value
    if isinstance(field, models.OneToOneField):
        return Group.objects.create(name="elsewhere").pk
    if field.is_relation:
        assert field.related_model is not None
        return field.related_model._default_manager.exclude(pk=value).earliest("pk").pk  # type: ignore[union-attr]
    if isinstance(field, models.DateTimeField):
        return timezone.now()
    if isinstance(field, models.DateField):
        return (value or timezone.localdate()) + timedelta(days=-9 if field.name == "since" else 9)
    return "x" if value != "x" else "y"


ROWS: dict[str, Callable[[], models.Model]] = {
    "agency": lambda: Agency.objects.get(slug=AGENCY),
    "unit": lambda: OperatingUnit.objects.get(name=UNIT),
    "person": lambda: Person.objects.get(username=PERSON),
    "post of an agency": lambda: Post.objects.get(memberships__person__username=PERSON),
    "term": lambda: Membership.objects.filter(person__username=PERSON).latest("pk"),
    "right of a mandate": lambda: MandateGrant.objects.latest("pk"),
    "right of a head": lambda: AgencyGrant.objects.latest("pk"),
    "right of a unit": lambda: UnitGrant.objects.latest("pk"),
    "administrator": lambda: Administration.objects.latest("pk"),
    "standing in": lambda: Delegation.objects.latest("pk"),
}
UNPROVEN = {
    "person": {"last_login", "date_joined", "language"},
    "standing in": {"made_at"},
}
"""Columns from which nothing follows. Keys of rows are what lines name."""


@pytest.mark.owner
@pytest.mark.parametrize("name", ROWS)
def test_each_column_that_is_rewritten_is_named(cast: Cast, name: str, subtests: Any) -> None:
    enter_more(cast)
    assert named() == []
    row = ROWS[name]()
    for field in row._meta.concrete_fields:
        if field.primary_key or field.name in UNPROVEN.get(name, ()):
            continue
        with subtests.test(field.name), transaction.atomic():
            change = {field.attname: other(field, getattr(row, field.attname))}
            if name == "post of an agency" and field.name in ("agency", "unit"):  # one of both, the database says
                change = {"agency": None, "unit": OperatingUnit.objects.earliest("pk")}
            type(row)._default_manager.filter(pk=row.pk).update(**change)
            assert named(), field.name
            transaction.set_rollback(True)


def enter_more(cast: Cast) -> None:
    """Something of each that the cast has nothing of."""
    administrator = open_account("keeper", "管理员", email="keeper@example.cn", phone="13800000000")
    make_administrator(administrator, "audit")
    post = Post.objects.get(memberships__person=cast.reviewer)
    deputy = open_account("deputy", "代理")
    appoint(deputy, post, by=cast.head, ground="任字1号")
    today = timezone.localdate()
    delegate(cast.reviewer, deputy, post, since=today, until=today, reason="出差 ", by=cast.reviewer)


TAMPERINGS: dict[str, Callable[[Cast], object]] = {
    "an account put in": lambda cast: Person.objects.create(username="forged", name="无名", password="!"),
    "a password put in": lambda cast: Person.objects.filter(pk=cast.reviewer.pk).update(password=make_password("x")),
    "a unit put in": lambda cast: OperatingUnit.objects.create(
        name="虚构林场", kind="company", jurisdiction=cast.miyun
    ),
    "a post put in": lambda cast: Post.objects.create(
        slug="forged", name="虚构", unit=cast.farm, group=Group.objects.create(name="forged")
    ),
    "an agency put in": lambda cast: Agency.objects.create(slug="forged", name="虚构局", level="district"),
    "a right of Django's": lambda cast: cast.stranger.user_permissions.add(Permission.objects.earliest("pk")),
    "a right of a group's": lambda cast: Group.objects.earliest("pk").permissions.add(
        Permission.objects.earliest("pk")
    ),
    "a superuser": lambda cast: Person.objects.filter(pk=cast.stranger.pk).update(is_superuser=True),
}


@pytest.mark.owner
@pytest.mark.parametrize("name", TAMPERINGS)
def test_what_was_put_there_past_the_application_is_named(cast: Cast, name: str) -> None:
    assert named() == []
    TAMPERINGS[name](cast)
    assert len(named()) == 1


REVIVED: dict[str, Callable[[Cast], object]] = {
    "term": lambda cast: end_term(ROWS["term"]()),
    "right of a mandate": lambda cast: end_grant(ROWS["right of a mandate"]()),
    "right of a head": lambda cast: end_grant(ROWS["right of a head"]()),
    "right of a unit": lambda cast: end_grant(ROWS["right of a unit"]()),
    "administrator": lambda cast: end_administration(ROWS["administrator"]().person),
    "standing in": lambda cast: take_back(ROWS["standing in"](), by=cast.reviewer),
}


@pytest.mark.owner
@pytest.mark.parametrize("name", REVIVED)
def test_a_second_row_of_the_same_days_under_a_lower_key_is_named(cast: Cast, name: str) -> None:
    enter_more(cast)
    row = ROWS[name]()
    REVIVED[name](cast)
    assert named() == []
    row.pk, row._state.adding = -1, True
    row.save(force_insert=True)
    assert len(named()) == 1


def test_what_the_verbs_change_is_as_the_log_tells(cast: Cast) -> None:
    enter_more(cast)
    system = open_account("system-keeper", "系统管理员")
    make_administrator(system, "system")
    unit = enter_unit(by=system, name="云岫林场", kind="company", jurisdiction=cast.miyun, phone="010-1")
    elsewhere = Jurisdiction.objects.get(pk="110116")
    change_body(unit, by=system, jurisdiction=elsewhere, phone="010-2", representative="王")
    agency = Agency.objects.get(slug=AGENCY)
    change_body(agency, by=system, uscc="11110000000000000X")
    tell_applicants(agency, at_once=True, by=cast.head, ground="局务会")
    change_account(cast.stranger, by=system, name="蒋过客", email="jiang@example.cn", ground="登记表")
    deactivate(cast.stranger, by=system, ground="离职")
    reopen(Person.objects.get(pk=cast.stranger.pk), by=system, ground="返聘")
    post = make_post(unit, "经办", by=system)
    given = grant(post, unit, ground="授权书 ")
    end_grant(given)
    appoint(cast.stranger, post)
    dismiss(cast.stranger, post)
    end_administration(Person.objects.get(username="keeper"))
    assert named() == []


@pytest.mark.owner
def test_an_administrator_whose_end_is_put_off_is_named(cast: Cast) -> None:
    person = open_account("keeper", "管理员")
    make_administrator(person, "audit")
    end_administration(person)
    assert named() == []
    Administration.objects.update(until=timezone.localdate() + timedelta(days=99))
    assert len(named()) == 1


def test_a_line_of_an_earlier_version_is_silent_of_the_row(cast: Cast) -> None:
    unit = enter_unit(name="云岫林场", kind="company", jurisdiction=cast.miyun)
    OperatingUnit.objects.filter(pk=unit.pk).update(phone="010-1")
    assert len(named()) == 1
    SecurityEvent.objects.create(what=What.BODY_CHANGED, unit=unit, details={"phone": ["", "010-1"]})
    assert named() == []


def test_the_upgrade_tells_of_what_stood_there_without_a_line(cast: Cast) -> None:
    Person.objects.create_user("old", password="Larch-7-ridge-92", name="老用户")
    unit = OperatingUnit.objects.create(name="云岫林场", kind="company", jurisdiction=cast.miyun)
    Post.objects.create(slug="old", name="经办", unit=unit, group=Group.objects.create(name="old"))
    assert len(named()) == 4  # its password, too
    import_module("roles.migrations.0016_note_what_stands").note(apps, None)
    assert named() == []


def test_it_asks_no_more_for_more_rows(cast: Cast) -> None:
    def asked() -> int:
        with CaptureQueriesContext(connection) as queries:
            named()
        return len(queries)

    before = asked()
    for number in range(20):
        open_account(f"further-{number}", "又一人")
    assert asked() == before
