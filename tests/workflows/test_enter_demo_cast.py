"""The people of the demonstration: entered once, each of what they are, and listed where logins are printed."""

from __future__ import annotations

from django.test import Client
from django.urls import reverse
from pytest_django.fixtures import Settings

from permits.kinds import kinds
from permits.verification.registry import CHECKS
from roles.access import units_managed_by, units_of
from roles.authority import administers
from roles.models import Administration, Mandate, Person, SecurityEvent
from roles.models.mandates import Duty
from tests.cast import Cast
from workflows.demo import cast as demo


def test_administrators_and_managers_can_log_in_and_are_listed(cast: Cast) -> None:
    people = demo.enter()
    assert set(people) == {login for login, _who in demo.logins()}
    assert dict(demo.logins())["city-head"] == "市局领导（北京市园林绿化局）", "no key of the matrix"
    assert {administers(people[login]) for login, _name, _role in demo.ADMINISTRATORS} == set(
        Administration.Role.values
    )
    for clerk in demo.CLERKS:
        manager = people[f"{clerk.login}-manager"]
        assert manager.check_password(demo.PASSWORD)
        assert list(units_managed_by(manager)) == list(units_of(people[clerk.login]))
        assert not units_of(manager).exists()


def test_the_log_in_page_names_a_few_of_them_in_the_demonstration_and_nobody_elsewhere(
    cast: Cast, settings: Settings
) -> None:
    people = demo.enter()
    elsewhere = Client().get(reverse("login")).text
    assert demo.PASSWORD not in elsewhere
    assert not any(login in elsewhere for login in demo.SHOWN[1:])
    settings.DEMO = True
    page = Client().get(reverse("login")).text
    assert demo.PASSWORD in page
    assert [login for login in people if f"<dt>{login}</dt>" in page] == list(demo.SHOWN)


def test_entering_them_again_changes_nothing(cast: Cast) -> None:
    demo.enter()
    before = (Person.objects.count(), SecurityEvent.objects.count())
    demo.enter()
    assert (Person.objects.count(), SecurityEvent.objects.count()) == before


def test_a_case_in_jizhou_finds_somebody_for_each_step_to_the_supervision(cast: Cast) -> None:
    demo.enter()
    steps = (Duty.ACCEPT, Duty.FIRST_REVIEW, Duty.ADVISE, Duty.FINAL_REVIEW, Duty.DECIDE, Duty.SUPERVISE)
    codes = [kind.code for kind in kinds()]
    asked = Mandate.objects.filter(jurisdiction="120119", kind__in=codes, duty__in=steps).select_related("agency")
    held = {(role.agency, duty) for role in demo.ROLES for duty in role.duties}
    assert {(mandate.agency.slug, mandate.duty) for mandate in asked} - held == set()
    assert ("tj-planning", Duty.DECIDE) in held, "who decides there unless the service office does"
    assert "tj-jizhou-forestry" in {role.agency for role in demo.ROLES if role.head}
    phone = units_of(Person.objects.get(username="jizhoufarm")).get().phone
    assert phone.startswith("022-"), "Tianjin's, not Beijing's"


def test_every_account_post_unit_and_right_has_its_line(cast: Cast) -> None:
    demo.enter()
    checks = ("rights", "passwords", "bodies", "matrix")
    assert [problem.what for check in checks for problem in CHECKS[check]()] == []
