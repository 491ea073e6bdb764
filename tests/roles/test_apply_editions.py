"""Applying an edition of the role matrix: by the system administrator, with a ground, and a line that tells of it."""

from __future__ import annotations

import hashlib
import re
from io import StringIO
from pathlib import Path

import pytest
from django.contrib.auth.models import Group
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.translation import override
from pytest_django.fixtures import Settings

from config.environment import PRODUCTION
from config.models import Installation
from roles.accounts import make_administrator
from roles.appointments import grant
from roles.editions import Edition, compare, history, work_asked
from roles.matrix.record import differences
from roles.models import Agency, Mandate, MatrixEdition, Person, Post, SecurityEvent
from roles.models.security import Administration
from tests.roles.matrix_files import change
from tests.runtime_role import as_owner

GROUND = "密园绿发〔2026〕8号"
PLACE = "/matrix-edition/"


@pytest.fixture
def desks(data: Path, settings: Settings, db: None) -> dict[str, Client]:
    """The administrators at their desks, the small matrix loaded, and its files changed since."""
    settings.ROLES_DIR = data
    call_command("load_roles", stdout=StringIO(), stderr=StringIO())
    found = {}
    for role in Administration.Role.values:
        person = Person.objects.create_user(role, name=role, password="-")
        make_administrator(person, role)
        found[role] = Client()
        found[role].force_login(person)
        found[role].cookies["django_language"] = "en"
    change(data, "agencies", "name: 密云区政府", "name: 北京市密云区人民政府")
    change(data, "mandates", "      decide: [bureau]\n", "")
    return found


def in_production(settings: Settings) -> None:
    """This installation is one of production."""
    settings.LOCAL = False
    with as_owner():
        Installation.objects.update(kind=PRODUCTION)


def test_the_hash_of_an_edition_is_that_of_its_files(data: Path) -> None:
    found = Edition.of(data)
    lines = (f"{path.name} {hashlib.sha256(path.read_bytes()).hexdigest()}\n" for path in sorted(data.glob("*.yaml")))
    assert found.sha256 == hashlib.sha256("".join(lines).encode()).hexdigest()
    change(data, "mandates", "clause: 严管天然林地占用", "clause: 严管天然林地占用。")
    assert Edition.of(data).sha256 != found.sha256


def test_the_first_edition_is_noted_and_loading_it_again_is_not(desks: dict[str, Client]) -> None:
    line = history().get()
    assert (line.by, line.ground, line.details["created"]) == (None, "", 11)
    assert line.details["updated"] == line.details["ended"] == 0


def test_looking_tells_every_row_that_differs_and_writes_nothing(desks: dict[str, Client]) -> None:
    for role, desk in desks.items():
        with CaptureQueriesContext(
            connection,
        ) as asked:
            page = desk.get(PLACE)
        assert not [one["sql"] for one in asked if re.match(r'(UPDATE|DELETE FROM|INSERT INTO) "roles_', one["sql"])]
        told = [(one.change, one.key, one.fields) for _change, _table, one in page.context["page"]]
        assert told == [
            ("ended", "s0-4.decide.bureau", []),
            ("updated", "miyun", [("name", "密云区政府", "北京市密云区人民政府")]),
        ]
        assert ("Apply the edition" in page.content.decode()) == (role == "system")


def test_the_system_administrator_applies_it_with_a_ground_and_what_was_granted_ends(
    desks: dict[str, Client], data: Path
) -> None:
    mandate = Mandate.objects.get(key="s0-4.decide.bureau")
    post = Post.objects.create(slug="d", name="d", agency=mandate.agency, group=Group.objects.create(name="d"))
    given = grant(post, mandate)
    assert "1 grant ends with it" in desks["system"].get(PLACE).text
    said = {"ground": GROUND, "edition": Edition.of(data).sha256}
    for role in ("security", "audit"):
        assert desks[role].post(PLACE, said).status_code == 403
    assert desks["system"].post(PLACE, said | {"ground": ""}).status_code == 422
    assert not compare().tables["mandates"]["kept"]
    assert desks["system"].post(PLACE, said).url == PLACE
    assert Agency.objects.get(slug="miyun").name == "北京市密云区人民政府"
    assert Mandate.objects.get(key="s0-4.decide.bureau").ended_on
    given.refresh_from_db()
    assert given.until
    line = history()[0]
    assert line.by == Person.objects.get(username="system")
    assert (line.ground, line.details["edition"]) == (GROUND, said["edition"])
    assert (line.details["created"], line.details["updated"], line.details["ended"]) == (0, 1, 1)
    assert SecurityEvent.objects.get(what="grant_ended").ground == GROUND
    shown = desks["audit"].get(PLACE).content.decode()
    assert GROUND in shown
    assert "is the edition of the release" in shown
    assert desks["system"].post(PLACE, said).status_code == 422  # a second click changes nothing, and says so
    assert history().count() == 2


def test_open_steps_of_a_row_that_ends_are_told_before_it_is_applied_and_while_they_wait(
    desks: dict[str, Client], data: Path
) -> None:
    ends = Mandate.objects.get(key="s0-4.decide.bureau")

    def keeper(sender: object, mandates: list[int], **_kwargs: object) -> dict[int, int]:
        return {ends.pk: 3} if ends.pk in mandates else {}

    work_asked.connect(keeper)
    try:
        before = desks["system"].get(PLACE)
        assert [one.steps for _change, _table, one in before.context["page"]] == [3, 0]
        assert "3 open steps" in before.content.decode()
        assert "Open steps of duties that have ended" not in before.content.decode()
        desks["system"].post(PLACE, {"ground": GROUND, "edition": Edition.of(data).sha256})
        after = desks["security"].get(PLACE)
        assert [(row.pk, steps) for row, steps in after.context["waiting"]] == [(ends.pk, 3)]
        assert "Open steps of duties that have ended" in after.content.decode()
    finally:
        work_asked.disconnect(keeper)


