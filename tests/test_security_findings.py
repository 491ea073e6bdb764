"""What an attacker got on commit 630b73f and gets no more, where no other test tells of it; docs/security-findings.md
has the whole list, and each test it names is there."""

from __future__ import annotations

import base64
import os
import pickle
import re
import stat
import subprocess
import sys
from datetime import date, timedelta
from pathlib import Path
from pydoc import locate
from typing import Any

import pytest
from django.conf import settings
from django.contrib.auth.models import Group
from django.db import connection
from django.test import Client
from django.utils import timezone
from django_q.brokers import get_broker
from django_q.models import OrmQ, Schedule, Task
from django_q.monitor import save_task
from django_q.scheduler import scheduler
from django_q.signing import SignedPackage

from config.jobs import JOBS, REFUSED, UnknownJob, refuse
from permits.acts.perform import perform
from permits.errors import BadFacts
from permits.models.facts import BadFact, Day
from permits.models.states import S
from permits.verification.rights import rights
from roles.access import mandates_of
from roles.models import Agency, Person, Post, SecurityEvent
from roles.models.mandates import Duty
from tests.cast import Cast, log_in, make_person, make_post

PAGE = settings.BASE_DIR / "docs" / "security-findings.md"


# --- S1: code on the job worker ---------------------------------------------------------------------------------------
@pytest.mark.django_db
@pytest.mark.parametrize(
    "row",
    [
        {"func": "os.system", "args": "'id'"},
        {"func": "workflows.sweep.tick", "hook": "os.system"},
        {"func": "workflows.sweep.tick", "kwargs": "q_options={'chain': [('os.system', ('id',))]}"},
        {"func": "workflows.sweep.tick", "kwargs": "q_options={'hook': 'os.system'}"},
        {"func": "builtins.eval", "args": "'1'", "kwargs": "q_options={'sync': False}"},
    ],
)
def test_a_schedule_written_past_the_program_runs_nothing_that_is_not_ours(
    row: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("django_q.scheduler.close_old_django_connections", lambda: None)  # this test is inside of one
    Schedule.objects.all().delete()
    OrmQ.objects.all().delete()
    Schedule.objects.create(schedule_type=Schedule.ONCE, next_run=timezone.now() - timedelta(minutes=1), **row)
    scheduler()
    [queued] = [SignedPackage.loads(one.payload) for one in OrmQ.objects.all()]
    assert queued["func"] == REFUSED
    assert not {"hook", "chain"} & queued.keys()
    with pytest.raises(UnknownJob, match=r"os\.system|eval"):
        refuse(*queued["args"])


@pytest.mark.django_db
def test_every_job_of_the_program_is_in_the_list() -> None:
    used = {str(func) for func in Schedule.objects.values_list("func", flat=True)}
    for path in (*settings.BASE_DIR.glob("*/**/*.py"),):
        if path.parts[len(settings.BASE_DIR.parts)] in ("config", "permits", "roles", "workflows"):
            text = path.read_text("utf-8")
            for name in re.findall(r"async_task\(\s*([\w.\"]+)", text):
                found = re.search(rf'^{name} = ("[\w.]+")', text, re.MULTILINE)
                used.add((found[1] if found else name).strip('"'))
    assert used == JOBS
    assert all(callable(locate(name)) for name in JOBS)


@pytest.mark.django_db
def test_there_is_no_administration_of_tables() -> None:
    client = Client()
    client.force_login(Person.objects.create_superuser("root", name="root", password="-"))
    assert client.get("/admin/").status_code == 404
    assert "django.contrib.admin" not in settings.INSTALLED_APPS


class Puts:
    """A value that writes a file where it is unpickled."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __reduce__(self) -> tuple[Any, ...]:
        return Path.touch, (self.path,)


@pytest.mark.django_db
@pytest.mark.parametrize("same", [True, False], ids=["of this job", "of another"])
def test_what_became_of_a_job_runs_nothing_when_the_worker_keeps_the_next(same: bool, tmp_path: Path) -> None:
    now, mark = timezone.now(), tmp_path / "ran"
    said = {"func": "workflows.sweep.tick", "args": (1,), "kwargs": {}, "started": now, "stopped": now, "success": True}
    before = Task.objects.create(id="1" * 32, name="before", result="done", **said)
    packed = base64.b64encode(pickle.dumps(Puts(mark))).decode()
    with connection.cursor() as cursor:
        cursor.execute("UPDATE django_q_task SET result = %s, success = %s", [packed, not same])
    job = {"id": before.pk if same else "2" * 32, "name": "before", "result": "done", "sync": True, **said}
    save_task(job, get_broker())
    assert not mark.exists()
    assert Task.objects.get(pk=job["id"]).success
    with connection.cursor() as cursor:
        cursor.execute("SELECT args FROM django_q_task")
        assert {pickle.loads(base64.b64decode(args)) for (args,) in cursor.fetchall()} == {(1,)}


# --- S2: a right moved without a line ---------------------------------------------------------------------------------
def test_a_post_keeps_its_group_and_its_body(cast: Cast) -> None:
    post = Post.objects.get(memberships__person=cast.decider)
    for name, other in (
        ("group", Group.objects.create(name="other")), ("agency", Agency.objects.get(slug="bj-miyun-forestry")),
    ):  # fmt: skip
        changed = Post.objects.get(pk=post.pk)
        setattr(changed, name, other)
        with pytest.raises(ValueError, match="do not change"):
            changed.save()
    post.name = "审批二岗"
    post.save(update_fields=["name"])


def test_groups_exchanged_past_the_program_are_named(cast: Cast) -> None:
    post = Post.objects.get(memberships__person=cast.decider)
    broom = make_post("broom", agency=post.agency)
    make_person("thief", "贼", broom)
    assert list(rights()) == []
    given, free = post.group, Group.objects.create(name="free")
    for one, group in ((broom, free), (post, Group.objects.create(name="empty")), (broom, given)):
        Post.objects.filter(pk=one.pk).update(group=group)
    assert mandates_of(
        Person.objects.get(username="thief")
    ).exists()  # whoever writes the table gets it, and is told of
    assert list(rights())


# --- S6: who sets another's password ----------------------------------------------------------------------------------
def test_no_administrator_types_anothers_password(cast: Cast) -> None:
    from tests.accounts import Accounts

    people = Accounts.enter(cast)
    desk = log_in(people["system"])
    before = cast.decider.password
    for name in ("", "change/", "password/", "invite/"):
        said = {"password": "Zq7-unlike-2026", "password1": "Zq7-unlike-2026", "password2": "Zq7-unlike-2026",
                "name": "周审批", "language": "zh-hans"}  # fmt: skip
        desk.post(f"/people/{cast.decider.pk}/{name}", said)
    after = Person.objects.get(pk=cast.decider.pk)
    assert not after.check_password("Zq7-unlike-2026")
    assert after.password == before
    assert SecurityEvent.objects.filter(what="invited", person=cast.decider, by=people["system"]).exists()


# --- S18: years nobody means ------------------------------------------------------------------------------------------
@pytest.mark.parametrize("text", ["0001-01-01", "1949-09-30", "9999-12-30", "2127-01-01"])
@pytest.mark.usefixtures("now")
def test_a_day_of_another_age_is_refused_at_its_field(text: str) -> None:
    with pytest.raises(BadFact):
        Day().clean(text)
    assert Day().clean("1949-10-01") == "1949-10-01"
    assert Day().clean("2126-12-31") == "2126-12-31"


def test_a_notice_to_the_year_9999_is_refused_before_anybody_counts(cast: Cast) -> None:
    case = cast.case_at(S.FINAL_REVIEW)
    mandate = cast.mandate(case, Duty.FINAL_REVIEW)
    before = len(connection.queries_log)
    with pytest.raises(BadFacts):
        perform(
            case.pk, "publish_notice", by=cast.reviewer, mandate=mandate, starts=timezone.localdate(),
            ends=date(9999, 12, 30), place="公开栏", contact="010",
        )  # fmt: skip
    assert len(connection.queries_log) - before < 60
    assert not case.acts.filter(act="publish_notice").exists()


# --- S19: the database file -------------------------------------------------------------------------------------------
def test_a_new_sqlite_file_is_its_owners_alone(tmp_path: Path) -> None:
    (tmp_path / "secret_key").write_text("x" * 60)
    given = {"VAR_DIR": str(tmp_path), "PATH": os.environ["PATH"]}
    command = [sys.executable, "manage.py", "showmigrations", "roles"]
    subprocess.run(command, cwd=settings.BASE_DIR, env=given, check=True, umask=0o022, stdout=subprocess.DEVNULL)
    assert stat.S_IMODE((tmp_path / "db.sqlite3").stat().st_mode) == 0o600


# --- the list ---------------------------------------------------------------------------------------------------------
ROW = re.compile(r"^\| (S\d+) \| [^|]+ \| [^|]+ \| ([^|]+) \|$", re.MULTILINE)


def test_every_finding_names_tests_that_are_there() -> None:
    rows = dict(ROW.findall(PAGE.read_text("utf-8")))
    assert list(rows) == [f"S{number}" for number in range(1, 21)]
    for finding, shown in rows.items():
        named: list[Any] = re.findall(r"`(tests/[\w/]+\.py)`((?: `test_\w+`,?)+)", shown)
        assert named, finding
        for path, tests in named:
            text = (settings.BASE_DIR / path).read_text("utf-8")
            for test in re.findall(r"test_\w+", tests):
                assert f"def {test}(" in text, f"{finding}: {path} has no {test}"
