"""A kind of a package that was taken away: its flow went with it, its cases stay readable, its record whole."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.db.models import F, Value
from django.db.models.functions import Replace
from django.urls import reverse

from permits import kinds
from permits.models import Application
from permits.models.states import S
from permits.tending.kind import TENDING
from permits.verification.run import verify
from tests.cast import Cast, log_in
from tests.permits.life.cases import REVOKED, Desk
from workflows.models import Case, Notification, WorkItem
from workflows.notifications.making import make_pending

THERE, GONE = Value("workflows/"), Value("gone/")


def of_a_package(case: Application) -> None:
    """The flow of the case as it is named where the package that brought it was taken away."""
    flow, steps = Case.objects.filter(pk=case.pk), WorkItem.objects.filter(application=case)
    assert flow.update(flow_class=Replace(F("flow_class"), THERE, GONE))
    assert steps.update(flow_task=Replace(F("flow_task"), THERE, GONE))


@pytest.fixture
def order() -> Iterator[None]:
    """The kinds in the order of the settings again."""
    yield
    kept = [kind for kind in kinds.kinds() if kind is not TENDING]
    for kind in (TENDING, *kept):
        kinds.remove(kind.code)
        kinds.add(kind, app=f"permits.{kind.code}")


@pytest.mark.parametrize("status", [S.FIRST_REVIEW, S.APPROVED])
def test_the_pages_of_its_cases_open(cast: Cast, order: None, status: S) -> None:
    case = cast.case_at(status)
    make_pending()
    of_a_package(case)
    kinds.remove("tending")
    assert Notification.objects.filter(act__application=case).exists()
    for person in (cast.clerk, cast.district_reviewer, cast.auditor):
        reader = log_in(person)
        pages = [reverse(name) for name in ("home", "case-list", "notifications")]
        pages += [reverse("queue", args=["done"]), reverse("case", args=[case.pk])]
        assert {page: reader.get(page).status_code for page in pages} == dict.fromkeys(pages, 200)


def test_a_step_whose_flow_is_gone_is_called_by_its_code(cast: Cast) -> None:
    case = cast.case_at(S.FIRST_REVIEW)
    of_a_package(case)
    item = WorkItem.objects.filter(application=case, flow_task_type="HUMAN").latest("pk")
    assert (item.flow_task, item.step_title) == (None, "first_review")


def test_its_record_is_found_whole(cast: Cast, order: None) -> None:
    desk = Desk.of_tending(cast)
    desk.decide("revoke_permit", **REVOKED)
    of_a_package(desk.case)
    cases = Application.objects.filter(pk=desk.case.pk)
    told = [str(problem) for problem in verify(cases, installation=False)]
    assert told, "of a kind that is there a flow that cannot be read is told"
    kinds.remove("tending")
    assert [str(problem) for problem in verify(cases, installation=False)] == []