def test_a_row_that_ends_before_the_next_begins_is_told(desks: dict[str, Client], data: Path) -> None:
    """An edition for a later year, applied today, left the duty to nobody until then, and the page said nothing."""
    said = "Nobody has this duty until"
    assert said not in desks["system"].get(PLACE).text
    later = "        - {agencies: [bureau], edition: next, valid_from: 2099-01-01}\n"
    change(data, "mandates", "      advise:\n", f"      decide:\n{later}      advise:\n")
    page = desks["audit"].get(PLACE)
    assert [str(one.gap) for _change, _table, one in page.context["page"] if one.gap] == ["2099-01-01"]
    assert said in page.text
    before = "        - {agencies: [bureau], edition: this, valid_from: 2020-01-01, valid_to: 2098-12-31}\n"
    change(data, "mandates", later, before + later)
    assert said not in desks["system"].get(PLACE).text


def test_files_changed_since_they_were_looked_at_are_not_applied(desks: dict[str, Client], data: Path) -> None:
    said = {"ground": GROUND, "edition": Edition.of(data).sha256}
    change(data, "mandates", "clause: 严管天然林地占用", "clause: 严管天然林地占用。")
    page = desks["system"].post(PLACE, said)
    assert page.status_code == 422
    assert "have changed since" in page.content.decode()
    assert Agency.objects.get(slug="miyun").name == "密云区政府"


def test_what_is_wrong_with_the_files_is_told_and_nothing_is_loaded(desks: dict[str, Client], data: Path) -> None:
    change(data, "mandates", "document: S0", "document: S9")
    page = desks["system"].get(PLACE)
    assert any("mandates.yaml" in problem for problem in page.context["problems"])
    assert "Apply the edition" not in page.content.decode()
    said = {"ground": GROUND, "edition": Edition.of(data).sha256}
    assert desks["system"].post(PLACE, said).status_code == 422
    assert history().count() == 1


def test_in_production_a_further_edition_is_not_the_commands(
    desks: dict[str, Client], data: Path, settings: Settings
) -> None:
    in_production(settings)
    out = StringIO()
    with pytest.raises(CommandError, match=r"系统管理员|system administrator"):
        call_command("load_roles", stdout=out, stderr=StringIO())
    assert "s0-4.decide.bureau" in out.getvalue()
    assert Agency.objects.get(slug="miyun").name == "密云区政府"
    call_command("load_roles", dry_run=True, stdout=out, stderr=StringIO())
    Administration.objects.filter(role="system").update(until="2020-01-01", since="2020-01-01")
    call_command("load_roles", stdout=out, stderr=StringIO())  # nobody else is there to apply it
    assert Agency.objects.get(slug="miyun").name == "北京市密云区人民政府"


def test_a_start_up_with_a_further_edition_goes_on_and_leaves_it_to_the_page(
    desks: dict[str, Client], settings: Settings
) -> None:
    in_production(settings)
    before, told = list(Mandate.objects.values_list("key", "ended_on")), StringIO()
    call_command("load_roles", first=True, stdout=StringIO(), stderr=told)
    assert list(Mandate.objects.values_list("key", "ended_on")) == before
    assert re.search("系统管理员|system administrator", told.getvalue())


def test_an_installation_older_than_editions_gets_its_first_one(
    data: Path, settings: Settings, db: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As after an upgrade: the rows stand, no edition tells of them, and the release brings the same rows."""
    settings.ROLES_DIR = data
    with monkeypatch.context() as before:
        before.setattr("roles.matrix.load.keep_edition", lambda _written: None)
        call_command("load_roles", stdout=StringIO(), stderr=StringIO())
    make_administrator(Person.objects.create_user("system", name="系统", password="-"), "system")
    in_production(settings)
    assert not MatrixEdition.objects.exists()
    call_command("load_roles", first=True, stdout=StringIO(), stderr=StringIO())
    edition = MatrixEdition.objects.get()
    assert set(edition.rows["mandates"]) == set(Mandate.objects.values_list("key", flat=True))
    assert list(differences()) == []


def test_kinds_left_out_stay_left_out(data: Path, settings: Settings, db: None) -> None:
    settings.ROLES_DIR = data
    call_command("load_roles", without=["occupation"], stdout=StringIO(), stderr=StringIO())
    assert not Mandate.objects.exists()
    assert not compare().changed


def test_the_page_is_for_the_administrators(client: Client, desks: dict[str, Client]) -> None:
    assert client.get(PLACE).status_code == 302
    client.force_login(Person.objects.create_user("other", name="other", password="-"))
    assert client.get(reverse("matrix-edition")).status_code == 403


def test_a_duty_that_ends_tells_in_which_matter(desks: dict[str, Client]) -> None:
    """An agency has the same duty in several: the key alone told them apart."""
    gone = Mandate.objects.get(duty="decide")
    with override("en"):
        told = f"{gone.agency} · {gone.get_duty_display()} · {gone.matter_name}"
    assert told in desks["system"].get(PLACE).text
