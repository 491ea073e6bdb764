"""The owner of the database changes one value in any column of the record: `verify_ledger` names it, or the column
stands here with the reason why nothing can.

Not the columns somebody thought of, but all there are: one that is added tomorrow is either proven or answered for.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from functools import singledispatch
from itertools import chain
from typing import Any

import pytest
from django.apps import apps
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import Error, models, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from viewflow.workflow.base import FlowMetaClass, Node
from viewflow.workflow.token import Token

from permits.acts.objections import record_of
from permits.clocks.promises import promise
from permits.documents.printing import render_pending
from permits.ledger import triggers
from permits.ledger.sequencer import sequence
from permits.models import ObjectionFiling
from permits.models.document import NoticeKind
from permits.models.states import S
from permits.verification.log import log
from permits.verification.quota import books
from permits.verification.registry import Problem
from permits.verification.run import of_cases, of_installation, verify
from roles.models import Agency
from tests.cast import Cast
from tests.files import PDF
from tests.permits.guards import unguarded_tables
from tests.quotas import stock
from tests.workflows.engaged import Engaged
from workflows.engagements.answers import answer
from workflows.engagements.findings import close
from workflows.registry import versions

pytestmark = pytest.mark.owner


@pytest.fixture
def unguarded(db: None) -> Iterator[None]:
    """No table is guarded: the owner of the database turned the triggers off."""
    with unguarded_tables(triggers.tables()):
        yield


OPEN: dict[str, str] = {
    "permits.Act.key": "tells one form sent twice; nothing is shown of it",
    "permits.Document.prefix_verified": "decides only whether the number is shown with 代字待核; the paper says it",
    "permits.Document.failure": "why a paper waits to be printed; nothing of a printed one",
    "permits.MaterialVersion.uploaded_by": "who pressed the button; who answers for the file is who handed it in",
    "permits.MaterialVersion.uploaded_at": "when the button was pressed; what was handed in has the moment of its act",
    "permits.RegisterEntry.changed_at": "orders changes for who fetches them; what an entry says is proven",
    "permits.ObligationRow.declared": "tells with which code the row was computed; the row is computed anew",
    "tending.TendingDesign.version": "counts edits of a draft, so that two windows do not overwrite each other",
    "tending.TendingDesign.rows_version": "the same of its table",
    "tending.SubCompartment.version": "the same of a row",
    "tending.SubCompartment.position": "the order of rows; what was handed in has them in its own",
    "workflows.WorkItem.token": "how viewflow tells branches apart; what is open is compared with the acts",
    "workflows.WorkItem.due": "of an open step the sweep computes it from the clocks; of a closed one nothing asks",
    "workflows.WorkItem.soon_from": "the same",
    "workflows.WorkItem.assigned": "when it was taken last; the acts 领取 say it, and are asked",
    "workflows.WorkItem.started": "of viewflow, asked by nothing",
    "workflows.WorkItem.data": "of viewflow, empty",
    "workflows.WorkItem.owner_permission_content_type": "of viewflow, empty",
    "workflows.WorkItem.owner_permission_obj_pk": "of viewflow, empty",
    "permits.ObjectionFiling.key": "tells one form sent twice; nothing is shown of it",
    "permits.ObjectionFiling.code": "who handed it in has it, and finds nothing, or another's, under a changed one",
    "permits.ObjectionFiling.file_kind": "the end of the file's name; its bytes have their hash in the log",
    "workflows.EngagementEntry.key": "tells one form sent twice; nothing is shown of it",
    "permits.LogCheckpoint.made_at": "for the page of the log; the note is what is signed",
    "permits.LogKey.since": "for the page of the log; checkpoints name their key",
    "workflows.Case.created": "of viewflow, asked by nothing",
    "workflows.Case.finished": "of viewflow, asked by nothing",
    "workflows.Case.status": "of viewflow; whether a case has ended, its acts say",
}
"""Columns nobody verifies, each with the reason."""
OF_CASES = (
    "permits.Application", "permits.Application_districts", "permits.Act", "permits.Submission", "permits.StoodAgainst",
    "permits.Permit", "permits.Document", "permits.DocumentFile", "permits.ClockEntry", "permits.GroundClaim",
    "permits.DeclaredLand", "permits.Material", "permits.MaterialVersion", "permits.RegisterEntry",
    "permits.ObligationRow", "tending.TendingDesign", "tending.SubCompartment", "workflows.Case", "workflows.WorkItem",
)  # fmt: skip
OF_THE_WHOLE = (
    "permits.QuotaBook", "permits.QuotaMovement", "permits.PromisedPeriod", "permits.NumberSequence",
    "permits.LogLeaf", "permits.LogTile", "permits.LogCheckpoint", "permits.LogKey",
)  # fmt: skip
ROWS: dict[str, models.Q] = {
    "workflows.WorkItem": models.Q(flow_task_type="HUMAN"),  # the others nobody holds
}
"""Which rows of a table are meant, where not all are."""
OF_AUDITS_AND_OBJECTIONS = (
    "workflows.Engagement", "workflows.EngagementEntry", "workflows.EngagementFile",
    "permits.ObjectionFiling", "permits.FilingOutcome",
)  # fmt: skip
Found = Callable[[], bool]


def test_any_column_of_a_case(cast: Cast, unguarded: None, subtests: Any) -> None:
    """With all that a case can have, down to printed papers."""
    case = cast.walk_and_print()
    sequence()

    def found() -> bool:
        return any(_problems(chain(of_cases([case.pk]), log(), books())))

    assert not found()
    for label in OF_CASES:
        with subtests.test(label):
            expected = {name for name in OPEN if name.rpartition(".")[0] == label}
            assert set(_unnoticed(apps.get_model(label), found)) == expected


def test_any_column_beside_the_cases(cast: Cast, unguarded: None, subtests: Any) -> None:
    case = cast.walk_to(S.SUBMITTED)
    stock("felling", case.jurisdiction_id)
    bureau = Agency.objects.get(slug="bj-forestry")
    promise(bureau, kind="tending", period="decide", working_days=12, source="公告", by=None)
    sequence()

    def found() -> bool:
        return any(_problems(verify()))

    assert not found()
    for label in OF_THE_WHOLE:
        with subtests.test(label):
            expected = {name for name in OPEN if name.rpartition(".")[0] == label}
            assert set(_unnoticed(apps.get_model(label), found)) == expected


def test_any_column_of_audits_and_objections(cast: Cast, unguarded: None, subtests: Any) -> None:
    case = cast.case_at(S.FIRST_REVIEW)
    today = timezone.localdate()
    published = cast.do(case, "publish_notice", starts=today, ends=today + timedelta(days=8), place="村务公开栏",
                        contact="区园林绿化局 010-69000000")  # fmt: skip
    notice = render_pending(published.documents.get(kind=NoticeKind.PUBLIC_NOTICE).pk)
    for number in range(2):
        words = {"once": uuid.uuid4(), "name": f"王秀英{number}", "contact": "13900001111", "reason": "影响水源。"}
        Client().post(reverse("objection-new", args=[notice.pk]), words)
    cast.do(case, "record_objection", **record_of(ObjectionFiling.objects.earliest("pk")))
    engaged = Engaged.with_cases(cast)
    engagement = engaged.drawn(2)
    finding = engaged.found(engagement)
    answer(finding, "agrees", "属实", by=cast.head, files=[SimpleUploadedFile("材料.pdf", PDF)])
    close(engagement.pk, "结论", by=cast.auditor, reason="届满")
    engaged.open()
    sequence()

    def found() -> bool:
        return any(_problems(chain(of_installation("engagements"), of_cases([case.pk]), log())))

    assert not found()
    for label in OF_AUDITS_AND_OBJECTIONS:
        with subtests.test(label):
            expected = {name for name in OPEN if name.rpartition(".")[0] == label}
            assert set(_unnoticed(apps.get_model(label), found)) == expected


def _problems(told: Iterable[Problem]) -> Iterator[Problem]:
    """Without the triggers, which are off."""
    return (problem for problem in told if problem.check != "triggers")


def _unnoticed(model: type[models.Model], found: Found) -> Iterator[str]:
    """Columns of which some row bears another value, and nobody sees it."""
    rows = list(model._base_manager.filter(ROWS.get(model._meta.label, models.Q())).order_by("-pk")[:40])
    assert rows, f"no row of {model._meta.label} to try"
    for field in model._meta.local_concrete_fields:
        for row in sorted(rows, key=lambda row: getattr(row, field.attname) in (None, ""))[:2]:
            with transaction.atomic():
                seen = not _change(row, field) or found()
                transaction.set_rollback(True)
            if not seen:
                yield f"{model._meta.label}.{field.name}"
                break


def _change(row: models.Model, field: models.Field[Any, Any]) -> bool:
    """Whether the database took another value in this column."""
    value = _other(row, field)
    if value is None:
        return False
    try:
        with transaction.atomic():
            return bool(type(row)._base_manager.filter(pk=row.pk).update(**{field.attname: value}))
    except Error:
        return False  # the database refuses it by itself


def _other(row: models.Model, field: models.Field[Any, Any]) -> Any:
    """A value of the column's kind that is not the row's; None for a column where there is none to have."""
    now = getattr(row, field.attname)
    if isinstance(field, models.ForeignKey):
        keys = field.related_model._base_manager.exclude(pk=now).values_list("pk", flat=True)
        return keys.order_by("-pk").first()
    if field.primary_key:
        return None
    if field.choices and now:
        return next((key for key, _label in field.flatchoices if key != now), None)
    if now is None:
        now = next(value for kind, value in EMPTY if isinstance(field, kind))
    return another(now) if not isinstance(now, str) else f"{now[: (field.max_length or 1000) - 1]}x"


EMPTY: tuple[tuple[type[models.Field[Any, Any]], Any], ...] = (
    (models.DateTimeField, datetime(2026, 1, 1, tzinfo=UTC)), (models.DateField, date(2026, 1, 1)),
    (models.BooleanField, False), (models.IntegerField, 0), (models.DecimalField, Decimal(0)),
    (models.UUIDField, uuid.UUID(int=1)), (models.Field, ""),
)  # fmt: skip
"""What stands in for a column's empty value, the narrower kind of column first."""


@singledispatch
def another(value: Any) -> Any:
    """Another value of the same kind."""
    return {"other": 1}


another.register(bool, lambda value: not value)
for number in (int, float, Decimal):
    another.register(number, lambda value: value + 1)
another.register(date, lambda value: value + timedelta(days=1))
another.register(uuid.UUID, lambda value: uuid.UUID(int=value.int ^ 1))
another.register(Token, lambda value: Token(f"{value.token}x"))
another.register(Node, lambda node: next(one for one in node.flow_class.instance.nodes() if one is not node))
another.register(FlowMetaClass, lambda flow: next(one.flow for one in versions() if one.flow is not flow))
for raw in (bytes, memoryview):
    another.register(raw, lambda value: bytes(value) + b"x")
