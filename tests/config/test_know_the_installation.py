"""A start on another database, or with a lost environment, is refused with a word that helps."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.core.management import CommandError, call_command
from pytest_django.fixtures import Settings

from config import installation
from config.environment import BadSetting, Environment
from config.installation import WrongInstallation
from config.models import Installation
from permits.models import Application
from roles.models import Person

pytestmark = [pytest.mark.django_db, pytest.mark.owner]


@pytest.fixture
def production(settings: Settings, tmp_path: Path) -> Path:
    """A production installation whose mark and database agree."""
    settings.LOCAL = False
    settings.INSTALLATION_MARK = tmp_path / "var" / "installation.json"
    Installation.objects.all().delete()
    installation.enter()
    return settings.INSTALLATION_MARK


def test_migrate_marks_the_database_and_the_var_directory_with_one_key(production: Path) -> None:
    written = json.loads(production.read_text())
    assert written == {"key": str(Installation.objects.get().key), "kind": "production"}
    installation.enter()
    installation.refuse_unready()
    assert json.loads(production.read_text()) == written


def test_another_database_is_refused_with_both_keys(production: Path) -> None:
    Installation.objects.update(key=uuid4())
    with pytest.raises(WrongInstallation, match=str(Installation.objects.get().key)) as refused:
        installation.refuse_unready()
    assert json.loads(production.read_text())["key"] in str(refused.value)
    assert "DATABASE_URL" in str(refused.value)


def test_an_empty_database_is_refused_before_migrate_writes_to_it(production: Path) -> None:
    Installation.objects.all().delete()
    with pytest.raises(WrongInstallation, match="empty"):
        call_command("migrate", verbosity=0)
    assert not Installation.objects.exists()


def test_a_local_start_on_a_production_database_is_refused(production: Path, settings: Settings) -> None:
    settings.LOCAL = True
    with pytest.raises(WrongInstallation, match="属于生产系统"):
        installation.refuse_other()


def test_a_local_installation_may_begin_its_database_anew(settings: Settings, tmp_path: Path) -> None:
    settings.INSTALLATION_MARK = tmp_path / "installation.json"
    settings.INSTALLATION_MARK.write_text(json.dumps({"key": str(uuid4()), "kind": "local"}))
    Installation.objects.update(key=uuid4())
    installation.refuse_unready()
    assert json.loads(settings.INSTALLATION_MARK.read_text())["key"] == str(Installation.objects.get().key)


def test_a_lost_environment_does_not_open_a_production_installation_as_a_local_one(production: Path) -> None:
    Environment.refuse_other_kind(production, local=False)
    with pytest.raises(BadSetting, match="SECRET_KEY: missing; expected the settings of the production installation"):
        Environment.refuse_other_kind(production, local=True)


def test_a_key_does_not_make_production_of_an_installation_with_examples(tmp_path: Path) -> None:
    mark = tmp_path / "installation.json"
    mark.write_text('{"kind": "local"}')
    with pytest.raises(BadSetting, match="VAR_DIR"):
        Environment.refuse_other_kind(mark, local=False)
    mark.write_text("half a fi")
    with pytest.raises(BadSetting, match="readable"):
        Environment.refuse_other_kind(mark, local=True)


@pytest.mark.parametrize(
    "changed",
    [{"LOCAL": False}, {"LOCAL": False, "DEBUG": True}, {"LOCAL": True, "VAR_DIR": Path("/another/folder")}],
)
@pytest.mark.parametrize("command", [["demo"], ["serve", "--demo"]])
def test_examples_are_refused_where_cases_may_be_real(
    command: list[str], changed: dict[str, Any], settings: Settings
) -> None:
    settings.PORT = 0
    for name, value in changed.items():
        setattr(settings, name, value)
    with pytest.raises(CommandError, match="密码是公开的"):
        call_command(*command)
    assert not Person.objects.exists()
    assert not Application.objects.exists()
