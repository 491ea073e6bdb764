"""What breaks in the middle: a process killed inside an act, a store that is full, a printer that fails."""

from __future__ import annotations

import multiprocessing
import os
import signal
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import time_machine
from django.core.files.storage import Storage, default_storage
from django.db import connections

from permits.acts import effects, quotas
from permits.acts.perform import act_performed
from permits.documents import printing
from permits.documents.printing import render_pending
from permits.drafts.materials import add_file
from permits.errors import FontMissing, StorageFailed
from permits.ledger.chain import problems_of
from permits.models import Act, Application, ClockEntry, Document, MaterialVersion, Permit
from permits.models.states import S
from tests.cast import NOW, Cast, pdf
from workflows import sweep
from workflows.models import WorkItem

FORK = multiprocessing.get_context("fork")
PATIENCE = 60
KILLED = -signal.SIGKILL


@pytest.fixture
def lasting(begins_with_cast: None, transactional_db: None) -> Iterator[Cast]:
    """The cast in a database whose transactions are real."""
    with time_machine.travel(NOW, tick=True):
        yield Cast.enter()


def die(*arguments: Any, **facts: Any) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def before_the_clock() -> None:
    effects.after_record = die


def after_the_clock() -> None:
    quotas.follow = die


def after_the_tokens() -> None:
    act_performed.connect(die, weak=False)


def killed(act: Callable[[], object], arm: Callable[[], None]) -> int | None:
    """Exit code of a process that was killed where `arm` says while it performed `act`."""
    connections.close_all()

    def run() -> None:
        connections.close_all()
        arm()
        act()
        os._exit(0)

    process = FORK.Process(target=run)
    process.start()
    process.join(PATIENCE)
    return process.exitcode


def rows() -> dict[str, int]:
    models = (Act, ClockEntry, Document, Permit, WorkItem)
    return {model.__name__: model._default_manager.count() for model in models}


@pytest.mark.parametrize("arm", [before_the_clock, after_the_clock, after_the_tokens])
def test_a_process_killed_inside_an_act_leaves_none_of_it(lasting: Cast, arm: Callable[[], None]) -> None:
    case = lasting.case_at(S.AWAITING_DECISION)
    before = rows()
    assert killed(lambda: lasting.do(case, "approve"), arm) == KILLED
    assert rows() == before
    again = Application.objects.get(pk=case.pk)
    assert (again.status, again.decided_on, problems_of(again)) == (S.AWAITING_DECISION, None, [])
    lasting.do(case, "approve")
    assert Application.objects.get(pk=case.pk).status == S.APPROVED


def test_a_full_disk_keeps_nothing_of_an_upload(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    case = cast.draft()
    before = MaterialVersion.objects.count()

    def full(self: Storage, name: str, content: object) -> str:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(type(default_storage._wrapped), "_save", full)  # type: ignore[attr-defined]
    with pytest.raises(StorageFailed) as failed:
        add_file(case.pk, "design", pdf("另一份.pdf", "另一份"), by=cast.clerk)
    assert failed.value.full
    assert MaterialVersion.objects.count() == before


def test_a_paper_that_could_not_be_printed_is_printed_by_the_next_run(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    paper = cast.case_at(S.APPROVED).documents.order_by("pk").first()
    assert paper is not None

    def no_font(content: object) -> bytes:
        raise FontMissing("the font is not installed")

    with monkeypatch.context() as broken:
        broken.setattr(printing, "render", no_font)
        with pytest.raises(FontMissing):
            render_pending(paper.pk)
    paper.refresh_from_db()
    assert (paper.status, paper.sha256) == (Document.Status.PENDING, "")
    assert "font" in paper.failure
    assert sweep.print_pending().failed == []
    paper.refresh_from_db()
    assert (paper.status, paper.failure, len(paper.sha256)) == (Document.Status.ISSUED, "", 64)
