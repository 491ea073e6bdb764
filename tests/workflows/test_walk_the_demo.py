"""`manage.py demo`: what it leaves behind is as if everything of today had begun today."""

from __future__ import annotations

from itertools import islice

import pytest
from django.core.management import call_command
from django.utils import timezone
from pytest_django.fixtures import Settings

from config.job_queue import LATE, waits_since
from tests.cast import load_matrix
from workflows.demo import programme


@pytest.mark.django_db
def test_no_paper_waits_since_the_day_of_its_act(
    now: None, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    load_matrix()
    settings.LOCAL = settings.DEBUG = True
    monkeypatch.setattr(programme, "examples", lambda examples=programme.examples: islice(examples(), 1))
    call_command("demo")
    since = waits_since()
    assert since is not None, "the papers of an approval wait to be printed"
    assert timezone.now() - since < LATE
